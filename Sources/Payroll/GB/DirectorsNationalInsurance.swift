import Amounts
import Diagnostics

/// How a director's National Insurance is computed through the year.
package enum DirectorNIMethod: String, CaseIterable, Sendable, Hashable, Codable {
    /// At every payment on the earnings of the year so far, with the annual thresholds.
    case annual
    /// Like any other employee, and once more on the annual thresholds at the last payment of the year.
    case alternative
}

/// What a director's contributions are computed from. All amounts belong to the director's earnings period: the tax
/// year, or its rest from the week of the appointment; and to one category letter.
package struct DirectorNIInput: Hashable, Sendable {
    /// Earnings of this payment.
    package var pay: Money
    /// Earnings of the earnings period, this payment included.
    package var payToDate: Money
    package var employeeToDate: Money
    package var employerToDate: Money
    /// Weeks in the earnings period: 52, or for an appointment in the year `GBTaxYear.weeksRemaining(from:)`.
    package var weeks: Int
    /// The last payment of the tax year, or the last as a director: where the alternative method settles up.
    package var isLastPayment: Bool

    package init(
        pay: Money, payToDate: Money, employeeToDate: Money, employerToDate: Money, weeks: Int = 52,
        isLastPayment: Bool
    ) {
        self.pay = pay
        self.payToDate = payToDate
        self.employeeToDate = employeeToDate
        self.employerToDate = employerToDate
        self.weeks = weeks
        self.isLastPayment = isLastPayment
    }
}

/// A director's contributions of one payment.
package struct DirectorNIContributions: Hashable, Sendable {
    /// To deduct and to pay now; negative gives back what was paid too much.
    package let employee: Money
    package let employer: Money
    /// Contributions of the earnings period including this payment.
    package let employeeToDate: Money
    package let employerToDate: Money
    /// Earnings by band: of the earnings period so far where `isAnnual`, otherwise of this payment.
    package let earnings: NIEarnings
    /// Whether this payment was computed on the year so far.
    package let isAnnual: Bool
}

extension GBPack {
    /// Class 1 contributions of a director, by either method.
    ///
    /// Rounding as for every employee. The annual thresholds of an earnings period of less than 52 weeks are × weeks ÷
    /// 52, up to the pound.
    ///
    /// Source: Social Security (Contributions) Regulations 2001, regulation 8; HMRC manuals NIM12021 to
    /// NIM12026; HMRC, "CA44: National Insurance for company directors".
    package func directorNationalInsurance(
        _ input: DirectorNIInput, method: DirectorNIMethod, category: NICategory, frequency: PayFrequency,
        explanation: inout Explanation?
    ) throws(GBRuleError) -> DirectorNIContributions {
        guard (1...52).contains(input.weeks) else { throw .earningsPeriodOutOfRange(weeks: input.weeks) }
        let employeeBefore = try input.employeeToDate.sterlingPence("Employee's National Insurance to date")
        let employerBefore = try input.employerToDate.sterlingPence("Employer's National Insurance to date")
        let payToDate = max(0, try input.payToDate.sterlingPence("Earnings to date"))

        guard method == .annual || input.isLastPayment else {
            let now = try nationalInsurance(
                on: input.pay, category: category, frequency: frequency, explanation: &explanation)
            return DirectorNIContributions(
                employee: now.employee, employer: now.employer,
                employeeToDate: Money(pence: employeeBefore + now.employee.minorUnits),
                employerToDate: Money(pence: employerBefore + now.employer.minorUnits),
                earnings: now.earnings, isAnnual: false)
        }

        explanation?.add(
            "National Insurance of a director, category \(category.rawValue)",
            computation: "earnings to date, annual thresholds"
                + (input.weeks == 52 ? "" : " × \(input.weeks)/52, up to the pound"),
            result: Figure.pence(payToDate), source: nationalInsurance.thresholdSource.description)
        let annual = nationalInsurance.annual
        let toDate = contributions(
            on: payToDate, category: category,
            thresholds: input.weeks == 52 ? annual : annual.prorated(weeks: Int64(input.weeks)),
            explanation: &explanation)
        let employee = toDate.employee.minorUnits - employeeBefore
        let employer = toDate.employer.minorUnits - employerBefore
        explanation?.add(
            "Employee's contribution now",
            computation: "\(toDate.employee.groupedText) − \(Figure.pence(employeeBefore)) already paid",
            result: Figure.pence(employee))
        explanation?.add(
            "Employer's contribution now",
            computation: "\(toDate.employer.groupedText) − \(Figure.pence(employerBefore)) already paid",
            result: Figure.pence(employer))
        return DirectorNIContributions(
            employee: Money(pence: employee), employer: Money(pence: employer), employeeToDate: toDate.employee,
            employerToDate: toDate.employer, earnings: toDate.earnings, isAnnual: true)
    }
}
