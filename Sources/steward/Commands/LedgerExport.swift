import ArgumentParser
import Calendars
import Diagnostics
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
                    try Interruption.check()
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
        let written = try NewTextFile.make(at: output) { file in try export { try file.write(contentsOf: $0) } }
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

/// A file that is written whole, for its owner alone, or not at all.
private enum NewTextFile {
    static func make<T>(at path: String, _ write: (FileHandle) throws -> T) throws -> T {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                .refused, "\(path) is there already; nothing was written.", advice: "Give another name to -o.")
        }
        let partial = "\(path).partial-\(getpid())"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritable(path) }
        defer { unlink(partial) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let result: T
        do {
            result = try write(file)
            try file.synchronize()
        } catch let error as any ReportableError {
            throw error
        } catch is CocoaError {
            throw unwritable(path)
        }
        guard link(partial, path) == 0 || (errno != EEXIST && rename(partial, path) == 0) else {
            throw unwritable(path)
        }
        return result
    }

    private static func unwritable(_ path: String) -> Failure {
        Failure(
            .failed, "\(path) could not be written: \(String(cString: strerror(errno))).",
            advice: "Check who may write there and whether the disk is full.")
    }
}
