import Calendars
import Diagnostics
import Foundation
import Jobs
import Store
import Synchronization
import TestSupport

/// Claiming runs of one PostgreSQL, by as many claimers as there are daemons, beside pgbench that does the same, and beside
/// pgbench with the claiming UPDATE alone.
///
/// A claim of Steward is a transaction that also writes the attempt and the event of each run that it takes, and gives the
/// runs with all of their columns.
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

    /// Prints claims a second, by the number of claimers.
    func measure(runs count: Int) throws {
        var next = 0
        func queued() throws {
            try enqueue(count, from: next)
            next += count
        }
        let pgbench = try Pgbench(url)
        for claimers in [1, 2, 4] {
            try queued()
            let bare = try pgbench.rate(update + ";\n", clients: claimers, scriptsOfEach: count / claimers)
            print("claims, \(claimers) at once: pgbench, the UPDATE alone: \(Int(bare)) runs/s")
            try queued()
            let same = try pgbench.rate(transaction, clients: claimers, scriptsOfEach: count / claimers)
            print("claims, \(claimers) at once: pgbench, the same transaction: \(Int(same)) runs/s")
            for atOnce in [1, 8] {
                try queued()
                let rate = try claim(count, atOnce: atOnce, claimers: claimers)
                print(
                    "claims, \(claimers) at once: steward, \(atOnce) a transaction: \(Int(rate)) runs/s, "
                        + "\((rate / same).text(2)) of the same transaction, \((rate / bare).text(2)) of the UPDATE alone"
                )
            }
        }
    }

    /// The statement by which Steward claims, for one run, in the words of PostgreSQL.
    private var update: String {
        let now = Self.clock.now().microseconds
        return """
            WITH free AS (SELECT run_id, job, queue FROM run WHERE state = 'queued' AND not_before <= \(now) \
            AND runs_on = '' ORDER BY priority, not_before, run_id LIMIT 1 FOR UPDATE OF run SKIP LOCKED) \
            UPDATE run SET state = 'running', attempt = attempt + 1, lease_until = \(now), finished_at = NULL, \
            cancel_requested_by = NULL, cancel_reason = NULL, started_at = COALESCE(started_at, \(now)), \
            known_at = CASE WHEN chunks = 0 THEN \(now) ELSE known_at END \
            WHERE run_id IN (SELECT run_id FROM free) AND state = 'queued' RETURNING run_id
            """
    }

    /// What Steward does for one run.
    private var transaction: String {
        let now = Self.clock.now().microseconds
        return """
            BEGIN;
            \(update) \\gset
            INSERT INTO attempt (run_id, number, state, host, process_id, process_started, claimed_at) SELECT run_id, attempt, \
            'running', 'node-0', 1, '1', \(now) FROM run WHERE run_id IN (:run_id);
            INSERT INTO run_event (run_id, sequence, at, from_state, to_state, attempt, person) SELECT run_id, (SELECT \
            COALESCE(MAX(sequence), 0) + 1 FROM run_event WHERE run_event.run_id = run.run_id), \(now), 'queued', 'running', \
            attempt, 'steward' FROM run WHERE run_id IN (:run_id);
            COMMIT;

            """
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
}
