import Calendars
import Diagnostics
import Foundation
import Jobs
import Store
import Synchronization
import TestSupport

/// Items that runs commit to one PostgreSQL, chunk by chunk, by as many workers as there are daemons, beside pgbench that
/// inserts the same rows and keeps the same checkpoint in transactions of the same size.
///
/// pgbench's rows are made by the server: they cost no way and no reading.
struct ItemRace {
    private let company: BenchmarkCompany
    private let url: String
    private static let clock = SystemClock()

    private static let kinds = KindRegistry([WriteItems.self])

    init() throws {
        url = try PostgresCluster.freshURL()
        let table = Migration(
            number: BenchmarkCompany.migrations.count + 1, name: "benchmark",
            sql: """
                CREATE TABLE benchmark_item (
                    run_id INTEGER NOT NULL REFERENCES run (run_id),
                    item TEXT NOT NULL,
                    amount_minor INTEGER NOT NULL,
                    note TEXT NOT NULL,
                    recorded_by TEXT NOT NULL,
                    recorded_at INTEGER NOT NULL,
                    PRIMARY KEY (run_id, item)
                ) STRICT;
                """)
        company = try BenchmarkCompany(url: url, migrations: BenchmarkCompany.migrations + [table])
    }

    /// Prints items a second of both, by the number of workers.
    func measure(items count: Int) throws {
        defer { try? company.remove() }
        let declaration = JobDeclaration(
            name: "items", kind: WriteItems.name, description: "Writes rows", granularity: .instant,
            parameters: ParameterValues(["items": "\(count)"]), text: "job: items\n", file: "jobs/items.yaml",
            locations: [:])
        var next: Int64 = 0
        let pgbench = try Pgbench(url)
        for workers in [1, 2, 4] {
            let stores = try (0..<workers).map { _ in try company.open() }
            defer { for store in stores { try? store.close() } }
            let first = next
            next += Int64(workers)
            let ids = Mutex<[Int64]>([])
            let begin = ContinuousClock.now
            DispatchQueue.concurrentPerform(iterations: workers) { number in
                let executor = RunExecutor(
                    company: company.company, store: stores[number], kinds: Self.kinds, clock: Self.clock,
                    person: "benchmark")
                let period = Period.instant(
                    Instant(microseconds: 1_600_000_000_000_000 + (first + Int64(number)) * 1_000_000))
                let run = try? executor.run(
                    declaration, period: period, parameters: declaration.parameters, trigger: .schedule)
                if let run, run.record.state == .succeeded { ids.withLock { $0.append(run.record.id.rawValue) } }
            }
            let rate = Double(count * workers) / ((ContinuousClock.now - begin) / .seconds(1))
            let runs = ids.withLock(\.self)
            guard runs.count == workers else { throw Failure(.failed, "A run has not succeeded.") }
            let chunk = Run.defaultChunkItems
            let bare =
                try pgbench.rate(Self.script(chunk, runs), clients: workers, scriptsOfEach: count / chunk)
                * Double(chunk)
            print(
                "items, \(workers) at once: pgbench \(Int(bare).grouped) a second, steward \(Int(rate).grouped) a second, "
                    + "ratio \((rate / bare).text(2))")
        }
    }

    /// One chunk. The items of a client do not collide with those of another, nor with those of Steward.
    private static func script(_ chunk: Int, _ runs: [Int64]) -> String {
        let ofClient = runs.enumerated().map { "WHEN :client_id = \($0.offset) THEN \($0.element)" }
        return """
            \\set place random(1, 1000000000)
            \\set run CASE \(ofClient.joined(separator: " ")) END
            BEGIN;
            UPDATE run SET lease_until = 1 WHERE run_id = :run RETURNING cancel_requested_by, cancel_reason;
            INSERT INTO benchmark_item (run_id, item, amount_minor, note, recorded_by, recorded_at) SELECT CAST(:run AS bigint), \
            'P' || :client_id || '-' || :place || '-' || lpad(number::text, 8, '0'), number, 'what is due of ' || number, \
            'benchmark', 1700000000000000 FROM generate_series(1, \(chunk)) AS number;
            INSERT INTO run_effect (run_id, table_name, row_count) VALUES (:run, 'pgbench ' || :client_id, \(chunk)) ON \
            CONFLICT (run_id, table_name) DO UPDATE SET row_count = run_effect.row_count + excluded.row_count;
            UPDATE run SET checkpoint = 'x', chunks = chunks + 1, items_done = items_done + \(chunk) WHERE run_id = :run;
            COMMIT;

            """
    }
}

/// One row for each item, committed in chunks with checkpoint, digest and fencing token.
struct WriteItems: JobKind {
    static let name = "benchmark.items"
    static let abstract = "Writes rows"
    static let parameters = [ParameterDefinition("items", description: "how many", example: "200000")]
    static let granularities: [Period.Granularity] = [.instant]

    func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {}

    func run(_ run: Run) throws -> RunSummary {
        let keys = (0..<(Int(run.parameters["items"] ?? "") ?? 0)).map { String(format: "C%08d", $0) }
        try run.forEachChunk(of: keys, key: { $0 }) {
            Array($0)
        } write: { keys, work in
            try work.insert(into: "benchmark_item", columns: ["item", "amount_minor", "note"]) { row in
                for key in keys {
                    try row.bind(key)
                    try row.bind(Int64(key.utf8.count))
                    try row.bind("what is due of \(key)")
                    try row.finishRow()
                }
            }
        }
        return RunSummary()
    }
}
