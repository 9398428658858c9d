import Amounts
import Calendars
import Diagnostics
import Jobs
import People
import Store

/// Payroll runs, payslips and their lines in the store.
package enum PayrollRecords {
    // MARK: - Runs

    static func insert(_ record: PayrollRunRecord, in work: RunWork) throws {
        try work.insert(
            into: "payroll_run",
            columns: [
                "pay_group", "period", "sequence", "first_day", "last_day", "pay_date", "tax_year", "tax_period",
                "currency", "pack", "pack_checksum", "components_checksum",
            ], rows: CollectionOfOne((record, try nextSequence(of: record, in: work.connection)))
        ) { values, row in
            let (record, sequence) = values
            try row.bind(record.payGroup)
            try row.bind(record.period)
            try row.bind(sequence)
            try row.bind(record.days.lowerBound)
            try row.bind(record.days.upperBound)
            try row.bind(record.payDate)
            try row.bind(record.taxYear)
            try row.bind(record.taxPeriod)
            try row.bind(record.currency)
            try row.bind(record.pack)
            try row.bind(record.packChecksum)
            try row.bind(record.componentsChecksum)
        }
    }

    /// 1 for the first run of a group for a period, and one more for each that was rejected or canceled, or paid nobody, before.
    private static func nextSequence(of record: PayrollRunRecord, in connection: Connection) throws -> Int64 {
        try connection.first(
            "SELECT COALESCE(MAX(sequence), 0) + 1 FROM payroll_run WHERE pay_group = ? AND period = ?",
            record.payGroup, record.period
        ) { try $0.int(0) } ?? 1
    }

    /// Payslips of such a run never count: a person refused them, or the run was canceled before it posted them.
    private static let isVoid = """
        EXISTS (SELECT 1 FROM run AS ended
                 WHERE ended.run_id = payroll_run.run_id
                   AND (ended.state = 'rejected' OR ended.state = 'canceled' AND ended.steps NOT LIKE '%journal%'))
        """

    /// A run that is done without a payslip, and without anybody set aside, stands in nobody's way: it may have come before
    /// its people were brought in.
    private static let hasPaidNobody = """
        (NOT EXISTS (SELECT 1 FROM payslip WHERE payslip.run_id = payroll_run.run_id)
         AND EXISTS (SELECT 1 FROM run AS ended
                      WHERE ended.run_id = payroll_run.run_id AND ended.state = 'succeeded'))
        """

    static func hasPaidNobody(_ run: RunID, in connection: Connection) throws -> Bool {
        try connection.first("SELECT 1 FROM payroll_run WHERE run_id = ? AND \(hasPaidNobody)", run) { _ in true }
            ?? false
    }

    package static func find(_ run: RunID, in connection: Connection) throws -> PayrollRunRecord? {
        try connection.first(
            "SELECT \(PayrollRunRecord.columns) FROM payroll_run WHERE run_id = ?", run, map: PayrollRunRecord.init)
    }

    /// The run that paid, or is paying, a group for a period, whatever job it belongs to.
    package static func find(
        payGroup: String, period: Period, in connection: Connection
    ) throws -> PayrollRunRecord? {
        try connection.first(
            """
            SELECT \(PayrollRunRecord.columns) FROM payroll_run
             WHERE pay_group = ? AND period = ? AND NOT \(isVoid) ORDER BY sequence DESC LIMIT 1
            """, payGroup, period, map: PayrollRunRecord.init)
    }

    /// The latest run of a group that has paid, or is paying, with a pay date after `payDate`.
    static func runPaid(
        after payDate: CalendarDate, payGroup: String, in connection: Connection
    ) throws -> PayrollRunRecord? {
        try connection.first(
            """
            SELECT \(PayrollRunRecord.columns) FROM payroll_run
             WHERE pay_group = ? AND pay_date > ? AND NOT \(isVoid) AND NOT \(hasPaidNobody)
             ORDER BY pay_date DESC LIMIT 1
            """, payGroup, payDate, map: PayrollRunRecord.init)
    }

    /// The earliest run of a group that was begun, is paid before `payDate` and has not come to its end.
    static func unfinishedRun(
        paidBefore payDate: CalendarDate, payGroup: String, in connection: Connection
    ) throws -> PayrollRunRecord? {
        try connection.first(
            """
            SELECT \(PayrollRunRecord.columns) FROM payroll_run
             WHERE pay_group = ? AND pay_date < ? AND NOT \(isVoid)
               AND run_id IN (SELECT run_id FROM run WHERE state NOT IN ('succeeded', 'partly'))
             ORDER BY pay_date LIMIT 1
            """, payGroup, payDate, map: PayrollRunRecord.init)
    }

    /// The run that paid a group last before a pay date, and has come to its end.
    static func runPaid(
        before payDate: CalendarDate, payGroup: String, in connection: Connection
    ) throws -> PayrollRunRecord? {
        try connection.first(
            """
            SELECT \(PayrollRunRecord.columns) FROM payroll_run
             WHERE pay_group = ? AND pay_date < ?
               AND run_id IN (SELECT run_id FROM run WHERE state IN ('succeeded', 'partly'))
             ORDER BY pay_date DESC, sequence DESC LIMIT 1
            """, payGroup, payDate, map: PayrollRunRecord.init)
    }

    // MARK: - Payslips

    static func insert(_ payslips: [Payslip], in work: RunWork) throws {
        try work.insert(
            into: "payslip",
            columns: [
                "employee_id", "gross_minor", "deductions_minor", "net_minor", "employer_minor", "cost_centre",
                "input_hash",
            ]
        ) { row in
            for payslip in payslips {
                try row.bind(payslip.employee.rawValue)
                try row.bind(payslip.gross)
                try row.bind(payslip.deductions)
                try row.bind(payslip.net)
                try row.bind(payslip.employerCost)
                try row.bind(payslip.costCentre)
                try row.bind(payslip.inputHash)
                try row.finishRow()
            }
        }
        try work.insert(
            into: "payslip_line", columns: ["employee_id", "line", "component", "base_minor", "amount_minor"],
            stamping: .runOnly
        ) { row in
            for payslip in payslips {
                for (index, line) in payslip.lines.enumerated() {
                    try row.bind(payslip.employee.rawValue)
                    try row.bind(index + 1)
                    try row.bind(line.component)
                    try row.bind(line.base?.minorUnits)
                    try row.bind(line.amount)
                    try row.finishRow()
                }
            }
        }
    }

    /// One payslip as it stands.
    package static func payslip(
        of employee: EmployeeID, in run: PayrollRunRecord, connection: Connection
    ) throws -> Payslip? {
        let lines = try connection.all(
            """
            SELECT component, base_minor, amount_minor FROM payslip_line
             WHERE run_id = ? AND employee_id = ? ORDER BY line
            """, run.run, employee.rawValue
        ) { row in
            Payslip.Line(
                component: try row.text(0),
                base: try row.optionalInt(1).map { Money(minorUnits: $0, run.currency) },
                amount: try row.money(2, run.currency))
        }
        return try connection.first(
            """
            SELECT gross_minor, deductions_minor, net_minor, employer_minor, cost_centre, input_hash FROM payslip
             WHERE run_id = ? AND employee_id = ?
            """, run.run, employee.rawValue
        ) { row in
            Payslip(
                employee: employee, lines: lines, gross: try row.money(0, run.currency),
                deductions: try row.money(1, run.currency), net: try row.money(2, run.currency),
                employerCost: try row.money(3, run.currency), costCentre: try row.optionalText(4),
                inputHash: try row.text(5))
        }
    }

    /// The payslips of a run in the order of the employees, without their lines.
    package static func payslips(of run: PayrollRunRecord, in connection: Connection) throws -> [Payslip] {
        try connection.all(
            """
            SELECT employee_id, gross_minor, deductions_minor, net_minor, employer_minor, cost_centre, input_hash
              FROM payslip WHERE run_id = ? ORDER BY employee_id
            """, run.run
        ) { row in
            Payslip(
                employee: EmployeeID(stored: try row.text(0)), lines: [], gross: try row.money(1, run.currency),
                deductions: try row.money(2, run.currency), net: try row.money(3, run.currency),
                employerCost: try row.money(4, run.currency), costCentre: try row.optionalText(5),
                inputHash: try row.text(6))
        }
    }

    /// Every line of a run, employee by employee, in order.
    package static func forEachLine(
        of run: PayrollRunRecord, in connection: Connection,
        _ body: (_ employee: String, _ component: String, _ amount: Money) throws -> Void
    ) throws {
        try connection.forEach(
            """
            SELECT employee_id, component, amount_minor FROM payslip_line WHERE run_id = ?
             ORDER BY employee_id, line
            """, run.run
        ) { row in
            try body(try row.text(0), try row.text(1), try row.money(2, run.currency))
        }
    }

    // MARK: - Sums

    /// What the lines of a run add up to, by component.
    package static func totals(
        of run: PayrollRunRecord, in connection: Connection
    ) throws -> [(component: String, amount: Money)] {
        try connection.all(
            """
            SELECT component, CAST(SUM(amount_minor) AS BIGINT) FROM payslip_line WHERE run_id = ?
             GROUP BY component ORDER BY component
            """, run.run
        ) { (try $0.text(0), try $0.money(1, run.currency)) }
    }

    /// What the lines of some employees of a run add up to, by component and by the cost centre that bears them.
    ///
    /// - Parameter employees: the first and the last of them.
    package static func totalsByCostCentre(
        of run: PayrollRunRecord, employees: ClosedRange<EmployeeID>, in connection: Connection
    ) throws -> [CostCentreTotal] {
        try connection.all(
            """
            SELECT line.component, payslip.cost_centre, CAST(SUM(line.amount_minor) AS BIGINT)
              FROM payslip_line AS line
              JOIN payslip ON payslip.run_id = line.run_id AND payslip.employee_id = line.employee_id
             WHERE line.run_id = ? AND line.employee_id >= ? AND line.employee_id <= ?
             GROUP BY line.component, payslip.cost_centre
            """, run.run, employees.lowerBound.rawValue, employees.upperBound.rawValue
        ) { row in
            CostCentreTotal(
                component: try row.text(0), costCentre: try row.optionalText(1), amount: try row.money(2, run.currency))
        }
    }

    /// The sum of a component over the employees of a cost centre.
    package struct CostCentreTotal: Hashable, Sendable {
        package var component: String
        package var costCentre: String?
        package var amount: Money
    }

    /// Head count and sums of a run.
    package struct RunTotals: Hashable, Sendable {
        package var payslips: Int
        package var gross: Money
        package var deductions: Money
        package var net: Money
        package var employerCost: Money
    }

    package static func runTotals(of run: PayrollRunRecord, in connection: Connection) throws -> RunTotals {
        let totals = try connection.first(
            """
            SELECT COUNT(*), CAST(COALESCE(SUM(gross_minor), 0) AS BIGINT),
                   CAST(COALESCE(SUM(deductions_minor), 0) AS BIGINT), CAST(COALESCE(SUM(net_minor), 0) AS BIGINT),
                   CAST(COALESCE(SUM(employer_minor), 0) AS BIGINT)
              FROM payslip WHERE run_id = ?
            """, run.run
        ) { row in
            RunTotals(
                payslips: Int(try row.int(0)), gross: try row.money(1, run.currency),
                deductions: try row.money(2, run.currency), net: try row.money(3, run.currency),
                employerCost: try row.money(4, run.currency))
        }
        let zero = Money.zero(run.currency)
        return totals ?? RunTotals(payslips: 0, gross: zero, deductions: zero, net: zero, employerCost: zero)
    }

    /// The day on which a run counts in the books; nil before it is posted.
    package static func postingDate(of run: PayrollRunRecord, in connection: Connection) throws -> CalendarDate? {
        try connection.first("SELECT MIN(entry_date) FROM journal_entry WHERE run_id = ?", run.run) {
            try $0.optionalDate(0)
        } ?? nil
    }
}
