import Amounts
import Calendars
import Diagnostics
import Jobs
import Ledger
import People
import Store

/// Everybody was paid whose pay day lies in the period, and what is owed to them in the books is what the register says.
package struct PayrollPosted: CloseStep {
    package let name = "payroll-posted"
    package let title = "Payroll posted, net pay in the books as in the register"
    package let stage = CloseStage.completeness

    package init() {}

    package func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        let configuration = try PayrollConfiguration.load(for: close.company)
        var findings = CloseFindings()
        let runs = try payrollRuns(close, in: connection)
        for group in configuration.payGroups {
            let employees = try EmployeeRecords(catalog: configuration.catalog)
                .everInPayGroup(group.code, knownAt: close.knownAt, in: connection)
            guard !employees.isEmpty else { continue }
            for period in group.payPeriods(paidIn: close.days)
            where !runs.contains(where: { $0.payGroup == group.code && $0.period == period.period }) {
                findings.add(
                    "pay group \(group.code)", "was not paid for \(period.period), whose pay day is \(period.payDate)")
            }
        }
        let zero = Money.zero(close.currency)
        var total = zero
        let register = try registerTotals(close, in: connection)
        let posted = try postedTotals(configuration.plan.netPayAccount, close, in: connection)
        for run in runs {
            let (owed, booked) = (register[run.run] ?? zero, posted[run.run] ?? zero)
            total = try total + owed
            if owed != booked {
                findings.add(
                    "run \(run.run) (\(run.payGroup) \(run.period))",
                    "net pay is \(owed) in the register and \(booked) on \(configuration.plan.netPayAccount)")
            }
        }
        findings.add(.init("payrolls", "\(runs.count)"))
        findings.add(.init("net pay", total))
        return findings
    }

    /// The runs that paid in the period and are done.
    private func payrollRuns(_ close: CloseContext, in connection: Connection) throws -> [PayrollRunRecord] {
        try connection.all(
            """
            SELECT \(PayrollRunRecord.columns) FROM payroll_run
             WHERE pay_date >= ? AND pay_date <= ?
               AND run_id IN (SELECT run_id FROM run WHERE state = 'succeeded' OR state = 'partly')
             ORDER BY run_id
            """, close.days.lowerBound, close.days.upperBound, map: PayrollRunRecord.init)
    }

    private func registerTotals(_ close: CloseContext, in connection: Connection) throws -> [RunID: Money] {
        try totals(
            """
            SELECT payslip.run_id, CAST(SUM(payslip.net_minor) AS INTEGER)
              FROM payroll_run JOIN payslip ON payslip.run_id = payroll_run.run_id
             WHERE payroll_run.pay_date >= ? AND payroll_run.pay_date <= ? GROUP BY payslip.run_id
            """, [close.days.lowerBound, close.days.upperBound], close.currency, in: connection)
    }

    private func postedTotals(
        _ account: AccountCode, _ close: CloseContext, in connection: Connection
    ) throws -> [RunID: Money] {
        try totals(
            """
            SELECT entry.run_id, CAST(SUM(-posting.base_minor) AS INTEGER)
              FROM payroll_run JOIN journal_entry AS entry ON entry.run_id = payroll_run.run_id
              JOIN posting ON posting.entry_number = entry.entry_number
             WHERE payroll_run.pay_date >= ? AND payroll_run.pay_date <= ? AND posting.account = ?
             GROUP BY entry.run_id
            """, [close.days.lowerBound, close.days.upperBound, account.rawValue], close.currency, in: connection)
    }

    private func totals(
        _ sql: String, _ arguments: [any SQLBindable], _ currency: Currency, in connection: Connection
    ) throws -> [RunID: Money] {
        var totals: [RunID: Money] = [:]
        try connection.forEach(sql, arguments: arguments) { totals[try $0.id(0)] = try $0.money(1, currency) }
        return totals
    }
}

extension PayGroup {
    /// The pay periods whose pay day lies in these days; it is no more than two months after a period began.
    func payPeriods(paidIn days: ClosedRange<CalendarDate>) -> [PayPeriod] {
        var found: [PayPeriod] = []
        var period = Period(granularity, containing: max(anchor, days.lowerBound.adding(days: -Self.longestDays)))
        while period.firstDay <= days.upperBound {
            // A week in which no fortnight ends is no period.
            if let payPeriod = try? payPeriod(period), days.contains(payPeriod.payDate),
                payPeriod.days.lowerBound >= anchor
            {
                found.append(payPeriod)
            }
            guard period.next != period else { break }
            period = period.next
        }
        return found
    }

    private static let longestDays = 62
}
