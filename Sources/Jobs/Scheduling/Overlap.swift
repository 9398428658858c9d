import Calendars

/// Judges which of the occurrences that are to run in one tick may, beside the runs that there are.
struct Overlap {
    private let policy: OverlapPolicy
    private let maximumQueuedRuns: Int
    private let live: LiveRuns
    /// The newest occurrence that is to run in this tick.
    private let newestStart: Instant?
    /// Occurrences of this tick that got their run, and the first of those that is on time.
    private var startedCount = 0
    private var onTimeCount = 0
    private var firstOnTime: Instant?

    init(job: ScheduledJob, live: LiveRuns, newestStart: Instant?) {
        policy = job.overlap
        maximumQueuedRuns = job.maximumQueuedRuns
        self.live = live
        self.newestStart = newestStart
    }

    /// Why the occurrence must not run; nil when it may, and then it counts for those that follow.
    mutating func refusal(of due: Instant, isCaughtUp: Bool) -> OccurrenceReason? {
        if let reason = conflict(of: due, isCaughtUp: isCaughtUp) { return reason }
        let waiting = (policy == .cancelRunning ? 0 : live.queued.count) + startedCount
        guard waiting < maximumQueuedRuns else { return .queueFull(maximumQueuedRuns: maximumQueuedRuns) }
        startedCount += 1
        if !isCaughtUp {
            onTimeCount += 1
            firstOnTime = firstOnTime ?? due
        }
        return nil
    }

    private func conflict(of due: Instant, isCaughtUp: Bool) -> OccurrenceReason? {
        switch policy {
        case .skip:
            if let run = live.running.first { return .running(run) }
            if let run = live.queued.first { return .waiting(run) }
            return isCaughtUp ? nil : firstOnTime.map { .earlierOne($0) }
        case .queueOne:
            // The first of those that wait, while nothing runs, is about to run.
            let ahead = live.queued.count + (isCaughtUp ? 0 : onTimeCount)
            guard ahead >= (live.running.isEmpty ? 2 : 1) else { return nil }
            if let run = live.queued.last { return .waiting(run) }
            return firstOnTime.map { .earlierOne($0) }
        case .cancelRunning:
            guard let newestStart, due < newestStart else { return nil }
            return .supersededBy(newestStart)
        case .queueAll, .allow:
            return nil
        }
    }

    /// What must end before the occurrence starts.
    func giveWay(to due: Instant) -> [Tick.Action] {
        guard policy == .cancelRunning else { return [] }
        return live.queued.map { .supersede($0, due: due) } + live.running.map { .cancel($0, due: due) }
    }
}
