import Calendars
import Store

/// When a job runs next by itself, and when it did last: a row of `steward timers`.
package struct JobTimer: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// Its time is still to come.
        case waiting
        /// Its time has passed by more than the daemon ever needs: none is running.
        case overdue
        case running(RunID)
        case paused(Pause)
        /// The store knows another schedule than is declared now: no daemon has read the declaration since it changed.
        case edited
        /// The store has met no schedule of the job: no daemon has read its declaration yet.
        case unmet
        /// It is never due again.
        case ended
        /// It is declared no more, or without a schedule.
        case removed

        /// A short name for programs.
        package var code: String {
            switch self {
            case .waiting: "waiting"
            case .overdue: "overdue"
            case .running: "running"
            case .paused: "paused"
            case .edited: "edited"
            case .unmet: "unmet"
            case .ended: "ended"
            case .removed: "removed"
            }
        }
    }

    package var job: String
    /// When it is due next; of a paused job the first time after the pause; nil where there is none, or none is known.
    package var next: Instant?
    /// When the latest occurrence was due that has its run.
    package var last: Instant?
    package var state: State

    /// The timers of the jobs that have a schedule, the next one first, those without a time to come last.
    ///
    /// - Parameter includesRemoved: also jobs that had a schedule once.
    package static func all(
        of catalog: JobCatalog, includesRemoved: Bool = false, at now: Instant, in connection: Connection
    ) throws -> [JobTimer] {
        let declared = Dictionary(
            catalog.jobs.compactMap { job in job.schedule.map { (job.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        let states = Dictionary(
            try ScheduleRecords.all(in: connection).map { ($0.job, $0) }, uniquingKeysWith: { first, _ in first })
        let jobs = Set(declared.keys).union(states.keys)
        let live = try ScheduleRecords.liveRuns(.all, in: connection)
        let last = try ScheduleRecords.lastRun(in: connection)
        let timers = jobs.map { job -> JobTimer in
            var timer = JobTimer(job: job, schedule: declared[job], stored: states[job], at: now)
            timer.last = last[job]
            if let run = live[job]?.running.first { timer.state = .running(run) }
            return timer
        }
        return timers.filter { includesRemoved || $0.state != .removed }.sorted { a, b in
            let (first, second) = (a.next ?? Instant(microseconds: .max), b.next ?? Instant(microseconds: .max))
            return first == second ? a.job < b.job : first < second
        }
    }

    /// The timer of one job, without what its runs say.
    ///
    /// - Parameters:
    ///   - schedule: as declared; nil where the job is declared without one, or no more.
    ///   - stored: what the store knows.
    package init(job: String, schedule: JobSchedule?, stored: ScheduleState?, at now: Instant) {
        self.job = job
        guard let schedule else {
            // Until a daemon sees that the declaration has gone, the schedule goes on.
            let isRemoved = stored?.isRemoved ?? true
            next = isRemoved ? nil : stored?.next
            state = isRemoved ? .removed : .edited
            return
        }
        let declaredNext = schedule.schedule.next(after: now)
        guard let stored, !stored.isRemoved else {
            (next, state) = (declaredNext, .unmet)
            return
        }
        if let pause = stored.pauses.first(where: { $0.isInForce(at: now) }) {
            next = pause.until.flatMap { schedule.schedule.next(after: Instant(microseconds: $0.microseconds - 1)) }
            state = .paused(pause)
        } else if stored.fingerprint != schedule.fingerprint {
            (next, state) = (stored.next, .edited)
        } else if let due = stored.next {
            next = due
            state = due < now.adding(seconds: -ScheduledJob.defaultPunctualitySeconds) ? .overdue : .waiting
        } else {
            (next, state) = (nil, .ended)
        }
    }
}

extension ScheduleRecords {
    /// When the latest occurrence with a run was due, by job.
    static func lastRun(in connection: Connection) throws -> [String: Instant] {
        var last: [String: Instant] = [:]
        try connection.forEach("SELECT job, MAX(due_at) FROM occurrence WHERE state = 'run' GROUP BY job") {
            last[try $0.text(0)] = try $0.instant(1)
        }
        return last
    }
}
