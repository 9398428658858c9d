import Calendars
import CompanyFixtures
import Diagnostics
import Store
import Testing

@testable import Jobs

/// Runs as a whole, on both databases.
@Suite(.serialized) struct RunTests {
    private static let databases = Database.available
    private static let all = (1...10).map(TallyKind.item) + ["close", "open"]

    // MARK: - Identity

    @Test(arguments: databases)
    func `a run leaves its rows, its counts, its summary and its events`(database: Database) throws {
        try Workshop.with(database) { shop in
            guard case .finished(let record) = try shop.run() else {
                Issue.record("it was not run")
                return
            }
            #expect(record.state == .succeeded && record.attempt == 1 && record.generation == 1)
            #expect(record.chunks == 6, "the first step, four chunks of 3, 3, 3 and 1, the last step")
            #expect(record.itemsTotal == 10 && record.itemsDone == 10 && record.exceptions == 0)
            #expect(record.checkpoint == "0010" && record.steps == ["open", "close"])
            #expect(record.summary == RunSummary(figures: [.init("counted", "10")], files: ["var/tally.txt"]))
            #expect(record.createdBy == "ann" && record.createdAt == Workshop.now && record.knownAt == Workshop.now)
            #expect(record.finishedAt == Workshop.now && record.leaseUntil == nil)
            #expect(record.effectsDigest.count == 64)
            #expect(try shop.items() == Self.all)
            let effects = try shop.store.read { try RunRecords.effects(of: record.id, in: $0) }
            #expect(effects.map(\.table) == ["tally"] && effects.map(\.rows) == [12])
            let events = try shop.store.read {
                try $0.all("SELECT from_state, to_state, attempt, person FROM run_event ORDER BY sequence") {
                    "\(try $0.text(0)) \(try $0.text(1)) \(try $0.int(2)) \(try $0.text(3))"
                }
            }
            #expect(events == [" queued 0 ann", "queued running 1 ann", "running succeeded 1 ann"])
            let attempts = try shop.attempts()
            #expect(attempts.map(\.state) == [.succeeded] && attempts.first?.error == nil)
            #expect(attempts.first?.processID == WorkerProcess.current.id)
        }
    }

    @Test(arguments: databases)
    func `the same job, period and parameters a second time are already done, and nothing is written`(
        database: Database
    ) throws {
        try Workshop.with(database) { shop in
            _ = try shop.run()
            let before = try shop.dump()
            guard case .alreadyDone(let record) = try shop.run(at: Workshop.now.adding(seconds: 3_600)) else {
                Issue.record("it was run twice")
                return
            }
            #expect(record.id == RunID(rawValue: 1))
            // As for one who asked for it while it was still worked on.
            #expect(throws: RunError.alreadyDone(record.id)) {
                try shop.store.write {
                    try RunQueue($0, person: "bob", at: Workshop.now).claim(record.id, for: .current)
                }
            }
            #expect(try shop.dump() == before)
        }
    }

    @Test(arguments: databases)
    func `another period or another parameter is another run`(database: Database) throws {
        try Workshop.with(database) { shop in
            let ids = [
                try shop.run().record.id, try shop.run(period: .month(2026, 5)).record.id,
                try shop.run(["count": "9"]).record.id,
            ]
            #expect(Set(ids).count == 3)
            #expect(try shop.store.read { try RunRecords.count(job: "tally", in: $0) } == 3)
            #expect(try shop.store.read { try RunRecords.count(job: "other", in: $0) } == 0)
            let listed = try shop.store.read { try RunRecords.list(.init(job: "tally", maximumCount: 2), in: $0) }
            #expect(listed.map(\.id) == [ids[2], ids[1]], "the newest first")
            let failed = try shop.store.read { try RunRecords.list(.init(state: .failed), in: $0) }
            #expect(failed.isEmpty)
            let found = try shop.store.read { try RunRecords.find(.job("tally", .month(2026, 4)), in: $0) }
            #expect(found.id == ids[2], "the latest of that period")
        }
    }

    @Test func `a run that cannot be is refused before anything is written`() throws {
        try Workshop.with(.sqlite) { shop in
            let before = try shop.dump()
            #expect(
                refusal { _ = try shop.run(period: .week) }?.description == """
                    The job tally does not run for 2026-W17.
                    Give a month, for example 2026-11.
                    """)
            // The kind would run for a day, the job says months.
            #expect(refusal { _ = try shop.run(period: .day) }?.exitCode == .usage)
            #expect(
                refusal { _ = try shop.run(["count": "ten", "chunk": "x"]) }?.description == """
                    count "ten" is no number (expected e.g. 10)
                    chunk "x" is no number (expected e.g. 10)
                    2 errors; nothing was run.
                    """)
            #expect(
                refusal { _ = try shop.run(["cuont": "3"]) }?.problems.first?.message
                    == "the kind test.tally has no parameter \"cuont\"; did you mean \"count\"?")
            #expect(
                refusal { _ = try shop.run(period: .month(2019, 12)) }?.problems.map(\.description)
                    == ["nothing was counted in 2019-12 (expected 2020 or later)"])
            var unknown = Workshop.declaration
            unknown.kind = "test.nothing"
            #expect(
                refusal {
                    _ = try shop.executor().run(
                        unknown, period: .month(2026, 4), parameters: unknown.parameters, trigger: .person)
                }?.exitCode == .usage)
            var without = Workshop.declaration
            without.parameters = ParameterValues()
            #expect(
                refusal {
                    _ = try shop.executor().run(
                        without, period: .month(2026, 4), parameters: without.parameters, trigger: .person)
                }?.problems.map(\.description) == ["the parameter count is missing (how far) (expected e.g. count=10)"])
            #expect(try shop.dump() == before)
        }
    }

    @Test func `a run that does not exist is not found`() throws {
        try Workshop.with(.sqlite) { shop in
            for reference in [RunRecords.Reference.number(RunID(rawValue: 9)), .job("tally", .month(2026, 4))] {
                let failure = refusal { _ = try shop.store.read { try RunRecords.find(reference, in: $0) } }
                #expect(failure?.exitCode == .notFound)
                #expect(failure?.summary == "There is no run \(reference).")
            }
        }
    }

    // MARK: - Failure and resumption

    @Test(arguments: databases)
    func `a failed run keeps its whole chunks and goes on after them`(database: Database) throws {
        try Workshop.with(database) { shop in
            let parameters = ["fail_at": "8", "fail_attempts": "1"]
            #expect(refusal { _ = try shop.run(parameters) }?.summary == "The item 0008 is broken.")
            let failed = try shop.record()
            #expect(failed.state == .failed && failed.checkpoint == "0006" && failed.itemsDone == 6)
            #expect(try shop.items() == (1...6).map(TallyKind.item) + ["open"])
            #expect(try shop.attempts().map(\.error) == ["The item 0008 is broken."])
            let record = try shop.run(parameters, at: .later).record
            #expect(record.state == .succeeded && record.attempt == 2 && record.id == failed.id)
            #expect(record.knownAt == Workshop.now, "facts recorded since do not exist for it")
            #expect(record.itemsDone == 10 && record.chunks == 6)
            #expect(try shop.items() == Self.all)
            let rows = try shop.store.read { try $0.all("SELECT attempt FROM tally ORDER BY item") { try $0.int(0) } }
            #expect(rows == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 1], "what is committed is not done again")
        }
    }

    @Test(arguments: databases)
    func `a run that committed nothing yet knows what was recorded until its next attempt`(
        database: Database
    ) throws {
        try Workshop.with(database) { shop in
            _ = try shop.store.write {
                // A process that ended right after it made the run.
                try RunQueue($0, person: "ann", at: Workshop.now).enqueue(
                    NewRun(
                        Workshop.declaration, period: .month(2026, 4), parameters: Workshop.declaration.parameters,
                        trigger: .person, notBefore: Workshop.now))
            }
            let record = try shop.run(at: .later).record
            #expect(record.id == RunID(rawValue: 1) && record.knownAt == .later && record.state == .succeeded)
        }
    }

    @Test(arguments: databases)
    func `a step that fails half-way leaves nothing and is done whole in the next attempt`(database: Database) throws {
        try Workshop.with(database) { shop throws in
            let parameters = ["fail_in": "close", "mails": "1"]
            #expect(throws: TallyKind.Broken.self) { _ = try shop.run(parameters) }
            #expect(try shop.items() == (1...10).map(TallyKind.item) + ["open"])
            #expect(try shop.record().steps == ["open"])
            let mails = { try shop.store.read { try Outbox.items(of: RunID(rawValue: 1), in: $0) } }
            #expect(try mails().isEmpty)
            #expect(try shop.run(parameters).record.state == .succeeded)
            #expect(try shop.items() == Self.all)
            #expect(try mails().count == 1)
        }
    }

    @Test(arguments: databases)
    func `items set aside are kept with their reason, and the run is done in part`(database: Database) throws {
        try Workshop.with(database) { shop in
            let record = try shop.run(["aside": "5"]).record
            #expect(record.state == .partly && record.exceptions == 1 && record.itemsDone == 10)
            #expect(try shop.items() == Self.all.filter { $0 != "0005" })
            let exceptions = try shop.store.read { try RunRecords.exceptions(of: record.id, in: $0) }
            #expect(exceptions == [RunException(item: "0005", reason: "odd", message: "0005 is odd")])
            guard case .alreadyDone = try shop.run(["aside": "5"]) else {
                Issue.record("a run done in part was run again")
                return
            }
        }
    }

    // MARK: - Processes

    @Test(arguments: databases)
    func `the run of a process that ended is taken over at once`(database: Database) throws {
        try Workshop.with(database) { shop in
            let parameters = ["fail_at": "8", "fail_attempts": "1"]
            #expect(refusal { _ = try shop.run(parameters, process: .ended) } != nil)
            // As if it had been killed before it could say that it failed.
            try shop.leaveRunning()
            let record = try shop.run(parameters).record
            #expect(record.state == .succeeded && record.attempt == 2)
            #expect(try shop.attempts().map(\.state) == [.lost, .succeeded])
            #expect(try shop.items() == Self.all)
            let reason = try shop.store.read {
                try $0.first("SELECT reason FROM run_event WHERE attempt = 2 ORDER BY sequence LIMIT 1") {
                    try $0.text(0)
                }
            }
            #expect(reason == "the process of attempt 1 was gone")
        }
    }

    @Test(arguments: databases)
    func `the run of a living process is left to it, however long it takes`(database: Database) throws {
        try Workshop.with(database) { shop in
            let parameters = ["fail_at": "8", "fail_attempts": "1"]
            #expect(refusal { _ = try shop.run(parameters, process: .current) } != nil)
            try shop.leaveRunning()
            let before = try shop.dump()
            let failure = refusal { _ = try shop.run(parameters, at: Workshop.now.adding(seconds: 86_400)) }
            #expect(failure?.exitCode == .alreadyRunning)
            let process = WorkerProcess.current
            #expect(
                failure?.summary == "Run 1 is being worked on by process \(process.id) on \(process.host).")
            #expect(try shop.dump() == before)
        }
    }

    @Test(arguments: databases)
    func `the run of a process on another machine is taken over when its lease has run out`(
        database: Database
    ) throws {
        try Workshop.with(database) { shop in
            let parameters = ["fail_at": "8", "fail_attempts": "1"]
            #expect(refusal { _ = try shop.run(parameters, process: .elsewhere) } != nil)
            try shop.leaveRunning()
            let lease = Run.leaseSeconds
            #expect(
                refusal { _ = try shop.run(parameters, at: Workshop.now.adding(seconds: lease - 1)) }?.exitCode
                    == .alreadyRunning)
            let record = try shop.run(parameters, at: Workshop.now.adding(seconds: lease)).record
            #expect(record.state == .succeeded && record.attempt == 2)
            #expect(try shop.items() == Self.all)
        }
    }

    @Test(arguments: databases)
    func `an attempt that was overtaken cannot commit, and writes nothing more`(database: Database) throws {
        try Workshop.with(database) { shop in
            // Attempt 1 stands still before its third chunk; attempt 2 does the rest; attempt 1 wakes up and goes on.
            let error = #expect(throws: RunError.self) {
                _ = try shop.run(["overtaken_at": "8"], process: .ended)
            }
            #expect(error == .fenced(RunID(rawValue: 1), attempt: 1))
            #expect(error?.failure.exitCode == .refused)
            let record = try shop.record()
            #expect(record.state == .succeeded && record.attempt == 2 && record.chunks == 6 && record.itemsDone == 10)
            #expect(try shop.items() == Self.all)
            #expect(try shop.attempts().map(\.state) == [.lost, .succeeded])
            let rows = try shop.store.read { try $0.all("SELECT attempt FROM tally ORDER BY item") { try $0.int(0) } }
            #expect(rows == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 1])
        }
    }

    @Test(arguments: databases)
    func `a canceled run is not run`(database: Database) throws {
        try Workshop.with(database) { shop in
            let parameters = ["fail_at": "8", "fail_attempts": "1"]
            #expect(refusal { _ = try shop.run(parameters) } != nil)
            _ = try shop.store.write { try $0.execute("UPDATE run SET state = 'canceled'") }
            #expect(throws: RunError.canceled(RunID(rawValue: 1))) { _ = try shop.run(parameters) }
        }
    }

    // MARK: - Dry run

    @Test(arguments: databases)
    func `a dry run writes nothing and foretells the digest, the counts and what is set aside`(
        database: Database
    ) throws {
        try Workshop.with(database) { shop in
            let before = try shop.dump()
            let rehearsal = try shop.rehearse(["aside": "5", "mails": "2"])
            #expect(try shop.dump() == before)
            #expect(!rehearsal.isAlreadyDone)
            #expect(rehearsal.effects.map(\.table) == ["outbox_message", "run_exception", "tally"])
            #expect(rehearsal.effects.map(\.rows) == [2, 1, 11])
            #expect(rehearsal.exceptions.map(\.item) == ["0005"])
            let record = try shop.run(["aside": "5", "mails": "2"]).record
            #expect(record.effectsDigest == rehearsal.record.effectsDigest)
            #expect(record.state == rehearsal.record.state && record.chunks == rehearsal.record.chunks)
            #expect(record.summary == rehearsal.record.summary)
        }
    }

    @Test(arguments: databases)
    func `a dry run of a run that was cut off foretells how it will end`(database: Database) throws {
        try Workshop.with(database) { shop in
            let parameters = ["fail_at": "8", "fail_attempts": "1"]
            #expect(refusal { _ = try shop.run(parameters) } != nil)
            let before = try shop.dump()
            let rehearsal = try shop.rehearse(parameters)
            #expect(try shop.dump() == before)
            #expect(try shop.run(parameters).record.effectsDigest == rehearsal.record.effectsDigest)
        }
    }

    @Test(arguments: databases)
    func `a dry run of a run that is done says so`(database: Database) throws {
        try Workshop.with(database) { shop in
            _ = try shop.run()
            let rehearsal = try shop.rehearse()
            #expect(rehearsal.isAlreadyDone && rehearsal.effects.isEmpty && rehearsal.exceptions.isEmpty)
        }
    }

    @Test func `a dry run that fails leaves the store as it was`() throws {
        try Workshop.with(.sqlite) { shop in
            let before = try shop.dump()
            #expect(refusal { _ = try shop.rehearse(["fail_at": "8"]) }?.summary == "The item 0008 is broken.")
            #expect(try shop.dump() == before)
        }
    }

    @Test func `the digest follows from what is written and not from when or by whom`() throws {
        func digest(_ parameters: [String: String], at now: Instant = Workshop.now) throws -> String {
            try Workshop.with(.sqlite) { try $0.run(parameters, at: now).record.effectsDigest }
        }
        let one = try digest([:])
        #expect(try digest([:], at: .later) == one)
        #expect(try digest(["count": "11"]) != one)
        #expect(try digest(["aside": "5"]) != one)
    }
}

extension Workshop {
    /// Undoes what a failing attempt says of itself: so a killed one leaves its run.
    func leaveRunning() throws {
        try store.write { connection in
            try connection.execute(
                "UPDATE run SET state = 'running', finished_at = NULL, lease_until = ?",
                Workshop.now.adding(seconds: Run.leaseSeconds))
            try connection.execute("UPDATE attempt SET state = 'running', ended_at = NULL, error = NULL")
        }
    }
}

extension Instant {
    static let later = Workshop.now.adding(seconds: 3_600)
}

extension Period {
    static let week = Period(.week, containing: month(2026, 4).days.lowerBound.adding(days: 21))
    static let day = Period(.day, containing: month(2026, 4).days.lowerBound)
}
