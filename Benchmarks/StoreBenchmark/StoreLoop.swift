import Amounts
import Calendars
import Store

/// The same rows through our interface, as a kind would write them: with its types.
enum StoreLoop {
    struct NoSuchURL: Error {}

    static func durations(
        file: String, rowCount: Int
    ) throws -> (insert: Duration, stamped: Duration, read: Duration) {
        guard let url = StoreURL("sqlite:" + file) else { throw NoSuchURL() }
        let stampedTable = Table.sql.replacing("TABLE line", with: "TABLE stamped_line")
            .replacing(
                ") STRICT", with: ", run_id INTEGER, recorded_by TEXT NOT NULL, recorded_at INTEGER NOT NULL) STRICT")
        let migrations = [
            Migration(number: 1, name: "line", sql: Table.sql),
            Migration(number: 2, name: "stamped line", sql: stampedTable),
        ]
        let store = try Store.open(url, relativeTo: "/", create: true, migrations: migrations)
        defer { try? store.close() }
        try store.migrate()

        let columns = ["id", "employee_id", "code", "paid_on", "amount_minor", "currency"]
        let insert = try Duration.measure {
            _ = try store.write { db in
                try db.insert(into: "line", columns: columns, rows: 0..<rowCount) { i, row in
                    try bind(i, &row)
                }
            }
        }
        let stamped = try Duration.measure {
            _ = try store.write { db in
                let stamp = Stamp(run: 1, person: "ada", at: Instant(microseconds: 0))
                let work = UnitOfWork(connection: db, stamp: stamp, digest: EffectDigest())
                try work.insert(into: "stamped_line", columns: columns, rows: 0..<rowCount) { i, row in
                    try bind(i, &row)
                }
            }
        }
        var sum: Int64 = 0
        let read = try Duration.measure {
            try store.read { db in
                try db.forEach("SELECT id, employee_id, code, paid_on, amount_minor, currency FROM line") { row in
                    sum &+= try row.int(4)
                }
            }
        }
        precondition(sum == (0..<rowCount).reduce(0) { $0 &+ Table.amount($1) }, "the rows read are those written")
        return (insert, stamped, read)
    }

    @inline(__always)
    private static func bind(_ i: Int, _ row: inout RowWriter) throws {
        try row.bind(i)
        try row.bind(Table.employee(i))
        try row.bind(Table.codes[i & 7])
        try row.bind(Table.dates[i % 12])
        try row.bind(Money(minorUnits: Table.amount(i), .gbp))
        try row.bind(Currency.gbp)
    }
}
