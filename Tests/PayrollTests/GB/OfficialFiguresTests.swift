import Amounts
import Diagnostics
import Testing

@testable import Payroll

@Suite struct OfficialFiguresTests {
    @Test func `all official PAYE rows agree within HMRC's tolerance and nearly all exactly`() throws {
        let pack = try GBTest.pack("2025-26")
        var none: Explanation?
        var inexact: [String] = []
        let rows = try GBTest.official("gb-paye-2025-26.csv")
        for row in rows {
            let pay = try #require(Money(row["gross_pay"] ?? "", .gbp))
            let toDate = try #require(Money(row["taxable_pay_to_date"] ?? "", .gbp))
            let before = try #require(Money(row["tax_paid_before"] ?? "", .gbp))
            let expected = try #require(Money(row["expected_tax_due"] ?? "", .gbp))
            let expectedToDate = try #require(Money(row["expected_tax_to_date"] ?? "", .gbp))
            var code = try #require(TaxCode(row["tax_code"] ?? ""))
            if row["w1m1"] == "1" { code = code.onNonCumulativeBasis }
            let frequency = try #require(PayFrequency(rawValue: row["frequency"] ?? ""))
            let period = try #require(GBTaxPeriod(frequency, Int(row["period"] ?? "") ?? 0))
            let result = try pack.incomeTax(
                IncomeTaxInput(pay: pay, payToDate: toDate, taxToDate: before), code: code, period: period,
                explanation: &none)
            #expect(abs(result.due.minorUnits - expected.minorUnits) <= 1, "\(row)")
            #expect(abs(result.toDate.minorUnits - expectedToDate.minorUnits) <= 1, "\(row)")
            if result.due != expected || result.toDate != expectedToDate { inexact.append(row["id"] ?? "") }
        }
        #expect(rows.count == 168)
        #expect(
            inexact == ["paye25-068", "paye25-072", "paye25-087", "paye25-088", "paye25-123", "paye25-124"])
    }

    @Test func `all official National Insurance rows agree exactly, with their earnings by band`() throws {
        let pack = try GBTest.pack("2025-26")
        var none: Explanation?
        let rows = try GBTest.official("gb-ni-2025-26.csv")
        for row in rows {
            let pay = try #require(Money(row["gross_pay"] ?? "", .gbp))
            let frequency = try #require(PayFrequency(rawValue: row["frequency"] ?? ""))
            let category = try #require(NICategory(row["ni_category"] ?? ""))
            let result = try pack.nationalInsurance(
                on: pay, category: category, frequency: frequency, explanation: &none)
            let found = [
                result.employee, result.employer, result.total, result.earnings.atLowerEarningsLimit,
                result.earnings.lowerEarningsLimitToPrimaryThreshold,
                result.earnings.primaryThresholdToUpperEarningsLimit,
            ]
            let expected = [
                "expected_employee_ni", "expected_employer_ni", "expected_total_ni", "earnings_at_lel",
                "earnings_lel_to_pt", "earnings_pt_to_uel",
            ].map { Money(row[$0] ?? "", .gbp) }
            #expect(found == expected, "\(row)")
        }
        #expect(rows.count == 896)
    }
}
