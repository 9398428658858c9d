import Amounts
import Diagnostics
import Testing

@testable import Payroll

private struct Row: Sendable, CustomTestStringConvertible {
    var category: NICategory
    var frequency: PayFrequency
    var pay: String
    var employee: String
    var employer: String
    var testDescription: String { "\(category.rawValue) \(frequency.rawValue) \(pay)" }
}

/// Worked by hand from the thresholds and rates of 2026-27.
private let rows = [
    // (4,189 − 1,048) × 8 % + 5,811 × 2 %; (4,189 − 417) × 15 % + 5,811 × 15 %.
    Row(category: .a, frequency: .monthly, pay: "10000", employee: "367.50", employer: "1437.45"),
    Row(category: .b, frequency: .monthly, pay: "10000", employee: "174.33", employer: "1437.45"),
    Row(category: .c, frequency: .monthly, pay: "10000", employee: "0", employer: "1437.45"),
    Row(category: .j, frequency: .monthly, pay: "10000", employee: "179.04", employer: "1437.45"),
    // (4,189 − 2,083) × 15 % + 871.65.
    Row(category: .f, frequency: .monthly, pay: "10000", employee: "367.50", employer: "1187.55"),
    Row(category: .k, frequency: .monthly, pay: "10000", employee: "0", employer: "1187.55"),
    // Only above the upper earnings limit.
    Row(category: .h, frequency: .monthly, pay: "10000", employee: "367.50", employer: "871.65"),
    Row(category: .v, frequency: .weekly, pay: "1000", employee: "58.66", employer: "4.95"),
    Row(category: .z, frequency: .monthly, pay: "4189", employee: "62.82", employer: "0"),
    Row(category: .x, frequency: .monthly, pay: "10000", employee: "0", employer: "0"),
    // Fortnight: 484, 193, 1,934. Four weeks: 967, 385, 3,867.
    Row(category: .a, frequency: .fortnightly, pay: "1000", employee: "41.28", employer: "121.05"),
    Row(category: .a, frequency: .fourWeekly, pay: "4000", employee: "234.66", employer: "542.25"),
    Row(category: .a, frequency: .weekly, pay: "96", employee: "0", employer: "0"),
    Row(category: .a, frequency: .weekly, pay: "0", employee: "0", employer: "0"),
    Row(category: .a, frequency: .weekly, pay: "-500", employee: "0", employer: "0"),
]

@Suite struct NationalInsuranceTests {
    private static func money(_ text: String) throws -> Money { try #require(Money(text, .gbp)) }

    @Test(arguments: rows)
    fileprivate func `contributions of 2026-27 are as worked by hand`(row: Row) throws {
        var explanation: Explanation? = Explanation()
        let result = try GBTest.pack("2026-27").nationalInsurance(
            on: try Self.money(row.pay), category: row.category, frequency: row.frequency, explanation: &explanation)
        #expect(result.employee == (try Self.money(row.employee)))
        #expect(result.employer == (try Self.money(row.employer)))
        #expect(
            explanation?.steps.map(\.result).suffix(2) == [result.employee.groupedText, result.employer.groupedText])
    }

    @Test(
        arguments: [
            (7, "8%", 0), (8, "8%", 1), (31, "8%", 2), (5, "10%", 0), (6, "10%", 1), (3, "15%", 0), (4, "15%", 1),
            (0, "8%", 0), (27, "1.85%", 0), (28, "1.85%", 0), (33, "1.85%", 1), (100, "0.599%", 0), (100, "0.6%", 1),
        ] as [(Int64, String, Int64)])
    func `half a penny or less is dropped, after the third decimal place`(
        pence: Int64, rate: String, expected: Int64
    ) throws {
        let rate = try #require(Rate(rate).flatMap(FixedRate.init))
        #expect(GBPack.contribution(on: pence, rate) == expected)
    }

    @Test(arguments: [
        ("128.99", ["0", "0", "0"]), ("129", ["129", "0", "0"]), ("200.01", ["129", "71.01", "0"]),
        ("242", ["129", "113", "0"]), ("967.50", ["129", "113", "725"]),
    ])
    func `earnings are reported by band`(pay: String, bands: [String]) throws {
        var none: Explanation?
        let earnings = try GBTest.pack("2026-27").nationalInsurance(
            on: try Self.money(pay), category: .c, frequency: .weekly, explanation: &none
        ).earnings
        #expect(
            [
                earnings.atLowerEarningsLimit, earnings.lowerEarningsLimitToPrimaryThreshold,
                earnings.primaryThresholdToUpperEarningsLimit,
            ] == (try bands.map(Self.money)))
    }

    @Test func `category X reports nothing`() throws {
        var none: Explanation?
        let result = try GBTest.pack("2026-27").nationalInsurance(
            on: try Self.money("1000"), category: .x, frequency: .weekly, explanation: &none)
        #expect(result.earnings == .none)
        #expect(result.total.isZero)
    }

    @Test(arguments: ["", "G", "AA", "1", "Ä"])
    func `anything else is no category letter`(text: String) {
        #expect(NICategory(text) == nil)
    }

    @Test func `a category letter is read small or capital`() {
        #expect(NICategory("a") == .a)
        #expect(NICategory.allCases.map(\.index) == Array(0..<17))
    }

    @Test func `an absurd amount is refused`() throws {
        var none: Explanation?
        let pack = try GBTest.pack("2026-27")
        for pence in [Int64.max, .min, FixedPoint.maximumPence + 1] {
            #expect(throws: GBRuleError.amountOutOfRange(field: "Earnings for National Insurance")) {
                try pack.nationalInsurance(
                    on: Money(minorUnits: pence, .gbp), category: .a, frequency: .monthly, explanation: &none)
            }
        }
    }
}

@Suite struct DirectorsNationalInsuranceTests {
    private static func money(_ text: String) throws -> Money { try #require(Money(text, .gbp)) }

    private func year(
        _ method: DirectorNIMethod, pays: [String], weeks: Int = 52
    ) throws -> [DirectorNIContributions] {
        let pack = try GBTest.pack("2026-27")
        var explanation: Explanation? = Explanation()
        var toDate = Money.zero(.gbp)
        var before = (employee: Money.zero(.gbp), employer: Money.zero(.gbp))
        return try pays.enumerated().map { index, text in
            let pay = try Self.money(text)
            toDate = try toDate + pay
            let result = try pack.directorNationalInsurance(
                DirectorNIInput(
                    pay: pay, payToDate: toDate, employeeToDate: before.employee, employerToDate: before.employer,
                    weeks: weeks, isLastPayment: index == pays.count - 1),
                method: method, category: .a, frequency: .monthly, explanation: &explanation)
            #expect(result.employeeToDate == (try before.employee + result.employee))
            #expect(result.employerToDate == (try before.employer + result.employer))
            before = (result.employeeToDate, result.employerToDate)
            return result
        }
    }

    @Test func `the annual method takes nothing up to the threshold of the year, then the rates`() throws {
        let results = try year(.annual, pays: Array(repeating: "5000", count: 12))
        #expect(
            results.map(\.employee.plainText) == [
                "0.00", "0.00", "194.40", "400.00", "400.00", "400.00", "400.00", "400.00", "400.00", "400.00",
                "116.20", "100.00",
            ])
        // (50,270 − 12,570) × 8 % + 9,730 × 2 %; (60,000 − 5,000) × 15 %.
        #expect(results.last?.employeeToDate.plainText == "3210.60")
        #expect(results.last?.employerToDate.plainText == "8250.00")
        #expect(results.first?.employer.plainText == "0.00")
        #expect(results.filter(\.isAnnual).count == 12)
    }

    @Test func `the alternative method settles up at the last payment`() throws {
        let results = try year(.alternative, pays: Array(repeating: "5000", count: 12))
        #expect(results.dropLast().allSatisfy { $0.employee.plainText == "267.50" && !$0.isAnnual })
        #expect(results.last?.employee.plainText == "268.10")
        #expect(results.last?.employer.plainText == "688.05")
        #expect(results.last?.isAnnual == true)
    }

    @Test func `both methods come to the same in a year, however uneven`() throws {
        let pays = ["800", "800", "30000", "0", "800", "45000.55", "12.34", "800", "800", "800", "800", "1"]
        let annual = try year(.annual, pays: pays).last
        let alternative = try year(.alternative, pays: pays).last
        #expect(annual?.employeeToDate == alternative?.employeeToDate)
        #expect(annual?.employerToDate == alternative?.employerToDate)
        // A month of 45,000 paid at monthly rates costs less than at annual ones; one of 800 less than nothing.
        #expect(alternative?.employee.isNegative == false)
    }

    @Test func `an overpaid director gets back`() throws {
        let results = try year(.alternative, pays: ["12000", "100"])
        #expect(results.last?.employee.isNegative == true)
        #expect(results.last?.employeeToDate.plainText == "0.00")
    }

    @Test func `an appointment in the year has a share of the thresholds, up to the pound`() throws {
        // 10 weeks: 2,418 (2,417.30…), 9,668 (9,667.30…), 962 (961.53…).
        let results = try year(.annual, pays: ["10000"], weeks: 10)
        #expect(results.last?.employee.plainText == "586.64")
        #expect(results.last?.employer.plainText == "1355.70")
        #expect(results.last?.earnings.atLowerEarningsLimit.plainText == "1290.00")
        #expect(results.last?.earnings.primaryThresholdToUpperEarningsLimit.plainText == "7250.00")
    }

    @Test(arguments: [0, 53, -1])
    func `an earnings period outside a year is refused`(weeks: Int) {
        #expect(throws: GBRuleError.earningsPeriodOutOfRange(weeks: weeks)) {
            _ = try year(.annual, pays: ["1"], weeks: weeks)
        }
    }
}
