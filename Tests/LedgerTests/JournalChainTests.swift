import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Jobs
import Store
import TestSupport
import Testing

@testable import Ledger

/// The journal's constraints and its chain, on both databases.
@Suite struct JournalChainTests {
    private static func withStore<T>(_ database: Database, _ body: (Store) throws -> T) throws -> T {
        try database.withStore(DemoCompany.migrations, body)
    }

    private static let stamp = Stamp(run: nil, person: "ann", at: Instant(microseconds: 1_777_356_000_000_000))

    private static func post(_ entries: [JournalEntry], in store: Store) throws -> [Int64] {
        try store.write { try Journal.post(entries, in: UnitOfWork(connection: $0, stamp: stamp, digest: nil)) }
    }

    private static func problems(_ connection: Connection) throws -> [String] {
        var problems: [String] = []
        try Journal.check(in: connection, report: { problems.append($0) })
        return problems
    }

    /// Entries that have every field, and one that reverses another.
    private static func entries() throws -> [JournalEntry] {
        let sale = try JournalEntry(
            key: "invoice/42", journal: .sales, date: day("2026-04-03"), documentDate: day("2026-03-31"),
            source: .init(type: "invoice", id: "42"), description: "Invoice 42 \u{2014} Müller",
            postings: [
                line(
                    "1100", usd("120.00"), base: gbp("100.00"), party: Party(.customer, "C7"), due: day("2026-05-01"),
                    "to be paid"),
                line(
                    "4000", usd("-120.00"), base: gbp("-100.00"),
                    dimensions: Dimensions(costCentre: "NORTH", project: "P1"), "sold"),
            ])
        let plain = try JournalEntry(
            key: "by hand/1", kind: .adjusting, date: day("2026-04-30"), description: "",
            postings: [line("7000", gbp("1.00")), line("2220", gbp("-0.40")), line("2230", gbp("-0.60"))])
        return [sale, plain, try sale.reversed(on: day("2026-05-01"), key: "invoice/42/void")]
    }

    @Test(arguments: Database.available)
    func `entries are read as they were posted, and are posted once`(database: Database) throws {
        try Self.withStore(database) { store in
            let entries = try Self.entries()
            #expect(try Self.post([], in: store) == [])
            #expect(try Self.post(Array(entries.prefix(1)), in: store) == [1])
            // Among those that were posted before, and one that comes twice.
            #expect(try Self.post([entries[1]] + entries + [entries[2]], in: store) == [2, 1, 2, 3, 3])
            let found = try store.read { try Journal.find(keys: entries.map(\.key) + ["none"], in: $0) }
            #expect(found.count == 3 && entries.allSatisfy { found[$0.key]?.entry == $0 })
            let problems = try store.read { try Self.problems($0) }
            #expect(problems == [])
        }
    }

    @Test(arguments: Database.available)
    func `an entry is undone once, and one key is one entry`(database: Database) throws {
        try Self.withStore(database) { store in
            let entries = try Self.entries()
            _ = try Self.post(entries, in: store)
            let again = try entries[0].reversed(on: day("2026-05-02"), key: "invoice/42/void again")
            #expect(throws: StoreError.self) { try Self.post([again], in: store) }
            let other = try JournalEntry(
                key: "by hand/1", date: day("2026-04-30"), description: "other", postings: entries[1].postings)
            #expect(throws: LedgerError.alreadyPostedDifferently(key: "by hand/1", entry: 2)) {
                try Self.post([other], in: store)
            }
            let one = try JournalEntry(
                key: "x", date: day("2026-04-30"), description: "1", postings: entries[1].postings)
            let two = try JournalEntry(
                key: "x", date: day("2026-04-30"), description: "2", postings: entries[1].postings)
            #expect(throws: LedgerError.givenTwice(key: "x")) { try Self.post([one, two], in: store) }
            #expect(try Self.post([one], in: store) == [4])
        }
    }

    /// Rows of an entry 1 as somebody else's program would write them.
    private enum Rows {
        static let open = "UPDATE journal_head SET open_batch = 1"
        static let header = """
            INSERT INTO journal_entry (entry_number, entry_key, journal, kind, entry_date, document_date, period,
                description, base_currency, posting_count, recorded_by, recorded_at, hash_version, hash)
            VALUES (1, 'a', 'GEN', 'normal', '2026-04-01', '2026-04-01', '', '', 'GBP', 2, 'ann', 1, 1, 'x')
            """

        static func line(
            _ number: Int, _ currency: String, _ amount: Int64, _ base: Int64, of entry: Int = 1,
            on date: String = "2026-04-01"
        ) -> String {
            """
            INSERT INTO posting (entry_number, line, entry_date, account, currency, amount_minor, base_minor, description)
            VALUES (\(entry), \(number), '\(date)', '1000', '\(currency)', \(amount), \(base), '')
            """
        }

        static func close(at number: Int = 1, hash: String = "x") -> String {
            "UPDATE journal_head SET entry_number = \(number), hash = '\(hash)', open_batch = NULL"
        }

        static let balanced = [line(1, "GBP", 5, 5), line(2, "GBP", -5, -5)]
    }

    @Test(arguments: Database.available)
    func `the database itself refuses what does not balance, and lines for an entry that stands`(
        database: Database
    ) throws {
        typealias R = Rows
        func batch(_ rows: [String], _ close: String = R.close()) -> [String] {
            [R.open, R.header] + rows + [close]
        }
        let good = batch(R.balanced)
        let cases: [(rule: String?, statements: [String])] = [
            (nil, good),
            ("balances", batch([R.line(1, "GBP", 5, 5), R.line(2, "GBP", -6, -5)])),
            ("balances", batch([R.line(1, "USD", 5, 5), R.line(2, "EUR", -5, -5)])),
            ("balances_in_base", batch([R.line(1, "USD", 5, 5), R.line(2, "USD", -5, -4)])),
            // As many lines as there are to be, but not of each entry.
            (
                "balances_in_base",
                [R.open, R.header, R.header.replacing("(1, 'a'", with: "(2, 'b'")]
                    + [R.line(1, "GBP", 0, 0)] + (1...3).map { R.line($0, "GBP", 0, 0, of: 2) } + [R.close(at: 2)]
            ),
            ("has_all_its_lines", batch([])),
            (
                "lines_agree_with_their_entry",
                batch([R.line(1, "GBP", 5, 5), R.line(2, "GBP", -5, -5, on: "2026-04-02")])
            ),
            ("lines_agree_with_their_entry", batch((1...2).map { R.line($0, "GBP", 0, 0, of: 2) })),
            ("numbers_have_no_gaps", batch(R.balanced, R.close(at: 2))),
            (
                "numbers_have_no_gaps",
                [R.open, R.header.replacing("(1, 'a'", with: "(2, 'a'")]
                    + [R.line(1, "GBP", 5, 5, of: 2), R.line(2, "GBP", -5, -5, of: 2), R.close(at: 2)]
            ),
            ("has_the_hash_of_its_last_entry", batch(R.balanced, R.close(hash: "y"))),
            // Outside of a batch.
            ("is_of_an_open_batch", [R.header]), ("is_of_an_open_batch", [R.line(1, "GBP", 0, 0)]),
            ("is_of_an_open_batch", good + [R.line(3, "GBP", 0, 0)]),
            (
                "is_of_an_open_batch",
                good + ["UPDATE journal_head SET open_batch = 2", R.line(3, "GBP", 0, 0)]
            ),
            ("moves_with_its_batch", [R.close(at: 7)]), ("moves_with_its_batch", [R.close(at: 0, hash: "y")]),
        ]
        try Self.withStore(database) { store in
            for (rule, statements) in cases.reversed() {
                var violation: ConstraintViolation?
                do {
                    try store.write { connection in for sql in statements { try connection.execute(sql) } }
                } catch StoreError.constraint(let found) {
                    violation = found
                }
                #expect(violation?.constraint == rule, "\(statements)")
            }
        }
    }

    @Test(arguments: Database.available)
    func `a transaction cannot leave a batch open`(database: Database) throws {
        try Self.withStore(database) { store in
            let attempts = [
                [Rows.open], [Rows.open, Rows.header] + Rows.balanced,
                ["UPDATE journal_head SET open_batch = 2"],
                ["INSERT INTO journal_batch_left_open (open_batch) VALUES (1)"],
            ]
            for statements in attempts {
                #expect(throws: StoreError.self, "\(statements)") {
                    try store.write { connection in for sql in statements { try connection.execute(sql) } }
                }
            }
            let numbers = try Self.post(Array(Self.entries().prefix(1)), in: store)
            #expect(numbers == [1])
        }
    }

    /// Every column, and what is put into it of entry 2 behind the journal's back.
    private static let tampering: [String] = [
        "journal_entry SET entry_key = 'other'", "journal_entry SET journal = 'SAL'",
        "journal_entry SET kind = 'normal'", "journal_entry SET entry_date = '2026-04-29'",
        "journal_entry SET document_date = '2026-04-29'", "journal_entry SET period = '2026-P05'",
        "journal_entry SET source_type = 'a', source_id = 'b'", "journal_entry SET reverses = 'by hand/1'",
        "journal_entry SET description = ' '", "journal_entry SET base_currency = 'USD'",
        "journal_entry SET posting_count = 2", "journal_entry SET run_id = 7",
        "journal_entry SET recorded_by = 'bob'", "journal_entry SET recorded_at = recorded_at + 1",
        "journal_entry SET hash_version = 2", "journal_entry SET hash = 'x'",
        "posting SET line = line + 10", "posting SET entry_date = '2026-04-29'",
        "posting SET account = account || '1'", "posting SET currency = 'EUR'",
        "posting SET amount_minor = -amount_minor", "posting SET base_minor = -base_minor",
        "posting SET party_kind = 'customer', party_id = 'C1'", "posting SET party_kind = 'nobody', party_id = 'C1'",
        "posting SET cost_centre = 'N'", "posting SET project = 'P'", "posting SET due_date = '2026-05-01'",
        "posting SET description = 'x'", "posting SET run_id = 7",
    ]

    @Test(arguments: Database.available)
    func `whatever is changed in a posted row is found, and its entry named`(database: Database) throws {
        try Self.withStore(database) { store in
            _ = try Self.post(try Self.entries(), in: store)
            let removals = ["posting", "journal_entry"].map {
                "DELETE FROM \($0) WHERE entry_number = 2"
            }
            for damage in Self.tampering.map({ "UPDATE \($0) WHERE entry_number = 2" }) + removals {
                struct Undo: Error {}
                var problems: [String] = []
                #expect(throws: Undo.self, "\(damage)") {
                    try store.write { connection in
                        try database.withoutRules(in: connection) { try connection.execute(damage) }
                        do {
                            problems = try Self.problems(connection)
                        } catch let error as StoreError {
                            problems = ["2 \(error)"]
                        }
                        throw Undo()
                    }
                }
                let isRemoval = damage.hasPrefix("DELETE FROM journal_entry")
                #expect(
                    problems.first?.contains(isRemoval ? "follows entry 1: a number is missing" : "2") == true,
                    "\(damage): \(problems)")
            }
            let problems = try store.read { try Self.problems($0) }
            #expect(problems == [])
        }
    }
}
