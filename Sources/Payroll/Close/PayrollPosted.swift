import Amounts
import Calendars
import Diagnostics
import Jobs
import Ledger
import People
import Store

/// Everybody was paid, or set aside, whose pay day lies in the period, and what the books have of each run, by account and cost centre, is
/// what its payslips say.
package struct PayrollPosted: CloseStep {
    package let name = "payroll-posted"
    package let title = "Payroll posted, in the books as in the register"
    package let stage = CloseStage.completeness

    package init() {}

    package func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        var findings = CloseFindings()
        guard PayrollConfiguration.isDeclared(for: close.company) else { return findings }
        let configuration = try PayrollConfiguration.load(for: close.company)
        let runs = try payrollRuns(close, in: connection)
        let overlooked = OverlookedEmployees(configuration: configuration, knownAt: close.knownAt)
        for group in configuration.payGroups {
            let employees = try EmployeeRecords(catalog: configuration.catalog)
                .everInPayGroup(group.code, knownAt: close.knownAt, in: connection)
            guard !employees.isEmpty else { continue }
            for period in group.payPeriods(paidIn: close.days) {
                guard runs.contains(where: { $0.payGroup == group.code && $0.period == period.period }) else {
                    findings.add(
                        "pay group \(group.code)",
                        "was not paid for \(period.period), whose pay day is \(period.payDate)")
                    continue
                }
                for finding in try overlooked.find(among: employees, in: group, paidFor: period, in: connection) {
                    findings.add(finding.item, finding.text)
                }
            }
        }
        let zero = Money.zero(close.currency)
        var total = zero
        let register = try registerTotals(close, in: connection)
        let netPay = try netPay(close, in: connection)
        let posted = try postedSums(close, in: connection)
        for run in runs {
            let net = netPay[run.run] ?? zero
            total = try total + net
            let posting = PayrollPosting(
                run: run, plan: configuration.plan, chart: configuration.chart)
            let item = "run \(run.run) (\(run.payGroup) \(run.period))"
            do {
                let owed = try posting.sums(totals: register[run.run] ?? [], netPay: net)
                let note =
                    run.componentsChecksum == configuration.componentsChecksum
                    ? "" : "; \(PayrollConfiguration.componentsFile) has changed since"
                compare(owed, posted[run.run] ?? [:], zero) {
                    findings.add(item, $0 + note)
                }
            } catch let failure as Failure {
                findings.add(item, failure.summary)
            }
        }
        findings.add(.init("payrolls", "\(runs.count)"))
        findings.add(.init("net pay", total))
        return findings
    }

    private func compare(
        _ owed: [PayrollPosting.Place: Money], _ booked: [PayrollPosting.Place: Money], _ zero: Money,
        report: (String) -> Void
    ) {
        for place in Set(owed.keys).union(booked.keys).sorted() {
            let (wanted, found) = (owed[place] ?? zero, booked[place] ?? zero)
            guard wanted != found else { continue }
            let centre = place.costCentre.map { ", cost centre \($0)" } ?? ""
            report("account \(place.account)\(centre): \(wanted) by the payslips and \(found) in the books")
        }
    }

    // MARK: - Reading

    /// Runs that pay in the period, or whose entries came late and were posted in it. Takes its days twice.
    private static let runsOfPeriod = """
        SELECT payroll_run.run_id FROM payroll_run
         WHERE payroll_run.pay_date >= ? AND payroll_run.pay_date <= ?
            OR payroll_run.run_id IN (SELECT late.run_id FROM journal_entry AS late
                                       WHERE late.entry_date >= ? AND late.entry_date <= ?
                                         AND late.source_type = 'payroll-run')
        """

    private func arguments(_ close: CloseContext) -> [any SQLBindable] {
        let days = close.days
        return [days.lowerBound, days.upperBound, days.lowerBound, days.upperBound]
    }

    /// Those that are done.
    private func payrollRuns(_ close: CloseContext, in connection: Connection) throws -> [PayrollRunRecord] {
        try connection.all(
            """
            SELECT \(PayrollRunRecord.columns) FROM payroll_run
             WHERE run_id IN (\(Self.runsOfPeriod))
               AND run_id IN (SELECT run_id FROM run WHERE state = 'succeeded' OR state = 'partly')
             ORDER BY run_id
            """, arguments: arguments(close), map: PayrollRunRecord.init)
    }

    /// What the payslips of each run say, by component and cost centre.
    private func registerTotals(
        _ close: CloseContext, in connection: Connection
    ) throws -> [RunID: [PayrollRecords.CostCentreTotal]] {
        var totals: [RunID: [PayrollRecords.CostCentreTotal]] = [:]
        try connection.forEach(
            """
            SELECT line.run_id, line.component, payslip.cost_centre, CAST(SUM(line.amount_minor) AS BIGINT)
              FROM payslip_line AS line
              JOIN payslip ON payslip.run_id = line.run_id AND payslip.employee_id = line.employee_id
             WHERE line.run_id IN (\(Self.runsOfPeriod))
             GROUP BY line.run_id, line.component, payslip.cost_centre
            """, arguments: arguments(close)
        ) { row in
            totals[try row.id(0), default: []].append(
                PayrollRecords.CostCentreTotal(
                    component: try row.text(1), costCentre: try row.optionalText(2),
                    amount: try row.money(3, close.currency)))
        }
        return totals
    }

    private func netPay(_ close: CloseContext, in connection: Connection) throws -> [RunID: Money] {
        var totals: [RunID: Money] = [:]
        try connection.forEach(
            """
            SELECT run_id, CAST(SUM(net_minor) AS BIGINT) FROM payslip
             WHERE run_id IN (\(Self.runsOfPeriod)) GROUP BY run_id
            """, arguments: arguments(close)
        ) { totals[try $0.id(0)] = try $0.money(1, close.currency) }
        return totals
    }

    /// What the entries of each run brought to each account and cost centre.
    private func postedSums(
        _ close: CloseContext, in connection: Connection
    ) throws -> [RunID: [PayrollPosting.Place: Money]] {
        var sums: [RunID: [PayrollPosting.Place: Money]] = [:]
        try connection.forEach(
            """
            SELECT entry.run_id, posting.account, posting.cost_centre, CAST(SUM(posting.base_minor) AS BIGINT)
              FROM journal_entry AS entry JOIN posting ON posting.entry_number = entry.entry_number
             WHERE entry.run_id IN (\(Self.runsOfPeriod))
             GROUP BY entry.run_id, posting.account, posting.cost_centre
            """, arguments: arguments(close)
        ) { row in
            let place = PayrollPosting.Place(
                account: AccountCode(try row.text(1)), costCentre: try row.optionalText(2))
            sums[try row.id(0), default: [:]][place] = try row.money(3, close.currency)
        }
        return sums
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
