import Amounts
import Calendars
import CompanyFixtures
import Jobs
import Store
import Testing

@testable import Ledger

/// Balances and registers of a small journal, on both databases.
@Suite struct AccountBalancesTests {
    private static func withJournal(_ database: Database, _ body: (Connection) throws -> Void) throws {
        func entry(
            _ key: String, _ date: String, _ kind: JournalEntry.Kind = .normal, _ postings: JournalEntry.Posting...
        ) throws -> JournalEntry {
            try JournalEntry(key: key, kind: kind, date: day(date), description: key, postings: postings)
        }
        let entries = [
            try entry("sale 1", "2025-12-30", .normal, line("1100", gbp("50.00")), line("4000", gbp("-50.00"))),
            try entry("close 2025", "2025-12-31", .closing, line("4000", gbp("50.00")), line("3200", gbp("-50.00"))),
            try entry("open", "2026-01-01", .opening, line("1200", gbp("7.00")), line("3000", gbp("-7.00"))),
            try entry(
                "sale 2", "2026-01-31", .normal, line("1100", usd("30.00"), base: gbp("20.00")),
                line("4000", usd("-30.00"), base: gbp("-20.00"), "a word of its own")),
            try entry(
                "void", "2026-02-01", .adjusting, line("1100", usd("-30.00"), base: gbp("-20.00")),
                line("4000", usd("30.00"), base: gbp("20.00"))),
            try entry(
                "rate", "2026-06-30", .revaluation, line("1200", gbp("3.00")), line("7900", gbp("-3.00"))),
            try entry("close 2026", "2026-12-31", .closing, line("4000", gbp("1.00")), line("3200", gbp("-1.00"))),
        ]
        try database.withStore(DemoCompany.migrations) { store in
            try store.write {
                let stamp = Stamp(run: nil, person: "ann", at: Instant(microseconds: 0))
                try Journal.post(entries, in: UnitOfWork(connection: $0, stamp: stamp, digest: nil))
            }
            try store.read { try body($0) }
        }
    }

    private static func row(_ movement: AccountMovement) throws -> String {
        "\(movement.account): \(movement.opening.minorUnits) +\(movement.debit.minorUnits) -\(movement.credit.minorUnits)"
            + " closed \(movement.closingEntries.minorUnits) revalued \(movement.revaluation.minorUnits) = \(try movement.closing().minorUnits)"
    }

    @Test(arguments: Database.available)
    func `movements tell what was before, what moved, and what only opened or closed`(database: Database) throws {
        try Self.withJournal(database) { connection in
            func rows(_ first: String, _ last: String) throws -> [String] {
                try AccountBalances.movements(day(first)...day(last), .gbp, in: connection).map(Self.row)
            }
            let january = try rows("2026-01-01", "2026-01-31")
            #expect(
                january == [
                    "1100: 5000 +2000 -0 closed 0 revalued 0 = 7000", "1200: 700 +0 -0 closed 0 revalued 0 = 700",
                    "3000: -700 +0 -0 closed 0 revalued 0 = -700", "3200: -5000 +0 -0 closed 0 revalued 0 = -5000",
                    "4000: 0 +0 -2000 closed 0 revalued 0 = -2000",
                ])
            let year = try rows("2026-01-01", "2026-12-31")
            #expect(
                year == [
                    "1100: 5000 +2000 -2000 closed 0 revalued 0 = 5000",
                    "1200: 700 +300 -0 closed 0 revalued 300 = 1000",
                    "3000: -700 +0 -0 closed 0 revalued 0 = -700", "3200: -5000 +0 -0 closed -100 revalued 0 = -5100",
                    "4000: 0 +2000 -2000 closed 100 revalued 0 = 100",
                    "7900: 0 +0 -300 closed 0 revalued -300 = -300",
                ])
            let before = try rows("2025-01-01", "2025-12-31")
            #expect(
                before == [
                    "1100: 0 +5000 -0 closed 0 revalued 0 = 5000", "3200: 0 +0 -0 closed -5000 revalued 0 = -5000",
                    "4000: 0 +0 -5000 closed 5000 revalued 0 = 0",
                ])
            let none = try rows("2024-01-01", "2024-12-31")
            #expect(none == [])
        }
    }

    @Test(arguments: Database.available)
    func `the register has the postings of an account in the order in which they count`(database: Database) throws {
        try Self.withJournal(database) { connection in
            var lines: [String] = []
            try AccountRegister.forEach(
                of: AccountCode("4000"), day("2026-01-01")...day("2026-06-30"), in: connection
            ) { lines.append("\($0.date) \($0.entry) \($0.key): \($0.description), \($0.amount), \($0.base)") }
            #expect(
                lines == [
                    "2026-01-31 4 sale 2: a word of its own, USD -30.00, GBP -20.00",
                    "2026-02-01 5 void: void, USD 30.00, GBP 20.00",
                ])
        }
    }
}
