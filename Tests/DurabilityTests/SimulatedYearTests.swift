import Calendars
import CompanyFixtures
import Daemon
import Diagnostics
import Foundation
import Jobs
import Ledger
import Operations
import Payroll
import Reports
import Store
import TestSupport
import Testing

/// A year of the jobs in `jobs/` with their schedules, lived through in seconds on a real store: the clock is changed
/// twice, no daemon runs for hours and days, files are edited and edited back, jobs are paused, and removed for a while.
///
/// Each instant at which a job was due, counted from its schedule alone, has one row, which names a run or a reason.
/// `STEWARD_SEED` gives a printed seed again.
@Suite struct SimulatedYearTests {
    private static let seed =
        ProcessInfo.processInfo.environment["STEWARD_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...UInt64.max)

    @Test(arguments: ["Europe/London", "America/New_York"])
    func `a year of the shipped jobs leaves one row for each due instant, and the same rows on every database`(
        zone: String
    ) throws {
        var dumps: [[String]] = []
        for database in Database.available {
            // The digest's schedule is a comment: here it is one.
            try DemoCompany.with(
                database, hasPeople: false,
                edit: ["jobs/digest.yaml": { $0.replacing("# schedule:", with: "schedule:") }]
            ) { demo in
                if zone != "Europe/London" {
                    try demo.edit("config/company.yaml") {
                        $0.replacing("time_zone: Europe/London", with: "time_zone: \(zone)")
                    }
                }
                let company = try Company.load(from: demo.directory.path)
                #expect(company.settings.timeZone.name == zone)
                var year = try SimulatedYear(demo, company: company, random: SplitMix64(state: Self.seed))
                try year.live()
                let found = try year.check("seed \(Self.seed), \(zone), \(database.rawValue)")
                print("a year in \(zone) on \(database.rawValue), seed \(Self.seed): \(found)")
                dumps.append(try StoreDump.lines(of: demo.store, omitting: ["schema_version"]))
            }
        }
        for dump in dumps.dropFirst() {
            let difference = StoreDump.difference(dump, from: dumps[0])
            #expect(difference.isEmpty, "seed \(Self.seed), \(zone): \(difference.joined(separator: "\n"))")
        }
    }

    /// Payrolls, their registers by mail, the month's close, and the same again for what was done already.
    @Test func `the same work leaves the same rows on every database`() throws {
        let work = [
            ("payroll-weekly", "2026-W14"), ("payroll-weekly", "2026-W15"), ("payroll-weekly", "2026-W16"),
            ("payroll-weekly", "2026-W17"), ("payroll-monthly", "2026-04"), ("payroll-register-monthly", "2026-04"),
            ("payroll-weekly", "2026-W15"),
        ]
        var dumps: [[String]] = []
        for database in Database.available {
            try DemoCompany.with(database) { demo in
                for (job, period) in work { try demo.run(job, period) }
                dumps.append(try StoreDump.lines(of: demo.store, omitting: ["schema_version"]))
            }
        }
        for table in ["payslip: ", "posting: ", "journal_entry: ", "outbox_message: "] {
            #expect(dumps.allSatisfy { $0.contains { $0.hasPrefix(table) } }, "\(table)")
        }
        for dump in dumps.dropFirst() {
            let difference = StoreDump.difference(dump, from: dumps[0])
            #expect(difference.isEmpty, "\(difference.joined(separator: "\n"))")
        }
    }
}

extension DemoCompany {
    func edit(_ file: String, _ change: (String) -> String) throws {
        let url = directory.appending(path: file)
        try change(String(contentsOf: url, encoding: .utf8)).write(to: url, atomically: true, encoding: .utf8)
    }
}

/// A company's year, in which a daemon is run, and things happen to it.
private struct SimulatedYear {
    let demo: DemoCompany
    let company: Company
    var random: SplitMix64

    private var now = Instant("2026-01-01T00:00:17Z") ?? Instant(microseconds: 0)
    private let end = Instant("2027-01-01T00:00:00Z") ?? Instant(microseconds: 0)
    private var catalog: JobCatalog
    private var pass: SchedulePass
    private var isUp = true
    /// Whether files have been written since they were read.
    private var isChanged = false

    /// The kinds that read all of the payroll's configuration to check a job, without doing so: once is enough.
    private static let quickKinds = KindRegistry([
        Unchecked<CalculatePayroll>.self, Unchecked<SendReport>.self, SendDigest.self, BackUpStore.self,
        PruneHistory.self, Unchecked<CloseLedger<DemoCloseSteps>>.self, Unchecked<CloseLedgerYear<DemoCloseSteps>>.self,
    ])

    /// Which schedule held from when, exclusive, to when: what was due in between is to have its row.
    private var held: [String: [(schedule: Schedule, after: Instant, through: Instant)]] = [:]
    private var begun: [String: (schedule: JobSchedule, after: Instant)] = [:]
    /// The files as they are shipped, by name.
    private let shipped: [String: String]
    private var happenings: [String: Int] = [:]

    init(_ demo: DemoCompany, company: Company, random: SplitMix64) throws {
        self.demo = demo
        self.company = company
        self.random = random
        catalog = try JobCatalog.load(for: company, kinds: DemoCompany.kinds)
        pass = SchedulePass(catalog, company: company, person: "daemon")
        let names = catalog.jobs.filter { $0.schedule != nil }.map(\.file)
        shipped = Dictionary(
            uniqueKeysWithValues: try names.map {
                ($0, try String(contentsOf: demo.directory.appending(path: $0), encoding: .utf8))
            })
        #expect(shipped.count >= 7)
    }

    mutating func live() throws {
        try load()
        while now < end {
            try change()
            try step()
            guard isUp else { continue }
            _ = try pass.run(on: demo.store, at: now)
            try work()
        }
        now = max(now, end)
        if !isUp { try load() }
        while try pass.run(on: demo.store, at: now).hasMore {}
        for (job, part) in begun { held[job, default: []].append((part.schedule.schedule, part.after, now)) }
    }

    /// On to the next instant at which something is due, or a bit less; or to the end of a time without a daemon.
    private mutating func step() throws {
        if isUp, Int.random(in: 0..<60, using: &random) == 0 {
            isUp = false
            count("down")
            now = now.adding(seconds: Int64.random(in: 600...(10 * 86_400), using: &random))
            return
        }
        if !isUp {
            isUp = true
            return try load()
        }
        let most = now.adding(seconds: Int64.random(in: 600...50_000, using: &random))
        let next = try demo.store.read { try ScheduleRecords.nextDue(after: now, in: $0) } ?? most
        now = min(most, next.adding(seconds: Int64.random(in: 0...3, using: &random)))
    }

    /// The daemon starts, or is told to read its files again.
    private mutating func load() throws {
        _ = try pass.run(on: demo.store, at: now)
        if isChanged {
            isChanged = false
            catalog = try JobCatalog.load(for: company, kinds: Self.quickKinds)
            pass = SchedulePass(catalog, company: company, person: "daemon")
        }
        _ = try pass.load(into: demo.store, at: now)
        let declared = Dictionary(
            uniqueKeysWithValues: catalog.jobs.compactMap { job in job.schedule.map { (job.name, $0) } })
        for job in Set(declared.keys).union(begun.keys)
        where begun[job]?.schedule.fingerprint != declared[job]?.fingerprint {
            if let part = begun[job] { held[job, default: []].append((part.schedule.schedule, part.after, now)) }
            begun[job] = declared[job].map { ($0, now) }
        }
    }

    /// Something that a person does, perhaps while no daemon runs.
    private mutating func change() throws {
        guard let file = shipped.keys.sorted().randomElement(using: &random), let text = shipped[file] else { return }
        let job = String(file.dropFirst("jobs/".count).dropLast(".yaml".count))
        let url = demo.directory.appending(path: file)
        switch Int.random(in: 0..<60, using: &random) {
        case 0, 1:
            // A time that is left out on one day of spring and comes twice on one of autumn, in both zones.
            let at = ["01:30", "02:15", "23:45"].randomElement(using: &random) ?? "01:30"
            let edited = text.replacing(#/at: "\d\d:\d\d"/#, with: "at: \"\(at)\"")
            try edited.write(to: url, atomically: true, encoding: .utf8)
            isChanged = true
            count("edited")
        case 2, 3:
            guard (try? String(contentsOf: url, encoding: .utf8)) != text else { return }
            try text.write(to: url, atomically: true, encoding: .utf8)
            isChanged = true
            count("edited back")
        case 4:
            // One that others need cannot go.
            guard !text.contains("kind: payroll") else { return }
            try? FileManager.default.removeItem(at: url)
            isChanged = true
            count("removed")
        case 5, 6:
            let until = Bool.random(using: &random) ? now.adding(seconds: 86_400 * 3) : nil
            let paused = try? demo.store.write {
                try ScheduleRecords($0, person: "ann", at: now).pause(job, until: until, reason: "stock-taking")
            }
            if paused != nil { count("paused") }
            return
        case 7, 8, 9:
            let resumed: Void? = try? demo.store.write {
                try ScheduleRecords($0, person: "ann", at: now).resume(job, reason: nil)
            }
            if resumed != nil { count("resumed") }
            return
        default: return
        }
        if isUp { try load() }
    }

    /// Workers take what waits, most of the time.
    private mutating func work() throws {
        guard Int.random(in: 0..<10, using: &random) > 0 else { return }
        try demo.store.write { connection in
            let queue = RunQueue(connection, person: "daemon", at: now)
            try queue.queuePlanned()
            for run in try queue.claim(50, within: RunLimits(), for: .current) {
                _ = try queue.finish(
                    run.id, attempt: run.attempt, as: .succeeded, summary: RunSummary(), itemsTotal: 0)
            }
        }
    }

    private mutating func count(_ what: String) { happenings[what, default: 0] += 1 }

    // MARK: - What must be so

    /// - Returns: what there was.
    func check(_ comment: Comment) throws -> [String] {
        var due: Set<String> = []
        for (job, parts) in held {
            for part in parts {
                for instant in part.schedule.occurrences(after: part.after, through: part.through) {
                    #expect(due.insert("\(job) \(instant)").inserted, "\(comment): \(job) \(instant) twice")
                }
            }
        }
        let rows = try demo.store.read { connection in
            try connection.all("SELECT job, due_at, state, reason, run_id FROM occurrence") {
                (
                    job: try $0.text(0), due: try $0.instant(1), state: try $0.text(2), reason: try $0.optionalText(3),
                    run: try $0.optionalInt(4)
                )
            }
        }
        let written = rows.map { "\($0.job) \($0.due)" }
        #expect(Set(written).count == written.count, "\(comment)")
        #expect(due.subtracting(written).sorted() == [], "\(comment): due, and not on record")
        #expect(Set(written).subtracting(due).sorted() == [], "\(comment): on record, and not due")
        for row in rows {
            switch row.state {
            case "run": #expect(row.run != nil, "\(comment): \(row)")
            default: #expect(row.run == nil && row.reason?.isEmpty == false, "\(comment): \(row)")
            }
        }
        // An edit can make a job due a second time for a period: that occurrence names the run that was there.
        let runs = rows.filter { $0.reason?.contains("was there already") != true }.compactMap(\.run)
        #expect(Set(runs).count == runs.count, "\(comment): a run for two instants")
        #expect(Set(runs) == Set(rows.compactMap(\.run)), "\(comment)")
        let made = try demo.store.read { try $0.first("SELECT COUNT(*) FROM run") { Int(try $0.int(0)) } ?? 0 }
        #expect(made == runs.count, "\(comment)")
        let states = Dictionary(rows.map { ($0.state, 1) }, uniquingKeysWith: +)
        // Otherwise nothing was proved. Of a year that is paused and edited away a few hundred runs are left, and seldom
        // fewer than two: a seed must be very unlucky to fall below this.
        for what in ["down", "edited", "edited back", "paused", "resumed"] {
            #expect(happenings[what] ?? 0 > 0, "\(comment): nothing was \(what)")
        }
        #expect(
            states["run"] ?? 0 > 50 && states["missed"] != nil && states["skipped"] != nil, "\(comment): \(states)")
        return ["due \(due.count)"] + (states.map { "\($0) \($1)" } + happenings.map { "\($0) \($1)" }).sorted()
    }
}

/// A kind whose jobs are read and never run.
private struct Unchecked<Kind: JobKind>: JobKind {
    static var name: String { Kind.name }
    static var abstract: String { Kind.abstract }
    static var parameters: [ParameterDefinition] { Kind.parameters }
    static var granularities: [Period.Granularity] { Kind.granularities }
    static var takesApproval: Bool { Kind.takesApproval }

    func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {}

    func run(_ run: Run) throws -> RunSummary { throw Failure(.failed, "nobody runs this") }
}
