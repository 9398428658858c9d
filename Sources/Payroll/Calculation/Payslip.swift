import Amounts
import People

/// What one employee gets from one payroll run.
package struct Payslip: Hashable, Sendable {
    package let employee: EmployeeID
    package let lines: [Line]
    package let gross: Money
    package let deductions: Money
    package let net: Money
    /// What the employer bears on top of gross pay.
    package let employerCost: Money
    /// The cost centre that bears it; nil for none.
    package let costCentre: String?
    /// SHA-256 of all that it was computed from.
    package let inputHash: String

    package struct Line: Hashable, Sendable {
        /// The code of the component.
        package let component: String
        /// What a statutory line was computed on.
        package let base: Money?
        package let amount: Money

        package init(component: String, base: Money?, amount: Money) {
            self.component = component
            self.base = base
            self.amount = amount
        }
    }

    package init(
        employee: EmployeeID, lines: [Line], gross: Money, deductions: Money, net: Money, employerCost: Money,
        costCentre: String?, inputHash: String
    ) {
        self.employee = employee
        self.lines = lines
        self.gross = gross
        self.deductions = deductions
        self.net = net
        self.employerCost = employerCost
        self.costCentre = costCentre
        self.inputHash = inputHash
    }
}
