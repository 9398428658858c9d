import Amounts
import Calendars
import Diagnostics
import Foundation
import Jobs
import Ledger
import Store
import TestSupport

/// Entries posted in bulk, chained, beside the database's own copy of the same rows; and the trial balance from nothing.
struct BooksInStore {
    let postings: Int

    private static let batchEntries = 20_000

    func run() throws {
        try withTemporaryDirectory { directory in
            try measure("sqlite:" + directory.appending(path: "books.db").path, name: "sqlite")
        }
        if PostgresCluster.isInstalled { try measure(try PostgresCluster.freshURL(), name: "postgresql") }
    }

    private func measure(_ address: String, name: String) throws {
        guard let url = StoreURL(address) else { throw Failure(.usage, "\(address) is no address of a store.") }
        let store = try Store.open(
            url, relativeTo: "/", create: true,
            migrations: BenchmarkSchema.migrations)
        defer { try? store.close() }
        try store.migrate()
        var posting = Measurement()
        var making = Measurement()
        let stamp = Stamp(run: nil, person: "benchmark", at: Instant(microseconds: 1_735_000_000_000_000))
        let entries = postings / 2
        var start = 0
        while start < entries {
            let end = min(entries, start + Self.batchEntries)
            let batch = try making.measure { try GeneratedBooks.entries(start..<end, of: entries) }
            _ = try posting.measure {
                try store.write { connection in
                    try Journal.post(batch, in: UnitOfWork(connection: connection, stamp: stamp, digest: nil))
                }
            }
            start = end
        }
        let seconds = posting.seconds.reduce(0, +)
        let processor = posting.processorSeconds.reduce(0, +)
        print(
            "\(name): \(postings) postings in batches of \(Self.batchEntries) entries, each a transaction: "
                + "\(Int(Double(postings) / seconds)) a second, \(Int(Double(postings) / processor)) for each second of "
                + "this process; making them took \(making.seconds.reduce(0, +).shown) s more")
        var copying = Measurement()
        try copying.measure { try BareRows.copy(in: store, isSQLite: name == "sqlite") }
        print(
            "\(name): the database alone copies these rows from table to table, without rules, in "
                + "\(copying.median.shown) s; posting them took \((seconds / copying.median).shown) times as long")
        var balance = Measurement()
        var count = 0
        let days = CalendarDate.earliest...CalendarDate.latest
        for _ in 0..<3 {
            count = try balance.measure {
                try store.read { try AccountBalances.movements(days, .gbp, in: $0) }.count
            }
        }
        print(
            "\(name): trial balance of \(count) accounts from nothing: \(balance.median.shown) s, processor "
                + "\(balance.processorMedian.shown) s")
        var check = Measurement()
        let extent = try check.measure {
            try store.read { try Journal.check(in: $0, report: { print("wrong: \($0)") }) }
        }
        print("\(name): \(extent.entries) entries verified in \(check.median.shown) s")
    }
}
