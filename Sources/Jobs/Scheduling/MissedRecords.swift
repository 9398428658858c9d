import Calendars
import Store

/// Occurrences that did not run, and what people do about them.
extension ScheduleRecords {
    /// What `missed list` can ask for.
    package struct Filter: Sendable {
        package var job: String?
        package var states: Set<OccurrenceRecord.State>
        /// Not earlier than this.
        package var from: Instant
        /// Not later than this.
        package var through: Instant
        package var includesDismissed: Bool
        package var maximumCount: Int

        package init(
            job: String? = nil, states: Set<OccurrenceRecord.State> = [.missed],
            from: Instant = Instant(microseconds: .min), through: Instant = Instant(microseconds: .max),
            includesDismissed: Bool = false, maximumCount: Int = 50
        ) {
            self.job = job
            self.states = states
            self.from = from
            self.through = through
            self.includesDismissed = includesDismissed
            self.maximumCount = maximumCount
        }

        var condition: (sql: String, arguments: [(any SQLBindable)?]) {
            let names = states.map(\.rawValue).sorted()
            var sql = "state IN (\(names.map { _ in "?" }.joined(separator: ", "))) AND due_at >= ? AND due_at <= ?"
            var arguments: [(any SQLBindable)?] = names + [from, through]
            if let job {
                sql += " AND job = ?"
                arguments.append(job)
            }
            if !includesDismissed { sql += " AND dismissed_at IS NULL" }
            return (sql, arguments)
        }
    }

    /// The occurrences that pass the filter, the latest first.
    package static func occurrences(_ filter: Filter, in connection: Connection) throws -> [OccurrenceRecord] {
        guard !filter.states.isEmpty else { return [] }
        let (condition, arguments) = filter.condition
        return try connection.all(
            """
            SELECT \(OccurrenceRecord.columns) FROM occurrence WHERE \(condition)
             ORDER BY due_at DESC, job LIMIT ?
            """, arguments: arguments + [filter.maximumCount], map: OccurrenceRecord.init)
    }

    /// The number of occurrences that pass the filter, without its limit.
    package static func count(_ filter: Filter, in connection: Connection) throws -> Int {
        guard !filter.states.isEmpty else { return 0 }
        let (condition, arguments) = filter.condition
        return Int(
            try connection.first("SELECT COUNT(*) FROM occurrence WHERE \(condition)", arguments: arguments) {
                try $0.int(0)
            } ?? 0)
    }

    package static func occurrence(of job: String, due: Instant, in connection: Connection) throws -> OccurrenceRecord?
    {
        try connection.first(
            "SELECT \(OccurrenceRecord.columns) FROM occurrence WHERE job = ? AND due_at = ?", job, due,
            map: OccurrenceRecord.init)
    }

    // MARK: - What people do

    /// Says of one occurrence that it need not run any more.
    ///
    /// - Throws: `ScheduleError`.
    package func dismiss(_ job: String, due: Instant, reason: String) throws {
        try requireReason(reason)
        let changed = try connection.execute(
            """
            UPDATE occurrence SET dismissed_at = ?, dismissed_by = ?, dismissed_reason = ?
             WHERE job = ? AND due_at = ? AND state <> 'run' AND dismissed_at IS NULL
            """, now, person, reason, job, due)
        if changed == 0 { throw try refusal(job, due) }
    }

    /// Says of all missed occurrences that pass the filter that they need not run any more.
    ///
    /// - Parameter filter: its limit does not count; those that were dismissed before stay as they are.
    /// - Returns: how many.
    package func dismiss(_ filter: Filter, reason: String) throws -> Int {
        try requireReason(reason)
        var filter = filter
        filter.includesDismissed = false
        filter.states.remove(.run)
        guard !filter.states.isEmpty else { return 0 }
        let (condition, arguments) = filter.condition
        let leading: [(any SQLBindable)?] = [now, person, reason]
        return try connection.execute(
            "UPDATE occurrence SET dismissed_at = ?, dismissed_by = ?, dismissed_reason = ? WHERE \(condition)",
            arguments: leading + arguments)
    }

    /// Makes the run of an occurrence that was missed or skipped, and links the two.
    ///
    /// - Parameter new: the run, of the same job; where there is one for its period that is done or under way, that is
    ///   linked.
    /// - Throws: `ScheduleError`.
    package func runMissed(_ job: String, due: Instant, as new: NewRun) throws -> RunQueue.Enqueued {
        guard let occurrence = try Self.occurrence(of: job, due: due, in: connection), occurrence.state != .run else {
            throw try refusal(job, due)
        }
        let enqueued = try RunQueue(connection, person: person, at: now).enqueue(new)
        let state = enqueued.record.state
        guard enqueued.isNew || state.isLive || state.isDone else {
            throw ScheduleError.runEnded(enqueued.record.id, period: new.period, state)
        }
        guard try link(occurrence, to: enqueued.record.id) else { throw try refusal(job, due) }
        return enqueued
    }

    /// What became of one of several occurrences that were to be run.
    package struct MissedRun: Sendable {
        package var occurrence: OccurrenceRecord
        package var result: Result<RunQueue.Enqueued, ScheduleError>

        package init(occurrence: OccurrenceRecord, result: Result<RunQueue.Enqueued, ScheduleError>) {
            self.occurrence = occurrence
            self.result = result
        }
    }

    /// Makes the runs of all occurrences of a job that pass the filter, the oldest first. One whose period has a run that
    /// has ended without its work done is passed over: a person decides about that run.
    ///
    /// - Parameters:
    ///   - filter: its limit does not count.
    ///   - newRun: makes the run of an occurrence.
    /// - Throws: `ScheduleError.tooManyRuns`.
    package func runMissed(_ filter: Filter, newRun: (OccurrenceRecord) -> NewRun) throws -> [MissedRun] {
        var filter = filter
        filter.states.remove(.run)
        let count = try Self.count(filter, in: connection)
        guard count <= BackfillPlan.maximumRuns else {
            throw ScheduleError.tooManyRuns(count: count, maximum: BackfillPlan.maximumRuns)
        }
        filter.maximumCount = BackfillPlan.maximumRuns
        return try Self.occurrences(filter, in: connection).reversed().map { occurrence in
            do {
                let enqueued = try runMissed(occurrence.job, due: occurrence.due, as: newRun(occurrence))
                return MissedRun(occurrence: occurrence, result: .success(enqueued))
            } catch let error as ScheduleError {
                guard case .runEnded = error else { throw error }
                return MissedRun(occurrence: occurrence, result: .failure(error))
            }
        }
    }

    /// - Returns: whether the occurrence was without a run until now.
    func link(_ occurrence: OccurrenceRecord, to run: RunID) throws -> Bool {
        let former = occurrence.reason.map { "\(occurrence.state.rawValue): \($0); " } ?? ""
        return try connection.execute(
            """
            UPDATE occurrence SET state = 'run', run_id = ?, reason = ?
             WHERE job = ? AND due_at = ? AND state <> 'run'
            """, run, "\(former)run by \(person) at \(now)", occurrence.job, occurrence.due) == 1
    }

    /// Why nothing can be done about an occurrence.
    private func refusal(_ job: String, _ due: Instant) throws -> ScheduleError {
        guard let occurrence = try Self.occurrence(of: job, due: due, in: connection) else {
            return .noOccurrence(job: job, due: due)
        }
        if let run = occurrence.run { return .hasRun(job: job, due: due, run) }
        return .alreadyDismissed(job: job, due: due, by: occurrence.dismissal?.person ?? "")
    }
}
