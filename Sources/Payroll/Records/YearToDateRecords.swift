import Calendars
import Jobs
import People
import Store

/// The year to date of employees, folded from the lines of their earlier payslips.
package struct YearToDateRecords: Sendable {
    private let taxYear: GBTaxYear
    private let run: RunID
    private let incomeTax: String?
    private let employeeNI: String?
    private let employerNI: String?

    /// - Parameter run: the run that asks; runs of the tax year that were done before it began count, whatever group they
    ///   paid.
    package init(taxYear: GBTaxYear, before run: RunID, plan: PayPlan) {
        self.taxYear = taxYear
        self.run = run
        incomeTax = plan.code(of: .incomeTax)
        employeeNI = plan.code(of: .employeeNI)
        employerNI = plan.code(of: .employerNI)
    }

    /// Of the tax year, done (and so approved, where that is asked for), and not after the run that asks was begun. The
    /// numbers of runs do not say it: a run that failed before its first payslip keeps its number, and may be done after
    /// others. What is done stays done, so that the same is found whenever it is asked.
    private static let isEarlier = """
        earlier.tax_year = ? AND earlier.run_id <> ?
           AND EXISTS (SELECT 1 FROM run AS done
                        WHERE done.run_id = earlier.run_id AND done.state IN ('succeeded', 'partly')
                          AND NOT EXISTS (SELECT 1 FROM payroll_run AS asking
                                           WHERE asking.run_id = ?
                                             AND (asking.recorded_at < done.finished_at
                                                  OR asking.recorded_at = done.finished_at
                                                     AND asking.run_id < earlier.run_id)))
        """

    /// The year to date of the employees from `first` to `last`, inclusive; those without earlier payslips are absent.
    package func totals(
        from first: EmployeeID, through last: EmployeeID, in connection: Connection
    ) throws -> [EmployeeID: YearToDate] {
        var totals: [EmployeeID: YearToDate] = [:]
        try connection.forEach(
            """
            SELECT line.employee_id, line.component, CAST(COALESCE(SUM(line.base_minor), 0) AS BIGINT),
                   CAST(SUM(line.amount_minor) AS BIGINT)
              FROM payroll_run AS earlier
              JOIN payslip_line AS line ON line.run_id = earlier.run_id
             WHERE \(Self.isEarlier)
               AND line.employee_id >= ? AND line.employee_id <= ? AND line.component IN (?, ?, ?)
             GROUP BY line.employee_id, line.component
            """, taxYear.description, run, run, first.rawValue, last.rawValue, incomeTax ?? "", employeeNI ?? "",
            employerNI ?? ""
        ) { row in
            let total = YearToDate.Total(base: try row.int(2), amount: try row.int(3))
            add(total, of: try row.text(1), to: &totals[EmployeeID(stored: try row.text(0)), default: YearToDate()])
        }
        return totals
    }

    /// Adds the part of National Insurance that lies after an appointment as a director, for the few employees who were
    /// appointed in this tax year.
    package func addSinceAppointment(
        _ appointments: [EmployeeID: CalendarDate], to totals: inout [EmployeeID: YearToDate],
        in connection: Connection
    ) throws {
        guard let first = appointments.keys.min(), let last = appointments.keys.max() else { return }
        try connection.forEach(
            """
            SELECT line.employee_id, line.component, line.base_minor, line.amount_minor, earlier.pay_date
              FROM payroll_run AS earlier
              JOIN payslip_line AS line ON line.run_id = earlier.run_id
             WHERE \(Self.isEarlier)
               AND line.employee_id >= ? AND line.employee_id <= ? AND line.component IN (?, ?)
            """, taxYear.description, run, run, first.rawValue, last.rawValue, employeeNI ?? "", employerNI ?? ""
        ) { row in
            let employee = EmployeeID(stored: try row.text(0))
            guard let since = appointments[employee], try row.date(4) >= since else { return }
            let base = try row.optionalInt(2) ?? 0
            let amount = try row.int(3)
            if try row.text(1) == employeeNI {
                totals[employee, default: YearToDate()].directorEmployeeNI.add(base: base, amount: amount)
            } else {
                totals[employee, default: YearToDate()].directorEmployerNI.add(base: base, amount: amount)
            }
        }
    }

    private func add(_ total: YearToDate.Total, of component: String, to yearToDate: inout YearToDate) {
        switch component {
        case incomeTax: yearToDate.incomeTax = total
        case employeeNI: yearToDate.employeeNI = total
        case employerNI: yearToDate.employerNI = total
        default: break
        }
    }
}

extension YearToDate.Total {
    /// Amounts of payslips, each within the pack's bound of 100 million pounds: a year of them cannot overflow.
    fileprivate mutating func add(base: Int64, amount: Int64) {
        self.base &+= base
        self.amount &+= amount
    }
}
