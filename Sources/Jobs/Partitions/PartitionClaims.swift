import Calendars
import Diagnostics
import Store

extension RunQueue {
    /// Runs that are looked at for partitions that wait.
    private static let maximumHelpedRuns = 100

    /// Whether a helper could take a partition of a run that is being worked on.
    package static func hasWaitingPartition(in connection: Connection) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM run_partition WHERE state = 'waiting' AND failures = 0 LIMIT 1", map: { _ in true }) ?? false
    }

    /// Gives partitions of runs that others work on to a daemon, for helpers: of each run one at most, since whoever works
    /// on one uses all cores of its machine.
    ///
    /// - Parameters:
    ///   - placements: as for `claim`.
    ///   - excluded: the runs that the daemon works on already.
    /// - Returns: the partitions, each with its run.
    package func claimPartitions(
        _ count: Int, placements: [String], except excluded: Set<RunID>, for daemon: WorkerProcess
    ) throws -> [(partition: RunPartition, run: RunRecord)] {
        guard count > 0 else { return [] }
        let isForUs = String(repeating: " OR runs_on = ?", count: placements.count)
        let runs = try connection.all(
            """
            SELECT \(RunRecord.columns) FROM run
             WHERE state = 'running' AND cancel_requested_by IS NULL AND (runs_on = ''\(isForUs))
               AND run_id IN (SELECT run_id FROM run_partition WHERE state = 'waiting' AND failures = 0)
             ORDER BY priority, run_id LIMIT ?
            """, arguments: placements + [Self.maximumHelpedRuns], map: RunRecord.init)
        var claimed: [(partition: RunPartition, run: RunRecord)] = []
        for run in runs where claimed.count < count && !excluded.contains(run.id) {
            let free = try connection.first(
                """
                SELECT \(RunPartition.columns) FROM run_partition
                 WHERE run_id = ? AND state = 'waiting' AND failures = 0
                 ORDER BY number LIMIT 1 SKIP_LOCKED(run_partition)
                """, run.id, map: RunPartition.init)
            guard let free, let taken = try take(free, runAttempt: nil, for: daemon) else { continue }
            claimed.append((taken, run))
        }
        return claimed
    }

    /// Makes `process` the one that works on a partition.
    ///
    /// - Parameter runAttempt: the attempt of the run that it is; nil for a helper.
    /// - Returns: nil when it is no longer as it was read, or another process is just taking it or committing to it.
    func take(_ partition: RunPartition, runAttempt: Int?, for process: WorkerProcess) throws -> RunPartition? {
        // Nobody waits here for a transaction of a process that may have been stopped within it.
        let isFree = try connection.first(
            """
            SELECT 1 FROM run_partition WHERE run_id = ? AND number = ? AND attempt = ? AND state = ?
            SKIP_LOCKED(run_partition)
            """, partition.run, partition.number, partition.attempt, partition.state.rawValue, map: { _ in true })
        guard isFree == true else { return nil }
        return try connection.first(
            """
            UPDATE run_partition
               SET state = 'working', attempt = attempt + 1, run_attempt = ?, lease_until = ?, host = ?, process_id = ?,
                   process_started = ?, started_at = COALESCE(started_at, ?)
             WHERE run_id = ? AND number = ?
            RETURNING \(RunPartition.columns)
            """, runAttempt, now.adding(seconds: Run.leaseSeconds), process.host, process.id, process.started, now,
            partition.run, partition.number, map: RunPartition.init)
    }

    /// Says which process works on a partition, once it has begun.
    ///
    /// - Throws: `RunError.fenced` when the partition was taken from it meanwhile.
    package func started(_ lease: RunLease, by process: WorkerProcess) throws -> RunPartition {
        let partition = try connection.first(
            """
            UPDATE run_partition SET host = ?, process_id = ?, process_started = ?
             WHERE run_id = ? AND number = ? AND attempt = ? AND state = 'working'
            RETURNING \(RunPartition.columns)
            """, process.host, process.id, process.started, lease.run, lease.partition, lease.attempt,
            map: RunPartition.init)
        guard let partition else { throw RunError.fenced(lease.run, attempt: lease.attempt) }
        return partition
    }

    /// Ends the work on a partition all of whose items are committed.
    ///
    /// - Throws: `RunError.fenced` when another process has taken it over.
    func finish(_ partition: RunPartition) throws {
        let finished = try connection.execute(
            """
            UPDATE run_partition SET state = 'done', lease_until = NULL, finished_at = ?, error = NULL
             WHERE run_id = ? AND number = ? AND attempt = ? AND state = 'working'
            """, now, partition.run, partition.number, partition.attempt)
        guard finished == 1 else { throw RunError.fenced(partition.run, attempt: partition.attempt) }
    }

    /// Gives back a partition that a helper does not bring to its end; what was committed of it stands. One that has it no
    /// more has nothing to give.
    ///
    /// - Parameter failure: why it could not; nil where it was told to stop. With a failure the partition is left to the
    ///   attempt of the run, which fails in the same way, or does not.
    package func giveBack(_ lease: RunLease, failure: String?) throws {
        let isGiven = try connection.execute(
            """
            UPDATE run_partition
               SET state = 'waiting', attempt = attempt + 1, lease_until = NULL, failures = failures + ?, error = ?
             WHERE run_id = ? AND number = ? AND attempt = ? AND state = 'working' AND run_attempt IS NULL
            """, failure == nil ? 0 : 1, failure, lease.run, lease.partition, lease.attempt)
        if isGiven == 1, failure == nil { try connection.tellAtCommit() }
    }

    /// Takes the partitions of a run that ends from all who work on them. It waits for what they are committing; after
    /// that they commit nothing more.
    func fencePartitions(of run: RunID) throws {
        try connection.execute(
            """
            UPDATE run_partition SET state = 'waiting', attempt = attempt + 1, lease_until = NULL
             WHERE run_id = ? AND state = 'working'
            """, run)
    }
}
