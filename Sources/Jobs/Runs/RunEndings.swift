import Calendars
import Diagnostics
import Store

/// How an attempt ended.
package enum AttemptState: String, CaseIterable, Sendable {
    case running, succeeded, failed
    /// It took longer than its job allows.
    case timedOut = "timed_out"
    /// A signal that nobody of us sent, such as the one for too much memory.
    case killed
    /// A person stopped it.
    case canceled
    /// Its process, or the daemon above it, was gone.
    case lost
}

/// What the operating system says of a worker that has ended.
package struct ProcessUsage: Hashable, Sendable {
    package var exitCode: Int32?
    package var signal: Int32?
    package var processorMilliseconds: Int64
    package var memoryPeakBytes: Int64

    package init(exitCode: Int32?, signal: Int32?, processorMilliseconds: Int64, memoryPeakBytes: Int64) {
        self.exitCode = exitCode
        self.signal = signal
        self.processorMilliseconds = processorMilliseconds
        self.memoryPeakBytes = memoryPeakBytes
    }
}

extension RunQueue {
    /// Ends a run whose kind has done all its work.
    ///
    /// - Throws: `RunError.fenced` when another attempt has taken the run over.
    package func finish(
        _ run: RunID, attempt: Int, as state: RunState, summary: RunSummary, itemsTotal: Int
    ) throws -> RunRecord {
        let record = try connection.first(
            """
            UPDATE run SET state = ?, summary = ?, finished_at = ?, lease_until = NULL, items_total = ?
             WHERE run_id = ? AND attempt = ? AND state = 'running'
            RETURNING \(RunRecord.columns)
            """, state.rawValue, summary.text, now, itemsTotal, run, attempt, map: RunRecord.init)
        guard let record else { throw RunError.fenced(run, attempt: attempt) }
        try endAttempt(of: record, as: .succeeded)
        try addEvent(to: run, from: .running, to: state, attempt: attempt, reason: nil)
        return record
    }

    /// Ends an attempt that did not come to its end, and says what becomes of its run.
    ///
    /// - Parameters:
    ///   - error: what a person reads.
    ///   - retryAt: from when on the run is tried again; nil ends it as failed.
    /// - Throws: `RunError.fenced` when another attempt has taken the run over.
    @discardableResult
    package func fail(
        _ run: RunID, attempt: Int, as attemptState: AttemptState, error: String, retryAt: Instant?
    ) throws -> RunRecord {
        let state = retryAt == nil ? RunState.failed : .retryWait
        let record = try connection.first(
            """
            UPDATE run SET state = ?, finished_at = ?, lease_until = NULL, failures = failures + 1, not_before = ?
             WHERE run_id = ? AND attempt = ? AND state = 'running'
            RETURNING \(RunRecord.columns)
            """, state.rawValue, retryAt == nil ? now : nil, retryAt ?? now, run, attempt, map: RunRecord.init)
        guard let record else { throw RunError.fenced(run, attempt: attempt) }
        try endAttempt(of: record, as: attemptState, error: error)
        let wait = retryAt.map { "\(error); it is tried again at \($0)" }
        try addEvent(to: run, from: .running, to: state, attempt: attempt, reason: wait ?? error)
        if retryAt == nil { try fencePartitions(of: run) }
        if retryAt == nil { try notices?.failed(record, error: error, at: now, in: connection) }
        return record
    }

    /// Puts a run back whose worker was lost without a fault of its own: the daemon ended, the host went down. It keeps its
    /// place before those that came after it.
    ///
    /// - Throws: `RunError.fenced` when another attempt has taken the run over.
    package func requeueLost(_ run: RunID, attempt: Int, reason: String) throws {
        let record = try connection.first(
            """
            UPDATE run SET state = 'queued', lease_until = NULL
             WHERE run_id = ? AND attempt = ? AND state = 'running'
            RETURNING \(RunRecord.columns)
            """, run, attempt, map: RunRecord.init)
        guard let record else { throw RunError.fenced(run, attempt: attempt) }
        try connection.tellAtCommit()
        try endAttempt(of: record, as: .lost, error: reason)
        try addEvent(to: run, from: .running, to: .queued, attempt: attempt, reason: reason)
    }

    /// Stops a run for good: one that waits at once; one that is worked on when its worker hears of it, which is after
    /// the chunk at hand.
    ///
    /// - Returns: whether it has ended with that.
    /// - Throws: `RunError.ended` for one that has come to its end already.
    package func cancel(_ run: RunID, reason: String) throws -> Bool {
        let record = try RunRecords.find(.number(run), in: connection)
        switch record.state {
        case .planned, .queued, .retryWait, .failed:
            try change(run, from: record.state, to: .canceled, reason: reason)
            try fencePartitions(of: run)
            try connection.execute("UPDATE run SET finished_at = ? WHERE run_id = ?", now, run)
            return true
        case .running:
            try connection.execute(
                "UPDATE run SET cancel_requested_by = ?, cancel_reason = ? WHERE run_id = ? AND state = 'running'",
                person,
                reason, run)
            // Whichever daemon has its worker is to stop it now.
            try connection.tellAtCommit()
            return false
        case .waitingApproval, .succeeded, .partly, .canceled, .rejected:
            throw RunError.ended(run, record.state)
        }
    }

    /// The runs that a person wants stopped and that are still being worked on.
    package static func cancelWanted(in connection: Connection) throws -> [RunID] {
        try connection.all("SELECT run_id FROM run WHERE state = 'running' AND cancel_requested_by IS NOT NULL") {
            try $0.id(0)
        }
    }

    /// Who wants a run stopped, and why.
    package func cancelWish(of run: RunID) throws -> (person: String, reason: String) {
        try connection.first("SELECT cancel_requested_by, cancel_reason FROM run WHERE run_id = ?", run) {
            (try $0.optionalText(0) ?? person, try $0.optionalText(1) ?? "")
        } ?? (person, "")
    }

    /// Ends a run whose worker has stopped because a person canceled it.
    ///
    /// - Throws: `RunError.fenced` when another attempt has taken the run over.
    package func endCanceled(_ run: RunID, attempt: Int, reason: String) throws {
        let record = try connection.first(
            """
            UPDATE run SET state = 'canceled', finished_at = ?, lease_until = NULL
             WHERE run_id = ? AND attempt = ? AND state = 'running'
            RETURNING \(RunRecord.columns)
            """, now, run, attempt, map: RunRecord.init)
        guard let record else { throw RunError.fenced(run, attempt: attempt) }
        try endAttempt(of: record, as: .canceled, error: reason)
        try fencePartitions(of: run)
        try addEvent(to: run, from: .running, to: .canceled, attempt: attempt, reason: reason)
    }

    /// Lets a failed run be tried again, from its checkpoint.
    ///
    /// - Throws: `RunError.notFailed` for one in another state.
    package func retry(_ run: RunID, reason: String?) throws {
        let record = try RunRecords.find(.number(run), in: connection)
        guard record.state == .failed || record.state == .retryWait else { throw RunError.notFailed(run, record.state) }
        try change(run, from: record.state, to: .queued, reason: reason)
        try connection.execute(
            "UPDATE run SET failures = 0, not_before = ?, finished_at = NULL WHERE run_id = ?", now, run)
    }

    // MARK: - Attempts

    /// Keeps why an attempt failed, for the daemon to end it.
    ///
    /// - Throws: `RunError.fenced` when another attempt has taken the run over.
    package func recordFailure(of run: RunID, attempt: Int, error: String, cause: FailureCause?) throws {
        let isHeld = try connection.first(
            "SELECT 1 FROM run WHERE run_id = ? AND attempt = ? AND state = 'running'", run, attempt, map: { _ in true }
        )
        guard isHeld == true else { throw RunError.fenced(run, attempt: attempt) }
        try connection.send(
            "UPDATE attempt SET error = ?, cause = ? WHERE run_id = ? AND number = ?", error, cause?.rawValue, run,
            attempt)
    }

    func endAttempt(of record: RunRecord, as state: AttemptState, error: String? = nil) throws {
        try connection.send(
            "UPDATE attempt SET state = ?, ended_at = ?, error = ? WHERE run_id = ? AND number = ?", state.rawValue,
            now,
            error, record.id, record.attempt)
    }

    /// Keeps what the operating system says of an attempt's process.
    package func recordUsage(_ usage: ProcessUsage, of run: RunID, attempt: Int) throws {
        try connection.execute(
            """
            UPDATE attempt
               SET exit_code = ?, signal = ?, processor_milliseconds = ?, memory_peak_bytes = ?
             WHERE run_id = ? AND number = ?
            """, usage.exitCode.map(Int.init), usage.signal.map(Int.init), usage.processorMilliseconds,
            usage.memoryPeakBytes, run, attempt)
    }
}
