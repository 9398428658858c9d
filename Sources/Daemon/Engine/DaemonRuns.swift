import Calendars
import Diagnostics
import Glibc
import Jobs
import Store

extension Daemon {
    /// As whom the daemon acts, in events.
    static let actor = StewardActor.daemon

    // MARK: - Starting

    /// Queues what waited for its time or for another run.
    func release(at now: Instant) throws {
        guard try store.read({ try RunQueue.hasWaiting(at: now, in: $0) }) else { return }
        try store.write { connection in
            let queue = RunQueue(connection, person: Self.actor, at: now)
            try queue.queueRetries()
            try queue.queuePlanned()
        }
    }

    /// Claims as many runs as there is room for, and starts their workers.
    func startRuns(at now: Instant) throws {
        let room = settings.workers - workerCount
        guard room > 0 else { return }
        let placements = try store.read { connection -> [String]? in
            noticeDrain(try NodeRecords.isDrained(nodeName, in: connection))
            guard !isDrained, try RunQueue.hasQueued(at: now, in: connection) else { return nil }
            return try RunPlacements.matching(nodeStart.labels, in: connection)
        }
        guard let placements else { return }
        let claimed = try store.write {
            try RunQueue($0, person: Self.actor, at: now).claim(
                room, within: limits, placements: placements, for: process)
        }
        CrashPoint.daemonClaimed.reach()
        for run in claimed { startWorker(for: run, at: now) }
        health.working(workerCount)
    }

    /// How many runs of each job and queue may be worked on at once.
    static func limits(of jobs: JobCatalog, _ settings: DaemonSettings) -> RunLimits {
        RunLimits(
            perJob: Dictionary(
                jobs.jobs.compactMap { job in job.execution.maximumRunning.map { (job.name, $0) } },
                uniquingKeysWith: { first, _ in first }),
            perQueue: settings.queues)
    }

    private func startWorker(for run: RunRecord, at now: Instant) {
        let declaration = jobs[run.identity.job]
        let command = command(for: RunLease(run: run.id, attempt: run.attempt), declaration)
        let attempt = ActiveAttempt(
            run: run, declaration: declaration, since: now, log: AttemptLogKeeper(run: run.id, attempt: run.attempt),
            logStoredAt: monotonic.now)
        do {
            guard let supervisor else { preconditionFailure("the daemon runs with a supervisor") }
            active[try supervisor.start(command)] = attempt
            logger.info(
                "started run \(run.id)",
                metadata: [
                    "job": "\(run.identity.job)", "period": "\(run.identity.period)", "attempt": "\(run.attempt)",
                ])
            // What was caught up or asked for by a person is late on purpose.
            if let dueAt = run.dueAt, run.attempt == 1, run.trigger == .schedule, run.notBefore == dueAt {
                health.lateness(seconds: Double(clock.now().microseconds - dueAt.microseconds) / 1_000_000)
            }
        } catch {
            end(attempt, WorkerEnding.notStarted(error.description))
        }
    }

    /// What is started for an attempt at a run or a partition.
    func command(for lease: RunLease, _ declaration: JobDeclaration?) -> WorkerCommand {
        let rules = declaration?.execution ?? ExecutionRules()
        var command = WorkerCommand(
            arguments: ["steward"] + program.workerArguments(company, lease), environment: program.environment,
            workingDirectory: company.directory)
        command.limits = WorkerLimits(
            memoryBytes: rules.limits.memoryBytes.map(UInt64.init),
            cpuSeconds: rules.limits.processorSeconds.map(UInt64.init),
            nice: rules.limits.nice.map(Int32.init))
        command.timeoutSeconds = rules.timeoutSeconds.map(Double.init)
        command.graceSeconds = Self.shutdownGraceSeconds
        return command
    }

    // MARK: - Workers

    func receive(_ event: WorkerEvent) {
        guard helpers[event.worker] == nil else { return receiveFromHelper(event) }
        guard let attempt = active[event.worker] else { return }
        switch event.kind {
        case .started, .output: break
        case .notStarted(let error):
            active[event.worker] = nil
            end(attempt, .notStarted("\(error)"))
        case .ended(let end):
            active[event.worker] = nil
            self.end(attempt, .ended(end), output.rest(of: event.worker, after: attempt.log.writtenCount))
        }
    }

    enum WorkerEnding {
        case notStarted(String)
        case ended(WorkerEnd)
    }

    /// Writes what came of an attempt: what its worker has not written itself. Where the store cannot be used just now,
    /// the search for lost attempts does it later.
    private func end(_ attempt: ActiveAttempt, _ ending: WorkerEnding, _ lastOutput: AttemptLog.Continuation? = nil) {
        let now = clock.now()
        do {
            let record = try store.write { connection in
                if let lastOutput {
                    var log = attempt.log
                    try log.store(lastOutput, in: connection)
                }
                if case .ended(let end) = ending {
                    try RunQueue(connection, person: Self.actor, at: now).recordUsage(
                        end.usage, of: attempt.run.id, attempt: attempt.run.attempt)
                }
                try settle(attempt, ending, at: now, in: connection)
                return try RunRecords.find(.number(attempt.run.id), in: connection)
            }
            health.ended(state: record.state)
            health.working(workerCount)
            mail?.wake()
            logger.info(
                "run \(record.id) is \(record.state.words)",
                metadata: [
                    "job": "\(record.identity.job)", "period": "\(record.identity.period)",
                    "attempt": "\(record.attempt)",
                ])
        } catch {
            logger.error(
                "the end of run \(attempt.run.id) was not written yet", metadata: ["error": "\(Self.text(of: error))"])
        }
    }

    private func settle(
        _ attempt: ActiveAttempt, _ ending: WorkerEnding, at now: Instant, in connection: Connection
    ) throws {
        let queue = RunQueue(connection, person: Self.actor, at: now, notices: notices)
        // The worker wrote the end itself, unless it failed or was ended.
        guard let held = try queue.held(attempt.run.id, attempt: attempt.run.attempt) else { return }
        switch ending {
        case .notStarted(let reason):
            try fail(
                held, as: .failed, "Its worker could not be started: \(reason)", cause: .unavailable,
                attempt.declaration, queue)
        case .ended(let end):
            switch end.stopCause {
            case .shutdown:
                try queue.requeueLost(held.run, attempt: held.attempt, reason: "the daemon was stopped")
            case .cancelled:
                let wish = try queue.cancelWish(of: held.run)
                try RunQueue(connection, person: wish.person, at: now).endCanceled(
                    held.run, attempt: held.attempt, reason: wish.reason)
            case .timeout:
                let limit = attempt.declaration?.execution.timeoutSeconds ?? 0
                try fail(
                    held, as: .timedOut, "It took longer than \(limit) s and was stopped.", cause: .timedOut,
                    attempt.declaration, queue)
            case .silence:
                try takeBack(
                    held,
                    reason:
                        "its worker had not renewed its lease for \(LeaseWatch.maximumSilentSeconds) s and was killed",
                    attempt.declaration, queue)
            case nil:
                if let error = held.error {
                    try fail(held, as: .failed, error, cause: held.cause, attempt.declaration, queue)
                } else if let reason = end.outcome.outsideReason {
                    try takeBack(held, reason: reason, attempt.declaration, queue)
                } else {
                    let (state, text, cause) = end.outcome.explanation
                    try fail(held, as: state, text, cause: cause, attempt.declaration, queue)
                }
            }
        }
    }

    private func fail(
        _ held: RunQueue.Held, as state: AttemptState, _ error: String, cause: FailureCause?,
        _ declaration: JobDeclaration?, _ queue: RunQueue
    ) throws {
        var random = SystemRandomNumberGenerator()
        let retry = declaration?.execution.retry ?? RetryRule()
        let retryAt = cause.flatMap { cause in
            retry.causes.contains(cause)
                ? retry.policy.notBefore(retry: held.failures + 1, after: queue.now, using: &random) : nil
        }
        try queue.fail(held.run, attempt: held.attempt, as: state, error: error, retryAt: retryAt)
    }

    // MARK: - Attempts without a worker

    /// Ends attempts whose workers are gone with the daemon, or the host, that ran them, and kills workers of our own that
    /// do not renew their leases: they hang, or were stopped.
    ///
    /// Reading does not wait for a writer, so this comes first in a round: a worker that hangs may hold the store.
    func recoverLost(at now: Instant) throws {
        guard isRecoveryDue() else { return }
        let held = try store.read { try RunQueue($0, person: Self.actor, at: now).held() }
        var looked = Dictionary(
            held.map { (RunLease(run: $0.run, attempt: $0.attempt), $0.leaseUntil) },
            uniquingKeysWith: { first, _ in first })
        // A worker of our own that lost its run, or is done with it, is to end.
        for attempt in active.values where looked[attempt.lease] == nil {
            looked.updateValue(nil, forKey: attempt.lease)
        }
        try addHelpers(to: &looked)
        let silent = leases.look(at: looked, now: monotonic.now)
        killSilent(silent)
        killSilentHelpers(silent)
        let mine = Set(active.values.map(\.lease))
        let lost = held.filter { held in
            let lease = RunLease(run: held.run, attempt: held.attempt)
            guard !mine.contains(lease) else { return false }
            if held.holder == process { return true }
            return held.holder.host == process.host ? held.holder.hasEnded : silent.contains(lease)
        }
        for held in lost where try recover(held, at: now) {
            health.tookUp()
            logger.warning("run \(held.run) was taken up again", metadata: ["attempt": "\(held.attempt)"])
        }
    }

    /// - Returns: false where another daemon was quicker, or the attempt has ended after all.
    private func recover(_ held: RunQueue.Held, at now: Instant) throws -> Bool {
        do {
            try store.write { connection in
                let queue = RunQueue(connection, person: Self.actor, at: now, notices: notices)
                let declaration = jobs[held.job]
                if let error = held.error {
                    try fail(held, as: .failed, error, cause: held.cause, declaration, queue)
                } else {
                    try takeBack(
                        held,
                        reason:
                            "the worker of attempt \(held.attempt), process \(held.holder.id) on \(held.holder.host), is gone",
                        declaration, queue)
                }
            }
            return true
        } catch RunError.fenced {
            return false
        }
    }

    private func killSilent(_ silent: Set<RunLease>) {
        for (worker, attempt) in active where silent.contains(attempt.lease) && attempt.stopCause != .silence {
            logger.error(
                "the worker of run \(attempt.run.id) has not renewed its lease for \(LeaseWatch.maximumSilentSeconds) s",
                metadata: ["attempt": "\(attempt.run.attempt)"])
            active[worker]?.stopCause = .silence
            supervisor?.stop(worker, .silence, graceSeconds: 0)
        }
    }

    /// Queues a run again whose worker was lost through no fault of its own; one that loses all its workers has failed.
    private func takeBack(
        _ held: RunQueue.Held, reason: String, _ declaration: JobDeclaration?, _ queue: RunQueue
    ) throws {
        guard try queue.lostAttempts(of: held.run) < Self.maximumLostAttempts else {
            return try fail(
                held, as: .lost, "Its workers were lost \(Self.maximumLostAttempts) times; the last: \(reason).",
                cause: nil, declaration, queue)
        }
        try queue.requeueLost(held.run, attempt: held.attempt, reason: reason)
    }

    // MARK: - Cancelling

    /// Tells the workers of runs that a person wants stopped.
    func stopCanceled() throws {
        guard workerCount > 0 else { return }
        let wanted = Set(try store.read { try RunQueue.cancelWanted(in: $0) })
        for (worker, attempt) in active where attempt.stopCause == nil && wanted.contains(attempt.run.id) {
            active[worker]?.stopCause = .cancelled
            supervisor?.stop(worker, .cancelled, graceSeconds: Self.shutdownGraceSeconds)
        }
        for (worker, helper) in helpers where helper.stopCause == nil && wanted.contains(helper.partition.run) {
            stop(worker, .cancelled)
        }
    }

    // MARK: - Logs

    func storeLogs() throws {
        for (worker, attempt) in active where isLogDue(attempt) {
            guard let new = output.continuation(of: worker, after: attempt.log.writtenCount), !new.lines.isEmpty else {
                continue
            }
            active[worker]?.log = try store.write { connection in
                var log = attempt.log
                try log.store(new, in: connection)
                return log
            }
            active[worker]?.logStoredAt = monotonic.now
        }
    }

    private func isLogDue(_ attempt: ActiveAttempt) -> Bool {
        monotonic.now - attempt.logStoredAt >= .milliseconds(attempt.log.intervalMilliseconds)
    }

    /// Until something that was printed is to be written; nil where nothing waits.
    var millisecondsToNextLog: Int64? {
        active.lazy.filter { [output] in output.hasMore(of: $0.key, than: $0.value.log.writtenCount) }
            .map { [monotonic] _, attempt in
                let passed = attempt.logStoredAt.duration(to: monotonic.now) / .milliseconds(1)
                return max(0, Int64(attempt.log.intervalMilliseconds) - Int64(passed))
            }
            .min()
    }
}

extension WorkerEnd {
    var usage: ProcessUsage {
        let (code, signal): (Int32?, Int32?) =
            switch outcome {
            case .exited(let code): (code, nil)
            case .signalled(let signal): (nil, signal)
            case .unknown: (nil, nil)
            }
        return ProcessUsage(
            exitCode: code, signal: signal, processorMilliseconds: (userMicroseconds + systemMicroseconds) / 1_000,
            memoryPeakBytes: maximumResidentBytes)
    }
}

extension WorkerEnd.Outcome {
    /// What is said of a worker that ended without a word in the store.
    fileprivate var explanation: (AttemptState, String, FailureCause) {
        switch self {
        case .exited(let code):
            (
                .failed, "Its worker ended with exit code \(code) and did not say why; its last words are in the log.",
                .failed
            )
        case .signalled(let signal):
            (.killed, "Its worker was ended by signal \(signal)\(Self.hint(signal)).", .killed)
        case .unknown:
            (.killed, "Its worker has ended, and nobody can say how.", .killed)
        }
    }

    /// Why a worker ended without a word in the store where that was not its own fault; nil where it was.
    fileprivate var outsideReason: String? {
        switch self {
        case .exited(ExitCode.storeUnavailable.rawValue): "its worker could not use the store, not even to say so"
        case .exited(ExitCode.alreadyRunning.rawValue): "its worker could not renew its lease and ended"
        default: nil
        }
    }

    private static func hint(_ signal: Int32) -> String {
        switch signal {
        case SIGKILL: " (SIGKILL: a person, or the system for want of memory)"
        case SIGXCPU: " (SIGXCPU: its limit of processor time)"
        case SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS: " (a crash; report it with the log)"
        default: ""
        }
    }
}

extension Daemon.ActiveAttempt {
    fileprivate var lease: RunLease { RunLease(run: run.id, attempt: run.attempt) }
}
