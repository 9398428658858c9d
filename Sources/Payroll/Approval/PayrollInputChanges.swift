import Calendars
import Concurrency
import Diagnostics
import Jobs
import People
import Store

/// What a proposed payroll would be computed from now, and was otherwise when it was: the configuration, who is in the
/// group, and what is known of each of them.
///
/// Everything is computed anew, as of now; an employee whose payslip would have the same inputs has not changed, whatever
/// was recorded of later periods.
struct PayrollInputChanges {
    let run: RunRecord
    let company: Company
    let store: Store
    let now: Instant

    func changes() throws -> [InputChange] {
        guard let begun = try store.read({ try PayrollRecords.find(run.id, in: $0) }) else { return [] }
        let configuration = try PayrollConfiguration.load(for: company)
        let group = try configuration.payGroup(begun.payGroup)
        let period = try group.payPeriod(begun.period)
        let calculator = try PayslipCalculator(configuration: configuration, group: group, period: period)
        var changes: [InputChange] = []
        if configuration.componentsChecksum != begun.componentsChecksum {
            changes.append(InputChange(item: PayrollConfiguration.componentsFile, what: "it is not the one of the run"))
        }
        if calculator.pack.name != begun.pack || calculator.pack.checksum != begun.packChecksum {
            changes.append(
                InputChange(
                    item: "pack \(calculator.pack.name)", what: "its figures are not those of \(begun.pack) as it was"))
        }
        if period.days != begun.days || period.payDate != begun.payDate {
            changes.append(
                InputChange(item: "pay group \(begun.payGroup)", what: "the days of the period, or the pay date"))
        }
        // With other figures every payslip is another.
        guard changes.isEmpty else { return changes }
        return try employees(of: begun, calculator, configuration)
    }

    /// A payslip's inputs as they were, or why there was none.
    private enum Result: Hashable {
        case inputs(String)
        case setAside(String)

        var words: String {
            switch self {
            case .inputs: "a payslip"
            case .setAside: "set aside"
            }
        }
    }

    private func employees(
        of begun: PayrollRunRecord, _ calculator: PayslipCalculator, _ configuration: PayrollConfiguration
    ) throws -> [InputChange] {
        let records = EmployeeRecords(catalog: configuration.catalog)
        let yearToDate = YearToDateRecords(
            taxYear: calculator.pack.taxYear, before: run.id, plan: configuration.plan)
        let (ids, fields) = try store.read { connection in
            (
                try records.everInPayGroup(begun.payGroup, knownAt: now, in: connection),
                try records.fieldsRecorded(after: run.knownAt, through: now, in: connection)
            )
        }
        var before = try store.read { try results(of: begun, in: $0) }
        var changes: [InputChange] = []
        var start = ids.startIndex
        while start < ids.endIndex {
            let chunk = ids[start..<min(start + Run.defaultChunkItems, ids.endIndex)]
            start = chunk.endIndex
            guard let first = chunk.first, let last = chunk.last else { break }
            let members = Set(chunk)
            let (facts, totals) = try store.read { connection in
                let facts = try records.facts(from: first, through: last, knownAt: now, in: connection)
                var totals = try yearToDate.totals(from: first, through: last, in: connection)
                try yearToDate.addSinceAppointment(calculator.appointments(of: facts), to: &totals, in: connection)
                return (facts.filter { members.contains($0.id) }, totals)
            }
            let outcomes = facts.concurrentMap {
                ($0.id, calculator.payslip(for: $0, yearToDate: totals[$0.id] ?? YearToDate()))
            }
            for (employee, outcome) in outcomes {
                let former = before.removeValue(forKey: employee)
                let present = Self.result(outcome)
                guard former != present else { continue }
                changes.append(change(of: employee, former, present, fields[employee] ?? []))
            }
        }
        changes += before.map { change(of: $0.key, $0.value, nil, fields[$0.key] ?? []) }
        return changes.sorted { $0.item < $1.item }
    }

    private func results(of begun: PayrollRunRecord, in connection: Connection) throws -> [EmployeeID: Result] {
        var results: [EmployeeID: Result] = [:]
        for payslip in try PayrollRecords.payslips(of: begun, in: connection) {
            results[payslip.employee] = .inputs(payslip.inputHash)
        }
        for exception in try RunRecords.exceptions(of: begun.run, in: connection) {
            results[EmployeeID(stored: exception.item)] = .setAside(exception.message)
        }
        return results
    }

    private static func result(_ outcome: PayslipCalculator.Outcome) -> Result? {
        switch outcome {
        case .payslip(let payslip): .inputs(payslip.inputHash)
        case .exception(let exception): .setAside(exception.message)
        case .notPaid: nil
        }
    }

    private func change(
        of employee: EmployeeID, _ former: Result?, _ present: Result?, _ fields: [String]
    ) -> InputChange {
        let what =
            switch (former, present) {
            case (nil, let present?): "not in the run, and now \(present.words)"
            case (let former?, nil): "\(former.words), and now not paid in the period"
            case (.setAside, .inputs): "set aside, and now a payslip"
            case (.inputs, .setAside): "a payslip, and now set aside"
            default: ""
            }
        let named = fields.isEmpty ? (what.isEmpty ? "other inputs" : "") : fields.joined(separator: ", ")
        return InputChange(item: employee.rawValue, what: [named, what].filter { !$0.isEmpty }.joined(separator: "; "))
    }
}
