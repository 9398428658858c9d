import Amounts
import Testing

@testable import Payroll

/// Payslips computed by hand from the figures of 2026-27, month 1 (April, paid on 28 April 2026) unless said otherwise.
///
/// Code 1257L, a month: 2 blocks of 500 and 257. (2,579 ÷ 12 = 214.9166 ↑ 214.92) + 2 × (5,000 ÷ 12 ↑ 416.67) =
/// 1,048.26 free. Basic band 37,700 ÷ 12 = 3,141.6666.
/// National Insurance, a month: 8 % from 1,048 to 4,189, 2 % above; the employer 15 % above 417.
@Suite struct PayslipCasesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var facts: [String: String]
        var period: String
        var expected: String

        init(_ name: String, _ facts: [String: String], in period: String = "2026-04", _ expected: String) {
            testDescription = name
            self.facts = facts
            self.period = period
            self.expected = expected
        }
    }

    private static let salary = ["annual_salary": "36000"]

    private static func with(_ facts: [String: String]) -> [String: String] {
        salary.merging(facts) { _, given in given }
    }

    static let cases: [Case] = [
        // 36,000 × 30 ÷ (12 × 30) = 3,000. Tax: 3,000 − 1,048.26 = 1,951.74 ↓ 1,951 × 20 % = 390.20.
        // NI: (3,000 − 1,048) × 8 % = 156.16. Employer: (3,000 − 417) × 15 % = 387.45.
        Case(
            "a month's salary", salary,
            "basic_pay 3000.00, income_tax 390.20, employee_ni 156.16, employer_ni 387.45, net 2453.64"),
        // 6,000 − 1,048.26 ↓ 4,951. 3,141.6666 × 20 % = 628.3333; (4,951 − 3,141.6666) × 40 % = 723.7333; 1,352.06.
        // NI: 3,141 × 8 % = 251.28; 1,811 × 2 % = 36.22. Employer: 5,583 × 15 % = 837.45.
        Case(
            "into the higher rate and above the upper earnings limit", ["annual_salary": "72000"],
            "basic_pay 6000.00, income_tax 1352.06, employee_ni 287.50, employer_ni 837.45, net 4360.44"),
        // Qualifying earnings 3,000 − 520 = 2,480: 5 % = 124.00, 3 % = 74.40.
        // Tax on 3,000 − 124: 2,876 − 1,048.26 = 1,827.74 ↓ 1,827 × 20 % = 365.40. NI on 3,000.
        Case(
            "a net pay pension lowers taxable pay alone",
            with([
                "pension_method": "net_pay", "pension_basis": "qualifying_earnings", "pension_employee_rate": "0.05",
                "pension_employer_rate": "0.03",
            ]),
            """
            basic_pay 3000.00, pension_net_pay 124.00, income_tax 365.40, employee_ni 156.16, employer_ni 387.45, \
            pension_employer 74.40, net 2354.44
            """),
        // 5 % of 3,000 = 150, less 20 % relief = 120. Tax and NI on 3,000.
        Case(
            "relief at source lowers neither base",
            with([
                "pension_method": "relief_at_source", "pension_basis": "pensionable_pay",
                "pension_employee_rate": "0.05", "pension_employer_rate": "0.03",
            ]),
            """
            basic_pay 3000.00, income_tax 390.20, employee_ni 156.16, pension_relief_at_source 120.00, \
            employer_ni 387.45, pension_employer 90.00, net 2333.64
            """),
        // 150 given up. Tax: 2,850 − 1,048.26 = 1,801.74 ↓ 1,801 × 20 % = 360.20. NI: 1,802 × 8 % = 144.16.
        // Employer: 2,433 × 15 % = 364.95; pension 90 + 150.
        Case(
            "salary sacrifice lowers both bases, and the employer pays it in",
            with([
                "pension_method": "salary_sacrifice", "pension_basis": "pensionable_pay",
                "pension_employee_rate": "0.05", "pension_employer_rate": "0.03",
            ]),
            """
            basic_pay 3000.00, pension_sacrifice -150.00, income_tax 360.20, employee_ni 144.16, employer_ni 364.95, \
            pension_employer 240.00, net 2345.64
            """),
        // Pensionable pay is not lowered by the bicycle: 5 % of 3,000. Bases: 3,000 − 83.33 − 150 = 2,766.67.
        // Tax: 2,766.67 − 1,048.26 = 1,718.41 ↓ 1,718 × 20 % = 343.60. NI: 1,718.67 × 8 % = 137.493 → 137.49.
        // Employer: 2,349.67 × 15 % = 352.450 → 352.45.
        Case(
            "two salary sacrifices",
            with([
                "salary_sacrifice_cycle": "83.33", "pension_method": "salary_sacrifice",
                "pension_basis": "pensionable_pay", "pension_employee_rate": "0.05", "pension_employer_rate": "0.03",
            ]),
            """
            basic_pay 3000.00, cycle_sacrifice -83.33, pension_sacrifice -150.00, income_tax 343.60, \
            employee_ni 137.49, employer_ni 352.45, pension_employer 240.00, net 2285.58
            """),
        // 18 of 30 days: 36,000 × 18 ÷ 360 = 1,800. Tax: 751.74 ↓ 751 × 20 % = 150.20. NI: 752 × 8 % = 60.16.
        // Employer: 1,383 × 15 % = 207.45.
        Case(
            "a starter on 13 April", with(["start_date": "2026-04-13"]),
            "basic_pay 1800.00, income_tax 150.20, employee_ni 60.16, employer_ni 207.45, net 1589.64"),
        // 17 of 30 days: 1,700. Tax: 651.74 ↓ 651 × 20 % = 130.20. NI: 652 × 8 % = 52.16. Employer: 1,283 × 15 %.
        Case(
            "a leaver on 17 April", with(["leave_date": "2026-04-17"]),
            "basic_pay 1700.00, income_tax 130.20, employee_ni 52.16, employer_ni 192.45, net 1517.64"),
        // One day: 100.
        Case(
            "employed on one day alone", with(["start_date": "2026-04-17", "leave_date": "2026-04-17"]),
            "basic_pay 100.00, income_tax 0.00, employee_ni 0.00, employer_ni 0.00, net 100.00"),
        // 36,000 × 3 ÷ 260 = 415.3846. 2,584.62. Tax: 1,536.36 ↓ 1,536 × 20 %. NI: 1,536.62 × 8 % = 122.929 → 122.93.
        // Employer: 2,167.62 × 15 % = 325.143 → 325.14.
        Case(
            "three days of unpaid leave", with(["unpaid_leave_days@2026-04-20": "3"]),
            """
            basic_pay 3000.00, unpaid_leave -415.38, income_tax 307.20, employee_ni 122.93, employer_ni 325.14, \
            net 2154.49
            """),
        // Of April's bonuses both count, May's does not: 3,300. Tax: 2,251.74 ↓ 2,251 × 20 % = 450.20.
        // NI: 2,252 × 8 % = 180.16. Employer: 2,883 × 15 % = 432.45.
        Case(
            "what happened in the period is added up",
            with(["bonus@2026-04-01": "100", "bonus@2026-04-30": "200", "bonus@2026-05-01": "999"]),
            """
            basic_pay 3000.00, bonus_pay 300.00, income_tax 450.20, employee_ni 180.16, employer_ni 432.45, net 2669.64
            """),
        Case(
            "expenses are paid and neither taxed nor insured", with(["expenses@2026-04-10": "100"]),
            """
            basic_pay 3000.00, expenses_repaid 100.00, income_tax 390.20, employee_ni 156.16, employer_ni 387.45, \
            net 2553.64
            """),
        // 2,950 − 1,048.26 = 1,901.74 ↓ 1,901 × 20 % = 380.20.
        Case(
            "payroll giving lowers taxable pay", with(["payroll_giving": "50"]),
            """
            basic_pay 3000.00, payroll_gift 50.00, income_tax 380.20, employee_ni 156.16, employer_ni 387.45, \
            net 2413.64
            """),
        // 3,967, 16,956 a year: 753.73 + 2,597.80 = 3,351.53; ÷ 12 = 279.2941. (1,951 − 1,413) × 21 % = 112.98.
        Case(
            "a Scottish code", with(["tax_code": "S1257L"]),
            "basic_pay 3000.00, income_tax 392.27, employee_ni 156.16, employer_ni 387.45, net 2451.57"),
        // K100: 1,009 ÷ 12 = 84.0833 ↑ 84.09. 3,084.09 ↓ 3,084 × 20 % = 616.80.
        Case(
            "a K code", with(["tax_code": "K100"]),
            "basic_pay 3000.00, income_tax 616.80, employee_ni 156.16, employer_ni 387.45, net 2227.04"),
        // K2000: 5,009 ÷ 12 ↑ 417.42 + 3 × 416.67 = 1,667.43. 2,667 × 20 % = 533.40, held to half of 1,000.
        // Employer: 583 × 15 % = 87.45.
        Case(
            "a K code takes no more than half", ["annual_salary": "12000", "tax_code": "K2000"],
            "basic_pay 1000.00, income_tax 500.00, employee_ni 0.00, employer_ni 87.45, net 500.00"),
        Case(
            "BR", with(["tax_code": "BR"]),
            "basic_pay 3000.00, income_tax 600.00, employee_ni 156.16, employer_ni 387.45, net 2243.84"),
        Case(
            "D0", with(["tax_code": "D0"]),
            "basic_pay 3000.00, income_tax 1200.00, employee_ni 156.16, employer_ni 387.45, net 1643.84"),
        Case(
            "NT", with(["tax_code": "NT"]),
            "basic_pay 3000.00, income_tax 0.00, employee_ni 156.16, employer_ni 387.45, net 2843.84"),
        Case(
            "category C: the employer alone", with(["ni_category": "C"]),
            "basic_pay 3000.00, income_tax 390.20, employee_ni 0.00, employer_ni 387.45, net 2609.80"),
        // 1,952 × 2 % = 39.04.
        Case(
            "category J", with(["ni_category": "J"]),
            "basic_pay 3000.00, income_tax 390.20, employee_ni 39.04, employer_ni 387.45, net 2570.76"),
        // Category M pays no employer's contribution up to 4,189.
        Case(
            "category M", with(["ni_category": "M"]),
            "basic_pay 3000.00, income_tax 390.20, employee_ni 156.16, employer_ni 0.00, net 2453.64"),
        // Plan 1: 26,900 ÷ 12 = 2,241.66; 758.34 × 9 % = 68.25 ↓ 68. Postgraduate: 1,750; 1,250 × 6 % = 75.
        Case(
            "a student loan and a postgraduate loan", with(["student_loan": "plan_1", "postgraduate_loan": "true"]),
            """
            basic_pay 3000.00, income_tax 390.20, employee_ni 156.16, student_loan_deduction 68.00, \
            postgraduate_loan_deduction 75.00, employer_ni 387.45, net 2310.64
            """),
        // Of two plans the lower threshold: plan 1 again.
        Case(
            "two student loan plans", with(["student_loan": "plan_1+plan_4"]),
            """
            basic_pay 3000.00, income_tax 390.20, employee_ni 156.16, student_loan_deduction 68.00, employer_ni 387.45, \
            net 2385.64
            """),
        // A rise in mid-period counts for the whole of it: the values of the last day.
        Case(
            "a rise in the period", with(["annual_salary@2026-04-16": "36000", "annual_salary": "24000"]),
            "basic_pay 3000.00, income_tax 390.20, employee_ni 156.16, employer_ni 387.45, net 2453.64"),
        // Month 2: 2 × 1,048.26 = 2,096.52 free of 6,000: 3,903 × 20 % = 780.60 − 390.20.
        Case(
            "a starter in May with a P45",
            with(["start_date": "2026-05-01", "previous_pay@2026-05-01": "3000", "previous_tax@2026-05-01": "390.20"]),
            in: "2026-05",
            "basic_pay 3000.00, income_tax 390.40, employee_ni 156.16, employer_ni 387.45, net 2453.44"),
        // Month 2 without earlier pay: 3,000 − 2,096.52 = 903.48 ↓ 903 × 20 %.
        Case(
            "a starter in May without earlier pay", with(["start_date": "2026-05-01"]), in: "2026-05",
            "basic_pay 3000.00, income_tax 180.60, employee_ni 156.16, employer_ni 387.45, net 2663.24"),
        Case(
            "the month-1 basis in May", with(["start_date": "2026-05-01", "tax_code": "1257L M1"]), in: "2026-05",
            "basic_pay 3000.00, income_tax 390.20, employee_ni 156.16, employer_ni 387.45, net 2453.64"),
        // A P45 of the year before does not count.
        Case(
            "a P45 of an earlier tax year",
            with(["start_date": "2026-03-02", "previous_pay": "9000", "previous_tax": "2000"]),
            "basic_pay 3000.00, income_tax 390.20, employee_ni 156.16, employer_ni 387.45, net 2453.64"),
    ]

    @Test(arguments: cases)
    func `a payslip is what a person computes from the figures`(row: Case) throws {
        let outcome = try PayDesk.outcome(row.facts, row.period)
        #expect(Self.withoutEmptyLines(outcome.payslip?.text) == Self.withoutEmptyLines(row.expected), "\(outcome)")
    }

    /// Lines of nothing are kept for the year to date alone; whether they are is no matter here.
    private static func withoutEmptyLines(_ text: String?) -> String? {
        text?.components(separatedBy: ", ").filter { !$0.hasSuffix(" 0.00") || $0.hasPrefix("net") }
            .joined(separator: ", ")
    }

    // Month 2 after 6,000 with 1,352.06 of tax in month 1: 7,000 − 2,096.52 = 4,903.48 ↓ 4,903 × 20 % = 980.60.
    // 980.60 − 1,352.06 = −371.46, given back. NI: 1,000 is below the threshold. Employer: 583 × 15 % = 87.45.
    @Test func `tax that was taken too much is given back`() throws {
        var yearToDate = YearToDate()
        yearToDate.incomeTax = .init(base: 600_000, amount: 135_206)
        let payslip = try PayDesk.outcome(["annual_salary": "12000"], "2026-05", yearToDate: yearToDate).payslip
        #expect(payslip?.amount("income_tax").plainText == "-371.46")
        #expect(payslip?.net.plainText == "1371.46")
    }

    // Weekly, W15 paid on 17 April 2026: week 2. 13.45 × 37.5 = 504.375 → 504.38 (half up).
    // Free pay of two weeks: 2,579 ÷ 52 = 49.5961 ↑ 49.60, 5,000 ÷ 52 = 96.1538 ↑ 96.16: (49.60 + 192.32) × 2 = 483.84.
    // Tax: 504.38 − 483.84 = 20.54 ↓ 20 × 20 % = 4.00. NI: (504.38 − 242) × 8 % = 20.990 → 20.99.
    // Employer: (504.38 − 96) × 15 % = 61.257 → 61.26.
    @Test func `an hourly paid week is what a person computes`() throws {
        let facts = ["pay_group": "weekly", "hourly_rate": "13.45", "hours_worked@2026-04-10": "37.5"]
        let payslip = try PayDesk.outcome(facts, "2026-W15", group: "weekly").payslip
        #expect(
            payslip?.text
                == "hourly_pay 504.38, income_tax 4.00, employee_ni 20.99, employer_ni 61.26, net 479.39")
    }
}
