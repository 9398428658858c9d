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
            company's own currency. `steward ledger import` makes the same entries of it.

            EXAMPLES
              steward ledger export --format hledger --period 2026 -o 2026.journal
              steward ledger export --format csv > journal.csv
            """)

    @Option(help: "What to write: csv, hledger, ledger or beancount.")
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
        let exporting = JournalExport(format.exported, chart: chart, base: context.company.settings.currency)
        let store = try context.openStore()
        Interruption.listen()
        guard let output else {
            _ = try store.read { connection in
                try exporting.run(span.days, in: connection) { bytes in
                    try Interruption.check()
                    if !bytes.isEmpty { Terminal.print(String(decoding: bytes, as: UTF8.self)) }
                }
            }
            return
        }
        let extent = try NewTextFile.make(at: output) { file in
            try store.read { connection in
                try exporting.run(span.days, in: connection) { bytes in
                    try Interruption.check()
                    try file.write(contentsOf: Data(bytes))
                }
            }
        }
        Terminal.print("Wrote \(extent.entries) entries with \(extent.postings) postings to \(output).")
    }
}

extension LedgerImport.Format {
    var exported: JournalExport.Format {
        switch self {
        case .csv: .csv
        case .hledger: .text(.hledger)
        case .ledger: .text(.ledger)
        case .beancount: .text(.beancount)
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
