import Calendars
import TestSupport

@testable import Jobs

/// A company's jobs, its daemons and its clock for a year, all by the dice.
///
/// The daemons work on one store. Each has the declarations and the time zone rules that it last read, and a clock of
/// its own that is a little off. They stop and start, alone and all at once; the clock steps back and forward; people
/// edit, pause, resume, remove and bring back jobs.
struct ScheduleSimulation {
    private var dice: SplitMix64
    private(set) var schedules = SimulatedSchedules()
    private var time: Instant
    private var clockOffsetSeconds: Int64 = 0
    private var tzdata = 0
    /// The declarations as they are on disk now, without those of removed jobs.
    private var declared: [String: Declaration] = [:]
    private var daemons = [Daemon(), Daemon()]
    private(set) var stepCount = 0
    private let names = ["books", "count", "digest", "mail", "payroll"]

    private struct Declaration {
        var version: Int
        var source: any OccurrenceSource
        var catchUp: CatchUp
        var overlap: OverlapPolicy
        var maximumQueuedRuns: Int
        var isReadable: Bool
    }

    private struct Daemon {
        var isUp = false
        var skewMicroseconds: Int64 = 0
        var tzdata = 0
        var jobs: [String: Declaration] = [:]
    }

    /// Every schedule that there ever was, to read a former one again.
    private var formerSources: [String: (source: any OccurrenceSource, isReadable: Bool)] = [:]
    private var lastVersion = 0

    init(seed: UInt64) {
        dice = SplitMix64(state: seed)
        time = Instant(startOf: CalendarDate(dayNumber: 20_454))  // 2026-01-01
        for name in names { declared[name] = declaration(of: name) }
    }

    private mutating func roll(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
    private mutating func chance(_ one: Int64, in many: Int64) -> Bool { roll(1...many) <= one }

    private mutating func declaration(of job: String) -> Declaration {
        lastVersion += 1
        let source: any OccurrenceSource =
            switch roll(0...9) {
            case 0...2: EverySeconds(seconds: 900 * roll(1...8))
            case 3: EverySeconds(seconds: roll(241...4_000))
            case 4: EverySeconds(seconds: 86_400 * 7)
            case 5: DailyAtHour(hour: roll(0...23))
            case 6...7: RealSchedules.all[Int(roll(0...Int64(RealSchedules.all.count - 1)))]
            case 8: chance(1, in: 2) ? MonthEnd() : EverySeconds(seconds: 25, until: time.adding(seconds: 43_200))
            default: EverySeconds(seconds: 3_600, until: time.adding(seconds: roll(1...90) * 86_400))
            }
        let policies = CatchUp.Policy.allCases
        let made = Declaration(
            version: lastVersion, source: source,
            catchUp: CatchUp(
                policy: policies[Int(roll(0...2))], windowSeconds: roll(0...4) * 43_200 + 600,
                maximumRuns: Int(roll(1...12)), spreadSeconds: roll(0...60)),
            overlap: OverlapPolicy.allCases[Int(roll(0...4))], maximumQueuedRuns: Int(roll(1...12)),
            isReadable: chance(9, in: 10))
        formerSources["\(job) \(lastVersion)"] = (source, made.isReadable)
        return made
    }

    /// The schedule as it is under one version of the time zone rules.
    private static func source(_ source: any OccurrenceSource, tzdata: Int) -> any OccurrenceSource {
        !(source is EverySeconds) && tzdata % 2 == 1 ? Shifted(source: source, seconds: 3_600) : source
    }

    // MARK: - Living

    mutating func live(days: Int64) {
        let end = time.adding(seconds: days * 86_400)
        while time < end, schedules.broken.isEmpty {
            step()
            stepCount += 1
        }
        schedules.checkWhole()
    }

    private mutating func step() {
        passTime()
        moveClock()
        livePeople()
        liveRuns()
        for index in daemons.indices { liveDaemon(index) }
        work()
    }

    /// Mostly until something is due; sometimes to anywhere; by days while no daemon is up.
    private mutating func passTime() {
        guard daemons.contains(where: \.isUp) else {
            time = Instant(microseconds: time.microseconds + roll(1...43_200_000_000))
            return
        }
        let wait = schedules.nextDue.map { $0.microseconds - clock.microseconds } ?? 0
        let isWaited = chance(7, in: 8) && (1...86_400_000_000).contains(wait)
        time = Instant(
            microseconds: time.microseconds + (isWaited ? wait : 0) + roll(1...(isWaited ? 70 : 900)) * 999_000)
    }

    private var clock: Instant { time.adding(seconds: clockOffsetSeconds) }

    private func clock(of daemon: Daemon) -> Instant {
        Instant(microseconds: clock.microseconds + daemon.skewMicroseconds)
    }

    private mutating func moveClock() {
        if chance(1, in: 150) { clockOffsetSeconds += roll(-7_200...7_200) }
        if chance(1, in: 400) { clockOffsetSeconds += 86_400 }
        if chance(1, in: 50) { clockOffsetSeconds = 0 }
        if chance(1, in: 1_000) { tzdata += 1 }
    }

    private mutating func livePeople() {
        let name = names[Int(roll(0...4))]
        switch roll(1...500) {
        case 1...4 where declared[name] != nil: declared[name] = declaration(of: name)
        case 5: declared[name] = nil
        case 6...7 where declared[name] == nil: declared[name] = declaration(of: name)
        case 8...13:
            let until = chance(1, in: 2) ? clock.adding(seconds: roll(1...400_000)) : nil
            schedules.pause(name, at: clock, until: until)
        case 14...24: schedules.resume(name, at: clock)
        default: break
        }
    }

    private mutating func liveRuns() {
        for name in names {
            guard var live = schedules.live[name] else { continue }
            if chance(2, in: 3), !live.queued.isEmpty { live.running.append(live.queued.removeFirst()) }
            if chance(1, in: 2), !live.running.isEmpty { live.running.removeFirst() }
            schedules.live[name] = live
        }
    }

    private mutating func liveDaemon(_ index: Int) {
        if daemons[index].isUp {
            if chance(1, in: 300) { daemons[index].isUp = false }
            if chance(1, in: 40) { load(index) }
            // Now and then all of them stop, for a while.
            if chance(1, in: 1_500) { for each in daemons.indices { daemons[each].isUp = false } }
        } else if chance(1, in: 4) {
            daemons[index].isUp = true
            daemons[index].skewMicroseconds = roll(-2_000_000...2_000_000)
            daemons[index].tzdata = tzdata
            load(index)
        }
    }

    /// What a daemon does when it reads the declarations: it opens, changes over and closes schedules.
    private mutating func load(_ index: Int) {
        let now = clock(of: daemons[index])
        daemons[index].jobs = declared
        for name in names {
            for _ in 0..<1_000 {
                let tick: Tick
                var job: ScheduledJob?
                var source: (any OccurrenceSource)?
                if let declaration = daemons[index].jobs[name] {
                    let made = scheduled(name, declaration, by: daemons[index])
                    job = made
                    tick = Scheduler.tick(
                        made, live: schedules.live[name] ?? .none, now: now, maximumOccurrences: Self.maximumOccurrences
                    )
                    source = self.source(of: made)
                } else if let state = schedules.state(of: name), !state.isRemoved {
                    let former = former(state, by: daemons[index])
                    tick = Scheduler.close(state, former: former, now: now, maximumOccurrences: Self.maximumOccurrences)
                    source = former
                } else {
                    break
                }
                guard schedules.apply(tick, of: job, source: source, at: now), tick.hasMore else { break }
            }
        }
    }

    private static let maximumOccurrences = 150

    private func scheduled(_ name: String, _ declaration: Declaration, by daemon: Daemon) -> ScheduledJob {
        let state = schedules.state(of: name)
        return ScheduledJob(
            name: name, schedule: Self.source(declaration.source, tzdata: daemon.tzdata),
            fingerprint: "\(name) \(declaration.version)", declaration: "", tzdata: "\(daemon.tzdata)",
            catchUp: declaration.catchUp, overlap: declaration.overlap,
            maximumQueuedRuns: declaration.maximumQueuedRuns, state: state,
            former: state.flatMap { former($0, by: daemon) })
    }

    private func former(_ state: ScheduleState, by daemon: Daemon) -> (any OccurrenceSource)? {
        guard let former = formerSources[state.fingerprint], former.isReadable else { return nil }
        return Self.source(former.source, tzdata: daemon.tzdata)
    }

    /// The schedule that accounts for what a tick of this job deals with.
    private func source(of job: ScheduledJob) -> (any OccurrenceSource)? {
        guard let state = job.state, !state.isRemoved else { return nil }
        return state.fingerprint == job.fingerprint ? job.schedule : job.former
    }

    /// One turn of every daemon that is up. Now and then they all look before one of them writes.
    private mutating func work() {
        let isRace = chance(1, in: 3)
        var ticks: [(tick: Tick, job: ScheduledJob, now: Instant)] = []
        for daemon in daemons.shuffled(using: &dice) where daemon.isUp {
            let now = clock(of: daemon)
            for (name, declaration) in daemon.jobs {
                guard let state = schedules.state(of: name), !state.isRemoved,
                    state.fingerprint == "\(name) \(declaration.version)"
                else { continue }
                guard state.next.map({ $0 <= now }) == true else {
                    if state.tzdata == "\(daemon.tzdata)" {
                        schedules.checkNotDue(
                            name, source: Self.source(declaration.source, tzdata: daemon.tzdata), at: now)
                    }
                    continue
                }
                if isRace {
                    let job = scheduled(name, declaration, by: daemon)
                    let tick = Scheduler.tick(
                        job, live: schedules.live[name] ?? .none, now: now, maximumOccurrences: Self.maximumOccurrences)
                    ticks.append((tick, job, now))
                } else {
                    tickUntilDone(name, declaration, daemon, now)
                }
            }
        }
        for (tick, job, now) in ticks.shuffled(using: &dice) {
            _ = schedules.apply(tick, of: job, source: source(of: job), at: now)
        }
    }

    private mutating func tickUntilDone(_ name: String, _ declaration: Declaration, _ daemon: Daemon, _ now: Instant) {
        for _ in 0..<1_000 {
            let job = scheduled(name, declaration, by: daemon)
            let tick = Scheduler.tick(
                job, live: schedules.live[name] ?? .none, now: now, maximumOccurrences: Self.maximumOccurrences)
            guard schedules.apply(tick, of: job, source: source(of: job), at: now), tick.hasMore else { return }
        }
    }
}
