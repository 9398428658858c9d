import ArgumentParser
import Diagnostics
import Ledger

/// `steward ledger rates import`: records the rates of a file.
struct LedgerRatesImport: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import exchange rates: all of a file, or nothing.",
        discussion: """
            Files of the European Central Bank (eurofxref-daily.xml, eurofxref-hist.xml, eurofxref.csv, \
            eurofxref-hist.csv), or CSV with the columns date, base, quote and rate: 1 base is rate quote. What is known \
            already is passed over. Another rate for a day that has one is refused, unless it is a correction; both stay \
            on record, and what was computed before stays as it was.

            EXAMPLES
              steward ledger rates import eurofxref-daily.xml
              steward ledger rates import rates.csv --correct --reason "USD was that of the day before"
            """)

    @Argument(help: "The file.", completion: .file(extensions: ["xml", "csv"]))
    var file: String

    @Option(
        help: ArgumentHelp("ecb-xml, ecb-csv or csv; without it, as the file looks.", valueName: "format"),
        completion: .list(ExchangeRateFile.Format.allCases.map(\.rawValue)))
    var format: ExchangeRateFile.Format?

    @Flag(help: "Take rates that are others than those known.")
    var correct = false

    @Option(help: "Why they are corrected.", transform: Reason.init)
    var reason: Reason?

    @Flag(help: "Check everything and say what would be imported; write nothing.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func validate() throws {
        if correct != (reason != nil) { throw ValidationError("Give --correct and --reason together.") }
    }

    func execute(in context: CommandContext) throws {
        let name = FileImport.shownName(file)
        let rates = try ExchangeRateFile.read(
            contentsOf: CommandContext.absolutePath(file), shownAs: name, format)
        let outcome = try context.write(isDryRun: dryRun) {
            try ExchangeRateRecords.insert(rates, source: name, correction: reason?.text, in: $0)
        }
        var details = Details()
        details.add("new", outcome.new)
        details.add("corrected", outcome.corrected)
        details.add("known already", outcome.known)
        if let first = rates.map(\.rate.date).min(), let last = rates.map(\.rate.date).max() {
            details.add("first day", "\(first)")
            details.add("last day", "\(last)")
        }
        context.printer.print(details)
        if dryRun { context.printer.say("\nNothing was written. Give the command without --dry-run to import.") }
    }
}

extension ExchangeRateFile.Format: ExpressibleByArgument {}
