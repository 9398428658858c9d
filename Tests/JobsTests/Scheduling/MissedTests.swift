import Calendars
import CompanyFixtures
import Diagnostics
import Store
import Testing

@testable import Jobs

/// What people do about occurrences that did not run.
@Suite struct MissedTests {
    /// 10:00 to 13:00 were missed, by two jobs.
    private static func with<T>(_ database: Database, _ body: (Timetable) throws -> T) throws -> T {
        try Timetable.with(database) { timetable in
            for job in ["count", "mail"] { timetable.declare(job, catchUp: CatchUp(policy: .skip)) }
            try timetable.load(at: "09:30:00")
            try timetable.run(at: "13:30:00")
            return try body(timetable)
        }
    }

    private static func list(_ filter: ScheduleRecords.Filter, _ timetable: Timetable) throws -> [String] {
        try timetable.store.read { try ScheduleRecords.occurrences(filter, in: $0) }.map {
            "\($0.job) \(Timetable.time($0.due))"
        }
    }

    @Test(arguments: Database.available)
    func `what was missed is listed, the latest first`(database: Database) throws {
        try Self.with(database) { timetable in
            #expect(
                try Self.list(.init(maximumCount: 3), timetable) == [
                    "count 13:00:00", "mail 13:00:00", "count 12:00:00",
                ])
            let filter = ScheduleRecords.Filter(
                job: "mail", from: Timetable.at("11:00:00"), through: Timetable.at("12:00:00"))
            #expect(try Self.list(filter, timetable) == ["mail 12:00:00", "mail 11:00:00"])
            let count = try timetable.store.read { try ScheduleRecords.count(.init(maximumCount: 1), in: $0) }
            #expect(count == 8)
            #expect(try Self.list(.init(states: [.run, .skipped]), timetable).isEmpty)
            #expect(try Self.list(.init(states: []), timetable).isEmpty)
        }
    }

    @Test(arguments: Database.available)
    func `what a person dismisses is no longer listed, and says who did it`(database: Database) throws {
        try Self.with(database) { timetable in
            try timetable.write("ann", at: "14:00:00") {
                try $0.dismiss("count", due: Timetable.at("13:00:00"), reason: "done by hand")
            }
            let one = try timetable.store.read {
                try ScheduleRecords.occurrence(of: "count", due: Timetable.at("13:00:00"), in: $0)
            }
            #expect(
                one?.dismissal
                    == OccurrenceRecord.Dismissal(at: Timetable.at("14:00:00"), person: "ann", reason: "done by hand"))
            #expect(one?.state == .missed)
            let dismissed = try timetable.write("bob", at: "14:01:00") {
                try $0.dismiss(.init(job: "count", maximumCount: 1), reason: "a quiet day")
            }
            #expect(dismissed == 3)
            #expect(try Self.list(.init(job: "count"), timetable).isEmpty)
            #expect(try Self.list(.init(job: "count", includesDismissed: true), timetable).count == 4)
            #expect(try Self.list(.init(), timetable).count == 4)
        }
    }

    @Test(arguments: Database.available)
    func `a missed occurrence that a person runs gets its run`(database: Database) throws {
        try Self.with(database) { timetable in
            let due = Timetable.at("12:00:00")
            let new = Timetable.newRun(
                .init(job: "count", due: due, notBefore: Timetable.at("14:00:00"), reason: "late"))
            let enqueued = try timetable.write("ann", at: "14:00:00") { try $0.runMissed("count", due: due, as: new) }
            #expect(enqueued.isNew && enqueued.record.dueAt == due && enqueued.record.createdBy == "ann")
            #expect(
                try timetable.occurrences().filter { $0.contains("count 12") } == [
                    "count 12:00:00 run 1: missed: found 1 h 30 min late; the job does not catch up; "
                        + "run by ann at 2026-03-02T14:00:00Z"
                ])
            #expect(throws: ScheduleError.hasRun(job: "count", due: due, RunID(rawValue: 1))) {
                try timetable.write("bob", at: "14:01:00") { try $0.runMissed("count", due: due, as: new) }
            }
        }
    }

    @Test(arguments: Database.available)
    func `what cannot be run or dismissed is refused, and nothing is written`(database: Database) throws {
        try Self.with(database) { timetable in
            let due = Timetable.at("12:00:00")
            let new = Timetable.newRun(.init(job: "count", due: due, notBefore: due))
            try timetable.write("ann", at: "13:40:00") { records in
                let queue = RunQueue(records.connection, person: "ann", at: records.now)
                _ = try queue.cancel(try queue.enqueue(new).record.id, reason: "a mistake")
                try records.dismiss("mail", due: due, reason: "done by hand")
            }
            let before = try StoreDump.lines(of: timetable.store)
            func refusal(_ body: (ScheduleRecords) throws -> Void) -> ScheduleError? {
                do {
                    try timetable.write("bob", at: "14:00:00", body)
                    return nil
                } catch {
                    return error as? ScheduleError
                }
            }
            let never = Timetable.at("12:00:01")
            #expect(
                refusal { try $0.dismiss("count", due: never, reason: "why") }
                    == .noOccurrence(job: "count", due: never))
            #expect(refusal { _ = try $0.runMissed("none", due: due, as: new) } == .noOccurrence(job: "none", due: due))
            #expect(refusal { try $0.dismiss("count", due: due, reason: "") } == .emptyReason)
            #expect(refusal { _ = try $0.dismiss(.init(), reason: "") } == .emptyReason)
            #expect(
                refusal { try $0.dismiss("mail", due: due, reason: "why") }
                    == .alreadyDismissed(job: "mail", due: due, by: "ann"))
            let ended = refusal { _ = try $0.runMissed("count", due: due, as: new) }
            #expect(ended == .runEnded(RunID(rawValue: 1), period: .instant(due), .canceled))
            #expect(try StoreDump.lines(of: timetable.store) == before)
        }
    }
}
