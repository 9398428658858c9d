import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Mail
import Store
import TestSupport

@testable import Jobs

/// A small company with one kind of job, on either database.
struct Workshop {
    let directory: URL
    let company: Company
    let store: Store

    static let now = Instant(microseconds: 1_777_356_000_000_000)  // 2026-04-28T06:00:00Z
    static let kinds = KindRegistry([TallyKind.self, PartitionedTallyKind.self])
    static let settings = """
        company: Test Ltd
        currency: GBP
        time_zone: Europe/London
        store: sqlite:var/steward.db
        """

    static func with<T>(_ database: Database, _ body: (Workshop) throws -> T) throws -> T {
        try withCompany { company in
            try database.withStore(JobsSchema.migrations + [.tally]) { store in
                try body(
                    Workshop(directory: URL(filePath: company.directory), company: company, store: store))
            }
        }
    }

    /// Runs `body` with a company directory that has these files in `jobs/`.
    static func withCompany<T>(jobs: [String: String] = [:], _ body: (Company) throws -> T) throws -> T {
        try withTemporaryDirectory { directory in
            for folder in ["config", "jobs"] {
                try FileManager.default.createDirectory(
                    at: directory.appending(path: folder), withIntermediateDirectories: true)
            }
            try settings.write(
                to: directory.appending(path: "config/company.yaml"), atomically: true, encoding: .utf8)
            for (name, text) in jobs {
                try text.write(to: directory.appending(path: "jobs/\(name)"), atomically: true, encoding: .utf8)
            }
            return try body(try Company.load(from: directory.path))
        }
    }

    // MARK: - Runs

    static let declaration = JobDeclaration(
        name: "tally", kind: TallyKind.name, description: "Counts", granularity: .month,
        parameters: ParameterValues(["count": "10", "chunk": "3"]), text: "job: tally\n", file: "jobs/tally.yaml",
        locations: [:])

    func executor(at now: Instant = Workshop.now, process: WorkerProcess = .current) -> RunExecutor {
        RunExecutor(
            company: company, store: store, kinds: Self.kinds, clock: FixedClock(now), person: "ann", process: process)
    }

    func run(
        _ parameters: [String: String] = [:], period: Period = .month(2026, 4), at now: Instant = Workshop.now,
        process: WorkerProcess = .current
    ) throws -> RunExecutor.Outcome {
        try executor(at: now, process: process).run(
            Self.declaration, period: period, parameters: Self.declaration.parameters(with: parameters),
            trigger: .person)
    }

    func rehearse(_ parameters: [String: String] = [:]) throws -> RunExecutor.Rehearsal {
        try executor().rehearse(
            Self.declaration, period: .month(2026, 4), parameters: Self.declaration.parameters(with: parameters))
    }

    // MARK: - What there is

    func dump() throws -> [String] { try StoreDump.lines(of: store) }

    func items() throws -> [String] {
        try store.read { try $0.all("SELECT item FROM tally ORDER BY item") { try $0.text(0) } }
    }

    func record(_ id: RunID = RunID(rawValue: 1)) throws -> RunRecord {
        try store.read { try RunRecords.find(.number(id), in: $0) }
    }

    func attempts() throws -> [RunRecords.AttemptRecord] {
        try store.read { try RunRecords.attempts(of: RunID(rawValue: 1), in: $0) }
    }
}

extension WorkerProcess {
    /// A process of this machine that has ended: no process has this number.
    static let ended = WorkerProcess(host: current.host, id: 2_000_000_000, started: "1")
    /// A process of which this machine can know nothing.
    static let elsewhere = WorkerProcess(host: "another-host.example", id: 17, started: "1")
}

extension Period {
    static func month(_ year: Int, _ month: Int) -> Period {
        guard let period = Period("\(year)-\(month < 10 ? "0" : "")\(month)") else {
            preconditionFailure("\(year)-\(month) is no month")
        }
        return period
    }
}

extension Migration {
    static let tally = Migration(
        number: 2, name: "tally",
        sql: """
            CREATE TABLE tally (
                run_id INTEGER NOT NULL REFERENCES run (run_id),
                item TEXT NOT NULL,
                attempt INTEGER NOT NULL,
                recorded_by TEXT NOT NULL,
                recorded_at INTEGER NOT NULL,
                PRIMARY KEY (run_id, item)
            ) STRICT;
            """)
}
