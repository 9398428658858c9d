import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Ledger
import Store
import TestSupport

@testable import Operations

/// A company without a business, whose jobs look after the store, on either database.
struct Workshop {
    let directory: URL
    let company: Company
    let store: Store

    static let now = Instant(microseconds: 1_777_356_000_000_000)  // 2026-04-28T06:00:00Z
    static let kinds = KindRegistry([BackUpStore.self, PruneHistory.self, RunProgram.self])
    static let migrations = DemoCompany.migrations

    static func with<T>(
        _ database: Database = .sqlite, jobs: [String: String] = [:], _ body: (Workshop) throws -> T
    ) throws -> T {
        try withTemporaryDirectory { directory in
            for folder in ["config", "jobs", "var"] {
                try FileManager.default.createDirectory(
                    at: directory.appending(path: folder), withIntermediateDirectories: true)
            }
            try """
            company: Test Ltd
            currency: GBP
            time_zone: Europe/London
            store: "\(try database.freshURL(in: directory.appending(path: "var")))"
            """.write(to: directory.appending(path: "config/company.yaml"), atomically: true, encoding: .utf8)
            for (name, text) in jobs {
                try "job: \(name)\ndescription: A test\n\(text)\n".write(
                    to: directory.appending(path: "jobs/\(name).yaml"), atomically: true, encoding: .utf8)
            }
            let company = try Company.load(from: directory.path)
            let store = try company.openStore(migrations: migrations, create: true)
            defer { try? store.close() }
            try store.migrate()
            return try body(Workshop(directory: directory, company: company, store: store))
        }
    }

    func executor(at now: Instant = Workshop.now, process: WorkerProcess = .current) -> RunExecutor {
        RunExecutor(
            company: company, store: store, kinds: Self.kinds, clock: FixedClock(now), person: "ann", process: process)
    }

    func declaration(_ job: String) throws -> JobDeclaration {
        try JobCatalog.load(for: company, kinds: Self.kinds).job(job)
    }

    @discardableResult
    func run(
        _ job: String, _ period: String, at now: Instant = Workshop.now, process: WorkerProcess = .current,
        repetition: NewRun.Repetition = .none
    ) throws -> RunRecord {
        let declaration = try declaration(job)
        guard let period = Period(period) else { throw Failure(.failed, "\(period) is no period") }
        return try executor(at: now, process: process).run(
            declaration, period: period, parameters: declaration.parameters, trigger: .person, repetition: repetition,
            reason: "a test"
        ).record
    }

    func rehearse(_ job: String, _ period: String) throws -> RunExecutor.Rehearsal {
        let declaration = try declaration(job)
        guard let period = Period(period) else { throw Failure(.failed, "\(period) is no period") }
        return try executor().rehearse(declaration, period: period, parameters: declaration.parameters)
    }

    func path(_ relative: String) -> String { directory.appending(path: relative).path }

    func files(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []).sorted()
    }

    func count(_ table: String) throws -> Int64 {
        try store.read { try $0.first("SELECT COUNT(*) FROM \(table)") { try $0.int(0) } } ?? 0
    }

    func check() throws -> [String] { try StoreCheck(store).run().findings.map { "\($0.area.rawValue): \($0.text)" } }
}

extension RunSummary {
    subscript(_ label: String) -> String? { figures.first { $0.label == label }?.value }
}
