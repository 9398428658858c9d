import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Ledger

@Suite struct AgingTests {
    private static func item(
        _ id: Int64, _ amount: Money, base: String? = nil, due: String, date: String = "2026-01-01",
        party: String = "C1"
    ) -> OpenItem {
        OpenItem(
            id: OpenItem.ID(id), account: AccountCode("1100"), party: Party(.customer, party), amount: amount,
            base: base.map(gbp) ?? amount, date: day(date), due: day(due))
    }

    private static func part(_ item: Int64, _ amount: Money, base: String, date: String) -> SettledPart {
        SettledPart(
            settlement: "p/\(item)/\(date)", item: OpenItem.ID(item), kind: .match, counterpart: nil, amount: amount,
            base: gbp(base), date: day(date))
    }

    @Test(arguments: [
        ("2026-05-01", 0), ("2026-04-30", 0), ("2026-04-29", 1), ("2026-03-31", 1), ("2026-03-30", 2),
        ("2026-03-01", 2), ("2026-02-28", 3), ("2026-01-30", 3), ("2026-01-29", 4), ("2020-01-01", 4),
    ])
    func `an item is in the bucket of its days overdue`(due: String, bucket: Int) throws {
        let aging = try Aging(
            of: [Self.item(1, gbp("10"), due: due)], settled: [], on: day("2026-04-30"), baseCurrency: .gbp)
        var expected = Array(repeating: gbp("0"), count: 5)
        expected[bucket] = gbp("10")
        #expect(aging.rows.first?.open == expected)
    }

    @Test func `an aging shows what was open on its day, by party and currency`() throws {
        let items = [
            Self.item(1, gbp("100"), due: "2026-02-01"), Self.item(2, usd("50"), base: "40", due: "2026-03-15"),
            Self.item(3, gbp("-30"), due: "2026-04-10"), Self.item(4, gbp("9"), due: "2026-05-30", date: "2026-05-01"),
            Self.item(5, gbp("7"), due: "2026-05-30", party: "A9"), Self.item(6, gbp("5"), due: "2026-01-01"),
        ]
        let parts = [
            Self.part(1, gbp("60"), base: "60", date: "2026-03-31"),
            Self.part(2, usd("25"), base: "20", date: "2026-05-02"),
            Self.part(6, gbp("5"), base: "5", date: "2026-02-01"),
            Self.part(6, gbp("-5"), base: "-5", date: "2026-04-30"),
        ]
        func rows(_ date: String) throws -> [String] {
            try Aging(of: items, settled: parts, on: day(date), baseCurrency: .gbp).rows.map { row in
                "\(row.party.id) \(row.currency) " + row.open.map(\.plainText).joined(separator: " ")
                    + " = \(row.total.plainText) (\(row.totalBase.plainText))"
            }
        }
        #expect(
            try rows("2026-04-30") == [
                "A9 GBP 7.00 0.00 0.00 0.00 0.00 = 7.00 (7.00)",
                "C1 GBP 0.00 -30.00 0.00 40.00 5.00 = 15.00 (15.00)",
                "C1 USD 0.00 0.00 50.00 0.00 0.00 = 50.00 (40.00)",
            ])
        // Before any of it was paid, and after.
        #expect(
            try rows("2026-03-30") == [
                "A9 GBP 7.00 0.00 0.00 0.00 0.00 = 7.00 (7.00)",
                "C1 GBP -30.00 0.00 100.00 0.00 0.00 = 70.00 (70.00)",
                "C1 USD 0.00 50.00 0.00 0.00 0.00 = 50.00 (40.00)",
            ])
        #expect(try rows("2026-05-02").last == "C1 USD 0.00 0.00 25.00 0.00 0.00 = 25.00 (20.00)")
        #expect(try rows("2025-12-31").isEmpty)
        let totals = try Aging(of: items, settled: parts, on: day("2026-04-30"), baseCurrency: .gbp)
            .totals(of: AccountCode("1100"))
        #expect(totals == ["7", "-30", "40", "40", "5"].map(gbp))
    }

    @Test func `buckets are declared by their last days`() throws {
        let buckets = try Aging.Buckets([10, 45])
        #expect(buckets.labels == ["not due", "1–10", "11–45", "over 45"])
        #expect(Aging.Buckets.standard.labels == ["not due", "1–30", "31–60", "61–90", "over 90"])
        let aging = try Aging(
            of: [Self.item(1, gbp("10"), due: "2026-04-01")], settled: [], on: day("2026-04-30"), buckets: buckets,
            baseCurrency: .gbp)
        #expect(aging.rows.first?.open == ["0", "0", "10", "0"].map(gbp))
        for wrong in [[30, 30], [60, 30], [0], [-1], Array(1...24)] {
            #expect(throws: Failure.self, "\(wrong)") { try Aging.Buckets(wrong) }
        }
    }
}
