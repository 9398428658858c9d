import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Jobs
import Store

@testable import Ledger

/// A company whose books begin in April 2026, with what is posted by hand, on either database.
struct ClosingBooks {
    let demo: DemoCompany

    /// A step that accrues 10.00 at the end of the month and takes it back on the next day.
    struct Accrual: CloseStep {
        let name = "accrual"
        let title = "Accrued"
        let stage = CloseStage.schedules

        func perform(_ close: CloseContext, in work: RunWork) throws {
            let entry = try JournalEntry(
                key: close.key("accrual"), date: close.period.lastDay, source: close.source, description: "Rent",
                postings: [line("7100", gbp("10.00")), line("2300", gbp("-10.00"))])
            let back = try entry.reversed(
                on: close.period.lastDay.adding(days: 1), key: close.key("accrual back"), source: close.source)
            try Journal.post([entry, back], in: work)
        }
    }

    enum Steps: CloseStepCatalog {
        static let steps: [any CloseStep] = [Accrual()]
    }

    /// Of an earlier program.
    enum FewerSteps: CloseStepCatalog {
        static let steps: [any CloseStep] = []
    }

    static let kinds = KindRegistry([CloseLedger<Steps>.self, CloseLedgerYear<Steps>.self])
    static let earlierKinds = KindRegistry([CloseLedger<FewerSteps>.self, CloseLedgerYear<FewerSteps>.self])
    static let now = Instant("2026-05-05T08:00:00Z") ?? Instant(microseconds: 0)

    static func with<T>(
        _ database: Database, edit: [String: (String) -> String] = [:], _ body: (ClosingBooks) throws -> T
    ) throws -> T {
        try DemoCompany.with(database, hasPeople: false, edit: edit) { try body(ClosingBooks(demo: $0)) }
    }

    var store: Store { demo.store }

    func settings() throws -> LedgerSettings { try LedgerSettings.load(for: demo.company) }

    // MARK: - Posting

    @discardableResult
    func write<T>(as person: String = "ann", at now: Instant = ClosingBooks.now, _ body: (UnitOfWork) throws -> T)
        throws -> T
    {
        let settings = try settings()
        let stamp = Stamp(run: nil, person: person, at: now)
        return try store.write { connection in
            try FiscalCalendar.adopt(settings, stamp, in: connection)
            return try body(UnitOfWork(connection: connection, stamp: stamp, digest: nil))
        }
    }

    static func sale(
        _ key: String, _ date: String, _ amount: String = "100.00", kind: JournalEntry.Kind = .normal,
        journal: JournalCode = .general
    ) throws -> JournalEntry {
        try JournalEntry(
            key: key, journal: journal, kind: kind, date: day(date), description: key,
            postings: [line("1200", gbp(amount)), line("4000", gbp("-" + amount))])
    }

    func post(_ entries: JournalEntry..., as person: String = "ann", at now: Instant = ClosingBooks.now) throws {
        try write(as: person, at: now) { try Journal.post(entries, in: $0) }
    }

    func move(
        _ period: String, _ areas: Set<LedgerArea> = Set(LedgerArea.allCases), to state: PeriodState,
        by people: [String] = ["ann", "bob"], at now: Instant = ClosingBooks.now
    ) throws {
        try write(at: now) {
            try FiscalPeriodRecords.move(
                try fiscal(period), areas, to: state, by: people, reason: "a test", in: $0)
        }
    }

    func fiscal(_ text: String) throws -> FiscalPeriod {
        guard let period = FiscalPeriod(text, in: .calendarYear) else { throw Failure(.failed, "no period \(text)") }
        return period
    }

    func state(_ period: String, _ area: LedgerArea = .general) throws -> PeriodState? {
        try store.read { try FiscalPeriodRecords.load(at: Self.now, in: $0).state(try fiscal(period), area) }
    }

    // MARK: - Closing

    func executor(
        _ person: String, kinds: KindRegistry = ClosingBooks.kinds, at now: Instant = ClosingBooks.now
    ) -> RunExecutor {
        RunExecutor(company: demo.company, store: store, kinds: kinds, clock: FixedClock(now), person: person)
    }

    @discardableResult
    func close(
        _ period: String, as person: String = "iain", again: Bool = false, kinds: KindRegistry = ClosingBooks.kinds,
        at now: Instant = ClosingBooks.now
    ) throws -> RunRecord {
        let job = try job(period)
        guard let period = Period(period) else { throw Failure(.failed, "no period \(period)") }
        return try executor(person, kinds: kinds, at: now).run(
            job, period: period, parameters: ParameterValues([:]), trigger: .person,
            repetition: again ? .again : .none, reason: again ? "again" : nil
        ).record
    }

    private func job(_ period: String) throws -> JobDeclaration {
        try JobCatalog.load(for: demo.company, kinds: DemoCompany.kinds)
            .job(period.count == 4 ? "ledger-close-year" : "ledger-close")
    }

    /// Closes a period from its beginning to its end, with the approval of a second person.
    @discardableResult
    func closeAndApprove(_ period: String, again: Bool = false, at now: Instant = ClosingBooks.now) throws -> RunRecord
    {
        let run = try close(period, again: again, at: now)
        try approve(run, at: now)
        return try executor("iain", at: now).run(
            try job(period), period: run.identity.period, parameters: ParameterValues([:]), trigger: .person
        ).record
    }

    func approve(
        _ run: RunRecord, kinds: KindRegistry = ClosingBooks.kinds, at now: Instant = ClosingBooks.now
    ) throws {
        _ = try Approver(account: "morag", company: demo.company, kinds: kinds, clock: FixedClock(now))
            .approve(run.id, in: store)
    }

    func reject(_ run: RunRecord, reason: String) throws {
        _ = try Approver(account: "morag", company: demo.company, kinds: Self.kinds, clock: FixedClock(Self.now))
            .reject(run.id, reason: reason, in: store)
    }

    func reopen(_ period: String, asked: String = "iain", confirmed: String = "morag") throws {
        let request = try write(as: asked) {
            try PeriodRequests.ask(
                .reopen, fiscal(period), Set(LedgerArea.allCases), reason: "booked twice", by: asked, at: Self.now,
                in: $0.connection)
        }
        let decider = try PeriodDecider(account: confirmed, company: demo.company)
        try write(as: confirmed) {
            try PeriodRequests.decide(request.number, isConfirmed: true, by: decider, steps: Steps.steps, in: $0)
        }
    }

    func snapshots() throws -> [PeriodSnapshots.Header] { try store.read { try PeriodSnapshots.valid(in: $0) } }

    /// What is wrong with the journal and the snapshots.
    func problems() throws -> [String] {
        var problems: [String] = []
        try store.read { connection in
            try Journal.check(in: connection, report: { problems.append($0) })
            try PeriodSnapshots.verify(in: connection) { problems.append($0) }
        }
        return problems
    }
}
