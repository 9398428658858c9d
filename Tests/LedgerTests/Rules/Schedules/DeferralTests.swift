import Amounts
import Calendars
import Diagnostics
import TestSupport
import Testing

@testable import Ledger

@Suite struct DeferralTests {
    @Test func `what a month recognises is as in the tests of the Odoo community`() throws {
        guard let rows = try Vectors.rows("accounting/deferral_cutoff.csv") else {
            print("skipped: there is no accounting/deferral_cutoff.csv")
            return
        }
        for (name, rows) in Dictionary(grouping: rows, by: { $0["case"] ?? "" }) {
            let first = try #require(rows.first)
            let deferral = try Deferral(
                amount: eur(first["amount"] ?? ""),
                service: day(first["service_start"] ?? "")...day(first["service_end"] ?? ""),
                method: first["method"] == "by days" ? .days : .months)
            let computed = try deferral.rows().map { "\($0.date.description.prefix(7)) \($0.amount.plainText)" }
            #expect(computed == rows.map { "\($0["month"] ?? "") \($0["expected_recognised"] ?? "")" }, "\(name)")
        }
    }

    @Test(arguments: [
        ("2023-01-31", "91"), ("2023-03-31", "91"), ("2023-04-01", "90"), ("2023-04-30", "61"), ("2023-05-10", "51"),
        ("2023-06-29", "1"), ("2023-06-30", "0"), ("2024-01-01", "0"),
    ])
    func `what is still deferred is known on any day`(date: String, remaining: String) throws {
        let deferral = try Deferral(amount: eur("91"), service: day("2023-04-01")...day("2023-06-30"), method: .days)
        #expect(try deferral.remaining(after: day(date)) == eur(remaining))
    }

    @Test func `a credit note is the mirror of its invoice`() throws {
        let service = day("2024-01-17")...day("2025-01-16")
        for method in Deferral.Method.allCases {
            let rows = try Deferral(amount: eur("1000"), service: service, method: method).rows()
            let mirror = try Deferral(amount: eur("-1000"), service: service, method: method).rows()
            #expect(try mirror.map { try $0.amount.negated() } == rows.map(\.amount))
            #expect(rows.count == 13)
            #expect(rows.first?.date == day("2024-01-31") && rows.last?.date == day("2025-01-31"))
        }
    }

    @Test func `a few cents over many months are spread without going beyond them`() throws {
        let deferral = try Deferral(
            amount: eur("0.18"), service: day("2024-01-01")...day("2026-12-31"), method: .months)
        let rows = try deferral.rows()
        #expect(rows.map(\.amount.minorUnits) == Array(repeating: 1, count: 18))
        #expect(rows.last?.accumulated == eur("0.18"))
    }

    @Test func `a service of one day is recognised in its month, and one without end is refused`() throws {
        let rows = try Deferral(amount: eur("5"), service: day("2024-02-01")...day("2024-02-01"), method: .days).rows()
        #expect(rows == [ScheduleRow(number: 1, date: day("2024-02-29"), amount: eur("5"), accumulated: eur("5"))])
        #expect(throws: Failure.self) {
            try Deferral(amount: eur("5"), service: day("2024-02-01")...day("2124-02-01"), method: .days)
        }
    }

    @Test func `every deferral adds up, and what remains goes down to nothing`() throws {
        var numbers = Numbers(seed: 11)
        for _ in 0..<500 {
            let amount = Money(minorUnits: numbers.amount(-1_000_000...1_000_000), .eur)
            let start = day("2023-01-01").adding(days: numbers.below(800))
            let service = start...start.adding(days: numbers.below(900))
            let deferral = try Deferral(
                amount: amount, service: service, method: numbers.below(2) == 0 ? .days : .months)
            let rows = try deferral.rows()
            #expect(try rows.map(\.amount).sum(.eur) == amount)
            var recognised = Money.zero(.eur)
            for row in rows {
                recognised = try recognised + row.amount
                #expect(try deferral.remaining(after: row.date) == amount - recognised)
            }
        }
    }
}
