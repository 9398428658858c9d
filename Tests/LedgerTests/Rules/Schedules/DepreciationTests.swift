import Amounts
import Calendars
import Diagnostics
import TestSupport
import Testing

@testable import Ledger

@Suite struct DepreciationTests {
    /// Every schedule of the tests of ERPNext.
    @Test func `schedules are those of ERPNext`() throws {
        guard let rows = try Vectors.rows("accounting/depreciation_schedules.csv") else {
            print("skipped: there is no accounting/depreciation_schedules.csv")
            return
        }
        let cases = Dictionary(grouping: rows) { $0["case"] ?? "" }
        #expect(cases.count >= 18)
        for (name, rows) in cases {
            let first = try #require(rows.first)
            let expected = rows.map {
                "\($0["entry_date"] ?? "") \($0["depreciation"] ?? "") \($0["accumulated"] ?? "")"
            }
            let computed = try Self.plan(first).rows().map {
                "\($0.date) \($0.amount.plainText) \($0.accumulated.plainText)"
            }
            #expect(computed == expected, "\(name)")
        }
    }

    private static func plan(_ row: [String: String]) throws -> DepreciationPlan {
        let isDaily = row["daily_prorata"] != "no"
        let rate = Rate((row["rate_percent"] ?? "") + "%")
        let method: DepreciationPlan.Method =
            switch row["method"] {
            case "straight_line" where row["daily_prorata"] == "yes, total days": .straightLineByDaysOfLife
            case "straight_line": isDaily ? .straightLineByDaysOfYear : .straightLine
            default: isDaily ? .decliningBalanceByDays(try #require(rate)) : .decliningBalance(try #require(rate))
            }
        return try DepreciationPlan(
            cost: usd(row["cost"] ?? ""), salvage: usd(row["salvage"] ?? ""),
            inUseFrom: day(row["available_for_use"] ?? ""), firstDate: day(row["first_schedule_date"] ?? ""),
            count: try #require(Int(row["number_of_depreciations"] ?? "")),
            monthsBetween: try #require(Int(row["months_between"] ?? "")), method: method,
            openingCount: try #require(Int(row["opening_count"] ?? "")),
            openingAccumulated: usd(row["opening_accumulated"] ?? ""))
    }

    private static func plan(
        _ cost: String, salvage: String = "0", from start: String, first: String, count: Int, months: Int,
        _ method: DepreciationPlan.Method, opening: (Int, String) = (0, "0"), cycle: AnnualCycle = .calendarYear
    ) throws -> DepreciationPlan {
        try DepreciationPlan(
            cost: usd(cost), salvage: usd(salvage), inUseFrom: day(start), firstDate: day(first), count: count,
            monthsBetween: months, method: method, openingCount: opening.0, openingAccumulated: usd(opening.1),
            cycle: cycle)
    }

    /// IRS, Publication 946, tables A-1 (half-year convention): 5-year property, and 3-year property at 66.667%; and a full
    /// first year.
    @Test(arguments: [
        ("2028-07-02", 5, "0.4", ["20000.00", "32000.00", "19200.00", "11520.00", "11520.00", "5760.00"]),
        ("2028-07-02", 3, "0.66667", ["33333.50", "44444.56", "14814.70", "7407.24"]),
        ("2028-01-01", 5, "0.4", ["40000.00", "24000.00", "14400.00", "10800.00", "10800.00"]),
    ])
    func `a declining balance becomes straight where that is more`(
        start: String, count: Int, rate: String, amounts: [String]
    ) throws {
        let rows = try Self.plan(
            "100000", from: start, first: "2028-12-31", count: count, months: 12,
            .decliningThenStraightLine(try #require(Rate(rate)))
        ).rows()
        #expect(rows.map(\.amount.plainText) == amounts)
    }

    @Test func `a declining balance that becomes straight stops at the salvage value`() throws {
        let rows = try Self.plan(
            "100000", salvage: "10000", from: "2026-01-01", first: "2026-12-31", count: 5, months: 12,
            .decliningThenStraightLine(try #require(Rate("0.4")))
        ).rows()
        #expect(rows.map(\.amount.plainText) == ["40000.00", "24000.00", "14400.00", "8640.00", "2960.00"])
    }

    @Test func `sum of digits gives each year its part of the sum`() throws {
        let rows = try Self.plan(
            "16000", salvage: "1000", from: "2026-01-01", first: "2026-12-31", count: 5, months: 12, .sumOfDigits
        ).rows()
        #expect(rows.map(\.amount.plainText) == ["5000.00", "4000.00", "3000.00", "2000.00", "1000.00"])
    }

    @Test func `sum of digits divides each year of use between the two years of the books it falls into`() throws {
        // In use for half of 2026: 184 of 365 days.
        let rows = try Self.plan(
            "6000", from: "2026-07-01", first: "2026-12-31", count: 3, months: 12, .sumOfDigits
        ).rows()
        // 3000, 2000 and 1000 by years of use: 184/365 of the first, the rest of it and 184/365 of the second, …
        #expect(rows.map(\.amount.plainText) == ["1512.33", "2495.89", "1495.89", "495.89"])
        #expect(rows.map(\.date) == ["2026-12-31", "2027-12-31", "2028-12-31", "2029-07-01"].map(day))
    }

    @Test func `what was booked before leaves the rows that follow as they were`() throws {
        for method in [
            DepreciationPlan.Method.straightLine, .sumOfDigits, .decliningBalance(try #require(Rate("40%"))),
            .decliningThenStraightLine(try #require(Rate("30%"))),
        ] {
            for start in ["2026-01-01", "2026-04-12"] {
                let all = try Self.plan(
                    "9999.99", salvage: "100", from: start, first: "2026-12-31", count: 6, months: 12, method
                ).rows()
                let rest = try Self.plan(
                    "9999.99", salvage: "100", from: start, first: "2028-12-31", count: 6, months: 12, method,
                    opening: (2, all[1].accumulated.plainText)
                ).rows()
                #expect(rest.map(\.amount) == all.dropFirst(2).map(\.amount), "\(method) \(start)")
                #expect(rest.map(\.date) == all.dropFirst(2).map(\.date))
                #expect(rest.map(\.number) == Array(1...rest.count))
            }
        }
    }

    @Test func `by days of the year, a row that spans two years takes from each`() throws {
        // A year's part is 3660; 92 days of 2027 (365) and 60 of 2028 (366), and so on to 30 June.
        let rows = try Self.plan(
            "7320", from: "2027-10-01", first: "2028-02-29", count: 4, months: 6, .straightLineByDaysOfYear
        ).rows()
        #expect(rows.first?.amount == usd("1522.52"))  // 3660 × (92/365 + 60/366)
        #expect(try rows.map(\.amount).sum(.usd) == usd("7320"))
    }

    @Test func `by days, the year is that of the books`() throws {
        let april = try #require(AnnualCycle(startMonth: 4, startDay: 1))
        let rate = try #require(Rate("40%"))
        let rows = try Self.plan(
            "100000", from: "2021-02-20", first: "2021-03-31", count: 6, months: 3, .decliningBalanceByDays(rate),
            cycle: april
        ).rows()
        // The value at the start of April, and the 365 days to 31 March 2022.
        #expect(rows[1].amount == usd("9535.45"))  // (100000 − 4383.56) × 40% × 91/365
    }

    @Test(arguments: [(3, "0.66667"), (5, "0.4"), (2, "1"), (1, "1"), (7, "0.28571")])
    func `double declining is twice the straight-line rate`(count: Int, rate: String) throws {
        #expect(try DepreciationPlan.doubleDecliningRate(count: count) == Rate(rate))
    }

    @Test(arguments: [
        ("100000", "12500", 3, "0.5"), ("10000", "5000", 5, "0.12945"), ("100", "100", 4, "0"), ("100", "0", 4, "1"),
        ("81", "16", 4, "0.33333"), ("1000000", "1", 12, "0.68377"), ("10000000", "1", 1, "1"),
    ])
    func `the written-down rate brings the cost to the salvage value`(
        cost: String, salvage: String, count: Int, rate: String
    ) throws {
        #expect(
            try DepreciationPlan.writtenDownRate(cost: usd(cost), salvage: usd(salvage), count: count) == Rate(rate))
    }

    @Test func `what cannot be depreciated is said, all of it`() throws {
        let error = #expect(throws: Failure.self) {
            try Self.plan(
                "100", salvage: "101", from: "2026-01-01", first: "2027-01-02", count: 0, months: 12,
                .decliningBalance(try #require(Rate("101%"))))
        }
        #expect(
            error?.problems.map(\.description) == [
                "the salvage value is USD 101.00 (expected zero to the cost, USD 100.00)",
                "the useful life has 0 rows (expected 1 to 1200)",
                "the first date is 2027-01-02 (expected 2026-01-01 to 2027-01-01, one row's length)",
                "the rate is 101% (expected more than 0% and at most 100%)",
            ])
        for (salvage, opening, accumulated, months) in [
            ("-1", 0, "0", 12), ("10", 3, "0", 12), ("10", -1, "0", 12), ("10", 1, "90.01", 12), ("10", 1, "-1", 12),
            ("10", 0, "0", 0), ("10", 0, "0", 121),
        ] {
            #expect(throws: Failure.self, "\(salvage) \(opening) \(accumulated) \(months)") {
                try Self.plan(
                    "100", salvage: salvage, from: "2026-01-01", first: "2026-12-31", count: 3, months: months,
                    .straightLine, opening: (opening, accumulated))
            }
        }
        #expect(throws: Failure.self) {
            try DepreciationPlan(
                cost: usd("1"), salvage: gbp("0"), inUseFrom: day("2026-01-01"), firstDate: day("2026-12-31"), count: 3,
                monthsBetween: 12, method: .straightLine)
        }
    }

    @Test func `every schedule adds up, in order, and none of its rows is negative`() throws {
        var numbers = Numbers(seed: 7)
        let rate = try #require(Rate("23.456%"))
        for _ in 0..<2_000 {
            let cost = Money(minorUnits: numbers.amount(0...2_000_000), .usd)
            let salvage = Money(minorUnits: numbers.amount(0...cost.minorUnits), .usd)
            let months = 1 + numbers.below(12)
            let start = day("2019-01-01").adding(days: numbers.below(2_000))
            let length = start.days(until: start.adding(months: months))
            let methods: [DepreciationPlan.Method] = [
                .straightLine, .straightLineByDaysOfYear, .straightLineByDaysOfLife, .decliningBalance(rate),
                .decliningBalanceByDays(rate), .sumOfDigits, .decliningThenStraightLine(rate),
            ]
            let plan = try DepreciationPlan(
                cost: cost, salvage: salvage, inUseFrom: start, firstDate: start.adding(days: numbers.below(length)),
                count: 1 + numbers.below(40), monthsBetween: months, method: methods[numbers.below(methods.count)])
            let rows = try plan.rows()
            let total = try cost - salvage
            #expect(try rows.map(\.amount).sum(.usd) == total, "\(plan)")
            #expect((rows.last?.accumulated ?? total) == total)
            #expect(rows.allSatisfy { $0.amount.isPositive })
            #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.date < $1.date }, "\(plan)")
            let end = start.adding(months: plan.count * months)
            #expect(rows.allSatisfy { $0.date >= start && $0.date <= end }, "\(plan)")
        }
    }
}
