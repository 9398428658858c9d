import Jobs
import Testing

@testable import Payroll

/// One bad employee is set aside with the reason; whoever is not of the group is passed over.
@Suite struct SetAsideTests {
    private static let salary = ["annual_salary": "36000"]

    private static let exceptions: [(String, [String: String], String, String)] = [
        (
            "no tax code", ["tax_code": ""], "missing_fact",
            "tax_code is missing (income tax is computed by it); import it with `steward import facts`"
        ),
        (
            "no National Insurance category", ["ni_category": ""], "missing_fact",
            "ni_category is missing (National Insurance is computed by it); import it with `steward import facts`"
        ),
        (
            "a pension without its rate",
            ["pension_method": "net_pay", "pension_basis": "pensionable_pay", "pension_employer_rate": "0.03"],
            "missing_fact",
            "pension_employee_rate is missing (pension_method is set); import it with `steward import facts`"
        ),
        (
            "overtime without contracted hours", ["overtime_hours@2026-04-10": "5"], "missing_fact",
            "weekly_hours is missing (Overtime at time and a half needs it); import it with `steward import facts`"
        ),
        (
            "a stored tax code that is none", ["tax_code": "12S7L"], "invalid_fact",
            """
            tax_code is not what it must be (expected e.g. 1257L, K475, BR, S1257L M1); correct it with `steward import \
            facts`
            """
        ),
        (
            // 2,453.64 − 5,000.
            "more taken than there is", ["staff_purchases@2026-04-10": "5000"], "negative_net_pay",
            """
            the deductions exceed the pay by GBP 2,546.36; pay less back, or spread the deduction over several periods
            """
        ),
        (
            "earned after leaving", ["leave_date": "2026-03-31", "bonus@2026-04-15": "100"], "paid_after_leaving",
            "has bonus in this period but left on 2026-03-31; correct the one or the other"
        ),
    ]

    @Test func `an employee who cannot be paid is set aside with the reason and what to do`() throws {
        for (name, facts, reason, message) in Self.exceptions {
            let outcome = try PayDesk.outcome(Self.salary.merging(facts) { _, given in given })
            #expect(
                outcome.exception == RunException(item: "E1", reason: reason, message: message),
                "\(name): \(outcome)")
        }
    }

    @Test func `a tax code without a rate in its region is set aside`() throws {
        let exception = try PayDesk.outcome(["annual_salary": "36000", "tax_code": "D2"]).exception
        #expect(exception?.reason == "statutory_rule")
        #expect(exception?.message.contains("Income tax (PAYE): Tax code D2 has no rate in 2026-27") == true)
    }

    @Test func `pay beyond all measure is set aside, not cut off`() throws {
        let exception = try PayDesk.outcome(["annual_salary": "9000000000000.00"]).exception
        #expect(exception?.reason == "statutory_rule", "\(exception as Any)")
        #expect(exception?.message.contains("beyond the £100,000,000") == true)
    }

    @Test(arguments: [
        ("of another group", ["pay_group": "weekly"]),
        ("hired later", ["start_date": "2026-05-01"]),
        ("gone before", ["leave_date": "2026-03-31"]),
        ("moved to another group", ["pay_group@2026-04-30": "weekly"]),
    ])
    func `who is not paid with the group in the period gets nothing and is no exception`(
        name: String, facts: [String: String]
    ) throws {
        let outcome = try PayDesk.outcome(Self.salary.merging(facts) { _, given in given })
        guard case .notPaid = outcome else {
            Issue.record("\(name): \(outcome)")
            return
        }
    }
}
