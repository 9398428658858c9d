/// Where a run stands.
package enum RunState: String, CaseIterable, Sendable {
    /// Waits for other jobs to be done for its period.
    case planned
    /// Waits for a worker.
    case queued
    case running
    /// Its results are computed and wait for a person who approves them.
    case waitingApproval = "waiting_approval"
    /// An attempt failed; the next one waits for its time.
    case retryWait = "retry_wait"
    case succeeded
    /// Done, with some items set aside.
    case partly
    case failed, canceled
    /// A person refused its results.
    case rejected

    /// Whether the run will do nothing more, whatever is asked of it.
    package var isFinal: Bool { successors.isEmpty }

    /// Whether the run's effects stand, so that asking for it again is a no-op.
    package var isDone: Bool { self == .succeeded || self == .partly }

    /// Whether the daemon has something left to do about it.
    package var isLive: Bool {
        switch self {
        case .planned, .queued, .running, .waitingApproval, .retryWait: true
        case .succeeded, .partly, .failed, .canceled, .rejected: false
        }
    }

    /// The states that may follow. The table `run_transition` says the same, and the store holds every run to it.
    package var successors: Set<RunState> {
        switch self {
        case .planned: [.queued, .canceled]
        case .queued: [.running, .canceled]
        case .running:
            [.running, .succeeded, .partly, .failed, .canceled, .waitingApproval, .retryWait, .queued]
        case .retryWait: [.queued, .running, .canceled]
        case .waitingApproval: [.queued, .rejected]
        case .failed: [.queued, .running, .canceled, .rejected]
        case .succeeded, .partly, .canceled, .rejected: []
        }
    }

    /// The states in which a run begins.
    package static let initial: Set<RunState> = [.planned, .queued]

    /// For people: `waiting for approval`.
    package var words: String {
        switch self {
        case .waitingApproval: "waiting for approval"
        case .retryWait: "waiting to be tried again"
        case .planned: "waiting for another job"
        default: rawValue
        }
    }
}

/// Why a run exists.
package enum Trigger: String, CaseIterable, Sendable {
    case schedule, person, run, api
}
