import Calendars
import Store

/// The right of an attempt to work on its run, or on one partition of it, which it must renew.
package struct RunLease: Hashable, Sendable {
    package var run: RunID
    /// Nil for the run as a whole.
    package var partition: Int?
    /// Of the run, or of the partition: the fencing token.
    package var attempt: Int

    package init(run: RunID, partition: Int? = nil, attempt: Int) {
        self.run = run
        self.partition = partition
        self.attempt = attempt
    }

    /// Holds it for another `Run.leaseSeconds`. Until the end of the transaction no other attempt can take it.
    ///
    /// - Throws: `RunError.fenced` when another attempt has taken it over, or the run has ended without it;
    ///   `RunError.cancelRequested` when a person wants the run stopped.
    package func renew(at now: Instant, in connection: Connection) throws {
        guard partition == nil else { return try renewPartition(at: now, in: connection) }
        let wish = try connection.first(
            """
            UPDATE run SET lease_until = ? WHERE run_id = ? AND attempt = ? AND state = 'running'
            RETURNING cancel_requested_by, cancel_reason
            """, now.adding(seconds: Run.leaseSeconds), run, attempt
        ) { (person: try $0.optionalText(0), reason: try $0.optionalText(1)) }
        guard let wish else { throw RunError.fenced(run, attempt: attempt) }
        if let person = wish.person { throw RunError.cancelRequested(run, by: person, reason: wish.reason ?? "") }
    }

    /// The row of the run is only read, so that those who work side by side do not wait for each other. Whoever ends the
    /// run takes its partitions from those who work on them (`RunQueue.fencePartitions`).
    private func renewPartition(at now: Instant, in connection: Connection) throws {
        let renewed = try connection.execute(
            """
            UPDATE run_partition SET lease_until = ?
             WHERE run_id = ? AND number = ? AND attempt = ? AND state = 'working'
            """, now.adding(seconds: Run.leaseSeconds), run, partition, attempt)
        guard renewed == 1 else { throw RunError.fenced(run, attempt: attempt) }
        let wish = try connection.first("SELECT cancel_requested_by, cancel_reason FROM run WHERE run_id = ?", run) {
            (person: try $0.optionalText(0), reason: try $0.optionalText(1))
        }
        if let wish, let person = wish.person {
            throw RunError.cancelRequested(run, by: person, reason: wish.reason ?? "")
        }
    }
}
