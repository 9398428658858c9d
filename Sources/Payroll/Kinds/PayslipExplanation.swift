import Amounts
import Calendars
import Diagnostics
import Jobs
import People
import Store

/// Why a payslip is what it is: computed once more from what the run knew, and compared with what it wrote.
package struct PayslipExplanation: Sendable {
    package let run: PayrollRunRecord
    package let payslip: Payslip
    package let lines: [Line]

    package struct Line: Sendable {
        package let component: PayComponent
        package let base: Money?
        package let amount: Money
        package let steps: [Explanation.Step]
    }

    /// - Throws: a failure when there is no such payslip, when the configuration is not the one of the run, or when the
    ///   payslip computed now differs from the one that stands.
    package static func load(
        run record: RunRecord, employee: EmployeeID, company: Company, store: Store
    ) throws -> PayslipExplanation {
        let configuration = try PayrollConfiguration.load(for: company)
        return try store.read { connection in
            guard let run = try PayrollRecords.find(record.id, in: connection),
                let stored = try PayrollRecords.payslip(of: employee, in: run, connection: connection)
            else {
                throw Failure(
                    .notFound, "Run \(record.id) has no payslip for \(employee).",
                    advice: "See who was paid with `steward payroll show \(record.id)`.")
            }
            let group = try configuration.payGroup(run.payGroup)
            let calculator = try PayslipCalculator(
                configuration: configuration, group: group, period: try group.payPeriod(run.period))
            guard calculator.pack.checksum == run.packChecksum,
                configuration.componentsChecksum == run.componentsChecksum
            else {
                throw Failure(
                    .refused,
                    "The configuration has changed since run \(run.run): its steps cannot be shown with today's figures.",
                    advice: "The amounts stand as they are: `steward payroll show \(run.run) \(employee)`. To see the "
                        + "steps, put \(PayrollConfiguration.componentsFile) and the pack back as they were.")
            }
            let records = YearToDateRecords(taxYear: calculator.pack.taxYear, before: run.run, plan: configuration.plan)
            let facts = try EmployeeRecords(catalog: configuration.catalog).facts(
                from: employee, through: employee, knownAt: record.knownAt, in: connection)
            var totals = try records.totals(from: employee, through: employee, in: connection)
            try records.addSinceAppointment(calculator.appointments(of: facts), to: &totals, in: connection)
            guard let known = facts.first,
                let (payslip, explanations) = try calculator.explain(
                    known, yearToDate: totals[employee] ?? YearToDate()), payslip == stored
            else {
                throw Failure(
                    .failed,
                    "The payslip of \(employee) in run \(run.run), computed again, differs from the one that stands.",
                    advice: "This must not happen; keep the store as it is and report it.")
            }
            let lines = payslip.lines.compactMap { line in
                configuration.plan.component(line.component).map { component in
                    Line(
                        component: component, base: line.base, amount: line.amount,
                        steps: explanations[line.component]?.steps ?? [])
                }
            }
            return PayslipExplanation(run: run, payslip: payslip, lines: lines)
        }
    }
}
