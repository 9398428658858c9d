import Calendars
import Diagnostics
import Jobs
import Ledger
import People
import Store

/// Who was to be paid for a period by what is known now, and has neither a payslip in it nor a reason for having none:
/// somebody who was brought in, moved to the group or given a start date after it was paid.
struct OverlookedEmployees {
    let configuration: PayrollConfiguration
    let knownAt: Instant

    /// - Parameter members: who ever was in the group, in order.
    /// - Returns: each of them with what is to be said.
    func find(
        among members: [EmployeeID], in group: PayGroup, paidFor period: PayPeriod, in connection: Connection
    ) throws -> [CloseFinding] {
        let settled = try Self.paidOrSetAside(group.code, period.period, in: connection)
        let unsettled = members.filter { !settled.contains($0) }
        let records = EmployeeRecords(catalog: configuration.catalog)
        let fields = PayrollFieldIndices(configuration.catalog)
        var findings: [CloseFinding] = []
        var start = unsettled.startIndex
        while start < unsettled.endIndex {
            let chunk = unsettled[start..<min(start + Run.defaultChunkItems, unsettled.endIndex)]
            start = chunk.endIndex
            guard let first = chunk.first, let last = chunk.last else { break }
            let wanted = Set(chunk)
            for employee in try records.facts(from: first, through: last, knownAt: knownAt, in: connection)
            where wanted.contains(employee.id) {
                guard let text = Self.text(of: employee, group, period, fields) else { continue }
                findings.append(CloseFinding(item: "employee \(employee.id)", text: text))
            }
        }
        return findings
    }

    private static func text(
        of employee: EmployeeFacts, _ group: PayGroup, _ period: PayPeriod, _ fields: PayrollFieldIndices
    ) -> String? {
        do {
            guard try Employment(employee, in: period, group: group, fields: fields) != nil else { return nil }
            return
                "is in pay group \(group.code) for \(period.period) by what is known now, and was not paid for it; add "
                + "what is owed to a later period"
        } catch {
            return "was not paid for \(period.period): \(error.exception(for: employee.id).message)"
        }
    }

    private static func paidOrSetAside(
        _ payGroup: String, _ period: Period, in connection: Connection
    ) throws -> Set<EmployeeID> {
        let runs = """
            SELECT payroll_run.run_id FROM payroll_run JOIN run ON run.run_id = payroll_run.run_id
             WHERE payroll_run.pay_group = ? AND payroll_run.period = ?
               AND (run.state = 'succeeded' OR run.state = 'partly')
            """
        var found: Set<EmployeeID> = []
        try connection.forEach(
            """
            SELECT employee_id FROM payslip WHERE run_id IN (\(runs))
             UNION ALL SELECT item FROM run_exception WHERE run_id IN (\(runs))
            """, payGroup, period, payGroup, period
        ) { found.insert(EmployeeID(stored: try $0.text(0))) }
        return found
    }
}
