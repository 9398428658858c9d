import Amounts
import Calendars
import Diagnostics
import Jobs
import Store

/// The close of one period by one run.
package struct CloseProcedure {
    private let run: Run
    private let close: CloseContext
    private let plan: ClosePlan

    package static let beginStep = "begin"
    package static let softCloseStep = "soft-close"
    package static let snapshotStep = "snapshot"
    package static let lockStep = "lock"

    init(_ run: Run, _ steps: [any CloseStep]) throws {
        self.run = run
        let company = run.company
        let settings = try LedgerSettings.load(for: company)
        let period = CloseContext.fiscalPeriod(closedBy: run.period, in: settings.cycle)
        close = try run.store.read {
            try CloseContext(company: company, period: period, knownAt: run.knownAt, in: $0)
        }
        plan = ClosePlan(steps, close.occasion)
    }

    /// What must be right before anything is closed.
    static func check(_ company: Company, problems: inout ProblemList) {
        guard let settings = LedgerSettings.load(for: company, problems: &problems) else { return }
        if !settings.isDeclared {
            problems.add(
                "there is no \(LedgerSettings.file): nothing can be closed", expected: "see docs/guide/close.md")
        }
    }

    func perform() throws -> RunSummary {
        // What was approved is not prepared anew, whatever steps the program has by now.
        if !run.hasPassedGate, !run.committedSteps.contains(Self.lockStep) { try propose() }
        try run.step(Self.lockStep) { try lock(in: $0) }
        for step in plan.after { try pass(step) }
        return try run.store.read { try summary(in: $0) }
    }

    /// Everything up to the approval.
    private func propose() throws {
        try requireProposedSteps()
        try run.step(Self.beginStep) { try begin(in: $0) }
        for step in plan.completeness { try pass(step) }
        try softClose()
        for step in plan.preparation { try pass(step) }
        try run.step(Self.snapshotStep) { work in
            try PeriodSnapshots.take(close.period, in: work.unit)
            if close.occasion == .year { try renewLaterSnapshots(in: work.unit) }
        }
        for step in plan.drafts { try pass(step) }
        try run.gate {
            try run.store.read { try summary(in: $0) }
        } comparison: {
            try CloseComparison.comparison(of: close, in: $0)
        }
    }

    /// - Throws: each step that this program has and the one that proposed the result had not: what was proposed has not
    ///   gone through it.
    private func requireProposedSteps() throws {
        let isProposed = try run.store.read { try ProposalRecords.proposal(of: run.id, in: $0) } != nil
        let changes = plan.steps(missingFrom: run.committedSteps)
        guard !isProposed || changes.isEmpty else { throw ApprovalError.inputsChanged(run.id, changes) }
    }

    // MARK: - Steps

    private func begin(in work: RunWork) throws {
        try FiscalCalendar.adopt(close.settings, work.stamp, in: work.connection)
        let periods = try FiscalPeriodRecords.load(at: work.stamp.at, in: work.connection)
        guard let state = periods.state(close.period, .general) else {
            throw PeriodRefusal.noPeriod(close.period.firstDay, first: periods.first, last: periods.last)
        }
        guard state < .closed else {
            throw Failure(
                .refused, "\(close.period) is \(state.name) already; nothing was done.",
                advice: "To change something in it, have it opened again: `steward close reopen \(run.period) --reason "
                    + "REASON`.")
        }
        try requireEarlierClosed(periods, in: work.connection)
        // A close before this one was rejected or canceled: what it posted is posted anew, from what there is now.
        try PeriodReopening.undo(close, plan.all, in: work.unit)
    }

    /// From here on only the close itself and adjusting entries get in. What was complete before is so still, for until
    /// here documents could come.
    private func softClose() throws {
        var stopped: (step: any CloseStep, findings: CloseFindings)?
        do {
            try run.step(Self.softCloseStep) { work in
                try FiscalPeriodRecords.move(
                    close.period, to: .softClosed, by: [work.stamp.person], reason: "close, run \(run.id)",
                    in: work.unit)
                for step in plan.completeness {
                    let findings = try step.check(close, in: work.connection)
                    if try isStopped(by: findings, of: step, in: work.connection) {
                        stopped = (step, findings)
                        throw refusal(step, findings)
                    }
                }
            }
        } catch let refusal as CloseRefusal {
            if let stopped { try run.keep(stopped.findings, of: stopped.step.name, close.period) }
            throw refusal
        }
    }

    private func isStopped(
        by findings: CloseFindings, of step: any CloseStep, in connection: Connection
    ) throws -> Bool {
        guard !findings.isGreen else { return false }
        return try CloseRecords.signOff(of: findings, step.name, close.period, in: connection) == nil
    }

    private func refusal(_ step: any CloseStep, _ findings: CloseFindings) -> CloseRefusal {
        CloseRefusal(step: step, period: close.period, runPeriod: "\(run.period)", findings: findings)
    }

    /// - Throws: each period that must be closed first.
    private func requireEarlierClosed(_ periods: FiscalPeriods, in connection: Connection) throws {
        let open = periods.periods.filter { period in
            // The adjustments of a year may go on while the next year's months close.
            guard period < close.period, !period.isForAdjustments || close.period.isForAdjustments else { return false }
            return periods.state(period, .general).map { $0 < .closed } ?? false
        }
        guard let oldest = open.first else { return }
        let command =
            oldest.isForAdjustments
            ? Period(.year, containing: oldest.year.firstDay)
            : Period(.month, containing: oldest.firstDay)
        var advice = "Begin with the oldest: `steward close status \(command)` says how far it is."
        let before = CalendarDate.earliest...close.period.firstDay.adding(days: -1)
        if !close.period.isForAdjustments, try Journal.extent(of: before, in: connection).entries == 0 {
            advice += " Nothing was posted before \(close.period): where the books begin with it, say so in"
            advice += " \(LedgerSettings.file), `first_period: \(close.period)`."
        }
        let count = open.count == 1 ? "1 period is" : "\(open.count) periods are"
        throw Failure(
            .refused, "\(count) not closed yet; the close of \(close.period) has not begun.",
            problems: open.map { period in
                Problem(
                    "\(period) is \(periods.state(period, .general)?.name ?? "open")", expected: "it to be closed first"
                )
            }, advice: advice)
    }

    private func pass(_ step: any CloseStep) throws {
        var found = CloseFindings()
        do {
            try run.step(step.name) { work in
                try step.perform(close, in: work)
                found = try step.check(close, in: work.connection)
                if try isStopped(by: found, of: step, in: work.connection) { throw refusal(step, found) }
                try CloseRecords.insert(step, line: plan.line(of: step), found, close, in: work)
                try CloseRecords.keep(
                    found, of: step.name, close.period, run: run.id, at: work.stamp.at, in: work.connection)
            }
        } catch let refusal as CloseRefusal {
            try run.keep(found, of: step.name, close.period)
            throw refusal
        }
    }

    /// A closing entry changes what later months begin with: theirs are written down anew.
    private func renewLaterSnapshots(in unit: UnitOfWork) throws {
        let periods = try FiscalPeriodRecords.load(at: unit.stamp.at, in: unit.connection)
        for period in periods.periods where period.ordinal > close.period.ordinal {
            guard let state = periods.state(period, .general), state >= .closed else { continue }
            try PeriodSnapshots.take(period, in: unit)
        }
    }

    private func lock(in work: RunWork) throws {
        try Journal.lockHead(in: work.connection)
        // What was posted since the approval was not approved.
        let changes = try Self.changes(of: close.period, run.id, in: work.connection)
        guard changes.isEmpty else { throw ApprovalError.inputsChanged(run.id, changes) }
        let decisions = try ProposalRecords.decisions(of: run.id, in: work.connection)
            .filter { $0.verdict == .approved }.map(\.person)
        // Who began it, not who let it go on after the approval, which may be the same person as gave that.
        let starter = try work.connection.first("SELECT created_by FROM run WHERE run_id = ?", run.id) {
            try $0.text(0)
        }
        try FiscalPeriodRecords.move(
            close.period, to: .closed, by: [starter ?? work.stamp.person] + decisions, reason: "close, run \(run.id)",
            in: work.unit)
    }

    // MARK: - What a person approves

    static func changes(
        since run: RunRecord, _ steps: [any CloseStep], in store: Store
    ) throws -> [InputChange] {
        let occasion = CloseOccasion.allCases.first { $0.kind == run.kind } ?? .month
        let added = ClosePlan(steps, occasion).steps(missingFrom: run.passedSteps)
        return try added + changes(since: run, in: store)
    }

    private static func changes(since run: RunRecord, in store: Store) throws -> [InputChange] {
        try store.read { connection in
            let period = try connection.first(
                "SELECT period FROM period_snapshot WHERE run_id = ? ORDER BY ordinal", run.id
            ) {
                try $0.text(0)
            }
            guard let period, let cycle = try FiscalCalendar.find(in: connection)?.cycle,
                let fiscal = FiscalPeriod(period, in: cycle)
            else { return [InputChange(item: "books", what: "there is no snapshot of the period")] }
            return try changes(of: fiscal, run.id, in: connection)
        }
    }

    private static func changes(
        of period: FiscalPeriod, _ run: RunID, in connection: Connection
    ) throws -> [InputChange] {
        let ended = try connection.first(
            """
            SELECT ended.reason FROM period_snapshot AS snapshot
              JOIN period_snapshot_end AS ended
                ON ended.period = snapshot.period AND ended.version = snapshot.version
             WHERE snapshot.run_id = ? AND snapshot.period = ?
            """, run, "\(period)"
        ) { try $0.text(0) }
        return ended.map { [InputChange(item: "\(period)", what: "its balances changed: \($0)")] } ?? []
    }

    private func summary(in connection: Connection) throws -> RunSummary {
        let header = try PeriodSnapshots.valid(in: connection).first { $0.period == "\(close.period)" }
        let movements = try AccountBalances.movements(close.period.days, close.currency, in: connection)
        let statement = try TrialBalance.statement(
            of: StatementPeriod(label: "\(close.period)", movements: movements), close.accounts)
        var summary = RunSummary(figures: [.init("period", "\(close.period)")])
        let result = try movements.reduce(Money.zero(close.currency)) { sum, movement in
            guard let account = close.accounts[movement.account], !account.type.isOfBalanceSheet else {
                return sum
            }
            return try sum - movement.change()
        }
        summary.figures.append(.init(close.occasion == .year ? "result of the last day" : "result", result))
        for step in try CloseRecords.passedSteps(of: run.id, in: connection) {
            summary.figures += step.figures
            if step.findingCount > 0 {
                summary.figures.append(.init("signed off", "\(step.name) (\(step.findingCount))"))
            }
        }
        for check in statement.checks where !check.difference.isZero {
            summary.figures.append(.init(check.name, check.difference))
        }
        summary.figures.append(
            .init("snapshot", header.map { "\($0.rowCount) balances, \($0.digest.prefix(12))" } ?? "none"))
        summary.figures.append(.init("last entry", header.map { "\($0.entry)" } ?? "none"))
        summary.figures.append(.init("hash", header?.entryHash ?? "none"))
        return summary
    }
}

extension Run {
    /// Keeps what stopped the close, in a transaction of its own.
    fileprivate func keep(_ findings: CloseFindings, of step: String, _ period: FiscalPeriod) throws {
        try store.write {
            try CloseRecords.keep(findings, of: step, period, run: id, at: now(), in: $0)
        }
    }
}
