import Calendars
import Diagnostics
import Foundation
import Jobs
import Store
import Synchronization
import TestSupport

/// Claiming runs of one PostgreSQL, by as many claimers as there are daemons, beside pgbench with the claim statement alone.
///
/// A claim of Steward is a transaction that also writes the attempt and the event of each run that it takes.
struct ClaimRace {
    let url: String
    let store: Store
    private let declaration: JobDeclaration
    private static let clock = SystemClock()

    init() throws {
        url = try PostgresCluster.freshURL()
        guard let address = StoreURL(url) else { throw Failure(.failed, "no address") }
        store = try Store.open(address, relativeTo: "/", create: true, migrations: JobsSchema.migrations)
        try store.migrate()
        declaration = JobDeclaration(
            name: "claimed", kind: "benchmark.nothing", description: "Does nothing", granularity: .instant,
            parameters: ParameterValues([:]), text: "job: claimed\n", file: "jobs/claimed.yaml", locations: [:])
    }

    /// Queues runs, none of which is there yet.
    private func enqueue(_ count: Int, from first: Int) throws {
        let now = Self.clock.now()
        try store.write { connection in
            let queue = RunQueue(connection, person: "benchmark", at: now)
            for number in first..<(first + count) {
                let period = Period.instant(Instant(microseconds: 1_600_000_000_000_000 + Int64(number) * 1_000_000))
                _ = try queue.enqueue(
                    NewRun(
                        declaration, period: period, parameters: declaration.parameters, trigger: .schedule,
                        notBefore: now))
            }
        }
        try store.write { _ = try $0.execute("ANALYZE run") }
    }

    /// Prints claims a second of both, by the number of claimers.
    func measure(runs count: Int) throws {
        var next = 0
        for claimers in [1, 2, 4] {
            try enqueue(count, from: next)
            next += count
            let bare = try pgbench(claimers: claimers, transactions: count / claimers)
            print("claims, \(claimers) at once: pgbench \(Int(bare)) runs/s")
            for atOnce in [1, 8] {
                try enqueue(count, from: next)
                next += count
                let rate = try claim(count, atOnce: atOnce, claimers: claimers)
                print(
                    "claims, \(claimers) at once: steward, \(atOnce) a transaction: \(Int(rate)) runs/s, "
                        + "ratio \((rate / bare).text(2))")
            }
        }
    }

    /// - Returns: runs a second.
    private func claim(_ count: Int, atOnce: Int, claimers: Int) throws -> Double {
        guard let address = StoreURL(url) else { throw Failure(.failed, "no address") }
        let stores = try (0..<claimers).map { _ in
            try Store.open(address, relativeTo: "/", migrations: JobsSchema.migrations)
        }
        for store in stores { try store.read { _ = try $0.first("SELECT 1") { try $0.int(0) } } }
        let claimed = Mutex(0)
        let begin = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: claimers) { number in
            let process = WorkerProcess(host: "node-\(number)", id: 1, started: "1")
            while claimed.withLock({ $0 }) < count {
                let runs = try? stores[number].write {
                    try RunQueue($0, person: "steward", at: Self.clock.now()).claim(
                        atOnce, within: RunLimits(), for: process)
                }
                claimed.withLock { $0 += runs?.count ?? 0 }
            }
        }
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        for store in stores { try store.close() }
        return Double(claimed.withLock { $0 }) / seconds
    }

    /// - Returns: transactions a second, each of which claims a run by one statement.
    private func pgbench(claimers: Int, transactions: Int) throws -> Double {
        guard let programs = PostgresCluster.programs, let schema = url.split(separator: "schema=").last else {
            throw Failure(.failed, "PostgreSQL is not installed")
        }
        let script = FileManager.default.temporaryDirectory.appending(path: "claim-\(UUID().uuidString).sql")
        defer { try? FileManager.default.removeItem(at: script) }
        let now = Self.clock.now().microseconds
        try """
        UPDATE \(schema).run SET state = 'running', attempt = attempt + 1, lease_until = \(now), started_at = \(now) \
        WHERE run_id IN (SELECT run_id FROM \(schema).run WHERE state = 'queued' AND not_before <= \(now) \
        AND runs_on = '' ORDER BY priority, not_before, run_id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING run_id;
        """.replacing("\n", with: " ").write(to: script, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = programs.appending(path: "pgbench")
        process.arguments = [
            "-n", "-M", "prepared", "-c", "\(claimers)", "-j", "\(claimers)", "-t", "\(transactions)", "-f",
            script.path,
            try PostgresCluster.shared(),
        ]
        process.environment = ["PGOPTIONS": "-c search_path=\(schema)", "PATH": "/usr/bin:/bin"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let rate = text.split(separator: "\n").first { $0.hasPrefix("tps = ") }?.split(separator: " ")
        guard let rate, rate.count > 2, let value = Double(rate[2]) else { throw Failure(.failed, "pgbench: \(text)") }
        return value
    }
}
