import Amounts
import Calendars
import Diagnostics
import Formulas
import Jobs
import People

/// Computes payslips: facts and earlier payslips in, payslips out; no store, no clock.
///
/// What is the same for every payslip of a run is worked out once, when it is made.
package final class PayslipCalculator: Sendable {
    let plan: PayPlan
    let group: PayGroup
    let period: PayPeriod
    let pack: GBPack
    let taxPeriod: GBTaxPeriod
    let fields: PayrollFieldIndices
    private let catalog: FieldCatalog
    /// When the group is paid next; nil where its calendar ends.
    let nextPayDate: CalendarDate?
    let formulaInputs: PayslipFormulaInputs
    private let hashing: PayslipInputHash

    /// - Throws: when the pay date has no pack.
    package init(configuration: PayrollConfiguration, group: PayGroup, period: PayPeriod) throws {
        plan = try configuration.plan(on: period.payDate)
        catalog = configuration.catalog
        fields = PayrollFieldIndices(configuration.catalog)
        self.group = group
        self.period = period
        nextPayDate = group.payPeriod(after: period)?.payDate
        pack = try configuration.packs.pack(payDate: period.payDate)
        guard let taxPeriod = GBTaxPeriod(group.frequency, paidOn: period.payDate, in: pack.taxYear) else {
            throw GBRuleError.noPack(payDate: period.payDate, available: configuration.packs.packs.map(\.name))
        }
        self.taxPeriod = taxPeriod
        formulaInputs = PayslipFormulaInputs(plan: plan, catalog: catalog, group: group, period: period)
        hashing = PayslipInputHash(
            catalog: catalog, payPeriod: period.days, taxYear: pack.taxYear.firstDay...pack.taxYear.lastDay,
            commonInputs: [
                group.code, period.period.description, period.payDate.description, pack.checksum,
                configuration.componentsChecksum,
            ])
    }

    var catalogFields: [EmployeeField] { catalog.fields }

    package enum Outcome: Sendable {
        case payslip(Payslip)
        /// Not employed in the period, or paid with another group.
        case notPaid
        case exception(RunException)
    }

    /// The employee's payslip, or why there is none. A reason concerns this employee alone.
    package func payslip(for employee: EmployeeFacts, yearToDate: YearToDate) -> Outcome {
        do {
            guard let employment = try Employment(employee, in: period, group: group, fields: fields) else {
                return .notPaid
            }
            var computation = PayslipComputation(
                calculator: self, employee: employee, employment: employment, yearToDate: yearToDate,
                isExplaining: false)
            return .payslip(try computation.payslip(inputHash: hashing.hash(of: employee, employment, yearToDate)))
        } catch {
            return .exception(error.exception(for: employee.id))
        }
    }

    /// The payslip once more, with the steps of each line.
    ///
    /// - Throws: `PayslipError`. Nil when the employee is not paid in the period.
    package func explain(
        _ employee: EmployeeFacts, yearToDate: YearToDate
    ) throws(PayslipError) -> (payslip: Payslip, explanations: [String: Explanation])? {
        guard let employment = try Employment(employee, in: period, group: group, fields: fields) else { return nil }
        var computation = PayslipComputation(
            calculator: self, employee: employee, employment: employment, yearToDate: yearToDate, isExplaining: true)
        let payslip = try computation.payslip(inputHash: hashing.hash(of: employee, employment, yearToDate))
        return (payslip, computation.explanations)
    }
}
