import Amounts
import Diagnostics
import Testing

@testable import Payroll

@Suite struct StudentLoanTests {
    private static func money(_ text: String) throws -> Money { try #require(Money(text, .gbp)) }
    private static let source = PackSource(title: "", url: "", section: "")

    @Test func `the deductions of 2022 to 2024 agree with another product's tests`() throws {
        let rates = (
            loan: try #require(Rate("9%").flatMap(FixedRate.init)), postgraduate: FixedRate(perMillion: 60_000)
        )
        var none: Explanation?
        let rows = try GBTest.official("gb-student-loans-2022-24.csv")
        for row in rows {
            let pay = try Self.money(try #require(row["gross_pay"])).minorUnits
            for (threshold, expected, rate) in [
                ("plan_threshold_used", "expected_student_loan", rates.loan),
                ("postgrad_threshold_used", "expected_postgrad_loan", rates.postgraduate),
            ] {
                let expected = try Self.money(try #require(row[expected])).minorUnits
                guard let threshold = Money(row[threshold] ?? "", .gbp) else {
                    #expect(expected == 0, "\(row)")
                    continue
                }
                let found = GBPack.deduction(
                    "", on: pay, above: threshold.minorUnits, at: rate, source: Self.source, explanation: &none)
                #expect(found == expected, "\(row)")
            }
        }
        #expect(rows.count == 41)
    }

    @Test(
        arguments: [
            (20_195, PayFrequency.monthly, "1682.91"), (27_295, .weekly, "524.90"), (25_375, .fortnightly, "975.96"),
            (21_000, .fourWeekly, "1615.38"), (22_015, .monthly, "1834.58"), (27_660, .fortnightly, "1063.84"),
            (21_000, .monthly, "1750.00"), (26_065, .weekly, "501.25"), (32_745, .weekly, "629.71"),
            (32_745, .monthly, "2728.75"),
        ] as [(Int64, PayFrequency, String)])
    func `a threshold of a period is cut off at the penny`(
        annual: Int64, frequency: PayFrequency, expected: String
    ) {
        #expect(Money(pence: StudentLoanThreshold(annualPounds: annual).pence(frequency)).plainText == expected)
    }

    @Test(arguments: [
        // Thresholds a month: 2,241.66, 2,448.75, 2,816.25, 2,083.33, 1,750.00.
        (StudentLoanPlan.plan1, "3000", "68.00"), (.plan2, "3000", "49.00"), (.plan4, "3000", "16.00"),
        (.plan5, "3000", "82.00"), (.plan5, "2083.33", "0.00"), (.plan5, "2094.44", "0.00"),
        (.plan5, "2094.45", "1.00"),
        (.plan5, "0", "0.00"), (.plan5, "-100", "0.00"),
    ])
    func `each plan of 2026-27 has its threshold`(plan: StudentLoanPlan, pay: String, expected: String) throws {
        var explanation: Explanation? = Explanation()
        let result = try GBTest.pack("2026-27").studentLoans(
            on: try Self.money(pay), plans: [plan], hasPostgraduateLoan: false, frequency: .monthly,
            explanation: &explanation)
        #expect(result.studentLoan.plainText == expected)
        #expect(result.postgraduateLoan.isZero)
        #expect(result.plan == plan)
        #expect(explanation?.steps.count == 1)
    }

    @Test func `of several plans the lowest threshold counts, and a postgraduate loan comes beside it`() throws {
        var none: Explanation?
        let result = try GBTest.pack("2026-27").studentLoans(
            on: try Self.money("3000"), plans: [.plan4, .plan1, .plan2], hasPostgraduateLoan: true, frequency: .monthly,
            explanation: &none)
        #expect(result.plan == .plan1)
        #expect(result.studentLoan.plainText == "68.00")
        #expect(result.postgraduateLoan.plainText == "75.00")
    }

    @Test func `Plan 5 is not collected before April 2026`() throws {
        let pack = try GBTest.pack("2025-26")
        var explanation: Explanation? = Explanation()
        let alone = try pack.studentLoans(
            on: try Self.money("9000"), plans: [.plan5], hasPostgraduateLoan: false, frequency: .monthly,
            explanation: &explanation)
        #expect(alone.studentLoan.isZero)
        #expect(alone.plan == nil)
        #expect(explanation?.steps.first?.computation == "not collected in 2025-26")
        let both = try pack.studentLoans(
            on: try Self.money("3000"), plans: [.plan5, .plan2], hasPostgraduateLoan: false, frequency: .monthly,
            explanation: &explanation)
        #expect(both.plan == .plan2)
    }
}
