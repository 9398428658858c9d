import Calendars
import CompanyFixtures
import Diagnostics
import Store
import Testing

@testable import Jobs

@Suite struct ScheduleRecordsTests {
    @Test(arguments: Database.available)
    func `a job that is read for the first time starts from now, once`(database: Database) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count")
            timetable.declare("mail", every: 60)
            try timetable.load(at: "09:00:10")
            let before = try StoreDump.lines(of: timetable.store)
            try timetable.load(at: "09:00:30")
            #expect(try StoreDump.lines(of: timetable.store) == before)
            #expect(try timetable.events("count") == ["09:00:10 added by daemon"])
            #expect(try timetable.state("count")?.cursor == Timetable.at("09:00:10"))
            #expect(try timetable.state("mail")?.next == Timetable.at("09:01:00"))
            #expect(try timetable.occurrences().isEmpty)
            let next = try timetable.store.read {
                try ScheduleRecords.nextDue(after: Timetable.at("09:00:30"), in: $0)
            }
            #expect(next == Timetable.at("09:01:00"))
        }
    }

    @Test(arguments: Database.available)
    func `what is due becomes a run with its instant, and the rest is on record with its reason`(
        database: Database
    ) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count", catchUp: CatchUp(policy: .all, windowSeconds: 7_200, maximumRuns: 5))
            timetable.declare("mail", every: 7_200)
            try timetable.load(at: "09:30:00")
            #expect(try timetable.run(at: "09:59:59").occurrences.isEmpty)
            let onTime = try timetable.run(at: "10:00:01")
            #expect(onTime.newRuns.map(\.id.rawValue) == [1, 2] && onTime.counts.isEmpty && !onTime.hasMore)
            try timetable.run(at: "10:00:02")
            let late = try timetable.run(at: "13:30:00")
            #expect(late.counts == ["outside_window": 1])
            #expect(
                try timetable.occurrences() == [
                    "count 10:00:00 run 1", "mail 10:00:00 run 2",
                    "count 11:00:00 missed: found 2 h 30 min late; the job catches up what is at most 2 h late",
                    "count 12:00:00 run 3: caught up, 1 h 30 min late",
                    "mail 12:00:00 run 5: caught up, 1 h 30 min late",
                    "count 13:00:00 run 4: caught up, 30 min late",
                ])
            #expect(
                try timetable.runs() == [
                    "1 count 10:00:00 queued", "2 mail 10:00:00 queued", "3 count 12:00:00 from 13:30:00 queued",
                    "4 count 13:00:00 from 13:30:30 queued", "5 mail 12:00:00 from 13:30:00 queued",
                ])
            let run = try timetable.store.read { try RunRecords.find(.number(RunID(rawValue: 3)), in: $0) }
            #expect(run.trigger == .schedule && run.createdBy == "daemon")
            #expect(run.reason == "caught up, 1 h 30 min late")
        }
    }

    @Test(arguments: Database.available)
    func `an edited, removed and returned schedule leaves its events, and nothing is made good`(
        database: Database
    ) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count")
            try timetable.load(at: "09:30:00")
            timetable.declare("count", every: 7_200)
            try timetable.load(at: "11:30:00")
            timetable.jobs = [:]
            try timetable.load(at: "12:00:20")
            #expect(try timetable.state("count")?.isRemoved == true)
            #expect(try timetable.state("count")?.next == nil)
            #expect(try timetable.run(at: "15:00:00").occurrences.isEmpty)
            timetable.declare("count", every: 7_200)
            try timetable.load(at: "15:00:00")
            #expect(try timetable.state("count")?.next == Timetable.at("16:00:00"))
            #expect(
                try timetable.occurrences() == [
                    "count 10:00:00 missed: the schedule was changed while no daemon was running",
                    "count 11:00:00 missed: the schedule was changed while no daemon was running",
                    "count 12:00:00 missed: the job was removed just before it could start",
                ])
            #expect(
                try timetable.events("count") == [
                    "09:30:00 added by daemon", "11:30:00 edited by daemon", "12:00:20 removed by daemon",
                    "15:00:00 added by daemon",
                ])
            #expect(try timetable.runs().isEmpty)
        }
    }

    @Test(arguments: Database.available)
    func `with another time zone database what is due next is computed anew`(database: Database) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count")
            try timetable.load(at: "09:30:00")
            timetable.declare("count", tzdata: "2026c")
            timetable.jobs["count"]?.schedule = Shifted(source: EverySeconds(seconds: 3_600), seconds: 900)
            try timetable.load(at: "09:40:00")
            #expect(try timetable.state("count")?.next == Timetable.at("10:15:00"))
            #expect(try timetable.state("count")?.tzdata == "2026c")
            #expect(try timetable.events("count").last == "09:40:00 tzdata by daemon: 2026b → 2026c")
        }
    }

    @Test(arguments: Database.available)
    func `a schedule that another daemon has read anew is left alone`(database: Database) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count")
            try timetable.load(at: "09:30:00")
            var other = timetable
            other.declare("count", every: 1_800)
            try other.load(at: "09:40:00")
            #expect(try timetable.run(at: "10:00:00").occurrences.isEmpty)
            #expect(try other.run(at: "10:00:00").newRuns.count == 1)
        }
    }

    // MARK: - Pauses

    @Test(arguments: Database.available)
    func `a paused job skips what is due, with who paused it and why, until it is resumed`(database: Database) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count", catchUp: CatchUp(policy: .all, maximumRuns: 9))
            try timetable.load(at: "09:30:00")
            try timetable.write("ann", at: "09:45:00") {
                try $0.pause("count", until: nil, reason: "stock-taking")
            }
            try timetable.run(at: "10:00:01")
            // Nobody looks at 11:00; the resumption makes nothing good.
            try timetable.write("bob", at: "11:30:00") { try $0.resume("count", reason: "counted") }
            try timetable.run(at: "12:00:01")
            let why = "paused by ann since 2026-03-02T09:45:00Z: stock-taking"
            #expect(
                try timetable.occurrences() == [
                    "count 10:00:00 skipped: \(why)", "count 11:00:00 skipped: \(why)", "count 12:00:00 run 1",
                ])
            #expect(
                try timetable.events("count") == [
                    "09:30:00 added by daemon", "09:45:00 paused by ann: stock-taking",
                    "11:30:00 resumed by bob: counted",
                ])
        }
    }

    @Test(arguments: Database.available)
    func `a pause ends by itself`(database: Database) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count")
            try timetable.load(at: "09:30:00")
            try timetable.write("ann", at: "09:45:00") {
                try $0.pause("count", until: Timetable.at("10:30:00"), reason: "stock-taking")
            }
            #expect(try timetable.run(at: "10:00:01").counts == ["paused": 1])
            #expect(try timetable.run(at: "11:00:01").newRuns.count == 1)
            #expect(
                try timetable.events("count").last == "09:45:00 paused by ann: until 2026-03-02T10:30:00Z: stock-taking"
            )
            // A new pause after the old one has ended.
            try timetable.write("bob", at: "11:15:00") { try $0.pause("count", until: nil, reason: "again") }
            #expect(try timetable.state("count")?.pauses.map(\.person) == ["bob"])
        }
    }

    @Test(arguments: Database.available)
    func `a pause that cannot be is refused`(database: Database) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count")
            try timetable.load(at: "09:30:00")
            func refusal(_ body: @escaping (ScheduleRecords) throws -> Void) -> ScheduleError? {
                do {
                    try timetable.write("ann", at: "10:00:00", body)
                    return nil
                } catch {
                    return error as? ScheduleError
                }
            }
            let now = Timetable.at("10:00:00")
            #expect(refusal { try $0.pause("none", until: nil, reason: "why") } == .notScheduled(job: "none"))
            #expect(
                refusal { try $0.pause("count", until: now, reason: "why") } == .endsBeforeNow(until: now, now: now))
            #expect(refusal { try $0.pause("count", until: nil, reason: " \n") } == .emptyReason)
            #expect(refusal { try $0.resume("count", reason: nil) } == .notPaused(job: "count"))
            #expect(refusal { try $0.resume("none", reason: nil) } == .notScheduled(job: "none"))
            #expect(refusal { try $0.pause("count", until: nil, reason: "why") } == nil)
            let pause = Pause(since: now, person: "ann", reason: "why")
            let second = refusal { try $0.pause("count", until: nil, reason: "more") }
            #expect(second == .alreadyPaused(job: "count", pause))
            #expect(second?.failure.exitCode == .paused)
            #expect(try timetable.events("count").count == 2)
        }
    }

    // MARK: - Runs

    @Test(arguments: Database.available)
    func `an occurrence whose period has a run is linked to it, or skipped when that has ended without its work done`(
        database: Database
    ) throws {
        try Timetable.with(database) { timetable in
            for job in ["canceled", "live"] { timetable.declare(job) }
            try timetable.load(at: "09:30:00")
            for job in ["canceled", "live"] {
                try timetable.store.write { connection in
                    let queue = RunQueue(connection, person: "ann", at: Timetable.at("09:40:00"))
                    let due = ScheduleRecords.DueRun(
                        job: job, due: Timetable.at("10:00:00"), notBefore: Timetable.at("09:40:00"))
                    let run = try queue.enqueue(Timetable.newRun(due)).record
                    if job == "canceled" { _ = try queue.cancel(run.id, reason: "a mistake") }
                }
            }
            let applied = try timetable.run(at: "10:00:00")
            #expect(applied.newRuns.isEmpty && applied.counts == ["run_ended": 1])
            let words = "for 2026-03-02T10:00:00Z was there already"
            #expect(
                try timetable.occurrences() == [
                    "canceled 10:00:00 skipped: run 1 \(words) and has ended (canceled)",
                    "live 10:00:00 run 2: run 2 \(words) (queued)",
                ])
        }
    }

    @Test(arguments: Database.available)
    func `overlap is judged by the runs in the store, and what gives way is canceled`(database: Database) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("replace", overlap: .cancelRunning)
            timetable.declare("skip", overlap: .skip)
            timetable.declare("wait", overlap: .queueOne)
            try timetable.load(at: "09:30:00")
            try timetable.run(at: "10:00:00")
            try timetable.store.write { connection in
                let queue = RunQueue(connection, person: "daemon", at: Timetable.at("10:00:05"))
                let claimed = try queue.claim(3, within: RunLimits(), for: .current)
                #expect(claimed.count == 3)
            }
            try timetable.run(at: "11:00:00")
            let applied = try timetable.run(at: "12:00:00")
            #expect(applied.canceled.map(\.rawValue) == [4, 1])
            #expect(
                try timetable.occurrences() == [
                    "replace 10:00:00 run 1", "skip 10:00:00 run 2", "wait 10:00:00 run 3",
                    "replace 11:00:00 run 4", "skip 11:00:00 skipped: run 2 of the same job was running",
                    "wait 11:00:00 run 5",
                    "replace 12:00:00 run 6", "skip 12:00:00 skipped: run 2 of the same job was running",
                    "wait 12:00:00 skipped: run 5 of the same job was waiting",
                ])
            let states = try timetable.runs().filter { $0.contains("replace") }
            #expect(
                states == [
                    "1 replace 10:00:00 running", "4 replace 11:00:00 canceled", "6 replace 12:00:00 queued",
                ])
            let reason = try timetable.store.read { connection in
                try connection.first("SELECT cancel_reason FROM run WHERE run_id = 1") { try $0.text(0) }
            }
            #expect(reason == "superseded by the occurrence at 2026-03-02T12:00:00Z")
        }
    }

    @Test(arguments: Database.available)
    func `a run that waits for an approval is in nobody's way`(database: Database) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count", overlap: .skip)
            try timetable.load(at: "09:30:00")
            try timetable.run(at: "10:00:00")
            try timetable.store.write { connection in
                try connection.execute("UPDATE run SET state = 'running' WHERE run_id = 1")
                try connection.execute("UPDATE run SET state = 'waiting_approval' WHERE run_id = 1")
            }
            #expect(try timetable.run(at: "11:00:00").newRuns.count == 1)
        }
    }

    // MARK: - Several daemons

    @Test(arguments: Database.available)
    func `a tick that comes second writes nothing`(database: Database) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count", overlap: .cancelRunning)
            try timetable.load(at: "09:30:00")
            var job = try #require(timetable.jobs["count"])
            job.state = try timetable.state("count")
            let ticks = ["10:00:00", "10:00:01"].map {
                Scheduler.tick(job, live: .none, now: Timetable.at($0))
            }
            let first = try timetable.write("daemon", at: "10:00:00") { records in
                try records.apply([ticks[0]], newRun: Timetable.newRun)
            }
            #expect(first.newRuns.count == 1 && first.lost.isEmpty)
            let before = try StoreDump.lines(of: timetable.store)
            let second = try timetable.write("daemon", at: "10:00:01") { records in
                try records.apply([ticks[1]], newRun: Timetable.newRun)
            }
            #expect(second.newRuns.isEmpty && second.occurrences.isEmpty && second.lost == ["count"])
            #expect(try StoreDump.lines(of: timetable.store) == before)
        }
    }

    @Test(arguments: Database.available)
    func `a row that is there already makes no run, whatever the cursor says`(database: Database) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count")
            try timetable.load(at: "09:30:00")
            try timetable.run(at: "10:00:00")
            try timetable.store.write { connection in
                try connection.execute(
                    "UPDATE job_schedule SET cursor_at = ?, next_at = ?", Timetable.at("09:30:00"),
                    Timetable.at("10:00:00"))
                try connection.execute("UPDATE run SET period = '2026-03'")
            }
            #expect(try timetable.run(at: "10:00:30").newRuns.isEmpty)
            #expect(try timetable.occurrences() == ["count 10:00:00 run 1"])
            #expect(try timetable.state("count")?.next == Timetable.at("11:00:00"))
        }
    }

    // MARK: - Many

    @Test(arguments: Database.available)
    func `a backlog longer than one tick is dealt with in several, up to the last`(database: Database) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count", every: 1, catchUp: CatchUp(policy: .all, maximumRuns: 3, spreadSeconds: 0))
            try timetable.load(at: "09:00:00")
            var passes = 0
            var newRuns = 0
            while true {
                let applied = try timetable.run(at: "12:00:00")
                passes += 1
                newRuns += applied.newRuns.count
                guard applied.hasMore, passes < 10 else { break }
            }
            #expect(passes == 2)
            let counts = try timetable.store.read { connection in
                try connection.all("SELECT state, COUNT(*) FROM occurrence GROUP BY state ORDER BY state") {
                    "\(try $0.text(0)) \(try $0.int(1))"
                }
            }
            // Three that are late, and those of the last minute.
            #expect(counts == ["missed 10736", "run 64"] && newRuns == 64)
        }
    }

    @Test(arguments: Database.available)
    func `more jobs than fit one transaction are all opened, all due and all closed`(database: Database) throws {
        try Timetable.with(database) { timetable in
            let count = 2 * SchedulePass.maximumJobsPerTransaction + 7
            for number in 0..<count { timetable.declare("job-\(number)", overlap: .skip) }
            try timetable.load(at: "09:30:00")
            #expect(try timetable.run(at: "10:00:00").newRuns.count == count)
            #expect(try timetable.run(at: "11:00:00").counts == ["waiting": count])
            timetable.jobs = [:]
            try timetable.load(at: "11:10:00")
            let states = try timetable.store.read { try ScheduleRecords.all(in: $0) }
            #expect(states.count == count && states.allSatisfy(\.isRemoved))
        }
    }
}
