import Calendars
import Diagnostics
import Store

/// Starts runs, carries them through and brings them to an end.
package struct RunExecutor {
    private let company: Company
    private let store: Store
    private let kinds: KindRegistry
    private let clock: any Clock
    private let person: String
    private let process: WorkerProcess

    package init(
        company: Company, store: Store, kinds: KindRegistry, clock: any Clock, person: String,
        process: WorkerProcess = .current
    ) {
        self.company = company
        self.store = store
        self.kinds = kinds
        self.clock = clock
        self.person = person
        self.process = process
    }

    /// What came of asking for a run.
    package enum Outcome: Sendable {
        case finished(RunRecord)
        /// It had been done before; nothing was written.
        case alreadyDone(RunRecord)

        package var record: RunRecord {
            switch self {
            case .finished(let record), .alreadyDone(let record): record
            }
        }
    }

    /// Runs `declaration` for `period`: a new run, or the rest of one that was cut off or failed.
    ///
    /// - Throws: `RunError` when it cannot start; whatever the kind throws, after the run was marked as failed.
    package func run(
        _ declaration: JobDeclaration, period: Period, parameters: ParameterValues, trigger: Trigger,
        progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) throws -> Outcome {
        let kind = try checkedKind(of: declaration, period: period, parameters: parameters)
        let identity = RunIdentity(job: declaration.name, period: period, parameters: parameters)
        let record = try store.write { try create(identity, declaration, trigger: trigger, in: $0) }
        CrashPoint.runCreated.reach()
        if record.state.isDone { return .alreadyDone(record) }
        let claimed = try store.write { try claim(record.id, in: $0) }
        CrashPoint.runClaimed.reach()
        let run = Run(
            record: claimed, company: company, store: store, person: person, isRehearsal: false, clock: clock,
            progress: progress)
        do {
            let summary = try kind.init().run(run)
            CrashPoint.finishBefore.reach()
            let finished = try store.write { try finish(run, summary: summary, in: $0) }
            CrashPoint.finishAfter.reach()
            return .finished(finished)
        } catch RunError.fenced(let id, let attempt) {
            // A fenced attempt has nothing to say about the run any more.
            throw RunError.fenced(id, attempt: attempt)
        } catch {
            try? store.write { try fail(run, error: error, in: $0) }
            throw error
        }
    }

    /// What a dry run found: what the run would have written, and did not.
    package struct Rehearsal: Sendable {
        package var record: RunRecord
        /// Whether the run was done before: then it would write nothing.
        package var isAlreadyDone: Bool
        package var effects: [(table: String, rows: Int)]
        package var exceptions: [RunException]
    }

    /// Does the whole run inside one transaction and rolls it back.
    package func rehearse(
        _ declaration: JobDeclaration, period: Period, parameters: ParameterValues,
        progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) throws -> Rehearsal {
        let kind = try checkedKind(of: declaration, period: period, parameters: parameters)
        let identity = RunIdentity(job: declaration.name, period: period, parameters: parameters)
        return try store.rehearsing { store in
            let record = try store.write { try create(identity, declaration, trigger: .person, in: $0) }
            if record.state.isDone {
                return Rehearsal(record: record, isAlreadyDone: true, effects: [], exceptions: [])
            }
            let claimed = try store.write { try claim(record.id, in: $0) }
            let run = Run(
                record: claimed, company: company, store: store, person: person, isRehearsal: true, clock: clock,
                progress: progress)
            let summary = try kind.init().run(run)
            let finished = try store.write { try finish(run, summary: summary, in: $0) }
            return try store.read { try rehearsal(of: finished, in: $0) }
        }
    }

    private func rehearsal(of record: RunRecord, in connection: Connection) throws -> Rehearsal {
        Rehearsal(
            record: record, isAlreadyDone: false, effects: try RunRecords.effects(of: record.id, in: connection),
            exceptions: try RunRecords.exceptions(of: record.id, in: connection))
    }

    // MARK: - Steps

    private func checkedKind(
        of declaration: JobDeclaration, period: Period, parameters: ParameterValues
    ) throws -> any JobKind.Type {
        guard let kind = kinds[declaration.kind] else {
            throw Failure(
                .usage, "The job \(declaration.name) is of the kind \(declaration.kind), which does not exist.",
                advice: "Run `steward check` to see all errors of the configuration.")
        }
        guard kind.granularities.contains(period.granularity), period.granularity == declaration.granularity else {
            throw RunError.unsuitablePeriod(
                job: declaration.name, period: period, expected: [declaration.granularity])
        }
        var problems = ProblemList()
        declaration.checkNames(of: parameters, for: kind, problems: &problems)
        if problems.isEmpty { kind.init().check(parameters, in: company, problems: &problems) }
        if problems.isEmpty { kind.init().check(period, parameters, in: company, problems: &problems) }
        try problems.throwIfAny(consequence: "nothing was run")
        return kind
    }

    private func create(
        _ identity: RunIdentity, _ declaration: JobDeclaration, trigger: Trigger, in connection: Connection
    ) throws -> RunRecord {
        if let existing = try RunRecords.find(identity, in: connection) { return existing }
        let now = clock.now()
        try connection.execute(
            "INSERT INTO job_version (hash, job, declaration, recorded_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            declaration.hash, declaration.name, declaration.text, now)
        let record = try connection.first(
            """
            INSERT INTO run (job, kind, period, parameters, generation, job_version, state, trigger, created_at,
                             created_by, known_at, attempt, chunks, items_total, items_done, exceptions,
                             effects_digest, steps)
            VALUES (?, ?, ?, ?, 1, ?, 'queued', ?, ?, ?, ?, 0, 0, 0, 0, 0, '', '')
            ON CONFLICT (job, period, parameters, generation) DO NOTHING
            RETURNING \(RunRecord.columns)
            """, identity.job, declaration.kind, identity.period, identity.parameters.canonicalText, declaration.hash,
            trigger.rawValue, now, person, now, map: RunRecord.init)
        if let record {
            try addEvent(to: record.id, from: nil, to: .queued, attempt: 0, reason: nil, in: connection)
            return record
        }
        // Another process made it between the look and the insert.
        guard let existing = try RunRecords.find(identity, in: connection) else {
            throw RunError.notFound("\(identity.job)@\(identity.period)")
        }
        return existing
    }

    /// Makes this process the one that works on the run.
    private func claim(_ id: RunID, in connection: Connection) throws -> RunRecord {
        let now = clock.now()
        let record = try RunRecords.find(.number(id), in: connection)
        if record.state == .canceled { throw RunError.canceled(id) }
        if record.state == .running { try takeOver(record, at: now, in: connection) }
        // A run that has committed nothing yet may know what was recorded since it was asked for.
        let claimed = try connection.first(
            """
            UPDATE run
               SET state = 'running', attempt = attempt + 1, lease_until = ?, finished_at = NULL,
                   known_at = CASE WHEN chunks = 0 THEN ? ELSE known_at END
             WHERE run_id = ? AND attempt = ? AND state IN ('queued', 'running', 'failed')
            RETURNING \(RunRecord.columns)
            """, now.adding(seconds: Run.leaseSeconds), now, id, record.attempt, map: RunRecord.init)
        guard let claimed else {
            throw RunError.alreadyRunning(id, host: process.host, process: 0)
        }
        try connection.execute(
            """
            INSERT INTO attempt (run_id, number, state, host, process_id, process_started, started_at)
            VALUES (?, ?, 'running', ?, ?, ?, ?)
            """, id, claimed.attempt, process.host, process.id, process.started, now)
        try addEvent(
            to: id, from: record.state, to: .running, attempt: claimed.attempt,
            reason: record.state == .running ? "the process of attempt \(record.attempt) was gone" : nil, in: connection
        )
        return claimed
    }

    /// - Throws: `RunError.alreadyRunning` while the attempt that has the run is, or may be, alive.
    private func takeOver(_ record: RunRecord, at now: Instant, in connection: Connection) throws {
        let holder = try connection.first(
            "SELECT host, process_id, process_started FROM attempt WHERE run_id = ? AND number = ?", record.id,
            record.attempt
        ) { WorkerProcess(host: try $0.text(0), id: try $0.int(1), started: try $0.text(2)) }
        if let holder, !holder.hasEnded, holder.host == process.host || (record.leaseUntil ?? now) > now {
            throw RunError.alreadyRunning(record.id, host: holder.host, process: holder.id)
        }
        try connection.execute(
            "UPDATE attempt SET state = 'lost', ended_at = ? WHERE run_id = ? AND number = ?", now, record.id,
            record.attempt)
    }

    private func finish(_ run: Run, summary: RunSummary, in connection: Connection) throws -> RunRecord {
        let state: RunState = run.committed.exceptions > 0 ? .partly : .succeeded
        return try end(run, as: state, summary: summary.text, error: nil, in: connection)
    }

    private func fail(_ run: Run, error: any Error, in connection: Connection) throws {
        let message = (error as? any ReportableError)?.failure.description ?? "\(error)"
        _ = try end(run, as: .failed, summary: nil, error: message, in: connection)
    }

    private func end(
        _ run: Run, as state: RunState, summary: String?, error: String?, in connection: Connection
    ) throws -> RunRecord {
        let now = clock.now()
        let record = try connection.first(
            """
            UPDATE run SET state = ?, summary = ?, finished_at = ?, lease_until = NULL, items_total = ?
             WHERE run_id = ? AND attempt = ? AND state = 'running'
            RETURNING \(RunRecord.columns)
            """, state.rawValue, summary, now, run.committed.itemsTotal, run.id, run.attempt, map: RunRecord.init)
        guard let record else { throw RunError.fenced(run.id, attempt: run.attempt) }
        try connection.execute(
            "UPDATE attempt SET state = ?, ended_at = ?, error = ? WHERE run_id = ? AND number = ?",
            state == .failed ? "failed" : "succeeded", now, error, run.id, run.attempt)
        try addEvent(to: run.id, from: .running, to: state, attempt: run.attempt, reason: error, in: connection)
        return record
    }

    private func addEvent(
        to run: RunID, from: RunState?, to: RunState, attempt: Int, reason: String?, in connection: Connection
    ) throws {
        precondition(from.map { $0.successors.contains(to) } ?? true, "no run goes from \(from as Any) to \(to)")
        try connection.execute(
            """
            INSERT INTO run_event (run_id, sequence, at, from_state, to_state, attempt, person, reason)
            VALUES (?, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM run_event WHERE run_id = ?), ?, ?, ?, ?, ?, ?)
            """, run, run, clock.now(), from?.rawValue, to.rawValue, attempt, person, reason)
    }
}
