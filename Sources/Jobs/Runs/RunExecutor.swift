import Calendars
import Diagnostics
import Store

/// Starts runs, carries them through and brings them to an end.
package struct RunExecutor {
    private let company: Company
    let store: Store
    private let kinds: KindRegistry
    let clock: any Clock
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
        /// Its attempt came to its end; the run has, too, or its results wait for an approval.
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
    /// - Parameter isHeldByNeeds: whether what its job needs must be done before.
    /// - Throws: `RunError` when it cannot start; whatever the kind throws, after the run was marked as failed.
    package func run(
        _ declaration: JobDeclaration, period: Period, parameters: ParameterValues, trigger: Trigger,
        repetition: NewRun.Repetition = .none, reason: String? = nil, isHeldByNeeds: Bool = true,
        progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) throws -> Outcome {
        _ = try checkedKind(of: declaration, period: period, parameters: parameters)
        let now = clock.now()
        let new = NewRun(
            declaration, period: period, parameters: parameters, trigger: trigger, repetition: repetition,
            notBefore: now, reason: reason, needs: isHeldByNeeds ? declaration.needs(for: period) : [])
        let record = try store.write { connection in
            let enqueued = try queue(connection).enqueue(new)
            // Whoever waits in the foreground is told; nothing is left behind that would start later.
            if enqueued.isNew, enqueued.record.state == .planned {
                let needs = try RunRecords.needs(of: enqueued.record.id, in: connection)
                throw RunError.needsUnmet(
                    job: declaration.name,
                    try needs.map { need in
                        let latest = try RunRecords.latest(of: need.job, for: need.period, in: connection)
                        return UnmetNeed(need, run: latest?.id, state: latest?.state)
                    })
            }
            return enqueued.record
        }
        CrashPoint.runCreated.reach()
        if record.state.isDone { return .alreadyDone(record) }
        let claimed: RunRecord
        do {
            claimed = try store.write { try queue($0).claim(record.id, for: process) }
        } catch RunError.alreadyDone(let id) {
            // Another process has brought it to its end since it was queued.
            return .alreadyDone(try store.read { try RunRecords.find(.number(id), in: $0) })
        }
        CrashPoint.runClaimed.reach()
        return .finished(try perform(claimed, progress: progress))
    }

    /// What becomes of a run whose kind threw an error.
    package enum FailureHandling: Sendable {
        /// It has failed: a person sees it and decides.
        case endRun
        /// The error is kept, and the daemon, which knows the job's rules for retries, ends the attempt.
        case leaveToDaemon
    }

    /// Does the work of a run that this process has claimed, and ends it.
    ///
    /// - Throws: what the kind throws, after the run was ended accordingly; `RunError.fenced` when another attempt took
    ///   it over.
    package func perform(
        _ claimed: RunRecord, onFailure: FailureHandling = .endRun,
        progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) throws -> RunRecord {
        guard let kind = kinds[claimed.kind] else { throw unknownKind(claimed.kind, of: claimed.identity.job) }
        let run = Run(
            record: claimed, kind: kind, company: company, store: store, person: person, isRehearsal: false,
            clock: clock, progress: progress)
        run.process = process
        do {
            let summary = try kind.init().run(run)
            CrashPoint.finishBefore.reach()
            let finished = try store.write { try finish(run, summary: summary, in: $0) }
            CrashPoint.finishAfter.reach()
            return finished
        } catch let ending as ResultsProposed {
            return ending.record
        } catch RunError.fenced(let id, let attempt) {
            // A fenced attempt has nothing to say about the run any more.
            throw RunError.fenced(id, attempt: attempt)
        } catch RunError.cancelRequested(let id, let person, let reason) {
            try store.write {
                try RunQueue($0, person: person, at: clock.now()).endCanceled(id, attempt: run.attempt, reason: reason)
            }
            throw RunError.cancelRequested(id, by: person, reason: reason)
        } catch {
            let message = (error as? any ReportableError)?.failure.description ?? "\(error)"
            switch onFailure {
            case .endRun:
                _ = try? store.write {
                    try queue($0).fail(run.id, attempt: run.attempt, as: .failed, error: message, retryAt: nil)
                }
            case .leaveToDaemon:
                // A worker that was told to stop has not failed.
                guard !Interruption.isRequested else { break }
                _ = try? store.write {
                    try queue($0).recordFailure(
                        of: run.id, attempt: run.attempt, error: message, cause: FailureCause(error))
                }
            }
            throw error
        }
    }

    /// Does the work of one partition that this process has claimed, to help the attempt of its run. Where it cannot, it
    /// gives the partition back.
    ///
    /// - Throws: what the kind throws, after the partition was given back; `RunError.fenced` when another process has it.
    package func help(with partition: RunPartition, of record: RunRecord) throws {
        guard let kind = kinds[record.kind] as? any PartitionedKind.Type else {
            throw unknownKind(record.kind, of: record.identity.job)
        }
        let part = Run(
            record: record, partition: partition, kind: kind, company: company, store: store, person: person,
            isRehearsal: false, clock: clock, progress: { _ in })
        do {
            try kind.init().work(onPart: part, in: partition.range)
            try store.write { try queue($0).finish(partition) }
        } catch RunError.fenced(let id, let attempt) {
            throw RunError.fenced(id, attempt: attempt)
        } catch {
            var failure: String? = (error as? any ReportableError)?.failure.description ?? "\(error)"
            if case RunError.cancelRequested = error { failure = nil }
            // A worker that was told to stop has not failed.
            if Interruption.isRequested { failure = nil }
            _ = try? store.write { try queue($0).giveBack(partition.lease, failure: failure) }
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
        return try store.rehearsing { store in
            let new = NewRun(
                declaration, period: period, parameters: parameters, trigger: .person, notBefore: clock.now())
            let record = try store.write { try queue($0).enqueue(new).record }
            if record.state.isDone {
                return Rehearsal(record: record, isAlreadyDone: true, effects: [], exceptions: [])
            }
            let claimed = try store.write { try queue($0).claim(record.id, for: process) }
            let run = Run(
                record: claimed, kind: kind, company: company, store: store, person: person, isRehearsal: true,
                clock: clock, progress: progress)
            run.process = process
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

    func checkedKind(
        of declaration: JobDeclaration, period: Period, parameters: ParameterValues
    ) throws -> any JobKind.Type {
        guard let kind = kinds[declaration.kind] else { throw unknownKind(declaration.kind, of: declaration.name) }
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

    private func unknownKind(_ kind: String, of job: String) -> Failure {
        Failure(
            .usage, "The job \(job) is of the kind \(kind), which does not exist.",
            advice: "Run `steward check` to see all errors of the configuration.")
    }

    private func finish(_ run: Run, summary: RunSummary, in connection: Connection) throws -> RunRecord {
        try queue(connection).finish(
            run.id, attempt: run.attempt, as: run.committed.exceptions > 0 ? .partly : .succeeded, summary: summary,
            itemsTotal: run.committed.itemsTotal)
    }

    func queue(_ connection: Connection) -> RunQueue {
        RunQueue(connection, person: person, at: clock.now(), notices: Notices(company))
    }
}
