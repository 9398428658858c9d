import Amounts

/// What an employee's earlier payslips of the tax year add up to, folded from their final lines.
package struct YearToDate: Hashable, Sendable {
    package var incomeTax = Total()
    package var employeeNI = Total()
    package var employerNI = Total()
    /// Of these, what belongs to the time since the employee became a director in this tax year.
    package var directorEmployeeNI = Total()
    package var directorEmployerNI = Total()

    /// The sums of one statutory line, in minor units.
    package struct Total: Hashable, Sendable {
        /// What it was computed on: taxable pay, pay for National Insurance.
        package var base: Int64 = 0
        package var amount: Int64 = 0

        package init(base: Int64 = 0, amount: Int64 = 0) {
            self.base = base
            self.amount = amount
        }
    }

    package init() {}
}
