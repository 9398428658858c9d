import Calendars
import Testing

@testable import Jobs

/// The tables `job_schedule` and `occurrence` in memory, with the conditions under which a tick is applied; checks every
/// promise of the scheduler at each tick.
struct SimulatedSchedules {
    enum Outcome: Hashable {
        case run(RunID)
        case missed, skipped
    }

    private(set) var states: [String: ScheduleState] = [:]
    private(set) var rows: [String: [Instant: Outcome]] = [:]
    var live: [String: LiveRuns] = [:]
    var pauses: [String: [Pause]] = [:]

    /// What was met, to tell that the simulation met everything.
    private(set) var counts: [String: Int] = [:]
    private(set) var broken: [String] = []

    /// Which schedule was in force from which cursor to which.
    private var segments: [String: [(source: any OccurrenceSource, after: Instant, through: Instant)]] = [:]
    /// What was due up to here is never run: an edit or a return has passed it.
    private var begun: [String: Instant] = [:]
    private var caughtUp: [String: [Instant: Int]] = [:]
    private var lastRun: Int64 = 0

    /// The state as a daemon reads it, with the pauses that may still matter.
    func state(of job: String) -> ScheduleState? {
        guard var state = states[job] else { return nil }
        state.pauses = (pauses[job] ?? []).filter { $0.until.map { $0 > state.cursor } ?? true }
        return state
    }

    var nextDue: Instant? { states.values.compactMap(\.next).min() }

    mutating func pause(_ job: String, at now: Instant, until: Instant?) {
        guard !(pauses[job] ?? []).contains(where: { $0.isInForce(at: now) }) else { return }
        pauses[job, default: []].append(Pause(since: now, until: until, person: "ann", reason: "stock-taking"))
        count("pause")
    }

    mutating func resume(_ job: String, at now: Instant) {
        guard let index = (pauses[job] ?? []).lastIndex(where: { $0.isInForce(at: now) }) else { return }
        pauses[job]?[index].until = now
        count("resume")
    }

    mutating func count(_ what: String) { counts[what, default: 0] += 1 }

    /// Applies a tick as a whole, or not at all when another one came first.
    ///
    /// - Parameter source: the schedule by which it was computed.
    mutating func apply(_ tick: Tick, of job: ScheduledJob?, source: (any OccurrenceSource)?, at now: Instant) -> Bool {
        guard !tick.isIdle else { return false }
        let stored = states[tick.job]
        guard stored?.cursor == tick.former?.cursor, stored?.fingerprint == tick.former?.fingerprint,
            stored?.isRemoved == tick.former?.isRemoved
        else {
            count("lost race")
            return false
        }
        check(tick, of: job, source: source, at: now)
        for action in tick.actions { write(action, of: tick.job) }
        var state = tick.state
        state.pauses = []
        states[tick.job] = state
        return true
    }

    private mutating func write(_ action: Tick.Action, of job: String) {
        let outcome: Outcome
        switch action {
        case .start(_, _, let reason):
            lastRun += 1
            outcome = .run(RunID(rawValue: lastRun))
            live[job, default: .none].queued.append(RunID(rawValue: lastRun))
            count(reason == nil ? "on time" : "caught up")
        case .miss(_, let reason):
            outcome = .missed
            count("missed: \(reason.code)")
        case .skip(_, let reason):
            outcome = .skipped
            count("skipped: \(reason.code)")
        case .cancel(let run, _):
            live[job]?.running.removeAll { $0 == run }
            count("canceled")
            return
        case .supersede(let run, _):
            live[job]?.queued.removeAll { $0 == run }
            count("superseded")
            return
        }
        if let old = rows[job, default: [:]].updateValue(outcome, forKey: action.due) {
            fail("\(job) at \(action.due) was \(old) and became \(outcome)")
        }
    }

    private mutating func fail(_ what: String) {
        if broken.count < 20 { broken.append(what) }
    }
}

// MARK: - The promises

extension SimulatedSchedules {
    private mutating func check(_ tick: Tick, of job: ScheduledJob?, source: (any OccurrenceSource)?, at now: Instant) {
        let name = tick.job
        guard let former = tick.former else {
            begun[name] = tick.state.cursor
            if !tick.actions.isEmpty { fail("\(name) was opened with \(tick.actions)") }
            return
        }
        if tick.state.cursor < former.cursor { fail("the cursor of \(name) moved back to \(tick.state.cursor)") }
        let occurrences = tick.actions.filter { if case .cancel = $0 { false } else { true } }
            .filter { if case .supersede = $0 { false } else { true } }.map(\.due)
        let expected = source.map { Self.occurrences(of: $0, after: former.cursor, through: tick.state.cursor) } ?? []
        if occurrences != expected {
            fail(
                "\(name) dealt with \(occurrences), and between \(former.cursor) and \(tick.state.cursor) were due \(expected)"
            )
        }
        if let source { segments[name, default: []].append((source, former.cursor, tick.state.cursor)) }
        if !tick.hasMore, tick.state.cursor < now, !tick.actions.isEmpty { fail("\(name) stopped short of now") }

        switch tick.change {
        case .edited, .returned:
            begun[name] = tick.state.cursor
            if tick.state.cursor != max(former.cursor, now) { fail("\(name) began at \(tick.state.cursor)") }
            count(tick.change == .returned ? "returned" : "edited")
        case .removed: count("removed")
        case .tzdata: count("tzdata")
        case .opened, nil: break
        }
        if tick.hasMore { count("in parts") }
        if let cursor = tick.former?.cursor, cursor > now { count("clock behind") }
        for action in tick.actions { check(action, of: tick, job, former: former, at: now) }
    }

    private mutating func check(
        _ action: Tick.Action, of tick: Tick, _ job: ScheduledJob?, former: ScheduleState, at now: Instant
    ) {
        let name = tick.job
        let due = action.due
        let isPaused = former.pauses.contains { $0.covers(due) }
        let isStopped = former.pauses.contains { $0.isInForce(at: now) }
        switch action {
        case .start(_, let notBefore, let reason):
            guard let job, former.fingerprint == job.fingerprint, !former.isRemoved else {
                return fail("\(name) at \(due) was back-filled by \(String(describing: tick.change))")
            }
            if due <= (begun[name] ?? due) { fail("\(name) at \(due) was back-filled by an edit") }
            if isPaused || isStopped { fail("\(name) at \(due) runs although it is paused") }
            if notBefore < due { fail("\(name) at \(due) runs early") }
            let late = now.microseconds - due.microseconds
            guard reason != nil else {
                if late > job.punctualitySeconds * 1_000_000 { fail("\(name) at \(due) is late without a word") }
                return
            }
            if late > job.catchUp.windowSeconds * 1_000_000 { fail("\(name) at \(due) is outside its window") }
            if former.pauses.contains(where: { $0.since <= now && max($0.since, $0.until ?? now) > due }) {
                fail("\(name) at \(due) was back-filled by a resumption")
            }
            caughtUp[name, default: [:]][now, default: 0] += 1
            if caughtUp[name]?[now] ?? 0 > job.catchUp.limit { fail("\(name) caught up too many at \(now)") }
        case .miss:
            guard let job, tick.change == nil, former.fingerprint == job.fingerprint else { return }
            if now.microseconds - due.microseconds <= job.punctualitySeconds * 1_000_000 {
                fail("\(name) at \(due) was on time and missed at \(now)")
            }
        case .skip(_, let reason):
            if case .paused = reason {
                if !isPaused, !isStopped { fail("\(name) at \(due) was skipped and not paused") }
            } else if isPaused {
                fail("\(name) at \(due) is paused and says \(reason)")
            } else if job?.overlap == .allow, reason.code != "queue_full" {
                fail("\(name) at \(due) overlaps with nothing and says \(reason)")
            }
        case .cancel, .supersede:
            if job?.overlap != .cancelRunning { fail("\(name) cancels at \(due)") }
        }
    }

    /// Every due instant of the schedule that was in force has exactly one row, and there are no other rows.
    mutating func checkWhole() {
        for (job, rows) in rows {
            var due: Set<Instant> = []
            var last: Instant?
            for segment in segments[job] ?? [] {
                if let last, segment.after < last {
                    fail("\(job): the cursor went back from \(last) to \(segment.after)")
                }
                last = segment.through
                due.formUnion(Self.occurrences(of: segment.source, after: segment.after, through: segment.through))
            }
            let written = Set(rows.keys)
            if written != due {
                fail(
                    "\(job) has \(written.subtracting(due).count) rows too many, \(due.subtracting(written).count) too few"
                )
            }
        }
    }

    /// Nothing is due in the stretch that the due query passes over.
    mutating func checkNotDue(_ job: String, source: any OccurrenceSource, at now: Instant) {
        guard let state = states[job], let next = source.next(after: state.cursor), next <= now else { return }
        fail("\(job) is due at \(next) and its state says \(String(describing: state.next)) at \(now)")
    }

    private static func occurrences(
        of source: any OccurrenceSource, after start: Instant, through end: Instant
    ) -> [Instant] {
        var found: [Instant] = []
        var next = source.next(after: start)
        while let instant = next, instant <= end {
            found.append(instant)
            next = source.next(after: instant)
        }
        return found
    }
}
