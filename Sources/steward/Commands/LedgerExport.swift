import ArgumentParser
import Calendars
import Diagnostics
import Files
import Foundation
import Interchange
import Jobs
import Ledger

/// `steward ledger export`: the books for other programs.
struct LedgerExport: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the journal as CSV or as text of hledger, Ledger or Beancount.",
        discussion: """
            The other programs read back the same balances, by account and currency; with -B (hledger, Ledger) in the
            company's own currency. `steward ledger import` makes the same entries of it. What settled open items has no
            words in any of them: --format settlements writes that as CSV, to be imported behind the journal.

            EXAMPLES
              steward ledger export --format hledger --period 2026 -o 2026.journal
              steward ledger export --format settlements -o settlements.csv
              steward ledger export --format csv > journal.csv
            """)

    @Option(help: "What to write: csv, hledger, ledger, beancount or settlements.")
    var format: LedgerImport.Format

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("The file to write, which must not exist yet. Without it, the terminal.", valueName: "file"),
        completion: .file())
    var output: String?

    @OptionGroup var days: LedgerDays
    @Option(
        help: ArgumentHelp(
            "The company directory. Without it, STEWARD_COMPANY, or the folder we are in.", valueName: "directory"),
        completion: .directory)
    var company: String?

    var options: CommonOptions { CommonOptions() }

    func run() throws {
        try execute(in: try CommandContext(company: company, printer: Printer(format: .text)))
    }

    func execute(in context: CommandContext) throws {
        let span = try days.span(in: context.books().cycle)
        let chart = try ChartOfAccounts.load(for: context.company)
        let base = context.company.settings.currency
        let store = try context.openStore()
        Interruption.listen()
        /// Writes everything and says what that was.
        func export(_ write: (Data) throws -> Void) throws -> String {
            try store.read { connection in
                func put(_ bytes: [UInt8]) throws {
                    try Interruption.check(
                        consequence: "nothing was written", advice: "Give the same command again to begin anew.")
                    try write(Data(bytes))
                }
                guard let format = format.exported else {
                    let extent = try SettlementsCSV.write(span.days, base, in: connection, write: put)
                    return "\(extent.settlements) settlements with \(extent.parts) parts"
                }
                let extent = try JournalExport(format, chart: chart, base: base)
                    .run(span.days, in: connection, write: put)
                return "\(extent.entries) entries with \(extent.postings) postings"
            }
        }
        guard let output else {
            _ = try export { if !$0.isEmpty { Terminal.print(String(decoding: $0, as: UTF8.self)) } }
            return
        }
        let file = try WholeFile(path: output, isNew: true)
        let written = try export { try file.write($0) }
        try file.publish()
        Terminal.print("Wrote \(written) to \(output).")
    }
}

extension LedgerImport.Format {
    /// Nil for settlements, which are no journal.
    var exported: JournalExport.Format? {
        switch self {
        case .csv: .csv
        case .hledger: .text(.hledger)
        case .ledger: .text(.ledger)
        case .beancount: .text(.beancount)
        case .settlements: nil
        }
    }
}
