import Calendars
import CompanyFixtures
import Diagnostics
import Store
import Testing

@testable import Jobs

@Suite struct BackfillTests {
    private static func date(_ text: String) -> CalendarDate { CalendarDate(text) ?? .earliest }

    @Test(arguments: [
        (Period.Granularity.month, "2026-01-31", "2026-04-01", ["2026-01", "2026-02", "2026-03", "2026-04"]),
        (.quarter, "2025-12-31", "2026-04-01", ["2025-Q4", "2026-Q1", "2026-Q2"]),
        (.week, "2026-12-28", "2027-01-04", ["2026-W53", "2027-W01"]),
        (.day, "2024-02-28", "2024-03-01", ["2024-02-28", "2024-02-29", "2024-03-01"]),
        (.year, "9999-01-01", "9999-12-31", ["9999"]),
        (.month, "2026-04-01", "2026-03-31", []),
        (.instant, "2026-04-01", "2026-04-02", []),
    ])
    func `the periods between two days are those that hold them and all between`(
        granularity: Period.Granularity, first: String, last: String, periods: [String]
    ) throws {
        let wanted = try BackfillPlan.wanted(granularity, from: Self.date(first), through: Self.date(last))
        #expect(wanted.map(\.period.description) == periods)
    }

    @Test func `the occurrences of a schedule are wanted once for each period`() throws {
        let wanted = try BackfillPlan.wanted(
            by: EverySeconds(seconds: 6 * 3_600), from: Timetable.at("00:00:00"),
            through: Timetable.at("00:00:00").adding(seconds: 86_400)
        ) { Period(.day, containing: $0.utc.date) }
        #expect(wanted.map(\.period.description) == ["2026-03-02", "2026-03-03"])
        #expect(wanted.map(\.due) == [Timetable.at("18:00:00"), Timetable.at("00:00:00").adding(seconds: 86_400)])
    }

    @Test func `a stretch without an end in sight is refused`() {
        #expect(throws: ScheduleError.self) {
            try BackfillPlan.wanted(
                by: EverySeconds(seconds: 1), from: Timetable.at("00:00:00"), through: Timetable.at("23:00:00")
            ) { .instant($0) }
        }
        #expect(throws: ScheduleError.self) {
            try BackfillPlan.wanted(.day, from: .earliest, through: .latest)
        }
    }

    @Test func `a plan says of each period what is to be done, by the run that there is`() {
        let states = RunState.allCases
        let months = (1...states.count).map { Period.month(year: 2026, number: $0) }
        let run = RunID(rawValue: 7)
        let existing = zip(months, states).map { ($0, BackfillPlan.Existing(run: run, state: $1)) }
        let plan = BackfillPlan(
            job: "count", wanted: (months + [.year(2026)]).map { BackfillPlan.Wanted(period: $0) },
            existing: Dictionary(uniqueKeysWithValues: existing))
        let steps = Dictionary(uniqueKeysWithValues: zip(states, plan.items.map(\.step)))
        for state in states {
            let expected: BackfillPlan.Step =
                switch state {
                case .succeeded, .partly: .done(run, state)
                case .failed: .retry(run)
                case .canceled, .rejected: .again(run)
                case .planned, .queued, .running, .waitingApproval, .retryWait: .leave(run, state)
                }
            #expect(steps[state] == expected)
        }
        #expect(plan.items.last?.step == .run)
        #expect(plan.open.count == 4)
    }

    @Test(arguments: Database.available)
    func `a backfill makes what is missing, tries again what failed, leaves the rest, and is a no-op the second time`(
        database: Database
    ) throws {
        try Timetable.with(database) { timetable in
            timetable.declare("count", catchUp: CatchUp(policy: .skip))
            try timetable.load(at: "09:30:00")
            try timetable.run(at: "15:30:00")
            let due = (10...15).map { Timetable.at("\($0):00:00") }
            // 10: none, 11: done, 12: failed, 13: canceled, 14: queued, 15: none
            func newRun(_ wanted: BackfillPlan.Wanted) -> NewRun {
                NewRun(
                    Timetable.declaration("count"), period: wanted.period, parameters: ParameterValues([:]),
                    trigger: .person, dueAt: wanted.due, notBefore: Timetable.at("16:00:00"))
            }
            try timetable.store.write { connection in
                let queue = RunQueue(connection, person: "ann", at: Timetable.at("15:40:00"))
                let runs = try due[1...4].map {
                    try queue.enqueue(newRun(.init(period: .instant($0), due: $0))).record.id
                }
                for (run, state) in [(runs[0], "succeeded"), (runs[1], "failed")] {
                    try connection.execute("UPDATE run SET state = 'running' WHERE run_id = ?", run)
                    try connection.execute("UPDATE run SET state = ? WHERE run_id = ?", state, run)
                }
                _ = try queue.cancel(runs[2], reason: "a mistake")
            }
            func plan() throws -> BackfillPlan {
                let wanted = due.map { BackfillPlan.Wanted(period: .instant($0), due: $0) }
                return try timetable.store.read {
                    try ScheduleRecords.backfill("count", parameters: ParameterValues([:]), wanted: wanted, in: $0)
                }
            }
            let first = try plan()
            let runs = (1...4).map { RunID(rawValue: $0) }
            #expect(
                first.items.map(\.step) == [
                    .run, .done(runs[0], .succeeded), .retry(runs[1]), .again(runs[2]), .leave(runs[3], .queued), .run,
                ])
            let made = try timetable.write("ann", at: "16:00:00") {
                try $0.enqueue(first, reason: "the server was down", newRun: newRun)
            }
            #expect(made.map(\.identity.period) == [due[0], due[3], due[5]].map { .instant($0) })
            #expect(made.map(\.generation) == [1, 2, 1])
            #expect(made.allSatisfy { $0.reason == "the server was down" })
            #expect(try timetable.runs()[1] == "2 count 12:00:00 from 16:00:00 queued")
            let linked = try timetable.occurrences()
            #expect(linked.filter { $0.contains(" run ") }.map { $0.prefix(20) }.count == 4)
            #expect(linked[0].hasSuffix("run by ann at 2026-03-02T16:00:00Z"))

            let before = try StoreDump.lines(of: timetable.store)
            let second = try plan()
            #expect(second.open.isEmpty)
            try timetable.write("ann", at: "16:00:00") {
                try $0.enqueue(second, reason: "once more", newRun: newRun)
            }
            #expect(try StoreDump.lines(of: timetable.store) == before)
        }
    }

    @Test func `a backfill of too many runs, or without a reason, is refused`() throws {
        try Timetable.with(.sqlite) { timetable in
            let wanted = (0...BackfillPlan.maximumRuns).map { index in
                BackfillPlan.Wanted(period: .day(Self.date("2020-01-01").adding(days: index)))
            }
            let plan = BackfillPlan(job: "count", wanted: wanted, existing: [:])
            func newRun(_ wanted: BackfillPlan.Wanted) -> NewRun {
                NewRun(
                    Timetable.declaration("count", granularity: .day), period: wanted.period,
                    parameters: ParameterValues([:]), trigger: .person, notBefore: Timetable.at("16:00:00"))
            }
            #expect(throws: ScheduleError.tooManyRuns(count: 1_001, maximum: 1_000)) {
                try timetable.write("ann", at: "16:00:00") { try $0.enqueue(plan, reason: "why", newRun: newRun) }
            }
            #expect(throws: ScheduleError.emptyReason) {
                try timetable.write("ann", at: "16:00:00") { try $0.enqueue(plan, reason: " ", newRun: newRun) }
            }
            let runs = try timetable.runs()
            #expect(runs.isEmpty)
        }
    }
}
