import Amounts
import Calendars
import CompanyFixtures
import Store
import TestSupport
import Testing

@testable import Ledger

/// Snapshots of random books say what the journal adds up to, for any stretch of time.
@Suite struct PeriodSnapshotTests {
    private static let accounts = ["1001", "1200", "2300", "4000", "7100", "7900"]

    /// Entries of every kind from April 2026 to March 2027, in two currencies and with dimensions.
    private static func entries(_ count: Int, seed: UInt64) throws -> [JournalEntry] {
        var random = SplitMix64(state: seed)
        return try (0..<count).map { number in
            let date = day("2026-04-01").adding(days: Int.random(in: 0...364, using: &random))
            let isLastDay = date == day("2026-12-31")
            let kind: JournalEntry.Kind =
                switch Int.random(in: 0...19, using: &random) {
                case 0: .opening
                case 1: .revaluation
                case 2 where isLastDay: .closing
                default: .normal
                }
            let amount = Money(minorUnits: Int64.random(in: -500_00...500_00, using: &random) | 1, .gbp)
            let isForeign = Bool.random(using: &random)
            let dimensions = Dimensions(costCentre: Bool.random(using: &random) ? "N" : nil)
            let pair = accounts.shuffled(using: &random).prefix(2).map { AccountCode($0) }
            func posting(_ account: AccountCode, _ base: Money) throws -> JournalEntry.Posting {
                JournalEntry.Posting(
                    account: account,
                    amount: isForeign ? Money(minorUnits: base.minorUnits * 2, .usd) : base, base: base,
                    dimensions: dimensions, description: "")
            }
            return try JournalEntry(
                key: "e/\(number)", kind: kind, date: date, description: "",
                postings: [posting(pair[0], amount), posting(pair[1], amount.negated())])
        }
    }

    private static func text(_ movements: [AccountMovement]) -> [String] {
        movements.map {
            "\($0.account) \($0.opening) +\($0.debit) -\($0.credit) closed \($0.closingEntries) revalued \($0.revaluation)"
        }
    }

    private func expectSame(_ books: ClosingBooks, _ what: String, seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let month = { (number: Int) in day("2026-01-01").adding(months: number) }
        var ranges = [
            CalendarDate.earliest...CalendarDate.latest, day("2026-04-01")...day("2026-12-31"),
            day("2026-12-01")...day("2026-12-31"), day("2026-12-31")...day("2026-12-31"),
            day("2027-01-01")...day("2027-01-31"), CalendarDate.earliest...day("2026-03-31"),
        ]
        for number in 3..<15 { ranges.append(month(number)...month(number + 1).adding(days: -1)) }
        for _ in 0..<30 {
            let first = day("2026-03-15").adding(days: Int.random(in: 0...400, using: &random))
            ranges.append(first...first.adding(days: Int.random(in: 0...400, using: &random)))
        }
        try books.store.read { connection in
            for range in ranges {
                let fast = try AccountBalances.movements(range, .gbp, in: connection)
                let slow = try AccountBalances.recomputedMovements(range, .gbp, in: connection)
                #expect(Self.text(fast) == Self.text(slow), "\(what), \(range), seed \(seed)")
            }
        }
    }

    @Test(arguments: Database.available, [UInt64(1), 2, 3])
    func `movements from snapshots and the rest are those of the journal`(database: Database, seed: UInt64) throws {
        try ClosingBooks.with(database) { books in
            try books.write { try Journal.post(Self.entries(400, seed: seed), in: $0) }
            try expectSame(books, "no snapshot", seed: seed)
            var taken: [String] = []
            for period in [
                "2026-P04", "2026-P05", "2026-P06", "2026-P08", "2026-P11", "2026-P12", "2027-P01", "2027-P02",
            ] {
                try books.write { _ = try PeriodSnapshots.take(books.fiscal(period), in: $0) }
                taken.append(period)
                if taken.count.isMultiple(of: 3) { try expectSame(books, "\(taken)", seed: seed) }
            }
            try books.write { _ = try PeriodSnapshots.take(books.fiscal("2026-P13"), in: $0) }
            try expectSame(books, "with period 13", seed: seed)
            #expect(try books.problems() == [])
            // The rows of every snapshot begin with what the one before it ended with.
            #expect(try books.snapshots().count == 9)
        }
    }

    @Test(arguments: Database.available)
    func `a snapshot counts until something is posted in its period or before it`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            try books.post(ClosingBooks.sale("a", "2026-04-30"), ClosingBooks.sale("b", "2026-05-31"))
            for period in ["2026-P04", "2026-P05", "2026-P06"] {
                try books.write { _ = try PeriodSnapshots.take(books.fiscal(period), in: $0) }
            }
            try books.post(ClosingBooks.sale("c", "2026-07-01"))
            #expect(try books.snapshots().map(\.period) == ["2026-P04", "2026-P05", "2026-P06"])
            try books.post(ClosingBooks.sale("d", "2026-05-01"))
            #expect(try books.snapshots().map(\.period) == ["2026-P04"])
            try books.write { _ = try PeriodSnapshots.take(books.fiscal("2026-P05"), in: $0) }
            #expect(try books.snapshots().map(\.version) == [1, 2])
            // The same balances have the same digest, whoever takes them and when.
            let before = try books.snapshots()
            try books.write(as: "bob", at: ClosingBooks.now.adding(seconds: 60)) {
                _ = try PeriodSnapshots.take(books.fiscal("2026-P05"), in: $0)
            }
            #expect(try books.snapshots().map(\.digest) == before.map(\.digest))
            #expect(try books.problems() == [])
        }
    }

    @Test(arguments: Database.available)
    func `a balance that was changed in the store is found`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            try books.post(ClosingBooks.sale("a", "2026-04-30"))
            try books.write { _ = try PeriodSnapshots.take(books.fiscal("2026-P04"), in: $0) }
            #expect(throws: StoreError.appendOnly(table: "period_balance")) {
                try books.store.write { _ = try $0.execute("UPDATE period_balance SET debit_base = 1") }
            }
            var problems: [String] = []
            try? books.store.write { connection in
                try database.withoutRules(in: connection) {
                    try connection.execute("UPDATE period_balance SET opening_base = 5, debit_base = debit_base - 5")
                    try PeriodSnapshots.verify(in: connection) { problems.append($0) }
                    throw CancellationError()
                }
            }
            #expect(problems == ["the snapshot of 2026-P04 is not what was written down"])
        }
    }
}
