import Amounts
import Diagnostics
import Formulas
import Ledger

/// One line of a payslip: what it is, how it is computed, what it counts towards, where it is posted.
///
/// Shared by all payslips of a run, never changed.
package final class PayComponent: Sendable {
    package let code: String
    package let name: String
    package let kind: Kind
    package let computation: Computation
    /// The bases to which the amount is added.
    package let bases: [String]
    /// The bases from which the amount is taken.
    package let reduces: [String]
    package let location: SourceLocation

    init(
        code: String, name: String, kind: Kind, computation: Computation, bases: [String], reduces: [String],
        location: SourceLocation
    ) {
        self.code = code
        self.name = name
        self.kind = kind
        self.computation = computation
        self.bases = bases
        self.reduces = reduces
        self.location = location
    }

    package enum Kind: Sendable, Hashable {
        /// Adds to gross pay; negative for pay given up or not earned.
        case earning(expense: AccountCode)
        /// Taken from gross pay.
        case deduction(liability: AccountCode)
        /// Borne by the employer on top of gross pay.
        case employer(expense: AccountCode, liability: AccountCode)

        /// The accounts that it is posted to.
        package var accounts: [AccountCode] {
            switch self {
            case .earning(let account), .deduction(let account): [account]
            case .employer(let expense, let liability): [expense, liability]
            }
        }
    }

    package enum Computation: Sendable {
        /// `when` decides whether the component applies; without it, it always does.
        case formula(Formula, when: Formula?, rounding: Rounding)
        case statutory(StatutoryMethod)
    }
}

/// The computations that the law prescribes as procedures; they take their numbers from the pack.
package enum StatutoryMethod: String, CaseIterable, Sendable, Hashable {
    case incomeTax = "gb.income_tax"
    case employeeNI = "gb.national_insurance_employee"
    case employerNI = "gb.national_insurance_employer"
    case studentLoan = "gb.student_loan"
    case postgraduateLoan = "gb.postgraduate_loan"
    case pensionSacrifice = "gb.pension_salary_sacrifice"
    case pensionNetPay = "gb.pension_net_pay"
    case pensionReliefAtSource = "gb.pension_relief_at_source"
    case employerPension = "gb.pension_employer"

    /// The base that the method computes on.
    package var base: String {
        switch self {
        case .incomeTax: "taxable"
        case .employeeNI, .employerNI, .studentLoan, .postgraduateLoan: "niable"
        case .pensionSacrifice, .pensionNetPay, .pensionReliefAtSource, .employerPension: "pensionable"
        }
    }

    /// Whether its amounts of the year so far are needed for the next one.
    package var isCumulative: Bool {
        switch self {
        case .incomeTax, .employeeNI, .employerNI: true
        default: false
        }
    }
}
