import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Ledger
import Reports

/// `steward ledger pack`: the close pack of a month as an Excel file.
struct LedgerPack: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Write the close pack of a month as an Excel file.",
        discussion: """
            Profit and loss with last month, last year, budget and year to date, balance sheet, cash flow, what changed
            most, trial balance, general ledger and journal: each figure leads to its rows. Of a period that is not closed
            it is a draft, and says so on each page.

            `steward report send` mails it, with a job of the kind report.send (see jobs/close-pack.yaml).

            EXAMPLE
              steward ledger pack --period 2026-04 -o april.xlsx
            """)

    @Option(help: "The month: 2026-04, or 2026-P04 of the fiscal year.", completion: .periods)
    var period: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write; without it, close-pack-PERIOD.xlsx here.", valueName: "file"),
        completion: .file(extensions: ["xlsx"]))
    var output: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let period = try fiscalPeriod(in: try LedgerSettings.load(for: context.company).cycle)
        let (pack, path) = try context.openStore().read { connection in
            let pack = try ClosePack.load(
                period, company: context.company, at: context.clock.now(), in: connection)
            let path = output ?? pack.fileName
            try pack.write(to: path, in: connection)
            return (pack, path)
        }
        var details = Details()
        details.add("file", path)
        details.add("period", "\(pack.period)")
        details.add("state", pack.status.words)
        details.add("entries", Int(pack.entryCount))
        details.add("postings", Int(pack.postingCount))
        details.add("checks that fail", pack.brokenChecks.count)
        context.printer.print(details)
        for check in pack.brokenChecks {
            context.printer.say("\nWRONG: \(check.name): a difference of \(check.difference)")
        }
        guard pack.status.isFinal else {
            context.printer.say(
                "\nThe period is \(pack.status.words): this is a draft, and the file says so on each page.")
            return
        }
        context.printer.say(
            "\nNext: open it with a spreadsheet program, or mail it with `steward report send close-pack`.")
    }

    private func fiscalPeriod(in cycle: AnnualCycle) throws -> FiscalPeriod {
        if let period = FiscalPeriod(period, in: cycle), !period.isForAdjustments { return period }
        let month = try RunRequest.readPeriod(period, as: [.month])
        guard month.granularity == .month else {
            throw Failure(.usage, "\(period) is no month.", advice: "Write a month as 2026-04, or as 2026-P04.")
        }
        return FiscalPeriod(beginningIn: month, in: cycle)
    }
}
