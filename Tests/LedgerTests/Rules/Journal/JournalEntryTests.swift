import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Ledger

@Suite struct JournalEntryTests {
    private static let day = CalendarDate("2026-04-28") ?? .earliest

    private static func posting(
        _ account: String, _ minorUnits: Int64, _ currency: Currency = .gbp, base: Int64? = nil
    ) -> JournalEntry.Posting {
        JournalEntry.Posting(
            account: AccountCode(account), amount: Money(minorUnits: minorUnits, currency),
            base: base.map { Money(minorUnits: $0, .gbp) }, description: "pay")
    }

    private static func entry(_ postings: [JournalEntry.Posting]) throws -> JournalEntry {
        try JournalEntry(key: "test/1", date: day, description: "Test", postings: postings)
    }

    @Test func `a balanced entry keeps its postings in order, without those of nothing`() throws {
        let entry = try Self.entry([
            Self.posting("7000", 300), Self.posting("7001", 0), Self.posting("2220", -200), Self.posting("2210", -100),
        ])
        #expect(entry.postings.map(\.account.rawValue) == ["7000", "2220", "2210"])
    }

    @Test func `an unbalanced entry cannot be made, and says by how much`() throws {
        let error = #expect(throws: LedgerError.self) {
            try Self.entry([Self.posting("7000", 300), Self.posting("2220", -299)])
        }
        #expect(error == .unbalanced(key: "test/1", difference: Money(minorUnits: 1, .gbp)))
        #expect(
            error?.failure.summary == "The entry test/1 does not balance: debits exceed credits by GBP 0.01.")
    }

    @Test func `each currency balances by itself`() throws {
        let eur = try #require(Currency("EUR"))
        #expect(throws: LedgerError.self) {
            try Self.entry([Self.posting("7000", 300), Self.posting("2220", -300, eur)])
        }
        #expect(
            try Self.entry([
                Self.posting("7000", 300), Self.posting("1200", 5, eur, base: 4), Self.posting("2220", -300),
                Self.posting("1200", -5, eur, base: -4),
            ]).postings.count == 4)
    }

    @Test func `an entry of nothing cannot be made`() {
        #expect(throws: LedgerError.empty(key: "test/1")) { try Self.entry([]) }
        #expect(throws: LedgerError.empty(key: "test/1")) { try Self.entry([Self.posting("7000", 0)]) }
    }

    @Test func `sums beyond 64 bits are an error, not a balance`() {
        #expect(throws: ArithmeticError.overflow) {
            try Self.entry((0..<1_000).map { Self.posting("\($0)", 10_000_000_000_000_000) })
        }
    }
}
