import Calendars
import Store

/// Schedules in the store: how far each job has been lived through, and what became of its occurrences.
///
/// Like `RunQueue` it belongs to one transaction, one person (or the daemon) and one moment.
package struct ScheduleRecords {
    let connection: Connection
    let person: String
    let now: Instant

    package init(_ connection: Connection, person: String, at now: Instant) {
        self.connection = connection
        self.person = person
        self.now = now
    }

    // MARK: - Reading

    /// Some of the schedules.
    struct Selection {
        fileprivate var condition: String
        fileprivate var arguments: [(any SQLBindable)?]
        fileprivate var order = "job"
        fileprivate var maximumCount = Int.max

        static func job(_ name: String) -> Selection { Selection(condition: "job = ?", arguments: [name]) }

        static var all: Selection { Selection(condition: "job >= ?", arguments: [""]) }

        /// Those whose names lie between these two.
        static func jobs(from first: String, through last: String) -> Selection {
            Selection(condition: "job >= ? AND job <= ?", arguments: [first, last])
        }

        /// Those that are due at `now`, after a place in the order of time and job.
        static func due(at now: Instant, after place: (next: Instant, job: String)?, maximumCount: Int) -> Selection {
            let place = place ?? (Instant(microseconds: .min), "")
            return Selection(
                condition: "next_at <= ? AND (next_at > ? OR (next_at = ? AND job > ?))",
                arguments: [now, place.next, place.next, place.job], order: "next_at, job", maximumCount: maximumCount)
        }

        fileprivate func sql(_ columns: String) -> String {
            "SELECT \(columns) FROM job_schedule WHERE \(condition) ORDER BY \(order) LIMIT ?"
        }

        fileprivate var allArguments: [(any SQLBindable)?] { arguments + [maximumCount] }
    }

    /// The schedule of one job; nil where the store has met none.
    package static func state(of job: String, in connection: Connection) throws -> ScheduleState? {
        try states(.job(job), in: connection).first
    }

    /// All schedules that the store has met, by job, those of removed jobs included.
    package static func all(in connection: Connection) throws -> [ScheduleState] {
        try states(.all, in: connection)
    }

    /// The selected schedules, with those of their pauses that may still matter.
    static func states(_ selection: Selection, in connection: Connection) throws -> [ScheduleState] {
        var states = try connection.all(
            selection.sql("job, fingerprint, declaration, cursor_at, next_at, tzdata, is_removed"),
            arguments: selection.allArguments, map: ScheduleState.init(row:))
        guard !states.isEmpty else { return [] }
        var pauses: [String: [Pause]] = [:]
        try connection.forEach(
            """
            SELECT job_pause.job, paused_at, paused_until, paused_by, reason FROM job_pause
              JOIN (\(selection.sql("job, cursor_at"))) AS schedule ON schedule.job = job_pause.job
             WHERE job_pause.paused_until IS NULL OR job_pause.paused_until > schedule.cursor_at
             ORDER BY job_pause_id
            """, arguments: selection.allArguments
        ) { row in
            pauses[try row.text(0), default: []].append(
                Pause(
                    since: try row.instant(1), until: try row.optionalInstant(2), person: try row.text(3),
                    reason: try row.text(4)))
        }
        guard !pauses.isEmpty else { return states }
        for index in states.indices { states[index].pauses = pauses[states[index].job] ?? [] }
        return states
    }

    static func isAnythingDue(at now: Instant, in connection: Connection) throws -> Bool {
        try connection.first("SELECT 1 FROM job_schedule WHERE next_at <= ? LIMIT 1", now, map: { _ in true }) ?? false
    }

    /// When the next occurrence after `now` is due, of any job; nil where there is none.
    package static func nextDue(after now: Instant, in connection: Connection) throws -> Instant? {
        try connection.first(
            "SELECT next_at FROM job_schedule WHERE next_at > ? ORDER BY next_at LIMIT 1", now
        ) { try $0.instant(0) }
    }

    /// The runs of the selected jobs that have not ended, by job. One that waits for an approval is in nobody's way: it
    /// may take days.
    static func liveRuns(_ selection: Selection, in connection: Connection) throws -> [String: LiveRuns] {
        var live: [String: LiveRuns] = [:]
        // The expression keeps the database from looking the runs up by their jobs, which may have run a million times:
        // by their states there are few.
        try connection.forEach(
            """
            SELECT run.job, run.run_id, run.state FROM run
              JOIN (\(selection.sql("job"))) AS schedule ON schedule.job = run.job || ''
             WHERE run.state IN ('planned', 'queued', 'running', 'retry_wait')
             ORDER BY run.run_id
            """, arguments: selection.allArguments
        ) { row in
            let run: RunID = try row.id(1)
            if try row.named(2) == RunState.running {
                live[try row.text(0), default: .none].running.append(run)
            } else {
                live[try row.text(0), default: .none].queued.append(run)
            }
        }
        return live
    }

    /// The text of the declaration that a schedule was read from.
    package static func declarationText(_ hash: String, in connection: Connection) throws -> String? {
        try connection.first("SELECT declaration FROM job_version WHERE hash = ?", hash) { try $0.text(0) }
    }

    // MARK: - Pausing

    /// Lets a job rest: what is due meanwhile is skipped, and not made good later.
    ///
    /// - Parameter until: when it goes on by itself; nil until a person resumes it.
    /// - Throws: `ScheduleError`.
    @discardableResult
    package func pause(_ job: String, until: Instant?, reason: String) throws -> Pause {
        try requireReason(reason)
        if let until, until <= now { throw ScheduleError.endsBeforeNow(until: until, now: now) }
        if let pause = try lockedState(of: job).pauses.first(where: { $0.isInForce(at: now) }) {
            throw ScheduleError.alreadyPaused(job: job, pause)
        }
        try connection.execute(
            "INSERT INTO job_pause (job, paused_at, paused_until, paused_by, reason) VALUES (?, ?, ?, ?, ?)", job, now,
            until, person, reason)
        try addEvent(job, .paused, reason: (until.map { "until \($0): " } ?? "") + reason)
        return Pause(since: now, until: until, person: person, reason: reason)
    }

    /// Ends a pause before its time. What was due in it is skipped all the same.
    ///
    /// - Throws: `ScheduleError`.
    package func resume(_ job: String, reason: String?) throws {
        guard try lockedState(of: job).pauses.contains(where: { $0.isInForce(at: now) }) else {
            throw ScheduleError.notPaused(job: job)
        }
        try connection.execute(
            "UPDATE job_pause SET paused_until = ? WHERE job = ? AND (paused_until IS NULL OR paused_until > ?)", now,
            job, now)
        try addEvent(job, .resumed, reason: reason)
    }

    /// The state of a job that is declared. Nobody else pauses or resumes it before this transaction has ended.
    private func lockedState(of job: String) throws -> ScheduleState {
        let locked = try connection.execute(
            "UPDATE job_schedule SET is_removed = 0 WHERE job = ? AND is_removed = 0", job)
        guard locked == 1, let state = try Self.state(of: job, in: connection) else {
            throw ScheduleError.notScheduled(job: job)
        }
        return state
    }

    func requireReason(_ reason: String) throws {
        guard reason.contains(where: { !$0.isWhitespace }) else { throw ScheduleError.emptyReason }
    }

    // MARK: - Events

    /// What was done to a schedule, by whom: a row of `job_schedule_event`.
    package struct Event: Hashable, Sendable {
        package enum What: String, CaseIterable, Sendable {
            case added, edited, removed, paused, resumed, tzdata
        }

        package var at: Instant
        package var what: What
        package var person: String
        package var reason: String?
    }

    func addEvent(_ job: String, _ what: Event.What, reason: String?) throws {
        try connection.execute(
            "INSERT INTO job_schedule_event (job, at, what, person, reason) VALUES (?, ?, ?, ?, ?)", job, now,
            what.rawValue, person, reason)
    }

    /// What was done to the schedule of a job, the newest first.
    package static func events(of job: String, maximumCount: Int = 100, in connection: Connection) throws -> [Event] {
        try connection.all(
            """
            SELECT at, what, person, reason FROM job_schedule_event
             WHERE job = ? ORDER BY job_schedule_event_id DESC LIMIT ?
            """, job, maximumCount
        ) {
            Event(
                at: try $0.instant(0), what: try $0.named(1), person: try $0.text(2), reason: try $0.optionalText(3))
        }
    }
}

extension ScheduleState {
    /// Reads the columns of `ScheduleRecords.states`; the pauses are rows of their own.
    fileprivate init(row: Row) throws {
        self.init(
            job: try row.text(0), fingerprint: try row.text(1), declaration: try row.text(2),
            cursor: try row.instant(3), next: try row.optionalInstant(4), tzdata: try row.text(5),
            isRemoved: try row.bool(6))
    }
}
