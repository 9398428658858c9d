import Amounts
import Calendars
import Jobs
import People
import Store

/// A payroll beside the one that the same group was paid before: what the person who approves it looks for.
struct PayrollComparison {
    let configuration: PayrollConfiguration
    let knownAt: Instant

    /// Changes of net pay that are listed, the largest first.
    static let maximumListedChanges = 10
    /// Joiners, and leavers, that are listed.
    static let maximumListedPeople = 50

    func comparison(of run: PayrollRunRecord, in connection: Connection) throws -> ResultComparison {
        let now = try PayrollRecords.runTotals(of: run, in: connection)
        guard
            let previous = try PayrollRecords.runPaid(before: run.payDate, payGroup: run.payGroup, in: connection)
        else { return ResultComparison() }
        let before = try PayrollRecords.runTotals(of: previous, in: connection)
        var rows = [
            ResultComparison.Row(
                section: "totals", item: "payslips", before: "\(before.payslips)", now: "\(now.payslips)",
                change: Self.signed(now.payslips - before.payslips))
        ]
        for (name, before, now) in [
            ("gross pay", before.gross, now.gross), ("deductions", before.deductions, now.deductions),
            ("net pay", before.net, now.net), ("employer's cost", before.employerCost, now.employerCost),
        ] {
            rows.append(try Self.row("totals", name, before, now))
        }
        rows += try people(run, previous, in: connection)
        return ResultComparison(previous: "run \(previous.run) for \(previous.period)", rows: rows)
    }

    private func people(
        _ run: PayrollRunRecord, _ previous: PayrollRunRecord, in connection: Connection
    ) throws -> [ResultComparison.Row] {
        let now = try PayrollRecords.payslips(of: run, in: connection)
        let before = try PayrollRecords.payslips(of: previous, in: connection)
        let names = try EmployeeRecords(catalog: configuration.catalog).names(
            on: run.days.upperBound, knownAt: knownAt, in: connection)
        func name(_ employee: EmployeeID) -> String {
            names[employee].map { "\(employee) \($0)" } ?? "\(employee)"
        }
        let netBefore = Dictionary(before.map { ($0.employee, $0.net) }, uniquingKeysWith: { first, _ in first })
        let paidNow = Set(now.map(\.employee))
        let joiners = now.filter { netBefore[$0.employee] == nil }
        let leavers = before.filter { !paidNow.contains($0.employee) }
        var rows = try Self.listed(joiners, "joiners") {
            ResultComparison.Row(section: "joiners", item: name($0.employee), before: nil, now: $0.net.description)
        }
        rows += try Self.listed(leavers, "leavers") {
            ResultComparison.Row(section: "leavers", item: name($0.employee), before: $0.net.description, now: nil)
        }
        let changes = try now.compactMap {
            payslip -> (employee: EmployeeID, before: Money, now: Money, size: UInt64)? in
            guard let before = netBefore[payslip.employee], before != payslip.net else { return nil }
            return (payslip.employee, before, payslip.net, try (payslip.net - before).minorUnits.magnitude)
        }.sorted { ($1.size, $0.employee.rawValue) < ($0.size, $1.employee.rawValue) }
        rows += try changes.prefix(Self.maximumListedChanges).map {
            try Self.row("largest changes of net pay", name($0.employee), $0.before, $0.now)
        }
        return rows
    }

    private static func listed(
        _ payslips: [Payslip], _ section: String, _ row: (Payslip) throws -> ResultComparison.Row
    ) throws -> [ResultComparison.Row] {
        let left = payslips.count - maximumListedPeople
        return try payslips.prefix(maximumListedPeople).map(row)
            + (left > 0
                ? [ResultComparison.Row(section: section, item: "and \(left) more", before: nil, now: nil)] : [])
    }

    private static func row(
        _ section: String, _ item: String, _ before: Money, _ now: Money
    ) throws -> ResultComparison.Row {
        ResultComparison.Row(
            section: section, item: item, before: before.description, now: now.description,
            change: try (now - before).description)
    }

    private static func signed(_ number: Int) -> String { number > 0 ? "+\(number)" : "\(number)" }
}
