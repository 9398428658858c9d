import Calendars
import CompanyFixtures
import Diagnostics
import Store
import Testing

@testable import Jobs

/// Leaving runs to the daemon, and looking at them.
@Suite struct RunQueueingTests {
    private func enqueue(
        _ workshop: Workshop, _ parameters: [String: String] = [:], needs: [String] = [],
        repetition: NewRun.Repetition = .none, reason: String? = nil, at now: Instant = Workshop.now
    ) throws -> RunExecutor.Queued {
        var declaration = Workshop.declaration
        declaration.needs = needs
        return try workshop.executor(at: now).enqueue(
            declaration, period: .month(2026, 4), parameters: declaration.parameters(with: parameters),
            trigger: .person, repetition: repetition, reason: reason)
    }

    @Test(arguments: Database.available) func `a run that is queued twice is one run`(_ database: Database) throws {
        try Workshop.with(database) { workshop in
            let first = try enqueue(workshop)
            guard case .new(let record) = first else { throw Failure(.failed, "it was not made: \(first)") }
            #expect(record.state == .queued && record.startedAt == nil && !first.isNoop)
            let second = try enqueue(workshop)
            guard case .underWay(let same) = second else { throw Failure(.failed, "it was made again: \(second)") }
            #expect(same.id == record.id && second.isNoop)
        }
    }

    @Test(arguments: Database.available)
    func `what is done is a no-op, and again makes the next generation`(_ database: Database) throws {
        try Workshop.with(database) { workshop in
            _ = try workshop.run()
            guard case .alreadyDone(let done) = try enqueue(workshop) else { throw Failure(.failed, "not done") }
            #expect(done.generation == 1)
            guard case .new(let again) = try enqueue(workshop, repetition: .again, reason: "new figures") else {
                throw Failure(.failed, "no repeat")
            }
            #expect(again.generation == 2 && again.reason == "new figures" && again.id != done.id)
            // The repeat has not ended: there is no third one beside it.
            #expect(throws: RunError.notEnded(again.id, .queued)) {
                _ = try enqueue(workshop, repetition: .again, reason: "once more")
            }
        }
    }

    @Test(arguments: Database.available)
    func `what failed is tried again, what was canceled is refused`(_ database: Database) throws {
        try Workshop.with(database) { workshop in
            #expect(throws: Failure.self) { try workshop.run(["fail_at": "5"]) }
            guard case .retried(let retried) = try enqueue(workshop, ["fail_at": "5"], reason: "mended") else {
                throw Failure(.failed, "not retried")
            }
            #expect(retried.state == .queued && retried.failures == 0)
            let events = try workshop.store.read { try RunRecords.events(of: retried.id, in: $0) }
            #expect(events.map(\.to) == [.queued, .running, .failed, .queued])
            #expect(events.map(\.from) == [nil, .queued, .running, .failed])
            #expect(events.last?.reason == "mended" && events.last?.person == "ann")
            _ = try workshop.store.write {
                try RunQueue($0, person: "ann", at: Workshop.now).cancel(retried.id, reason: "no")
            }
            #expect(throws: RunError.canceled(retried.id)) { _ = try enqueue(workshop, ["fail_at": "5"]) }
        }
    }

    @Test(arguments: Database.available) func `a run waits for what its job needs`(_ database: Database) throws {
        try Workshop.with(database) { workshop in
            let record = try enqueue(workshop, needs: ["books"]).record
            #expect(record.state == .planned)
            let needs = try workshop.store.read { try RunRecords.needs(of: record.id, in: $0) }
            #expect(needs == [NewRun.Need(job: "books", period: .month(2026, 4))])
        }
    }

    @Test(arguments: Database.available)
    func `a foreground run is refused until what its job needs is done, unless a person wants it`(
        _ database: Database
    ) throws {
        try Workshop.with(database) { workshop in
            var declaration = Workshop.declaration
            declaration.needs = ["books"]
            func run(isHeldByNeeds: Bool = true) throws -> RunRecord {
                try workshop.executor().run(
                    declaration, period: .month(2026, 4), parameters: declaration.parameters, trigger: .person,
                    reason: "the books are right", isHeldByNeeds: isHeldByNeeds
                ).record
            }
            let need = NewRun.Need(job: "books", period: .month(2026, 4))
            #expect(throws: RunError.needsUnmet(job: "tally", [UnmetNeed(need)])) { try run() }
            // It left nothing that the daemon would start later.
            let runs = try workshop.store.read { try RunRecords.list(.init(), in: $0) }
            #expect(runs.isEmpty)
            let first = try run(isHeldByNeeds: false)
            #expect(first.state == .succeeded)
            // What is done is done, whatever it needed.
            let second = try run()
            #expect(second == first)
        }
    }

    @Test(arguments: Database.available)
    func `however many runs of a job wait for each other, those of others are found`(_ database: Database) throws {
        try Workshop.with(database) { workshop in
            try workshop.store.write { connection in
                let queue = RunQueue(connection, person: "ann", at: Workshop.now)
                var many = Workshop.declaration
                many.name = "many"
                for day in 0..<RunQueue.maximumCandidates + 5 {
                    let date = CalendarDate(dayNumber: Int32(20_000 + day))
                    _ = try queue.enqueue(
                        NewRun(
                            many, period: .day(date), parameters: many.parameters, trigger: .person,
                            notBefore: Workshop.now.adding(seconds: -60)))
                }
                var slow = many
                slow.name = "slow"
                slow.queue = "slow"
                for month in 1...2 {
                    _ = try queue.enqueue(
                        NewRun(
                            slow, period: .month(2026, month), parameters: many.parameters, trigger: .person,
                            notBefore: Workshop.now.adding(seconds: -30)))
                }
                let limits = RunLimits(perJob: ["many": 1], perQueue: ["slow": 1])
                func claim() throws -> [String] {
                    try queue.claim(1, within: limits, for: .current).map(\.identity.job)
                }
                let claims = [try claim(), try claim(), try claim()]
                #expect(claims == [["many"], ["slow"], []])
            }
        }
    }

    @Test func `what a foreground run refuses is refused here too`() throws {
        try Workshop.with(.sqlite) { workshop in
            #expect(refusal { _ = try enqueue(workshop, ["count": "many"]) }?.exitCode == .usage)
            #expect(
                refusal {
                    try workshop.executor().check(
                        Workshop.declaration, [.month(2026, 4), .month(2019, 1)], Workshop.declaration.parameters)
                }?.problems.map(\.message) == ["nothing was counted in 2019-01"])
            let runs = try workshop.store.read { try RunRecords.list(.init(), in: $0) }
            #expect(runs.isEmpty)
        }
    }

    @Test(arguments: Database.available) func `runs are listed by when they were asked for`(_ database: Database) throws
    {
        try Workshop.with(database) { workshop in
            let hours = (0..<4).map { Workshop.now.adding(seconds: $0 * 3_600) }
            for (month, at) in zip(1..., hours) {
                _ = try workshop.run(period: .month(2026, month), at: at)
            }
            func months(_ from: Instant?, _ to: Instant?) throws -> [String] {
                try workshop.store.read { try RunRecords.list(.init(from: from, to: to), in: $0) }
                    .map { "\($0.identity.period)" }
            }
            #expect(try months(hours[1], nil) == ["2026-04", "2026-03", "2026-02"])
            #expect(try months(nil, hours[1]) == ["2026-01"])
            #expect(try months(hours[1], hours[3]) == ["2026-03", "2026-02"])
            let found = try workshop.store.read {
                try RunRecords.find([RunID(rawValue: 2), RunID(rawValue: 99)], in: $0)
            }
            #expect(found.mapValues(\.identity.period) == [RunID(rawValue: 2): .month(2026, 2)])
        }
    }

    @Test(arguments: Database.available) func `a wish to cancel is told until the run has ended`(_ database: Database)
        throws
    {
        try Workshop.with(database) { workshop in
            let run = try enqueue(workshop).record.id
            try workshop.store.write { connection in
                let queue = RunQueue(connection, person: "ann", at: Workshop.now)
                _ = try queue.claim(run, for: .elsewhere)
                #expect(try RunRecords.cancelWish(of: run, in: connection) == nil)
                #expect(try RunQueue(connection, person: "bob", at: Workshop.now).cancel(run, reason: "wrong") == false)
                let wish = try RunRecords.cancelWish(of: run, in: connection)
                #expect(wish?.person == "bob" && wish?.reason == "wrong")
            }
        }
    }
}
