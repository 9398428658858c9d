import Calendars
import CompanyFixtures
import Diagnostics
import Store
import Testing

@testable import Jobs

/// What people see of schedules, and do about them: timers, pauses before the first daemon, missed runs, backfills.
@Suite struct JobTimerTests {
    /// Daily at 05:00 UTC, as London has summer time.
    private static let daily = """
        job: tally
        kind: test.tally
        description: Counts
        period: day
        parameters: {count: "10"}
        schedule: {cron: "0 6 * * *", for: previous}
        catch_up: {policy: skip}
        """
    private static let now = Workshop.now  // 2026-04-28T06:00:00Z

    private struct Desk {
        let company: Company
        let store: Store
        let catalog: JobCatalog

        var pass: SchedulePass {
            SchedulePass(
                jobs: catalog.jobs.compactMap { job in
                    job.schedule.map {
                        ScheduledJob(
                            name: job.name, schedule: $0.schedule, fingerprint: $0.fingerprint, declaration: job.hash,
                            tzdata: $0.environment, catchUp: $0.catchUp, overlap: $0.overlap)
                    }
                }, person: "daemon", declaration: { name in catalog.jobs.first { $0.name == name } },
                former: { _, _ in nil },
                newRun: { due in
                    guard let job = catalog.jobs.first(where: { $0.name == due.job }) else {
                        preconditionFailure("no job \(due.job)")
                    }
                    return job.run(dueAt: due.due, notBefore: due.notBefore, reason: due.reason, trigger: .schedule)
                })
        }

        func timers(includesRemoved: Bool = false, at now: Instant) throws -> [JobTimer] {
            try store.read { try JobTimer.all(of: catalog, includesRemoved: includesRemoved, at: now, in: $0) }
        }

        func change<T>(at now: Instant, _ body: (ScheduleRecords) throws -> T) throws -> T {
            try store.write { try body(ScheduleRecords($0, person: "ann", at: now)) }
        }
    }

    private func withDesk(
        _ database: Database, jobs: [String: String] = ["tally.yaml": daily], _ body: (Desk) throws -> Void
    ) throws {
        try Workshop.withCompany(jobs: jobs) { company in
            try database.withStore(JobsSchema.migrations + [.tally]) { store in
                let catalog = try JobCatalog.load(for: company, kinds: Workshop.kinds)
                try body(Desk(company: company, store: store, catalog: catalog))
            }
        }
    }

    private static func instant(_ text: String) throws -> Instant { try #require(Instant(text)) }

    @Test(arguments: Database.available) func `a timer says how its schedule stands`(_ database: Database) throws {
        try withDesk(database) { desk in
            let tomorrow = try Self.instant("2026-04-29T05:00:00Z")
            func timer(at now: Instant = Self.now) throws -> JobTimer { try #require(try desk.timers(at: now).first) }
            #expect(try timer().next == tomorrow && timer().last == nil && timer().state == .unmet)
            _ = try desk.pass.load(into: desk.store, at: Self.now)
            #expect(try timer().state == .waiting && timer().next == tomorrow)
            // A daemon that is a moment late is none that is missing.
            #expect(try timer(at: tomorrow.adding(seconds: 60)).state == .waiting)
            #expect(try timer(at: tomorrow.adding(seconds: 61)).state == .overdue)
            _ = try desk.pass.run(on: desk.store, at: tomorrow)
            let due = try timer(at: tomorrow)
            #expect(due.last == tomorrow && due.next == tomorrow.adding(seconds: 86_400) && due.state == .waiting)
            try desk.store.write {
                _ = try RunQueue($0, person: "daemon", at: tomorrow).claim(1, within: RunLimits(), for: .elsewhere)
            }
            #expect(try timer(at: tomorrow).state == .running(RunID(rawValue: 1)))
        }
    }

    @Test(arguments: Database.available)
    func `a paused job is due again after its pause, and never while nobody has said when`(_ database: Database) throws
    {
        try withDesk(database) { desk in
            _ = try desk.pass.load(into: desk.store, at: Self.now)
            let end = try Self.instant("2026-05-02T05:00:00Z")
            let pause = try desk.change(at: Self.now) { try $0.pause("tally", until: end, reason: "stock-taking") }
            // The instant at which it ends is no part of it.
            #expect(try desk.timers(at: Self.now).map(\.next) == [end])
            #expect(try desk.timers(at: Self.now).map(\.state) == [.paused(pause)])
            try desk.change(at: Self.now) { try $0.resume("tally", reason: nil) }
            _ = try desk.change(at: Self.now) { try $0.pause("tally", until: nil, reason: "for good") }
            #expect(try desk.timers(at: Self.now).map(\.next) == [nil])
        }
    }

    @Test(arguments: Database.available)
    func `a job can be paused before a daemon has ever run`(_ database: Database) throws {
        try withDesk(database) { desk in
            try desk.store.write { connection in
                #expect(try desk.pass.meet("tally", at: Self.now, in: connection))
                _ = try ScheduleRecords(connection, person: "ann", at: Self.now)
                    .pause("tally", until: nil, reason: "not yet")
                // What the store knows is left as it is.
                #expect(try desk.pass.meet("tally", at: Self.now.adding(seconds: 86_400), in: connection) == false)
                #expect(try desk.pass.meet("nonesuch", at: Self.now, in: connection) == false)
            }
            let later = Self.now.adding(seconds: 2 * 86_400)
            let applied = try desk.pass.load(into: desk.store, at: later)
            #expect(applied.newRuns.isEmpty)
            #expect(applied.occurrences.map(\.state) == [.skipped, .skipped])
            let outcomes = try desk.store.read { try ScheduleRecords.outcomes(of: "tally", maximumCount: 10, in: $0) }
            #expect(outcomes.count == 2 && outcomes.allSatisfy { $0.run == nil && $0.lateSeconds == nil })
            #expect(try #require(outcomes.first).occurrence.due > outcomes[1].occurrence.due)
        }
    }

    @Test(arguments: Database.available) func `meeting one job leaves the others alone`(_ database: Database) throws {
        let other = Self.daily.replacing("job: tally", with: "job: other")
        try withDesk(database, jobs: ["tally.yaml": Self.daily, "other.yaml": other]) { desk in
            try desk.store.write { _ = try desk.pass.meet("tally", at: Self.now, in: $0) }
            #expect(
                try desk.timers(at: Self.now).map { "\($0.job) \($0.state.code)" } == ["other unmet", "tally waiting"])
        }
    }

    @Test(arguments: Database.available) func `an edited, an ended and a removed schedule say so`(_ database: Database)
        throws
    {
        try withDesk(database) { desk in
            _ = try desk.pass.load(into: desk.store, at: Self.now)
            let stored = try #require(try desk.store.read { try ScheduleRecords.state(of: "tally", in: $0) })
            let schedule = try #require(desk.catalog.jobs.first?.schedule)
            func state(_ change: (inout ScheduleState) -> Void, declared: JobSchedule?) -> JobTimer.State {
                var stored = stored
                change(&stored)
                return JobTimer(job: "tally", schedule: declared, stored: stored, at: Self.now).state
            }
            #expect(state({ $0.fingerprint = "another" }, declared: schedule) == .edited)
            #expect(state({ $0.next = nil }, declared: schedule) == .ended)
            #expect(state({ _ in }, declared: nil) == .edited)
            #expect(state({ $0.isRemoved = true }, declared: nil) == .removed)
            #expect(state({ $0.isRemoved = true }, declared: schedule) == .unmet)
            let none = try JobCatalog.load(
                for: Company(directory: "/nowhere", settings: desk.company.settings), kinds: Workshop.kinds)
            let empty = SchedulePass(
                jobs: [], person: "daemon", declaration: { _ in nil }, former: { _, _ in nil },
                newRun: { _ in preconditionFailure("nothing is due") })
            _ = try empty.load(into: desk.store, at: Self.now)
            let gone = Desk(company: desk.company, store: desk.store, catalog: none)
            #expect(try gone.timers(at: Self.now).isEmpty)
            #expect(try gone.timers(includesRemoved: true, at: Self.now).map(\.state) == [.removed])
        }
    }

    // MARK: - Missed

    @Test(arguments: Database.available)
    func `all that was missed is run, the oldest first, but what a person has to decide`(_ database: Database) throws {
        try withDesk(database) { desk in
            _ = try desk.pass.load(into: desk.store, at: Self.now)
            let later = try Self.instant("2026-05-01T12:00:00Z")
            _ = try desk.pass.load(into: desk.store, at: later)
            let job = try desk.catalog.job("tally")
            func newRun(_ occurrence: OccurrenceRecord) -> NewRun {
                job.run(dueAt: occurrence.due, notBefore: later, reason: "missed", trigger: .person)
            }
            // The run for the second one's period was there, and is canceled.
            let second = try Self.instant("2026-04-30T05:00:00Z")
            let canceled = try desk.store.write { connection in
                let queue = RunQueue(connection, person: "bob", at: later)
                let run = try queue.enqueue(job.run(dueAt: second, notBefore: later, reason: nil, trigger: .person))
                _ = try queue.cancel(run.record.id, reason: "no")
                return run.record.id
            }
            let runs = try desk.change(at: later) { try $0.runMissed(.init(job: "tally"), newRun: newRun) }
            #expect(
                runs.map(\.occurrence.due.description) == [
                    "2026-04-29T05:00:00Z", "2026-04-30T05:00:00Z", "2026-05-01T05:00:00Z",
                ])
            let periods = runs.map { run in (try? run.result.get()).map { "\($0.record.identity.period)" } }
            #expect(periods == ["2026-04-28", nil, "2026-04-30"])
            guard case .failure(.runEnded(let run, _, .canceled)) = runs[1].result else {
                throw Failure(.failed, "it was not refused: \(runs[1])")
            }
            #expect(run == canceled)
            // What remains can be dismissed.
            #expect(try desk.change(at: later) { try $0.dismiss(.init(job: "tally"), reason: "done by hand") } == 1)
            #expect(try desk.change(at: later) { try $0.runMissed(.init(job: "tally"), newRun: newRun) }.isEmpty)
            let outcomes = try desk.store.read { try ScheduleRecords.outcomes(of: "tally", maximumCount: 2, in: $0) }
            #expect(outcomes.map(\.run?.state) == [.queued, nil])
        }
    }

    // MARK: - Backfill

    private static let ranges: [(schedule: String?, period: String, from: String, to: String, [String])] = [
        // Without a schedule: every period, and none that begins later than today.
        (nil, "month", "2026-02", "2026-03", ["2026-02", "2026-03"]),
        (nil, "month", "2026-03-15", "2026-06-01", ["2026-03", "2026-04"]),
        (nil, "day", "2026-05-01", "2026-05-03", []),
        // With one: the periods that it is for. 4 and 5 April 2026 are a weekend.
        ("{cron: \"0 6 * * 1-5\"}", "day", "2026-04-03", "2026-04-07", ["2026-04-03", "2026-04-06", "2026-04-07"]),
        // Friday's run is for Thursday, Monday's for Sunday.
        ("{cron: \"0 6 * * 1-5\", for: previous}", "day", "2026-04-02", "2026-04-05", ["2026-04-02", "2026-04-05"]),
        // March's was due in April, April's will be due in May.
        ("{on: {day: 2}, at: \"06:00\", for: previous}", "month", "2026-02", "2026-04", ["2026-02", "2026-03"]),
        // Due today at 05:00 UTC: an hour ago; and tonight, later.
        ("{cron: \"0 6 * * *\"}", "day", "2026-04-27", "2026-04-28", ["2026-04-27", "2026-04-28"]),
        ("{cron: \"0 20 * * *\"}", "day", "2026-04-27", "2026-04-28", ["2026-04-27"]),
    ]

    @Test(arguments: ranges)
    func `a backfill is for the periods that the schedule is for, until now`(
        _ row: (schedule: String?, period: String, from: String, to: String, [String])
    ) throws {
        let text = Self.daily.split(separator: "\n").filter { line in
            !["schedule", "catch_up", "period"].contains { line.hasPrefix($0) }
        }
        let lines = text.map(String.init) + ["period: \(row.period)"] + (row.schedule.map { ["schedule: \($0)"] } ?? [])
        try Workshop.withCompany(jobs: ["tally.yaml": lines.joined(separator: "\n")]) { company in
            let job = try JobCatalog.load(for: company, kinds: Workshop.kinds).job("tally")
            let (first, last) = (try #require(Period(row.from)), try #require(Period(row.to)))
            let wanted = try BackfillPlan.wanted(of: job, from: first.firstDay, through: last.lastDay, at: Self.now)
            #expect(wanted.map { "\($0.period)" } == row.4)
            #expect(wanted.allSatisfy { ($0.due != nil) == (row.schedule != nil) })
        }
    }

    @Test func `each run of a backfill needs the one so many places before it`() throws {
        func plan(_ months: ClosedRange<Int>) -> BackfillPlan {
            BackfillPlan(
                job: "tally", wanted: months.map { .init(period: .month(2026, $0)) },
                existing: [.month(2026, 2): .init(run: RunID(rawValue: 9), state: .succeeded)])
        }
        func needs(_ months: ClosedRange<Int>, _ parallel: Int) -> [String] {
            plan(months).needs(maximumParallel: parallel).map { "\($0) \($1.job)@\($1.period)" }.sorted()
        }
        // February is done and stands in nobody's way.
        #expect(needs(1...4, 1) == ["2026-03 tally@2026-01", "2026-04 tally@2026-03"])
        #expect(needs(1...4, 2) == ["2026-04 tally@2026-01"])
        #expect(needs(1...4, 3).isEmpty && needs(2...2, 1).isEmpty)
    }

    @Test(arguments: Database.available) func `a backfill goes one run at a time`(_ database: Database) throws {
        try Workshop.with(database) { workshop in
            let plan = BackfillPlan(
                job: "tally", wanted: (1...3).map { .init(period: .month(2026, $0)) }, existing: [:])
            let needs = plan.needs(maximumParallel: 1)
            let made = try workshop.store.write { connection in
                try ScheduleRecords(connection, person: "ann", at: Self.now).enqueue(plan, reason: "backfill") {
                    wanted in
                    NewRun(
                        Workshop.declaration, period: wanted.period, parameters: Workshop.declaration.parameters,
                        trigger: .person, notBefore: Self.now, needs: needs[wanted.period].map { [$0] } ?? [])
                }
            }
            #expect(made.map(\.state) == [.queued, .planned, .planned])
            for month in 1...3 {
                _ = try workshop.run(period: .month(2026, month))
                let queued = try workshop.store.write {
                    try RunQueue($0, person: "daemon", at: Self.now).queuePlanned()
                }
                #expect(queued == (month < 3 ? 1 : 0))
            }
        }
    }
}
