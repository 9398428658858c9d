import Amounts
import Calendars
import Diagnostics
import Foundation
import Jobs
import Ledger
import Store

/// A journal imported into an empty store and its trial balance added up, beside `ledger bal` and `hledger bal` on the same
/// text. Each runs in a process of its own.
struct ImportComparison {
    let transactions: Int
    let runs: Int

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "steward-benchmark-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let journal = folder.appending(path: "books.journal").path
        try GeneratedBooks.write(to: journal, transactions: transactions)
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
        var own = Measurement()
        var others: [(name: String, measurement: Measurement)] = []
        for program in ["ledger", "hledger"] where access("/usr/bin/\(program)", X_OK) == 0 {
            others.append((program, Measurement()))
        }
        for turn in 0..<max(1, runs) {
            let store = folder.appending(path: "books-\(turn).db").path
            try own.run([program, "take-in", journal, store])
            try? FileManager.default.removeItem(atPath: store)
            for index in others.indices {
                try others[index].measurement.run(["/usr/bin/\(others[index].name)", "-f", journal, "bal"])
            }
        }
        print("\(transactions) transactions, \(2 * transactions) postings; medians of \(max(1, runs))")
        show("steward, imported into its store, and its balance", own, own)
        for other in others { show("\(other.name) bal", other.measurement, own) }
    }

    /// The measured part: the journal into a new store, and the balance of every account.
    static func takeIn(journal: String, store path: String) throws {
        guard let url = StoreURL("sqlite:" + path) else { throw Failure(.usage, "\(path) is no place for a store.") }
        let store = try Store.open(
            url, relativeTo: "/", create: true,
            migrations: BenchmarkSchema.migrations)
        try store.migrate()
        var settings = JournalImport.Settings(.text(.ledger), base: .gbp)
        settings.createsAccounts = true
        settings.conversionAccount = AccountCode("3910")
        settings.roundingAccount = AccountCode("7990")
        let importing = JournalImport(
            settings, chart: .empty, rates: try ExchangeRateTable([], pivot: .gbp))
        let stamp = Stamp(run: nil, person: "benchmark", at: Instant(microseconds: 1_735_000_000_000_000))
        let result = try store.write { connection in
            try importing.run(
                contentsOf: journal, shownAs: "books.journal",
                in: UnitOfWork(connection: connection, stamp: stamp, digest: nil))
        }
        let movements = try store.read {
            try AccountBalances.movements(CalendarDate.earliest...CalendarDate.latest, .gbp, in: $0)
        }
        for movement in movements { print(movement.account, try movement.closing().plainText) }
        print("\(result.entries) entries, \(result.postings) postings")
        try store.close()
    }

    private func show(_ name: String, _ measurement: Measurement, _ base: Measurement) {
        let padded = name + String(repeating: " ", count: max(0, 50 - name.count))
        print(
            "  \(padded) \(measurement.median.shown) s, processor \(measurement.processorMedian.shown) s, "
                + "peak \(measurement.peakMegabytes.shown) MB, "
                + "\((measurement.processorMedian / base.processorMedian).shown) times the first")
    }
}
