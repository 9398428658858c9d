import Amounts
import Configuration
import People

/// The fields of an employee that the statutory rules read. What else a company's components need, it declares itself
/// in `config/payroll/components.yaml`.
package enum PayrollFields {
    ///
    /// - Parameter payGroups: the codes of the company's pay groups.
    package static func statutory(payGroups: [String]) -> [EmployeeField] {
        [EmployeeField("pay_group", .choice(payGroups), description: "the group the employee is paid with")] + rules
    }

    private static let rules: [EmployeeField] = [
        EmployeeField(
            "tax_code", .checked(.canonical(ScalarReader<TaxCode>.taxCode) { "\($0)" }),
            description: "tax code as on the latest notice, with W1, M1 or X"),
        EmployeeField(
            "ni_category", .checked(.canonical(ScalarReader<NICategory>.niCategory) { $0.rawValue }),
            description: "National Insurance category letter"),
        EmployeeField(
            "director", .choice(DirectorNIMethod.allCases.map(\.rawValue)),
            description: "method of a director's National Insurance"),
        EmployeeField("director_since", .date, description: "day of appointment as a director"),
        EmployeeField(
            "student_loan", .checked(.studentLoanPlans), description: "student loan plans, e.g. plan_2 or plan_1+plan_4"
        ),
        EmployeeField("postgraduate_loan", .bool, description: "whether a postgraduate loan is repaid"),
        EmployeeField(
            "pension_method", .choice(PensionMethod.allCases.map(\.rawValue)),
            description: "how contributions reach the scheme"),
        EmployeeField(
            "pension_basis", .choice(PensionBasis.allCases.map(\.rawValue)),
            description: "what contributions are a share of"),
        EmployeeField("pension_employee_rate", .rate, description: "employee's contribution"),
        EmployeeField("pension_employer_rate", .rate, description: "employer's contribution"),
        EmployeeField(
            "previous_pay", .amount(.gbp), .occurrence,
            description: "taxable pay of earlier employments of the tax year (P45)"),
        EmployeeField(
            "previous_tax", .signedAmount(.gbp), .occurrence,
            description: "tax of earlier employments of the tax year (P45)"),
    ]
}

extension ScalarReader<String> {
    static let studentLoanPlans = ScalarReader(
        "a list of student loan plans",
        expected: StudentLoanPlan.allCases.map(\.rawValue).joined(separator: ", ") + ", several joined by +",
        placeholder: ""
    ) { text in
        let parts = text.split(separator: "+", omittingEmptySubsequences: false).map {
            StudentLoanPlan(rawValue: String($0))
        }
        let plans = parts.compactMap { $0 }
        guard plans.count == parts.count, Set(plans).count == plans.count else { return nil }
        return plans.map(\.rawValue).sorted().joined(separator: "+")
    }
}
