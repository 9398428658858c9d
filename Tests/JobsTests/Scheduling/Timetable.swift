import Calendars
import CompanyFixtures
import Store
import TestSupport

@testable import Jobs

/// Jobs by the clock on a store: what a daemon does, without its processes.
struct Timetable {
    let store: Store
    /// The declared jobs; a job is declared anew by `declare`.
    var jobs: [String: ScheduledJob] = [:]

    /// 2026-03-02 at this time.
    static func at(_ time: String) -> Instant { Instant("2026-03-02T\(time)Z") ?? Instant(microseconds: 0) }

    static func with<T>(_ database: Database, _ body: (inout Timetable) throws -> T) throws -> T {
        try database.withStore(JobsSchema.migrations) { store in
            var timetable = Timetable(store: store)
            return try body(&timetable)
        }
    }

    /// Declares a job that is due every so many seconds, for the instant at which it is due.
    mutating func declare(
        _ name: String, every seconds: Int64 = 3_600, catchUp: CatchUp = CatchUp(), overlap: OverlapPolicy = .allow,
        tzdata: String = "2026b", maximumQueuedRuns: Int = 100
    ) {
        let text = "job: \(name)\nevery: \(seconds)\n"
        jobs[name] = ScheduledJob(
            name: name, schedule: EverySeconds(seconds: seconds), fingerprint: "every \(seconds)",
            declaration: Self.declaration(name, text).hash, tzdata: tzdata, catchUp: catchUp, overlap: overlap,
            maximumQueuedRuns: maximumQueuedRuns)
    }

    static func declaration(
        _ name: String, _ text: String = "", granularity: Period.Granularity = .instant
    ) -> JobDeclaration {
        JobDeclaration(
            name: name, kind: "count", description: "Counts", granularity: granularity,
            parameters: ParameterValues([:]),
            text: text, file: "jobs/\(name).yaml", locations: [:])
    }

    static func newRun(_ due: ScheduleRecords.DueRun) -> NewRun {
        NewRun(
            declaration(due.job), period: .instant(due.due), parameters: ParameterValues([:]), trigger: .schedule,
            dueAt: due.due, notBefore: due.notBefore, reason: due.reason)
    }

    /// Reads `every: 3600` out of a former declaration.
    static func former(_ text: String) -> (any OccurrenceSource)? {
        text.split(separator: "\n").last.flatMap { Int64($0.dropFirst("every: ".count)) }.map {
            EverySeconds(seconds: $0)
        }
    }

    var pass: SchedulePass {
        let declarations = jobs.mapValues { job in
            Self.declaration(job.name, "job: \(job.name)\n\(job.fingerprint.replacing("every ", with: "every: "))\n")
        }
        return SchedulePass(
            jobs: Array(jobs.values), person: "daemon", declaration: { declarations[$0] },
            former: { _, text in Self.former(text) }, newRun: Self.newRun)
    }

    @discardableResult
    func load(at time: String) throws -> ScheduleRecords.Applied { try pass.load(into: store, at: Self.at(time)) }

    @discardableResult
    func run(at time: String) throws -> ScheduleRecords.Applied { try pass.run(on: store, at: Self.at(time)) }

    @discardableResult
    func write<T>(_ person: String, at time: String, _ body: (ScheduleRecords) throws -> T) throws -> T {
        try store.write { try body(ScheduleRecords($0, person: person, at: Self.at(time))) }
    }

    // MARK: - What there is

    /// `count 10:00:00 run 1`, `count 11:00:00 missed: why`.
    func occurrences() throws -> [String] {
        try store.read { connection in
            try connection.all(
                "SELECT job, due_at, state, run_id, reason FROM occurrence ORDER BY due_at, job"
            ) { row in
                let run = try row.optionalInt(3).map { " \($0)" } ?? ""
                let reason = try row.optionalText(4).map { ": \($0)" } ?? ""
                return "\(try row.text(0)) \(Self.time(try row.instant(1))) \(try row.text(2))\(run)\(reason)"
            }
        }
    }

    /// `1 count 10:00:00 queued`, with the time before which it does not start.
    func runs() throws -> [String] {
        try store.read { connection in
            try connection.all("SELECT run_id, job, due_at, not_before, state FROM run ORDER BY run_id") { row in
                let due = try row.optionalInstant(2).map(Self.time) ?? "-"
                let notBefore = Self.time(try row.instant(3))
                return "\(try row.int(0)) \(try row.text(1)) \(due)"
                    + (notBefore == due ? "" : " from \(notBefore)") + " \(try row.text(4))"
            }
        }
    }

    func events(_ job: String) throws -> [String] {
        try store.read { try ScheduleRecords.events(of: job, in: $0) }.reversed().map { event in
            "\(Self.time(event.at)) \(event.what) by \(event.person)" + (event.reason.map { ": \($0)" } ?? "")
        }
    }

    func state(_ job: String) throws -> ScheduleState? {
        try store.read { try ScheduleRecords.state(of: job, in: $0) }
    }

    static func time(_ instant: Instant) -> String { String(instant.description.dropFirst(11).dropLast()) }
}
