import Amounts
import Calendars
import Concurrency
import Diagnostics
import Jobs
import Ledger
import People
import Store

/// `payroll.calculate`: the payslips of one pay group for one pay period, and their journal entry.
///
/// An employee who cannot be paid is set aside with the reason; the others are paid.
package struct CalculatePayroll: PartitionedKind {
    package static let name = "payroll.calculate"
    package static let abstract = "Calculates the pay of one pay group for one pay period and posts it to the ledger."
    package static let parameters = [
        ParameterDefinition("pay_group", description: "the pay group to pay", example: "monthly")
    ]
    package static let granularities: [Period.Granularity] = [.month, .week]
    package static let takesApproval = true

    package init() {}

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        guard let configuration = PayrollConfiguration.load(for: company, problems: &problems) else { return }
        _ = payGroup(parameters, configuration, problems: &problems)
    }

    package func check(
        _ period: Period, _ parameters: ParameterValues, in company: Company, problems: inout ProblemList
    ) {
        guard let configuration = PayrollConfiguration.load(for: company, problems: &problems),
            let group = payGroup(parameters, configuration, problems: &problems)
        else { return }
        do {
            let payPeriod = try group.payPeriod(period)
            _ = try PayslipCalculator(configuration: configuration, group: group, period: payPeriod)
        } catch let error as any ReportableError {
            problems.add(Problem(error.failure))
        } catch {
            problems.add("\(error)")
        }
    }

    private func payGroup(
        _ parameters: ParameterValues, _ configuration: PayrollConfiguration, problems: inout ProblemList
    ) -> PayGroup? {
        do {
            return try configuration.payGroup(parameters["pay_group"] ?? "")
        } catch {
            problems.add(Problem(error))
            return nil
        }
    }

    // MARK: - Work

    /// What a run is computed with.
    package struct Plan {
        let record: PayrollRunRecord
        let calculator: PayslipCalculator
        let configuration: PayrollConfiguration
        let employees: EmployeeRecords
    }

    package func plan(_ run: Run) throws -> Plan {
        let configuration = try PayrollConfiguration.load(for: run.company)
        let group = try configuration.payGroup(run.parameters["pay_group"] ?? "")
        let period = try group.payPeriod(run.period)
        let calculator = try PayslipCalculator(configuration: configuration, group: group, period: period)
        let record = PayrollRunRecord(
            run: run.id, payGroup: group.code, period: period, taxYear: calculator.pack.taxYear.description,
            taxPeriod: calculator.taxPeriod.number, currency: configuration.plan.currency,
            pack: calculator.pack.name, packChecksum: calculator.pack.checksum,
            componentsChecksum: configuration.componentsChecksum)
        let employees = EmployeeRecords(catalog: configuration.catalog)
        try requireSameFigures(record, employees, run)
        return Plan(record: record, calculator: calculator, configuration: configuration, employees: employees)
    }

    package func items(of plan: Plan, in range: KeyRange?, _ run: Run) throws -> [EmployeeID] {
        try run.store.read { connection in
            guard let range else {
                return try plan.employees.everInPayGroup(
                    plan.calculator.group.code, knownAt: run.knownAt, in: connection)
            }
            return try plan.employees.everInPayGroup(
                plan.calculator.group.code, from: EmployeeID(stored: range.first),
                through: EmployeeID(stored: range.last), knownAt: run.knownAt, in: connection)
        }
    }

    package func key(of employee: EmployeeID) -> String { employee.rawValue }

    /// Records what the run is computed with, in the transaction of the first payslips, or of the partitions: a run that
    /// fails before them is bound to nothing.
    package func begin(_ plan: Plan, in work: RunWork) throws {
        try requirePayable(plan.record, in: work.connection)
        try PayrollRecords.insert(plan.record, in: work)
    }

    package func work(on employees: [EmployeeID], _ plan: Plan, _ part: Run) throws {
        let calculator = plan.calculator
        let records = plan.employees
        let yearToDate = YearToDateRecords(
            taxYear: calculator.pack.taxYear, before: part.id, plan: plan.configuration.plan)
        let (store, knownAt) = (part.store, part.knownAt)
        try part.forEachChunk(of: employees, key: \.rawValue) { chunk -> [PayslipCalculator.Outcome] in
            guard let first = chunk.first, let last = chunk.last else { return [] }
            let (facts, totals) = try store.read { connection in
                let facts = try records.facts(from: first, through: last, knownAt: knownAt, in: connection)
                var totals = try yearToDate.totals(from: first, through: last, in: connection)
                try yearToDate.addSinceAppointment(
                    calculator.appointments(of: facts), to: &totals, in: connection)
                return (facts, totals)
            }
            return facts.concurrentMap {
                calculator.payslip(for: $0, yearToDate: totals[$0.id] ?? YearToDate())
            }
        } write: { outcomes, work in
            try PayrollRecords.insert(outcomes.compactMap(\.payslip), in: work)
            work.setAside(outcomes.compactMap(\.exception))
        }
    }

    package func conclude(_ plan: Plan, _ run: Run) throws -> RunSummary {
        let (record, configuration) = (plan.record, plan.configuration)
        try run.gate {
            try summary(of: record, run)
        } comparison: {
            try PayrollComparison(configuration: configuration, knownAt: run.knownAt).comparison(of: record, in: $0)
        }
        try run.step("journal") { work in
            let payslips = try PayrollRecords.payslips(of: record, in: work.connection)
            try Journal.adoptConfiguration(of: work.company, in: work.unit)
            let day = try PostingDays(in: work.unit).day(forDocumentOf: record.payDate, in: .payroll)
            let posting = PayrollPosting(
                run: record, plan: configuration.plan, chart: configuration.chart)
            try Journal.post(
                try posting.entries(of: payslips, on: day) {
                    try PayrollRecords.totalsByCostCentre(of: record, employees: $0, in: work.connection)
                }, in: work)
        }
        return try summary(of: record, run)
    }

    package func changes(
        since run: RunRecord, in company: Company, store: Store, now: Instant
    ) throws -> [InputChange] {
        try PayrollInputChanges(run: run, company: company, store: store, now: now).changes()
    }

    // MARK: - Steps

    /// - Throws: when an earlier attempt, or another process of the run, has begun with other figures than this one would;
    ///   for a run that has not begun, when the period may not be paid (any more, or yet), or there is nobody to pay.
    private func requireSameFigures(
        _ record: PayrollRunRecord, _ employees: EmployeeRecords, _ run: Run
    ) throws {
        try run.store.read { connection in
            guard let begun = try PayrollRecords.find(run.id, in: connection) else {
                try requirePayable(record, in: connection)
                guard try employees.isAnybodyEver(inPayGroup: record.payGroup, knownAt: run.knownAt, in: connection)
                else {
                    throw Failure(
                        .refused,
                        "Nobody is in the pay group \(record.payGroup), so there is nobody to pay for \(record.period).",
                        advice:
                            "Bring its people in with `steward import employees FILE.csv`, and give the command again.")
                }
                return
            }
            guard begun == record else {
                throw Failure(
                    .refused,
                    "Run \(run.id) began with other figures (\(begun.pack) \(begun.packChecksum.prefix(12)), "
                        + "components \(begun.componentsChecksum.prefix(12))) than the configuration has now.",
                    advice:
                        "Put the configuration back as it was and give the command again; change it for the next run.")
            }
        }
    }

    /// - Throws: when the group was paid for the period, for a later one, or not completely for an earlier one.
    private func requirePayable(_ record: PayrollRunRecord, in connection: Connection) throws {
        if let other = try PayrollRecords.find(
            payGroup: record.payGroup, period: record.period, in: connection),
            try !PayrollRecords.hasPaidNobody(other.run, in: connection)
        {
            let state = try RunRecords.find(.number(other.run), in: connection).state
            guard state.isDone else {
                throw Failure(
                    .refused,
                    "The pay group \(record.payGroup) is being paid for \(record.period) by run \(other.run), which is "
                        + "\(state.words).",
                    advice:
                        "Bring that run to its end first, or reject or cancel it: see `steward run show \(other.run)`.")
            }
            throw Failure(
                .refused, "The pay group \(record.payGroup) was paid for \(record.period) by run \(other.run).",
                advice: "Look at it with `steward run show \(other.run)`.")
        }
        if let later = try PayrollRecords.runPaid(after: record.payDate, payGroup: record.payGroup, in: connection) {
            throw Failure(
                .refused,
                "The pay group \(record.payGroup) has been paid for \(later.period) already; \(record.period) comes "
                    + "before it.",
                advice: "Pay periods are run in order, because each builds on the year to date of those before.")
        }
        if let unfinished = try PayrollRecords.unfinishedRun(
            paidBefore: record.payDate, payGroup: record.payGroup, in: connection)
        {
            let state = try RunRecords.find(.number(unfinished.run), in: connection).state
            guard state != .waitingApproval else {
                throw Failure(
                    .refused,
                    "The pay group \(record.payGroup) has not been paid for \(unfinished.period): the results of run "
                        + "\(unfinished.run) wait for an approval.",
                    advice:
                        "Have them approved or rejected first (`steward run show \(unfinished.run)`): each pay period "
                        + "builds on the year to date of those before.")
            }
            throw Failure(
                .refused,
                "The pay group \(record.payGroup) has not been paid completely for \(unfinished.period): run "
                    + "\(unfinished.run) was cut off.",
                advice: "Finish that run first: each pay period builds on the year to date of those before.")
        }
    }

    private func summary(of record: PayrollRunRecord, _ run: Run) throws -> RunSummary {
        let (totals, postedOn) = try run.store.read {
            (try PayrollRecords.runTotals(of: record, in: $0), try PayrollRecords.postingDate(of: record, in: $0))
        }
        var summary = RunSummary(figures: [
            .init("pay group", record.payGroup),
            .init("pay date", record.payDate.description),
            .init("tax period", "\(record.taxYear), \(record.taxPeriod)"),
            .init("payslips", "\(totals.payslips)"),
            .init("gross pay", totals.gross),
            .init("deductions", totals.deductions),
            .init("net pay", totals.net),
            .init("employer's cost", totals.employerCost),
            .init("pack", "\(record.pack) (\(record.packChecksum.prefix(12)))"),
        ])
        if let postedOn, postedOn != record.payDate {
            summary.figures.append(.init("posted late, on", "\(postedOn)"))
        }
        return summary
    }
}

extension PayslipCalculator.Outcome {
    package var payslip: Payslip? {
        guard case .payslip(let payslip) = self else { return nil }
        return payslip
    }

    package var exception: RunException? {
        guard case .exception(let exception) = self else { return nil }
        return exception
    }
}

extension PayslipCalculator {
    /// The employees who became directors in the tax year, with the day.
    package func appointments(of employees: [EmployeeFacts]) -> [EmployeeID: CalendarDate] {
        var appointments: [EmployeeID: CalendarDate] = [:]
        for employee in employees {
            guard let text = employee.value(of: fields.directorSince, on: period.days.upperBound),
                let since = CalendarDate(text), pack.taxYear.contains(since)
            else { continue }
            appointments[employee.id] = since
        }
        return appointments
    }
}
