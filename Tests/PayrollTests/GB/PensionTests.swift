import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Payroll

@Suite struct PensionTests {
    private static func money(_ text: String) throws -> Money { try #require(Money(text, .gbp)) }

    private static func terms(
        _ method: PensionMethod, _ basis: PensionBasis, _ employee: String, _ employer: String
    ) throws -> PensionTerms {
        let (employee, employer) = (try #require(Rate(employee)), try #require(Rate(employer)))
        return try #require(
            PensionTerms(method: method, basis: basis, employeeRate: employee, employerRate: employer))
    }

    @Test(arguments: [
        // Born, earnings a month, category; the day is 30 November 2026.
        ("1990-01-01", "833.01", WorkerCategory.eligibleJobholder), ("1990-01-01", "833", .nonEligibleJobholder),
        ("1990-01-01", "520.01", .nonEligibleJobholder), ("1990-01-01", "520", .entitledWorker),
        ("1990-01-01", "0", .entitledWorker), ("2004-11-30", "3000", .eligibleJobholder),
        ("2004-12-01", "3000", .nonEligibleJobholder), ("2010-11-30", "3000", .nonEligibleJobholder),
        ("2010-12-01", "3000", .none), ("1951-11-30", "3000", .none), ("1951-12-01", "3000", .nonEligibleJobholder),
        // 66 years and 4 months on the last day of November 2026.
        ("1960-07-31", "3000", .nonEligibleJobholder), ("1960-08-01", "3000", .eligibleJobholder),
        ("1960-04-05", "3000", .nonEligibleJobholder),
    ])
    func `a worker's category follows age and earnings`(
        born: String, earnings: String, expected: WorkerCategory
    ) throws {
        var explanation: Explanation? = Explanation()
        let category = try GBTest.pack("2026-27").workerCategory(
            bornOn: try #require(CalendarDate(born)), on: try #require(CalendarDate("2026-11-30")),
            earnings: try Self.money(earnings), frequency: .monthly, explanation: &explanation)
        #expect(category == expected)
        #expect(explanation?.steps.first?.result == expected.rawValue)
    }

    @Test(arguments: [
        ("1950-01-01", "2016-01-01"), ("1960-04-05", "2026-04-05"), ("1960-04-06", "2026-05-06"),
        ("1960-07-31", "2026-11-30"), ("1960-12-31", "2027-09-30"), ("1961-01-31", "2027-11-30"),
        ("1961-03-05", "2028-02-05"), ("1961-03-06", "2028-03-06"), ("1970-06-15", "2037-06-15"),
    ])
    func `State Pension age follows the timetable`(born: String, expected: String) throws {
        let day = try GBTest.pack("2026-27").pensions.statePensionDay(bornOn: try #require(CalendarDate(born)))
        #expect(day.description == expected)
    }

    @Test(arguments: [
        (PayFrequency.weekly, "500", "380.00"), (.fortnightly, "500", "260.00"), (.fourWeekly, "5000", "3387.00"),
        (.monthly, "2500", "1980.00"), (.monthly, "520", "0.00"), (.monthly, "100", "0.00"),
        (.monthly, "9000", "3669.00"),
        (.monthly, "-100", "0.00"),
    ])
    func `qualifying earnings lie between the limits of the pay period`(
        frequency: PayFrequency, pay: String, expected: String
    ) throws {
        var none: Explanation?
        let result = try GBTest.pack("2026-27").pensionContributions(
            on: try Self.money(pay), terms: try Self.terms(.netPay, .qualifyingEarnings, "5%", "3%"),
            frequency: frequency, explanation: &none)
        #expect(result.base.plainText == expected)
    }

    @Test func `under net pay taxable pay falls and pay for National Insurance does not`() throws {
        var none: Explanation?
        let result = try GBTest.pack("2026-27").pensionContributions(
            on: try Self.money("2500"), terms: try Self.terms(.netPay, .qualifyingEarnings, "5%", "3%"),
            frequency: .monthly, explanation: &none)
        #expect(result.employee.plainText == "99.00")
        #expect(result.deduction.plainText == "99.00")
        #expect(result.employer.plainText == "59.40")
        #expect(result.taxablePayReduction.plainText == "99.00")
        #expect(result.niablePayReduction.isZero)
        #expect(result.taxRelief.isZero)
    }

    @Test func `under relief at source the employee pays 80 per cent and the parts add up`() throws {
        let pack = try GBTest.pack("2026-27")
        var explanation: Explanation? = Explanation()
        let terms = try Self.terms(.reliefAtSource, .pensionablePay, "5%", "3%")
        let result = try pack.pensionContributions(
            on: try Self.money("1234.56"), terms: terms, frequency: .monthly, explanation: &explanation)
        // 61.728 → 61.73; 80 % of it 49.384 → 49.38.
        #expect(result.employee.plainText == "49.38")
        #expect(result.taxRelief.plainText == "12.35")
        #expect(result.employer.plainText == "37.04")
        #expect(result.taxablePayReduction.isZero)
        #expect(explanation?.steps.map(\.result) == ["61.73", "37.04", "49.38"])
        var none: Explanation?
        for pence in stride(from: Int64(1), to: 5_000, by: 7) {
            let parts = try pack.pensionContributions(
                on: Money(pence: pence), terms: terms, frequency: .monthly, explanation: &none)
            let whole = try Money(pence: pence).multiplied(
                by: try #require(Rate("5%")), rounding: .halfAwayFromZero)
            #expect((try parts.employee + parts.taxRelief) == whole)
        }
    }

    @Test func `under salary sacrifice both pays fall and the employer pays all`() throws {
        var none: Explanation?
        let result = try GBTest.pack("2026-27").pensionContributions(
            on: try Self.money("3000"), terms: try Self.terms(.salarySacrifice, .pensionablePay, "5%", "3%"),
            frequency: .monthly, explanation: &none)
        #expect(result.employee.plainText == "150.00")
        #expect(result.employer.plainText == "240.00")
        #expect(result.deduction.isZero)
        #expect(result.taxablePayReduction.plainText == "150.00")
        #expect(result.niablePayReduction.plainText == "150.00")
    }

    @Test func `a scheme on qualifying earnings below the minimum is named`() throws {
        let pack = try GBTest.pack("2026-27")
        #expect(pack.problem(with: try Self.terms(.netPay, .qualifyingEarnings, "5%", "3%")) == nil)
        #expect(pack.problem(with: try Self.terms(.netPay, .qualifyingEarnings, "0%", "8%")) == nil)
        #expect(pack.problem(with: try Self.terms(.netPay, .pensionablePay, "1%", "1%")) == nil)
        #expect(
            pack.problem(with: try Self.terms(.netPay, .qualifyingEarnings, "6%", "2%"))?.description
                == "pension of 6% by the employee and 2% by the employer is below the minimum of 2026-27 "
                + "(expected 8% together, at least 3% by the employer)")
        #expect(pack.problem(with: try Self.terms(.netPay, .qualifyingEarnings, "4%", "3%")) != nil)
    }

    @Test(arguments: ["-1%", "101%", "0.0000001"])
    func `a rate that is no share of pay is refused`(rate: String) throws {
        let rate = try #require(Rate(rate))
        #expect(
            PensionTerms(method: .netPay, basis: .pensionablePay, employeeRate: rate, employerRate: .zero) == nil)
        #expect(
            PensionTerms(method: .netPay, basis: .pensionablePay, employeeRate: .zero, employerRate: rate) == nil)
    }
}
