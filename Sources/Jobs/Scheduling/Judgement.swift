import Calendars

/// What becomes of the occurrences of one tick, before they are compared with the runs that there are.
struct Judgement {
    enum Verdict: Hashable {
        /// With a reason where it is not on time.
        case start(OccurrenceReason?)
        case miss(OccurrenceReason)
        case skip(OccurrenceReason)
    }

    /// From where on occurrences must wait for the next tick, for what follows them is not known yet; nil when none must.
    let firstHeld: Int?
    /// The last occurrence that starts; nil when none does.
    let newestStart: Instant?

    private let due: [Instant]
    private let now: Instant
    private let catchUp: CatchUp
    private let pauses: [Pause]
    private let pauseInForce: Pause?
    private let windowStart: Instant
    /// The first occurrence that is on time.
    private let firstOnTime: Int
    /// Those that are caught up.
    private let caughtUp: Range<Int>
    /// The newest of those that have been judged, for what it superseded.
    private let newest: Instant?

    init(job: ScheduledJob, state: ScheduleState, due: [Instant], hasMore: Bool, now: Instant) {
        self.due = due
        self.now = now
        catchUp = job.catchUp
        pauses = state.pauses
        let inForce = state.pauses.first { $0.isInForce(at: now) }
        pauseInForce = inForce
        // What was due before the last pause is not made good either.
        let pauseEnds = state.pauses.map { pause in max(pause.since, pause.until ?? now) }
        let lastPauseEnd = pauseEnds.filter { $0 <= now }.max() ?? Instant(microseconds: .min)
        windowStart = now.adding(seconds: -job.catchUp.windowSeconds)
        let punctuality = now.adding(seconds: -job.punctualitySeconds)
        let firstOnTime = due.firstIndex { $0 >= punctuality } ?? due.count
        self.firstOnTime = firstOnTime

        // Those that could be caught up are the last ones that are late: in the window, and after every pause.
        let earliest = max(windowStart, lastPauseEnd)
        let firstCandidate =
            inForce != nil ? firstOnTime : due[..<firstOnTime].firstIndex { $0 >= earliest } ?? firstOnTime
        let chosen = max(firstCandidate, firstOnTime - job.catchUp.limit)
        let isEndKnown = !hasMore || firstOnTime < due.count
        firstHeld = isEndKnown || chosen == due.count ? nil : chosen
        // With the policy `latest`, what is due on time is the latest.
        let isOutrun = job.catchUp.policy == .latest && firstOnTime < due.count
        caughtUp = isEndKnown && !isOutrun ? chosen..<firstOnTime : firstOnTime..<firstOnTime
        newest = due.last

        let onTime = due.indices[firstOnTime...]
        let lastOnTime =
            inForce != nil ? nil : onTime.last { index in !state.pauses.contains { $0.covers(due[index]) } }
        newestStart = (lastOnTime ?? caughtUp.last).map { due[$0] }
    }

    func verdict(on index: Int) -> Verdict {
        let instant = due[index]
        if let pause = pauses.first(where: { $0.covers(instant) }) { return .skip(.paused(pause)) }
        guard index < firstOnTime else {
            // Due before the pause, and not started when it began.
            return pauseInForce.map { .skip(.paused($0)) } ?? .start(nil)
        }
        let late = instant.seconds(until: now)
        if caughtUp.contains(index) { return .start(.caughtUp(lateSeconds: late)) }
        if instant < windowStart, catchUp.policy != .skip {
            return .miss(.outsideWindow(lateSeconds: late, windowSeconds: catchUp.windowSeconds))
        }
        if let pause = pauseInForce ?? pauses.first(where: { $0.since > instant && $0.since <= now }) {
            return .miss(.beforePause(pause, lateSeconds: late))
        }
        switch catchUp.policy {
        case .skip: return .miss(.noCatchUp(lateSeconds: late))
        case .latest: return .miss(.newerOne(newestStart ?? newest ?? instant, lateSeconds: late))
        case .all: return .miss(.tooMany(maximumRuns: catchUp.limit, lateSeconds: late))
        }
    }
}
