import Calendars
import Diagnostics
import Store

/// Runs on their way from being asked for to their end: the one place where the state of a run changes, each change
/// with its event in the same transaction.
///
/// It belongs to one transaction, one person (or the daemon) and one moment:
/// ```swift
/// try store.write { connection in
///     let queue = RunQueue(connection, person: "ann", at: clock.now())
///     let run = try queue.enqueue(NewRun(declaration, period: april, …))
/// }
/// ```
package struct RunQueue {
    let connection: Connection
    let person: String
    package let now: Instant
    /// Who tells people of runs that fail; nil where nobody does.
    let notices: Notices?
    private let versions = KnownVersions()

    /// The declarations that the store is known to have: many runs of one transaction may refer to the same.
    private final class KnownVersions {
        var hashes: Set<String> = []
    }

    package init(_ connection: Connection, person: String, at now: Instant, notices: Notices? = nil) {
        self.connection = connection
        self.person = person
        self.now = now
        self.notices = notices
    }

    // MARK: - Asking for a run

    package struct Enqueued: Sendable {
        package var record: RunRecord
        /// False where a run with this identity was there already.
        package var isNew: Bool
    }

    /// Makes a run: it waits for a worker, or for what it needs.
    ///
    /// - Throws: `RunError.notEnded` for a repetition while the run before it has not come to its end.
    package func enqueue(_ new: NewRun) throws -> Enqueued {
        let existing = try RunRecords.find(new.identity, in: connection)
        switch (existing, new.repetition) {
        case (let existing?, .none):
            return Enqueued(record: existing, isNew: false)
        case (let existing?, .again) where !existing.state.isFinal && existing.state != .failed:
            throw RunError.notEnded(existing.id, existing.state)
        default: break
        }
        let declaration = new.declaration
        try recordVersion(of: declaration)
        let unmet = try unmetNeeds(new.needs)
        let state = unmet.isEmpty ? RunState.queued : .planned
        let record = try connection.first(
            """
            INSERT INTO run (job, kind, period, parameters, generation, job_version, state, trigger, created_at,
                             created_by, reason, due_at, queue, runs_on, priority, not_before, on_doubt, known_at,
                             attempt, failures, chunks, items_total, items_done, exceptions, effects_digest, steps)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, '', '')
            ON CONFLICT (job, period, parameters, generation) DO NOTHING
            RETURNING \(RunRecord.columns)
            """, declaration.name, declaration.kind, new.period, new.parameters.canonicalText,
            (existing?.generation ?? 0) + 1, declaration.hash, state.rawValue, new.trigger.rawValue, now, person,
            new.reason, new.dueAt, declaration.queue, declaration.placement.canonicalText, declaration.priority,
            new.notBefore, declaration.execution.onDoubt.rawValue, now, map: RunRecord.init)
        guard let record else {
            // Another process made it between the look and the insert.
            guard let other = try RunRecords.find(new.identity, in: connection) else {
                throw RunError.notFound("\(declaration.name)@\(new.period)")
            }
            return Enqueued(record: other, isNew: false)
        }
        for need in unmet {
            try connection.send(
                "INSERT INTO run_need (run_id, job, period) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", record.id,
                need.job,
                need.period)
        }
        try recordPlacement(declaration.placement)
        if state == .queued { try connection.tellAtCommit() }
        let waits = unmet.isEmpty ? nil : "waits for " + unmet.map { "\($0.job)@\($0.period)" }.joined(separator: ", ")
        let reason = [new.reason, waits].compactMap(\.self).joined(separator: "; ")
        try addEvent(to: record.id, from: nil, to: state, attempt: 0, reason: reason.isEmpty ? nil : reason)
        return Enqueued(record: record, isNew: true)
    }

    /// Keeps the text of a declaration, which runs and schedules refer to by its hash.
    package func recordVersion(of declaration: JobDeclaration) throws {
        guard versions.hashes.insert(declaration.hash).inserted else { return }
        try connection.send(
            "INSERT INTO job_version (hash, job, declaration, recorded_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            declaration.hash, declaration.name, declaration.text, now)
    }

    private func recordPlacement(_ placement: Placement) throws {
        guard placement != .anywhere else { return }
        try connection.send(
            "INSERT INTO run_placement (runs_on) VALUES (?) ON CONFLICT DO NOTHING", placement.canonicalText)
    }

    // MARK: - What a run needs

    private func unmetNeeds(_ needs: [NewRun.Need]) throws -> [NewRun.Need] {
        try needs.filter { need in
            try connection.first(
                "SELECT 1 FROM run WHERE job = ? AND period = ? AND state IN ('succeeded', 'partly') LIMIT 1", need.job,
                need.period, map: { _ in true }) == nil
        }
    }

    /// Queues the planned runs whose needs are met by now, but for those that another daemon is about to.
    ///
    /// - Returns: how many.
    @discardableResult
    package func queuePlanned() throws -> Int {
        let ready = try connection.all(
            """
            SELECT run_id FROM run
             WHERE state = 'planned'
               AND NOT EXISTS (
                   SELECT 1 FROM run_need AS need
                    WHERE need.run_id = run.run_id
                      AND NOT EXISTS (
                          SELECT 1 FROM run AS needed
                           WHERE needed.job = need.job AND needed.period = need.period
                             AND needed.state IN ('succeeded', 'partly')))
             ORDER BY run_id SKIP_LOCKED(run)
            """
        ) { try $0.id(0) as RunID }
        for run in ready { try change(run, from: .planned, to: .queued, reason: "what it needs is done") }
        return ready.count
    }

    /// Queues the runs whose wait after a failed attempt is over, but for those that another daemon is about to.
    ///
    /// - Returns: how many.
    @discardableResult
    package func queueRetries() throws -> Int {
        let due = try connection.all(
            "SELECT run_id FROM run WHERE state = 'retry_wait' AND not_before <= ? ORDER BY run_id SKIP_LOCKED(run)",
            now
        ) { try $0.id(0) as RunID }
        for run in due { try change(run, from: .retryWait, to: .queued, reason: nil) }
        return due.count
    }

    // MARK: - Changing the state

    /// - Throws: `RunError.changed` when the run is no longer in the state that it was seen in.
    func change(_ run: RunID, from: RunState, to: RunState, reason: String?) throws {
        let changed = try connection.execute(
            "UPDATE run SET state = ? WHERE run_id = ? AND state = ?", to.rawValue, run, from.rawValue)
        guard changed == 1 else { throw RunError.changed(run, expected: from) }
        if to == .queued { try connection.tellAtCommit() }
        let attempt = try connection.first("SELECT attempt FROM run WHERE run_id = ?", run) { Int(try $0.int(0)) }
        try addEvent(to: run, from: from, to: to, attempt: attempt ?? 0, reason: reason)
    }

    /// Adds the same event to many runs, each with its attempt.
    ///
    /// - Parameter condition: on the rows of `run`.
    func addEvents(
        ofRunsWhere condition: String, _ arguments: [(any SQLBindable)?], from: RunState, to: RunState
    ) throws {
        precondition(from.successors.contains(to), "no run goes from \(from) to \(to)")
        try connection.send(
            """
            INSERT INTO run_event (run_id, sequence, at, from_state, to_state, attempt, person)
            SELECT run_id,
                   (SELECT COALESCE(MAX(sequence), 0) + 1 FROM run_event WHERE run_event.run_id = run.run_id),
                   CAST(? AS INTEGER), CAST(? AS TEXT), CAST(? AS TEXT), attempt, CAST(? AS TEXT)
              FROM run WHERE \(condition)
            """, arguments: [now, from.rawValue, to.rawValue, person] + arguments)
    }

    func addEvent(to run: RunID, from: RunState?, to: RunState, attempt: Int, reason: String?) throws {
        precondition(
            from.map { $0.successors.contains(to) } ?? RunState.initial.contains(to),
            "no run goes from \(from as Any) to \(to)")
        try connection.send(
            """
            INSERT INTO run_event (run_id, sequence, at, from_state, to_state, attempt, person, reason)
            VALUES (?, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM run_event WHERE run_id = ?), ?, ?, ?, ?, ?, ?)
            """, run, run, now, from?.rawValue ?? "", to.rawValue, attempt, person, reason)
    }
}
