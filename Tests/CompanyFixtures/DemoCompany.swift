import Calendars
import Diagnostics
import Foundation
import Jobs
import Ledger
import Operations
import Payroll
import People
import Reports
import Store
import TestSupport

/// The demo company in a directory of its own: its configuration, jobs and, when asked for, its people.
package struct DemoCompany {
    package let directory: URL
    package let company: Company
    package let store: Store

    package static let migrations =
        Migration.inOrder(
            JobsSchema.migrations, PeopleSchema.migrations, LedgerSchema.migrations, PayrollSchema.migrations)
    package static let kinds = KindRegistry([
        CalculatePayroll.self, SendReport.self, SendDigest.self, BackUpStore.self, PruneHistory.self, RunProgram.self,
        CloseLedger<DemoCloseSteps>.self, CloseLedgerYear<DemoCloseSteps>.self,
    ])
    /// After every pay date of the demo's facts.
    package static let now = Instant(microseconds: 1_777_356_000_000_000)  // 2026-04-28T06:00:00Z

    /// Runs `body` with a new company.
    ///
    /// - Parameters:
    ///   - edit: changes to files of the configuration, by path below the directory.
    package static func with<T>(
        _ database: Database = .sqlite, hasPeople: Bool = true, edit: [String: (String) -> String] = [:],
        _ body: (DemoCompany) throws -> T
    ) throws -> T {
        try withTemporaryDirectory { directory in
            try copyConfiguration(to: directory, store: try database.freshURL(in: directory), edit: edit)
            let company = try Company.load(from: directory.path)
            let store = try company.openStore(migrations: migrations, create: true)
            defer { try? store.close() }
            try store.migrate()
            let demo = DemoCompany(directory: directory, company: company, store: store)
            if hasPeople { try demo.importPeople() }
            return try body(demo)
        }
    }

    /// Copies `config/` and `jobs/` of the checkout, with the address of a store in place of the demo's.
    package static func copyConfiguration(
        to directory: URL, store: String, edit: [String: (String) -> String] = [:]
    ) throws {
        for folder in ["config", "jobs"] {
            try FileManager.default.copyItem(
                at: repositoryRoot.appending(path: folder), to: directory.appending(path: folder))
        }
        try FileManager.default.createDirectory(
            at: directory.appending(path: "var"), withIntermediateDirectories: true)
        var edits = edit
        let other = edits["config/company.yaml"]
        edits["config/company.yaml"] = { text in
            let stored = text.replacing("\nstore: sqlite:var/steward.db\n", with: "\nstore: \"\(store)\"\n")
            return other?(stored) ?? stored
        }
        for (path, change) in edits {
            let file = directory.appending(path: path)
            let before = try String(contentsOf: file, encoding: .utf8)
            let after = change(before)
            guard after != before else { throw Failure(.failed, "the change to \(path) changes nothing") }
            try after.write(to: file, atomically: true, encoding: .utf8)
        }
    }

    private static let people = repositoryRoot.appending(path: "fixtures/demo")

    /// The people in `employees.csv` and, where it is there, `facts.csv` of a folder.
    package func importPeople(from folder: URL = Self.people) throws {
        let catalog = try PayrollConfiguration.load(for: company).catalog
        try store.write { connection in
            let unit = UnitOfWork(
                connection: connection, stamp: Stamp(run: nil, person: "test", at: Self.now), digest: nil)
            let employees = folder.appending(path: "employees.csv").path
            try EmployeeImport(catalog: catalog)
                .plan(path: employees, shownAs: "employees.csv", knownAt: Self.now, in: connection)
                .apply(in: unit, catalog: catalog)
            let facts = folder.appending(path: "facts.csv").path
            guard FileManager.default.fileExists(atPath: facts) else { return }
            try FactImport(catalog: catalog)
                .plan(path: facts, shownAs: "facts.csv", knownAt: Self.now, in: connection)
                .apply(in: unit, catalog: catalog)
        }
    }

    /// The same company with another store.
    package func moved(to company: Company, _ store: Store) -> DemoCompany {
        DemoCompany(directory: directory, company: company, store: store)
    }

    // MARK: - Runs

    package func executor(at now: Instant = DemoCompany.now, process: WorkerProcess = .current) -> RunExecutor {
        RunExecutor(
            company: company, store: store, kinds: Self.kinds, clock: FixedClock(now), person: "test", process: process)
    }

    /// Runs a job of the company.
    @discardableResult
    package func run(
        _ job: String, _ period: String, parameters: [String: String] = [:], at now: Instant = DemoCompany.now,
        repetition: NewRun.Repetition = .none
    ) throws -> RunRecord {
        let declaration = try JobCatalog.load(for: company, kinds: Self.kinds).job(job)
        guard let period = Period(period) else { throw Failure(.failed, "\(period) is no period") }
        return try executor(at: now).run(
            declaration, period: period, parameters: declaration.parameters(with: parameters), trigger: .person,
            repetition: repetition
        ).record
    }
}
