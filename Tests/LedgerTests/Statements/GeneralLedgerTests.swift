import Amounts
import Calendars
import CompanyFixtures
import Jobs
import Store
import Testing

@testable import Ledger

/// The general ledger and single entries of a company that trades, on both databases.
@Suite struct GeneralLedgerTests {
    private static func withBooks(_ database: Database, _ body: (TradingBooks, Connection) throws -> Void) throws {
        try database.withStore(DemoCompany.migrations) { store in
            let books = try TradingBooks(months: 13)
            try books.post(to: store)
            try store.read { try body(books, $0) }
        }
    }

    @Test(arguments: Database.available)
    func `each account has its balance before, its postings and an end that is its balance`(database: Database) throws {
        try Self.withBooks(database) { books, connection in
            for days in [day("2025-01-01")...day("2025-01-31"), day("2025-12-01")...day("2026-01-31")] {
                let before = try AccountBalances.balances(before: days.lowerBound, .gbp, in: connection)
                var pages = GeneralLedger.Pages(before: before, .gbp)
                var events: [GeneralLedger.Event] = []
                try GeneralLedger.forEach(days, in: connection) { events += try pages.add($0) }
                events += pages.end()
                var opened: [AccountCode] = []
                var ends: [AccountCode: Money] = [:]
                var postings = 0
                for event in events {
                    switch event {
                    case .opening(let account, let balance):
                        opened.append(account)
                        #expect(balance == before[account] ?? gbp("0"))
                    case .posting(let line, _):
                        #expect(line.account == opened.last && days.contains(line.date))
                        postings += 1
                    case .closing(let account, _, _, let balance): ends[account] = balance
                    }
                }
                #expect(opened == opened.sorted() && Set(opened).count == opened.count)
                let expected = books.entries.filter { days.contains($0.date) }.reduce(0) { $0 + $1.postings.count }
                #expect(postings == expected && postings > 0)
                for movement in try AccountBalances.movements(days, .gbp, in: connection) {
                    #expect(try ends[movement.account] ?? gbp("0") == movement.closing(), "\(movement.account)")
                }
                #expect(try ends.values.map(\.self).sum(.gbp) == gbp("0"))
            }
        }
    }

    @Test(arguments: Database.available)
    func `what moved an account adds up to its debits and credits`(database: Database) throws {
        try Self.withBooks(database) { _, connection in
            let days = day("2025-02-01")...day("2025-06-30")
            for movement in try AccountBalances.movements(days, .gbp, in: connection) {
                let activity = try GeneralLedger.activity(of: movement.account, days, .gbp, in: connection)
                #expect(try activity.map(\.debit).sum(.gbp) == movement.debit)
                #expect(try activity.map(\.credit).sum(.gbp) == movement.credit)
            }
            let bank = try GeneralLedger.activity(of: AccountCode("1200"), days, .gbp, in: connection)
            #expect(
                bank.map { "\($0.journal) \($0.kind) \($0.source ?? "-")" } == [
                    "BNK normal -", "GEN normal -", "SAL normal invoice",
                ])
        }
    }

    @Test(arguments: Database.available)
    func `an entry is found by its number and by its key, with all that is known of it`(database: Database) throws {
        try Self.withBooks(database) { books, connection in
            let first = try #require(try Journal.record(.number(1), in: connection))
            #expect(first.key == "opening/2025" && first.kind == "opening" && first.recordedBy == "ann")
            #expect(first.postings == books.entries[0].postings && first.hash.count == 64)
            #expect(try Journal.record(.key("opening/2025"), in: connection) == first)
            #expect(try Journal.record(.number(9_999_999), in: connection) == nil)
            #expect(Journal.Reference("12") == .number(12) && Journal.Reference("a/12") == .key("a/12"))
            #expect(try Journal.number(ofKey: "rent/2025-02", in: connection) != nil)
            #expect(try Journal.number(reversing: "rent/2025-02", in: connection) == nil)
            var numbers: [Int64] = []
            let days = day("2025-03-01")...day("2025-03-31")
            try Journal.forEachRecord(days, in: connection) { numbers.append($0.number) }
            let extent = try Journal.extent(of: days, in: connection)
            #expect(numbers == numbers.sorted() && numbers.count == Int(extent.entries))
            #expect(numbers.count == books.entries.filter { days.contains($0.date) }.count)
        }
    }
}
