import Calendars
import Diagnostics
import Store

extension RunExecutor {
    /// What came of asking the daemon for a run.
    package enum Queued: Sendable {
        /// It was made, and waits.
        case new(RunRecord)
        /// There was one that had failed; it is tried again from its checkpoint.
        case retried(RunRecord)
        /// There is one that waits or is worked on.
        case underWay(RunRecord)
        /// It had been done before; nothing was written.
        case alreadyDone(RunRecord)

        package var record: RunRecord {
            switch self {
            case .new(let record), .retried(let record), .underWay(let record), .alreadyDone(let record): record
            }
        }

        /// Whether nothing was written.
        package var isNoop: Bool {
            switch self {
            case .new, .retried: false
            case .underWay, .alreadyDone: true
            }
        }
    }

    /// Checks what is checked before a run, for many periods of a job.
    ///
    /// - Throws: for the first period that is refused.
    package func check(_ declaration: JobDeclaration, _ periods: [Period], _ parameters: ParameterValues) throws {
        for period in periods { _ = try checkedKind(of: declaration, period: period, parameters: parameters) }
    }

    /// Leaves a run to the daemon: a new one, or the rest of one that failed. It waits for what its job needs.
    ///
    /// - Throws: what `run` throws before it starts; `RunError.canceled` or `.rejected` where the run was.
    package func enqueue(
        _ declaration: JobDeclaration, period: Period, parameters: ParameterValues, trigger: Trigger,
        repetition: NewRun.Repetition = .none, reason: String? = nil, isHeldByNeeds: Bool = true
    ) throws -> Queued {
        _ = try checkedKind(of: declaration, period: period, parameters: parameters)
        let new = NewRun(
            declaration, period: period, parameters: parameters, trigger: trigger, repetition: repetition,
            notBefore: clock.now(), reason: reason, needs: isHeldByNeeds ? declaration.needs(for: period) : [])
        return try store.write { connection in
            let queue = queue(connection)
            let enqueued = try queue.enqueue(new)
            guard !enqueued.isNew else { return .new(enqueued.record) }
            switch enqueued.record.state {
            case .succeeded, .partly: return .alreadyDone(enqueued.record)
            case .planned, .queued, .running, .waitingApproval: return .underWay(enqueued.record)
            case .canceled: throw RunError.canceled(enqueued.record.id)
            case .rejected: throw RunError.rejected(enqueued.record.id)
            case .failed, .retryWait:
                try queue.retry(enqueued.record.id, reason: reason)
                return .retried(try RunRecords.find(.number(enqueued.record.id), in: connection))
            }
        }
    }
}
