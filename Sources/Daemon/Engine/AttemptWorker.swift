import Calendars
import Diagnostics
import Jobs
import Store

/// A worker process, seen from within: it works on one attempt that the daemon has claimed for it.
package struct AttemptWorker {
    private let company: Company
    private let store: Store
    private let kinds: KindRegistry
    private let clock: any Clock

    package init(company: Company, store: Store, kinds: KindRegistry, clock: any Clock) {
        self.company = company
        self.store = store
        self.kinds = kinds
        self.clock = clock
    }

    /// Works on the run until it ends, or until this process is told to stop.
    ///
    /// - Returns: the run as it ended.
    /// - Throws: `RunError.fenced` when the attempt is not, or no longer, the one that has the run; what the kind throws,
    ///   after it was kept for the daemon.
    package func work(on run: RunID, attempt: Int) throws -> RunRecord {
        let process = WorkerProcess.current
        let record = try store.write { connection in
            let record = try RunRecords.find(.number(run), in: connection)
            try RunQueue(connection, person: record.createdBy, at: clock.now())
                .started(run, attempt: attempt, by: process)
            return record
        }
        let lease = try LeaseKeeper(RunLease(run: run, attempt: attempt), in: store, clock: clock)
        defer { lease.stop() }
        let executor = RunExecutor(
            company: company, store: store, kinds: kinds, clock: clock, person: record.createdBy, process: process)
        return try executor.perform(record, onFailure: .leaveToDaemon)
    }

    /// Works on one partition of a run, to help the attempt of the run, until it is done or this process is told to stop.
    ///
    /// - Throws: `RunError.fenced` when another process has the partition; what the kind throws, after the partition was
    ///   given back.
    package func help(with lease: RunLease) throws -> RunRecord {
        let process = WorkerProcess.current
        let (record, partition) = try store.write { connection in
            let record = try RunRecords.find(.number(lease.run), in: connection)
            let queue = RunQueue(connection, person: record.createdBy, at: clock.now())
            return (record, try queue.started(lease, by: process))
        }
        let keeper = try LeaseKeeper(lease, in: store, clock: clock)
        defer { keeper.stop() }
        let executor = RunExecutor(
            company: company, store: store, kinds: kinds, clock: clock, person: record.createdBy, process: process)
        try executor.help(with: partition, of: record)
        return record
    }
}
