import Calendars
import Store

extension ScheduleRecords {
    /// The plan of a backfill: what of `wanted` has no run that is done or under way.
    package static func backfill(
        _ job: String, parameters: ParameterValues, wanted: [BackfillPlan.Wanted], in connection: Connection
    ) throws -> BackfillPlan {
        var existing: [Period: BackfillPlan.Existing] = [:]
        let periods = Set(wanted.map(\.period)).sorted()
        var start = 0
        while start < periods.count {
            let part = periods[start..<min(start + 500, periods.count)]
            start += part.count
            let leading: [(any SQLBindable)?] = [job, parameters.canonicalText]
            // In the order of their generations: the last one counts.
            try connection.forEach(
                """
                SELECT period, run_id, state FROM run
                 WHERE job = ? AND parameters = ? AND period IN (\(part.map { _ in "?" }.joined(separator: ", ")))
                 ORDER BY generation
                """, arguments: leading + part.map { $0 }
            ) { row in
                existing[try row.period(0)] = BackfillPlan.Existing(run: try row.id(1), state: try row.named(2))
            }
        }
        return BackfillPlan(job: job, wanted: wanted, existing: existing)
    }

    /// Makes the runs of a plan, or lets them be tried again, and links the occurrences that they stand for.
    ///
    /// - Parameter newRun: makes the run of one period; its repetition is set here.
    /// - Returns: the runs that were made, in the order of the plan.
    /// - Throws: `ScheduleError.tooManyRuns`; `RunError` where a run has changed since the plan was made.
    @discardableResult
    package func enqueue(
        _ plan: BackfillPlan, reason: String, newRun: (BackfillPlan.Wanted) -> NewRun
    ) throws -> [RunRecord] {
        try requireReason(reason)
        let open = plan.open
        guard open.count <= BackfillPlan.maximumRuns else {
            throw ScheduleError.tooManyRuns(count: open.count, maximum: BackfillPlan.maximumRuns)
        }
        let queue = RunQueue(connection, person: person, at: now)
        let unrun = try occurrencesWithoutRun(of: plan.job, open.compactMap(\.wanted.due))
        var made: [RunRecord] = []
        for item in open {
            let run: RunID
            switch item.step {
            case .retry(let failed):
                try queue.retry(failed, reason: reason)
                run = failed
            case .run, .again:
                var new = newRun(item.wanted)
                new.reason = reason
                if case .again = item.step { new.repetition = .again }
                let enqueued = try queue.enqueue(new)
                // Made by another process since the plan was: then there is nothing left to do.
                if enqueued.isNew { made.append(enqueued.record) }
                run = enqueued.record.id
            case .leave, .done: continue
            }
            if let due = item.wanted.due, let occurrence = unrun[due] { _ = try link(occurrence, to: run) }
        }
        return made
    }

    private func occurrencesWithoutRun(of job: String, _ due: [Instant]) throws -> [Instant: OccurrenceRecord] {
        guard let first = due.min(), let last = due.max() else { return [:] }
        let found = try connection.all(
            """
            SELECT \(OccurrenceRecord.columns) FROM occurrence
             WHERE job = ? AND due_at >= ? AND due_at <= ? AND state <> 'run'
            """, job, first, last, map: OccurrenceRecord.init)
        return Dictionary(found.map { ($0.due, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
