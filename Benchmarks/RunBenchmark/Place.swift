import Calendars
import Foundation
import Jobs
import Store
import TestSupport

/// A fresh store on one of the two databases, with a run that bare rows can point to.
struct Place {
    let company: Company
    let store: Store
    let url: String
    private let folder: URL

    static let migrations = JobsSchema.migrations + [Item.migration]

    init(postgresql: Bool) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "steward-bench-\(UUID().uuidString)")
        for name in ["config", "jobs"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        url = postgresql ? try PostgresCluster.freshURL() : "sqlite:\(folder.path)/steward.db"
        let settings = "company: Test Ltd\ncurrency: GBP\ntime_zone: Europe/London\nstore: \(url)\n"
        try settings.write(to: folder.appending(path: "config/company.yaml"), atomically: false, encoding: .utf8)
        for (job, kind) in [("nothing", "benchmark.nothing"), ("items", "benchmark.items")] {
            try "job: \(job)\nkind: \(kind)\ndescription: Of the benchmark\nperiod: instant\n".write(
                to: folder.appending(path: "jobs/\(job).yaml"), atomically: false, encoding: .utf8)
        }
        company = try Company.load(from: folder.path)
        store = try company.openStore(migrations: Self.migrations, create: true)
        try store.migrate()
    }

    func remove() {
        try? store.close()
        try? FileManager.default.removeItem(at: folder)
    }

    func declaration(_ job: String) throws -> JobDeclaration {
        try JobCatalog.load(for: company, kinds: Kinds.registry).job(job)
    }

    func bareSQLite() throws -> BareSQLite { try BareSQLite(path: folder.path + "/steward.db") }

    func barePostgres() throws -> BarePostgres {
        guard let schema = url.split(separator: "&schema=").last else { throw BenchmarkError("\(url) has no schema") }
        return try BarePostgres(url: try PostgresCluster.shared(), schema: String(schema))
    }
}

/// What something took, and how much of it this process spent on the processor.
struct Cost {
    var seconds: Double
    var processorSeconds: Double

    static func measure(_ body: () throws -> Void) rethrows -> Cost {
        func processor() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let before = processor()
        let elapsed = try ContinuousClock().measure(body) / .seconds(1)
        return Cost(seconds: elapsed, processorSeconds: processor() - before)
    }
}
