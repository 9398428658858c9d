/// Where a run stands.
package enum RunState: String, CaseIterable, Sendable {
    case queued, running, succeeded
    /// Done, with some items set aside.
    case partly
    case failed, canceled

    /// Whether the run will do nothing more by itself.
    package var isFinal: Bool {
        switch self {
        case .succeeded, .partly, .canceled: true
        case .queued, .running, .failed: false
        }
    }

    /// Whether the run's effects stand, so that asking for it again is a no-op.
    package var isDone: Bool { self == .succeeded || self == .partly }

    /// The states that may follow; no other change is possible.
    package var successors: Set<RunState> {
        switch self {
        case .queued: [.running, .canceled]
        case .running: [.running, .succeeded, .partly, .failed, .canceled]
        case .failed: [.running, .canceled]
        case .succeeded, .partly, .canceled: []
        }
    }
}

/// Why a run exists.
package enum Trigger: String, CaseIterable, Sendable {
    case schedule, person, run, api
}
