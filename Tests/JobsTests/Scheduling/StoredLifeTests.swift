import Calendars
import CompanyFixtures
import Diagnostics
import Store
import TestSupport
import Testing

@testable import Jobs

/// Two months lived on a real store and in memory at once: both must come to the same.
@Suite struct StoredLifeTests {
    @Test(arguments: Database.available)
    func `a life on the store leaves what the same life leaves in memory`(database: Database) throws {
        try Timetable.with(database) { timetable in
            var dice = SplitMix64(state: SimulationTests.seed)
            var reference = SimulatedSchedules()
            var now = Timetable.at("00:00:07")
            let end = now.adding(seconds: 60 * 86_400)
            let names = ["count", "mail", "report"]
            while now < end {
                let isDown = Int.random(in: 0..<40, using: &dice) == 0
                now = now.adding(seconds: Int64.random(in: 1...(isDown ? 200_000 : 9_000), using: &dice))
                let name = names[Int.random(in: 0..<3, using: &dice)]
                switch Int.random(in: 0..<60, using: &dice) {
                case 0...3:
                    timetable.declare(
                        name, every: 1_800 * Int64.random(in: 1...6, using: &dice),
                        catchUp: CatchUp(
                            policy: CatchUp.Policy.allCases[Int.random(in: 0..<3, using: &dice)], maximumRuns: 3),
                        maximumQueuedRuns: .max)
                case 4: timetable.jobs[name] = nil
                case 5...7:
                    let until = Bool.random(using: &dice) ? now.adding(seconds: 40_000) : nil
                    let isPaused =
                        (try? timetable.store.write {
                            try ScheduleRecords($0, person: "ann", at: now).pause(
                                name, until: until, reason: "stock-taking")
                        }) != nil
                    if isPaused { reference.pause(name, at: now, until: until) }
                case 8...11:
                    let isResumed =
                        (try? timetable.store.write {
                            try ScheduleRecords($0, person: "ann", at: now).resume(name, reason: nil)
                        }) != nil
                    if isResumed { reference.resume(name, at: now) }
                default: break
                }
                if Int.random(in: 0..<10, using: &dice) == 0 {
                    _ = try timetable.pass.load(into: timetable.store, at: now)
                    Self.load(timetable, &reference, at: now)
                } else {
                    _ = try timetable.pass.run(on: timetable.store, at: now)
                    Self.run(timetable, &reference, at: now)
                }
            }
            let expected = reference.rows.flatMap { job, rows in
                rows.map { due, outcome in
                    let state = if case .run = outcome { "run" } else { "\(outcome)" }
                    return "\(job) \(due) \(state)"
                }
            }
            let found = try timetable.store.read { connection in
                try connection.all("SELECT job, due_at, state FROM occurrence") {
                    "\(try $0.text(0)) \(try $0.instant(1)) \(try $0.text(2))"
                }
            }
            #expect(reference.broken.isEmpty)
            let missing = Set(expected).subtracting(found).sorted()
            let surplus = Set(found).subtracting(expected).sorted()
            #expect(missing == [])
            #expect(surplus == [])
            #expect(found.count == expected.count)
            #expect(found.count > 500 && Set(found.compactMap { $0.split(separator: " ").last }).count == 3)
        }
    }

    private static func tick(_ timetable: Timetable, _ reference: SimulatedSchedules, _ name: String, at now: Instant)
        -> (
            Tick, ScheduledJob?
        )?
    {
        let state = reference.state(of: name)
        let former = state.flatMap { old in
            Int64(old.fingerprint.dropFirst("every ".count)).map { EverySeconds(seconds: $0) }
        }
        if var job = timetable.jobs[name] {
            job.state = state
            job.former = former
            return (Scheduler.tick(job, live: .none, now: now), job)
        }
        guard let state, !state.isRemoved else { return nil }
        return (Scheduler.close(state, former: former, now: now), nil)
    }

    private static func apply(
        _ timetable: Timetable, _ reference: inout SimulatedSchedules, _ name: String, at now: Instant
    ) {
        guard let (tick, job) = tick(timetable, reference, name, at: now) else { return }
        let former = tick.former.flatMap { $0.isRemoved ? nil : Int64($0.fingerprint.dropFirst("every ".count)) }
        let source = former.map { EverySeconds(seconds: $0) }
        _ = reference.apply(tick, of: job, source: source, at: now)
    }

    private static func load(_ timetable: Timetable, _ reference: inout SimulatedSchedules, at now: Instant) {
        for name in Set(timetable.jobs.keys).union(reference.states.keys) {
            apply(timetable, &reference, name, at: now)
        }
    }

    private static func run(_ timetable: Timetable, _ reference: inout SimulatedSchedules, at now: Instant) {
        for (name, state) in reference.states
        where timetable.jobs[name]?.fingerprint == state.fingerprint && !state.isRemoved {
            guard let next = state.next, next <= now else { continue }
            apply(timetable, &reference, name, at: now)
        }
    }
}
