import Calendars
import Diagnostics
import Foundation
import Jobs
import Ledger
import Payroll
import People
import Store

/// A throw-away company with the configuration of the repository and staff that is made up.
struct BenchmarkCompany {
    let directory: URL
    let company: Company
    let store: Store
    let configuration: PayrollConfiguration
    private let migrations: [Migration]

    static let migrations =
        Migration.inOrder(
            JobsSchema.migrations, PeopleSchema.migrations, LedgerSchema.migrations, PayrollSchema.migrations)
    static let job = "payroll-monthly"
    /// Facts are recorded then, before the first run.
    private static let importedAt = "2026-03-30T08:00:00Z"

    /// - Parameter url: where the store is; nil for a file in the company's directory.
    init(url: String?, migrations: [Migration] = Self.migrations) throws {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        directory = URL(filePath: ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp").appending(
            path: "steward-benchmark-" + UUID().uuidString.prefix(8).lowercased())
        for folder in ["jobs", "var"] {
            try FileManager.default.createDirectory(
                at: directory.appending(path: folder), withIntermediateDirectories: true)
        }
        for item in ["config", "jobs/\(Self.job).yaml"] {
            try FileManager.default.copyItem(at: repository.appending(path: item), to: directory.appending(path: item))
        }
        var settings = try Company.load(from: directory.path).settings
        if let url {
            guard let address = StoreURL(url) else {
                throw Failure(.usage, "\"\(url)\" is not the address of a store.")
            }
            settings.store = address
        }
        company = Company(directory: directory.path, settings: settings)
        configuration = try PayrollConfiguration.load(for: company)
        self.migrations = migrations
        store = try company.openStore(migrations: migrations, create: true)
        try store.migrate()
    }

    /// The same store with connections of its own.
    func open() throws -> Store { try company.openStore(migrations: migrations) }

    /// The file of a SQLite store.
    var storePath: String? { company.settings.store.sqlitePath(relativeTo: company.directory) }

    func remove() throws {
        try store.close()
        try FileManager.default.removeItem(at: directory)
    }

    /// Puts the staff into the store without holding all of it in memory.
    ///
    /// - Returns: the number of facts.
    func hire(_ staff: GeneratedStaff) throws -> Int {
        let stamp = Stamp(run: nil, person: "benchmark", at: try Self.instant(Self.importedAt))
        return try store.write { connection in
            let unit = UnitOfWork(connection: connection, stamp: stamp, digest: nil)
            try unit.insert(into: "employee", columns: ["employee_id"]) { row in
                for employee in staff {
                    try row.bind(employee.id.rawValue)
                    try row.finishRow()
                }
            }
            let fields = configuration.catalog.names
            return try unit.insert(
                into: "employee_fact",
                columns: ["employee_id", "field", "value", "effective_from", "effective_to", "source"]
            ) { row in
                for employee in staff {
                    for fact in employee.facts {
                        try row.bind(employee.id.rawValue)
                        try row.bind(fields[fact.field])
                        try row.bind(fact.value)
                        try row.bind(fact.effectiveFrom)
                        try row.bind(fact.effectiveTo)
                        try row.bind("generated")
                        try row.finishRow()
                    }
                }
            }
        }
    }

    /// One whole run of the payroll job, as `steward run` does it.
    func pay(_ period: Period) throws -> RunRecord {
        let kinds = KindRegistry([CalculatePayroll.self])
        let declaration = try JobCatalog.load(for: company, kinds: kinds).job(Self.job)
        let executor = RunExecutor(
            company: company, store: store, kinds: kinds,
            clock: FixedClock(try Self.instant("\(period.lastDay)T06:00:00Z")),
            person: "benchmark")
        return try executor.run(
            declaration, period: period, parameters: declaration.parameters(with: [:]), trigger: .person
        ).record
    }

    func calculator(_ period: Period) throws -> PayslipCalculator {
        let group = try configuration.payGroup("monthly")
        return try PayslipCalculator(configuration: configuration, group: group, period: group.payPeriod(period))
    }

    private static func instant(_ text: String) throws -> Instant {
        guard let instant = Instant(text) else { throw Failure(.failed, "\(text) is no time.") }
        return instant
    }
}
