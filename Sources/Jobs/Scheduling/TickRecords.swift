import Calendars
import Store

/// Ticks put into the store, each as a whole or not at all.
extension ScheduleRecords {
    /// An occurrence that becomes a run.
    package struct DueRun: Hashable, Sendable {
        package var job: String
        package var due: Instant
        /// No worker is to take it earlier.
        package var notBefore: Instant
        /// Why it is not on time; nil where it is.
        package var reason: String?
    }

    /// What was written.
    package struct Applied: Sendable {
        /// The occurrences that got their rows.
        package var occurrences: [OccurrenceRecord] = []
        /// The runs that were made.
        package var newRuns: [RunRecord] = []
        /// How many occurrences were missed or skipped, by `OccurrenceReason.code`.
        package var counts: [String: Int] = [:]
        /// The runs that were canceled for a newer one.
        package var canceled: [RunID] = []
        /// The jobs that another daemon was quicker with: nothing was written of them.
        package var lost: [String] = []
        /// The jobs that are never due again because their schedules gave an instant that is not later than this one: a
        /// defect.
        package var broken: [String: Instant] = [:]
        /// Whether a job has more occurrences than one tick deals with.
        package var hasMore = false

        package init() {}

        package mutating func add(_ other: Applied) {
            occurrences += other.occurrences
            newRuns += other.newRuns
            counts.merge(other.counts, uniquingKeysWith: +)
            canceled += other.canceled
            lost += other.lost
            broken.merge(other.broken, uniquingKeysWith: { $1 })
            hasMore = hasMore || other.hasMore
        }
    }

    /// Writes what the ticks say. A job whose cursor no longer stands where its tick found it is left alone.
    ///
    /// The declarations that the new states refer to must be there (`RunQueue.recordVersion`).
    /// - Parameter newRun: makes the run of an occurrence.
    package func apply(_ ticks: [Tick], newRun: (DueRun) -> NewRun) throws -> Applied {
        var applied = Applied()
        // In the order of their names, so that no two daemons wait for each other's rows.
        let ticks = ticks.filter { !$0.isIdle }.sorted { $0.job < $1.job }
        try open(ticks.filter { $0.former == nil })
        for tick in ticks { applied.broken[tick.job] = tick.brokenAfter }
        var won: [Tick] = []
        for tick in ticks {
            guard let former = tick.former else { continue }
            guard try move(tick, from: former) else {
                applied.lost.append(tick.job)
                continue
            }
            won.append(tick)
        }
        let taken = try existing(among: won.flatMap(\.starts))
        for tick in won {
            applied.hasMore = applied.hasMore || tick.hasMore
            try recordChange(of: tick)
            try act(on: tick, taken: taken, newRun: newRun, into: &applied)
        }
        try insert(applied.occurrences)
        return applied
    }

    // MARK: - Schedules

    private func open(_ ticks: [Tick]) throws {
        guard let first = ticks.first, let last = ticks.last else { return }
        try connection.insert(
            into: "job_schedule",
            columns: ["job", "fingerprint", "declaration", "cursor_at", "next_at", "tzdata", "is_removed"],
            onConflict: .doNothing
        ) { row in
            for state in ticks.lazy.map(\.state) {
                try row.bind(state.job)
                try row.bind(state.fingerprint)
                try row.bind(state.declaration)
                try row.bind(state.cursor)
                try row.bind(state.next)
                try row.bind(state.tzdata)
                try row.bind(state.isRemoved)
                try row.finishRow()
            }
        }
        // Another daemon may have added some of them first, with their events.
        try connection.execute(
            """
            INSERT INTO job_schedule_event (job, at, what, person)
            SELECT job, CAST(? AS INTEGER), 'added', CAST(? AS TEXT) FROM job_schedule
             WHERE job >= ? AND job <= ?
               AND NOT EXISTS (SELECT 1 FROM job_schedule_event AS event WHERE event.job = job_schedule.job)
             ORDER BY job
            """, now, person, first.job, last.job)
    }

    /// - Returns: whether the schedule stood where the tick was computed from.
    private func move(_ tick: Tick, from former: ScheduleState) throws -> Bool {
        let state = tick.state
        return try connection.execute(
            """
            UPDATE job_schedule
               SET fingerprint = ?, declaration = ?, cursor_at = ?, next_at = ?, tzdata = ?, is_removed = ?
             WHERE job = ? AND cursor_at = ? AND fingerprint = ? AND tzdata = ? AND is_removed = ?
            """, state.fingerprint, state.declaration, state.cursor, state.next, state.tzdata, state.isRemoved,
            tick.job, former.cursor, former.fingerprint, former.tzdata, former.isRemoved) == 1
    }

    private func recordChange(of tick: Tick) throws {
        switch tick.change {
        case .opened, nil: break
        case .returned: try addEvent(tick.job, .added, reason: nil)
        case .edited(let formerWasRead): try addEvent(tick.job, .edited, reason: Self.note(formerWasRead))
        case .removed(let formerWasRead): try addEvent(tick.job, .removed, reason: Self.note(formerWasRead))
        case .tzdata(let from, let to): try addEvent(tick.job, .tzdata, reason: "\(from) → \(to)")
        }
    }

    private static func note(_ formerWasRead: Bool) -> String? {
        formerWasRead ? nil : "the schedule as it was cannot be read any more: what was due by it last is not on record"
    }

    // MARK: - Occurrences

    private func act(
        on tick: Tick, taken: Set<Occurrence>, newRun: (DueRun) -> NewRun, into applied: inout Applied
    ) throws {
        let queue = RunQueue(connection, person: person, at: now)
        for action in tick.actions {
            var record = OccurrenceRecord(job: tick.job, due: action.due, state: .run, recordedAt: now)
            switch action {
            case .miss(_, let reason):
                (record.state, record.reason) = (.missed, reason.description)
                applied.counts[reason.code, default: 0] += 1
            case .skip(_, let reason):
                (record.state, record.reason) = (.skipped, reason.description)
                applied.counts[reason.code, default: 0] += 1
            case .cancel(let run, let due), .supersede(let run, let due):
                if try cancel(run, for: due, in: queue) { applied.canceled.append(run) }
                continue
            case .start(let due, let notBefore, let reason):
                guard !taken.contains(Occurrence(job: tick.job, due: due)) else { continue }
                let enqueued = try queue.enqueue(
                    newRun(DueRun(job: tick.job, due: due, notBefore: notBefore, reason: reason?.description)))
                record.describe(enqueued, reason: reason)
                if enqueued.isNew { applied.newRuns.append(enqueued.record) }
                if record.state != .run { applied.counts["run_ended", default: 0] += 1 }
            }
            applied.occurrences.append(record)
        }
    }

    /// - Returns: whether there was something to cancel.
    private func cancel(_ run: RunID, for due: Instant, in queue: RunQueue) throws -> Bool {
        // A worker may take the run between the look at it and the change: then it is canceled as a running one.
        for _ in 0..<3 {
            do {
                _ = try queue.cancel(run, reason: "superseded by the occurrence at \(due)")
                return true
            } catch RunError.changed {
                continue
            } catch RunError.ended {
                return false
            }
        }
        return false
    }

    fileprivate struct Occurrence: Hashable {
        var job: String
        var due: Instant
    }

    /// Those that have their rows already. The cursors say that there are none; a run must not depend on it.
    private func existing(among occurrences: [Occurrence]) throws -> Set<Occurrence> {
        var found: Set<Occurrence> = []
        var start = 0
        while start < occurrences.count {
            let part = occurrences[start..<min(start + 500, occurrences.count)]
            start += part.count
            let rows = ["(?, CAST(? AS INTEGER))"] + part.dropFirst().map { _ in "(?, ?)" }
            try connection.forEach(
                "SELECT job, due_at FROM occurrence WHERE (job, due_at) IN (VALUES \(rows.joined(separator: ", ")))",
                arguments: part.flatMap { [$0.job, $0.due] as [(any SQLBindable)?] }
            ) { found.insert(Occurrence(job: try $0.text(0), due: try $0.instant(1))) }
        }
        return found
    }

    private func insert(_ occurrences: [OccurrenceRecord]) throws {
        guard !occurrences.isEmpty else { return }
        try connection.insert(
            into: "occurrence", columns: ["job", "due_at", "state", "reason", "run_id", "recorded_at"],
            onConflict: .doNothing
        ) { row in
            for occurrence in occurrences {
                try row.bind(occurrence.job)
                try row.bind(occurrence.due)
                try row.bind(occurrence.state.rawValue)
                try row.bind(occurrence.reason)
                try row.bind(occurrence.run)
                try row.bind(occurrence.recordedAt)
                try row.finishRow()
            }
        }
    }
}

extension Tick {
    /// What is to become a run.
    fileprivate var starts: [ScheduleRecords.Occurrence] {
        actions.compactMap { action in
            guard case .start(let due, _, _) = action else { return nil }
            return ScheduleRecords.Occurrence(job: job, due: due)
        }
    }
}

extension OccurrenceRecord {
    /// What an occurrence became whose run was asked for: there may have been one for its period.
    fileprivate mutating func describe(_ enqueued: RunQueue.Enqueued, reason: OccurrenceReason?) {
        let existing = enqueued.record
        guard !enqueued.isNew else {
            run = existing.id
            self.reason = reason?.description
            return
        }
        let words = "run \(existing.id) for \(existing.identity.period)"
        if existing.state.isLive || existing.state.isDone {
            run = existing.id
            self.reason = "\(words) was there already (\(existing.state.words))"
        } else {
            state = .skipped
            self.reason = "\(words) was there already and has ended (\(existing.state.words))"
        }
    }
}
