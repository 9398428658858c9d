import Calendars
import Testing

@testable import Jobs

/// The rules of one tick, by tables. A job is due each full hour; times are written as they are read off a wall clock.
@Suite struct TickTests {
    private static func at(_ time: String, day: String = "2026-03-02") -> Instant {
        Instant("\(day)T\(time)Z") ?? Instant(microseconds: 0)
    }

    private static let ann = Pause(since: at("09:30:00"), person: "ann", reason: "stock-taking")

    private static func job(
        cursor: String? = "09:00:00", every seconds: Int64 = 3_600, catchUp: CatchUp = CatchUp(),
        overlap: OverlapPolicy = .skip, pauses: [Pause] = [], isRemoved: Bool = false, stored: String = "hourly",
        former: (any OccurrenceSource)? = nil, tzdata: String = "2026b", maximumQueuedRuns: Int = 100
    ) -> ScheduledJob {
        let source = EverySeconds(seconds: seconds)
        let state = cursor.map { cursor in
            ScheduleState(
                job: "count", fingerprint: stored, declaration: stored, cursor: at(cursor),
                next: (former ?? source).next(after: at(cursor)), tzdata: tzdata, isRemoved: isRemoved, pauses: pauses)
        }
        return ScheduledJob(
            name: "count", schedule: source, fingerprint: "hourly", declaration: "hourly", tzdata: "2026b",
            catchUp: catchUp, overlap: overlap, maximumQueuedRuns: maximumQueuedRuns, state: state, former: former)
    }

    /// `10:00 start`, `10:00 start 13:20:30` where it does not start at once when due, `10:00 missed: why`.
    private static func lines(_ tick: Tick) -> [String] {
        func time(_ instant: Instant) -> String { String(instant.description.dropFirst(11).dropLast()) }
        return tick.actions.map { action in
            let due = time(action.due)
            return switch action {
            case .start(_, let notBefore, let reason):
                "\(due) start" + (notBefore == action.due ? "" : " \(time(notBefore))")
                    + (reason.map { ": \($0)" } ?? "")
            case .miss(_, let reason): "\(due) missed: \(reason)"
            case .skip(_, let reason): "\(due) skipped: \(reason)"
            case .cancel(let run, _): "\(due) cancels \(run)"
            case .supersede(let run, _): "\(due) supersedes \(run)"
            }
        }
    }

    private static func tick(_ job: ScheduledJob, _ now: String, live: LiveRuns = .none) -> Tick {
        Scheduler.tick(job, live: live, now: at(now))
    }

    // MARK: - On time

    @Test(arguments: [
        ("09:59:59", []),
        ("10:00:00", ["10:00:00 start"]),
        ("10:01:00", ["10:00:00 start"]),
        ("10:01:01", ["10:00:00 start 10:01:01: caught up, 1 min 1 s late"]),
    ])
    func `what is due starts when it is due, and is late after the job's punctuality`(now: String, actions: [String]) {
        #expect(Self.lines(Self.tick(Self.job(), now)) == actions)
    }

    @Test func `a tick leaves the cursor behind what it dealt with, and says what is due next`() {
        let tick = Self.tick(Self.job(), "10:00:30")
        #expect(tick.state.cursor == Self.at("10:00:30"))
        #expect(tick.state.next == Self.at("11:00:00"))
        #expect(!tick.hasMore && !tick.isIdle && tick.change == nil)
    }

    @Test func `a tick with nothing due has nothing to write`() {
        let job = Self.job()
        let tick = Self.tick(job, "09:59:00")
        #expect(tick.isIdle)
        #expect(tick.state == job.state)
    }

    @Test func `half a millisecond too late is too late`() {
        let now = Instant(microseconds: Self.at("10:01:00").microseconds + 500)
        let tick = Scheduler.tick(Self.job(catchUp: CatchUp(policy: .skip)), live: .none, now: now)
        #expect(Self.lines(tick) == ["10:00:00 missed: found 1 min 1 s late; the job does not catch up"])
    }

    @Test func `a job that is met for the first time starts from now`() {
        let tick = Self.tick(Self.job(cursor: nil), "10:00:00")
        #expect(tick.actions.isEmpty && tick.change == .opened && tick.former == nil)
        #expect(tick.state.cursor == Self.at("10:00:00"))
        #expect(tick.state.next == Self.at("11:00:00"))
        #expect(!tick.isIdle)
    }

    // MARK: - Catching up

    @Test(arguments: [
        (
            CatchUp(policy: .skip),
            [
                "10:00:00 missed: found 3 h 20 min late; the job does not catch up",
                "11:00:00 missed: found 2 h 20 min late; the job does not catch up",
                "12:00:00 missed: found 1 h 20 min late; the job does not catch up",
                "13:00:00 missed: found 20 min 30 s late; the job does not catch up",
            ]
        ),
        (
            CatchUp(policy: .latest),
            [
                "10:00:00 missed: found 3 h 20 min late; of what is late the job catches up the latest, and 2026-03-02T13:00:00Z is later",
                "11:00:00 missed: found 2 h 20 min late; of what is late the job catches up the latest, and 2026-03-02T13:00:00Z is later",
                "12:00:00 missed: found 1 h 20 min late; of what is late the job catches up the latest, and 2026-03-02T13:00:00Z is later",
                "13:00:00 start 13:20:30: caught up, 20 min 30 s late",
            ]
        ),
        (
            CatchUp(policy: .latest, windowSeconds: 1_200),
            [
                "10:00:00 missed: found 3 h 20 min late; the job catches up what is at most 20 min late",
                "11:00:00 missed: found 2 h 20 min late; the job catches up what is at most 20 min late",
                "12:00:00 missed: found 1 h 20 min late; the job catches up what is at most 20 min late",
                "13:00:00 missed: found 20 min 30 s late; the job catches up what is at most 20 min late",
            ]
        ),
        (
            CatchUp(policy: .all, windowSeconds: 9_000, maximumRuns: 2, spreadSeconds: 30),
            [
                "10:00:00 missed: found 3 h 20 min late; the job catches up what is at most 2 h 30 min late",
                "11:00:00 missed: found 2 h 20 min late; the job catches up at most 2, and there were more later ones",
                "12:00:00 start 13:20:30: caught up, 1 h 20 min late",
                "13:00:00 start 13:21:00: caught up, 20 min 30 s late",
            ]
        ),
        (
            CatchUp(policy: .all, maximumRuns: 100, spreadSeconds: 0),
            [
                "10:00:00 start 13:20:30: caught up, 3 h 20 min late",
                "11:00:00 start 13:20:30: caught up, 2 h 20 min late",
                "12:00:00 start 13:20:30: caught up, 1 h 20 min late",
                "13:00:00 start 13:20:30: caught up, 20 min 30 s late",
            ]
        ),
    ])
    func `what was missed is caught up as the job says`(catchUp: CatchUp, actions: [String]) {
        #expect(Self.lines(Self.tick(Self.job(catchUp: catchUp), "13:20:30")) == actions)
    }

    @Test(arguments: [
        (CatchUp.Policy.skip, ["12:00:00 missed", "13:00:00 start"]),
        (.latest, ["12:00:00 missed", "13:00:00 start"]),
        // In the order in which they were due, the spread apart.
        (.all, ["12:00:00 start 13:00:05", "13:00:00 start 13:00:35"]),
    ])
    func `what is due on time is the latest, and follows what is caught up before it`(
        policy: CatchUp.Policy, actions: [String]
    ) {
        let tick = Self.tick(Self.job(cursor: "11:00:00", catchUp: CatchUp(policy: policy, maximumRuns: 5)), "13:00:05")
        let lines = Self.lines(tick)
        #expect(lines.count == actions.count)
        for (line, expected) in zip(lines, actions) { #expect(line.hasPrefix(expected)) }
    }

    private static func isStart(_ action: Tick.Action) -> Bool {
        if case .start = action { true } else { false }
    }

    @Test func `a job may catch up no more than the limit, whatever it asks for`() {
        #expect(CatchUp(policy: .all, maximumRuns: 1_000_000).limit == CatchUp.mostRuns)
        #expect(CatchUp(policy: .all, maximumRuns: -1).limit == 1)
    }

    // MARK: - Pauses

    @Test func `what is due in a pause is skipped, with the pause as its reason`() {
        let why = "paused by ann since 2026-03-02T09:30:00Z: stock-taking"
        #expect(
            Self.lines(Self.tick(Self.job(pauses: [Self.ann]), "12:00:05")) == [
                "10:00:00 skipped: \(why)", "11:00:00 skipped: \(why)", "12:00:00 skipped: \(why)",
            ])
    }

    @Test(arguments: CatchUp.Policy.allCases)
    func `a pause ends by itself, and nothing of it is made good`(policy: CatchUp.Policy) {
        var pause = Self.ann
        pause.until = Self.at("12:00:00")
        let job = Self.job(catchUp: CatchUp(policy: policy, maximumRuns: 9), pauses: [pause])
        let lines = Self.lines(Self.tick(job, "12:00:05"))
        #expect(lines.map { $0.prefix(14) } == ["10:00:00 skipp", "11:00:00 skipp", "12:00:00 start"])
    }

    @Test(arguments: CatchUp.Policy.allCases)
    func `what was missed before a pause is not made good after it`(policy: CatchUp.Policy) {
        let pause = Pause(since: Self.at("10:30:00"), until: Self.at("11:30:00"), person: "ann", reason: "stock-taking")
        let job = Self.job(catchUp: CatchUp(policy: policy, maximumRuns: 9), overlap: .allow, pauses: [pause])
        let lines = Self.lines(Self.tick(job, "12:30:00"))
        let last = policy == .skip ? "12:00:00 misse" : "12:00:00 start"
        #expect(lines.map { String($0.prefix(14)) } == ["10:00:00 misse", "11:00:00 skipp", last])
        if policy != .skip {
            #expect(lines[0].hasSuffix("2 h 30 min late, after the job was \(pause.words)"))
        }
    }

    @Test func `what is due just before a pause and not started yet is skipped`() {
        var pause = Self.ann
        pause.since = Self.at("10:00:03")
        let lines = Self.lines(Self.tick(Self.job(pauses: [pause]), "10:00:05"))
        #expect(lines == ["10:00:00 skipped: \(pause.words)"])
    }

    @Test func `a pause holds when the clock was set back behind its beginning`() {
        var pause = Self.ann
        pause.since = Self.at("15:00:00")
        let lines = Self.lines(Self.tick(Self.job(pauses: [pause]), "10:00:05"))
        #expect(lines == ["10:00:00 skipped: \(pause.words)"])
    }

    // MARK: - Edits, removals, time zones, clocks

    @Test(arguments: CatchUp.Policy.allCases)
    func `an edited schedule begins at now, and what the former one left is missed`(policy: CatchUp.Policy) {
        let job = Self.job(
            catchUp: CatchUp(policy: policy, maximumRuns: 9), stored: "half-hourly",
            former: EverySeconds(seconds: 1_800))
        let tick = Self.tick(job, "10:30:10")
        #expect(
            Self.lines(tick) == [
                "09:30:00 missed: the schedule was changed while no daemon was running",
                "10:00:00 missed: the schedule was changed while no daemon was running",
                "10:30:00 missed: the schedule was changed just before it could start",
            ])
        #expect(tick.change == .edited(formerWasRead: true))
        #expect(tick.state.fingerprint == "hourly" && tick.state.declaration == "hourly")
        #expect(tick.state.cursor == Self.at("10:30:10") && tick.state.next == Self.at("11:00:00"))
    }

    @Test func `a former schedule that cannot be read leaves nothing behind, and the tick says so`() {
        let tick = Self.tick(Self.job(stored: "unreadable"), "10:30:10")
        #expect(tick.actions.isEmpty && tick.change == .edited(formerWasRead: false))
        #expect(tick.state.cursor == Self.at("10:30:10"))
    }

    @Test func `an edit in a pause leaves the pause, and what was due in it is skipped`() {
        let job = Self.job(pauses: [Self.ann], stored: "half-hourly", former: EverySeconds(seconds: 1_800))
        let tick = Self.tick(job, "10:00:00")
        #expect(Self.lines(tick).map { $0.prefix(16) } == ["09:30:00 skipped", "10:00:00 skipped"])
        #expect(tick.state.pauses == [Self.ann])
    }

    @Test func `a removed job is closed, and what it left is missed`() throws {
        let state = try #require(Self.job().state)
        let tick = Scheduler.close(state, former: EverySeconds(seconds: 3_600), now: Self.at("11:00:10"))
        #expect(
            Self.lines(tick) == [
                "10:00:00 missed: the job was removed while no daemon was running",
                "11:00:00 missed: the job was removed just before it could start",
            ])
        #expect(tick.state.isRemoved && tick.state.next == nil && tick.change == .removed(formerWasRead: true))
        #expect(tick.state.cursor == Self.at("11:00:10"))
        #expect(Scheduler.close(tick.state, former: nil, now: Self.at("11:00:10")).isIdle)
    }

    @Test func `a job that comes back starts from now`() {
        let job = Self.job(isRemoved: true, former: EverySeconds(seconds: 60))
        let tick = Self.tick(job, "12:00:10")
        #expect(tick.actions.isEmpty && tick.change == .returned && !tick.state.isRemoved)
        #expect(tick.state.cursor == Self.at("12:00:10") && tick.state.next == Self.at("13:00:00"))
    }

    @Test func `with another time zone database the next occurrence is computed anew`() {
        var job = Self.job(tzdata: "2025b")
        job.state?.next = Self.at("12:00:00")
        let tick = Self.tick(job, "09:10:00")
        #expect(tick.change == .tzdata(from: "2025b", to: "2026b"))
        #expect(tick.state.tzdata == "2026b" && tick.state.next == Self.at("10:00:00") && !tick.isIdle)
    }

    @Test func `a clock that is set back doubles nothing and moves no cursor`() {
        let tick = Self.tick(Self.job(cursor: "12:00:01"), "09:59:59")
        #expect(tick.actions.isEmpty && tick.isIdle)
        #expect(tick.state.cursor == Self.at("12:00:01") && tick.state.next == Self.at("13:00:00"))
    }

    @Test func `an edit with the clock set back does not move the cursor back either`() {
        let job = Self.job(cursor: "12:00:01", stored: "half-hourly", former: EverySeconds(seconds: 1_800))
        let tick = Self.tick(job, "09:59:59")
        #expect(tick.actions.isEmpty && tick.change == .edited(formerWasRead: true))
        #expect(tick.state.cursor == Self.at("12:00:01") && tick.state.next == Self.at("13:00:00"))
    }

    // MARK: - Overlap

    private static let run7 = RunID(rawValue: 7)
    private static let run8 = RunID(rawValue: 8)

    @Test(arguments: [
        (OverlapPolicy.skip, LiveRuns.none, ["10:00:00 start"]),
        (.skip, LiveRuns(running: [run7]), ["10:00:00 skipped: run 7 of the same job was running"]),
        (.skip, LiveRuns(queued: [run8]), ["10:00:00 skipped: run 8 of the same job was waiting"]),
        (.queueOne, LiveRuns.none, ["10:00:00 start"]),
        (.queueOne, LiveRuns(running: [run7]), ["10:00:00 start"]),
        (.queueOne, LiveRuns(queued: [run8]), ["10:00:00 start"]),
        (
            .queueOne, LiveRuns(running: [run7], queued: [run8]),
            ["10:00:00 skipped: run 8 of the same job was waiting"]
        ),
        (.queueOne, LiveRuns(queued: [run7, run8]), ["10:00:00 skipped: run 8 of the same job was waiting"]),
        (.queueAll, LiveRuns(running: [run7], queued: [run8]), ["10:00:00 start"]),
        (
            .queueAll, LiveRuns(running: [run7], queued: [run8, run8, run8]),
            ["10:00:00 skipped: 3 runs of the same job were waiting, which is the most there may be"]
        ),
        (.allow, LiveRuns(running: [run7, run8]), ["10:00:00 start"]),
        (
            .allow, LiveRuns(queued: [run8, run8, run8]),
            ["10:00:00 skipped: 3 runs of the same job were waiting, which is the most there may be"]
        ),
        (
            .cancelRunning, LiveRuns(running: [run7], queued: [run8, run8, run8]),
            [
                "10:00:00 supersedes 8", "10:00:00 supersedes 8", "10:00:00 supersedes 8", "10:00:00 cancels 7",
                "10:00:00 start",
            ]
        ),
    ])
    func `what overlaps is judged by the runs that there are`(
        policy: OverlapPolicy, live: LiveRuns, actions: [String]
    ) {
        #expect(
            Self.lines(Self.tick(Self.job(overlap: policy, maximumQueuedRuns: 3), "10:00:00", live: live)) == actions)
    }

    @Test(arguments: [
        (OverlapPolicy.skip, ["start", "skipped: the run of 2026-03-02T10:00:00Z was to start first"]),
        (.queueOne, ["start", "start"]),
        (.queueAll, ["start", "start"]),
        (.allow, ["start", "start"]),
        (.cancelRunning, ["skipped: superseded by 2026-03-02T10:00:20Z", "start"]),
    ])
    func `occurrences of one tick overlap with each other`(policy: OverlapPolicy, verdicts: [String]) {
        let job = Self.job(cursor: "09:59:50", every: 20, overlap: policy)
        let lines = Self.lines(Self.tick(job, "10:00:21"))
        #expect(lines == zip(["10:00:00", "10:00:20"], verdicts).map { "\($0) \($1)" })
    }

    @Test(arguments: [
        (OverlapPolicy.skip, "sss"), (.queueOne, "sss"), (.queueAll, "sss"), (.allow, "sss"), (.cancelRunning, "--s"),
    ])
    func `runs that one tick catches up do not stand in each other's way`(policy: OverlapPolicy, starts: String) {
        let job = Self.job(catchUp: CatchUp(policy: .all, maximumRuns: 9), overlap: policy)
        let actions = Self.tick(job, "12:00:05").actions
        #expect(String(actions.map { Self.isStart($0) ? "s" : "-" }) == starts)
    }

    @Test func `a queue is never longer than the limit, whatever is caught up`() {
        let job = Self.job(catchUp: CatchUp(policy: .all, maximumRuns: 9), overlap: .allow, maximumQueuedRuns: 2)
        let actions = Self.tick(job, "12:00:05", live: LiveRuns(queued: [Self.run7])).actions
        #expect(String(actions.map { Self.isStart($0) ? "s" : "-" }) == "s--")
    }

    // MARK: - Limits

    @Test(arguments: [CatchUp(policy: .skip), CatchUp(), CatchUp(policy: .all, maximumRuns: 60)])
    func `a long backlog is dealt with in parts, as it would be in one`(catchUp: CatchUp) {
        var job = Self.job(every: 10, catchUp: catchUp, overlap: .allow)
        let whole = Self.tick(job, "12:00:05")
        #expect(whole.actions.count == 1_080 && !whole.hasMore)
        var actions: [Tick.Action] = []
        var ticks = 0
        while true {
            let part = Scheduler.tick(job, live: .none, now: Self.at("12:00:05"), maximumOccurrences: 101)
            #expect(part.actions.count <= 101)
            actions += part.actions
            ticks += 1
            job.state = part.state
            guard part.hasMore else { break }
            #expect(part.state.next.map { $0 <= Self.at("12:00:05") } == true)
            guard ticks < 100 else { break }
        }
        #expect(actions.map(\.due) == whole.actions.map(\.due))
        #expect(actions.map(Self.isStart) == whole.actions.map(Self.isStart))
        #expect(job.state == whole.state)
    }

    @Test func `what a former schedule left is dealt with in parts, and the new one begins after the last`() {
        var job = Self.job(stored: "busy", former: EverySeconds(seconds: 10))
        var count = 0
        for _ in 0..<3 {
            let part = Scheduler.tick(job, live: .none, now: Self.at("09:50:00"), maximumOccurrences: 101)
            count += part.actions.count
            #expect(part.hasMore == (count < 300) && (part.change == nil) == part.hasMore)
            #expect((part.state.fingerprint == "busy") == part.hasMore)
            job.state = part.state
        }
        #expect(count == 300 && job.state?.next == Self.at("10:00:00"))
    }

    @Test func `a schedule that does not advance ends, and the tick says where`() {
        var job = Self.job()
        job.schedule = StandingStill()
        let tick = Self.tick(job, "10:00:00")
        #expect(tick.actions.isEmpty && tick.state.next == nil && tick.brokenAfter == Self.at("09:00:00"))
    }

    @Test func `a schedule that has ended is never due again`() {
        var job = Self.job()
        job.schedule = EverySeconds(seconds: 3_600, until: Self.at("10:00:00"))
        let tick = Self.tick(job, "10:00:00")
        #expect(Self.lines(tick) == ["10:00:00 start"])
        #expect(tick.state.next == nil)
    }

    @Test func `the ends of time are no trap`() {
        var job = Self.job(catchUp: CatchUp(policy: .all, windowSeconds: .max, maximumRuns: 5, spreadSeconds: .max))
        job.punctualitySeconds = .max
        job.schedule = Listed(instants: [Instant(microseconds: .min + 1), Instant(microseconds: .max)])
        job.state?.cursor = Instant(microseconds: .min)
        let tick = Scheduler.tick(job, live: .none, now: Instant(microseconds: .max))
        #expect(tick.actions.count == 2 && tick.state.cursor == Instant(microseconds: .max))
    }
}
