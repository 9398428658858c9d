import Configuration
import Diagnostics

/// How the runs of a job are carried out by the daemon. A person who runs a job in the foreground waits for it himself.
package struct ExecutionRules: Hashable, Sendable {
    /// A worker that takes longer is stopped.
    package var timeoutSeconds: Int64?
    package var retry: RetryRule
    /// Runs of the job that are worked on at once.
    package var maximumRunning: Int?
    package var limits: ResourceLimits
    /// What becomes of a message of which nobody knows whether the server took it.
    package var onDoubt: DoubtPolicy

    package init(
        timeoutSeconds: Int64? = nil, retry: RetryRule = RetryRule(), maximumRunning: Int? = nil,
        limits: ResourceLimits = ResourceLimits(), onDoubt: DoubtPolicy = .hold
    ) {
        self.timeoutSeconds = timeoutSeconds
        self.retry = retry
        self.maximumRunning = maximumRunning
        self.limits = limits
        self.onDoubt = onDoubt
    }
}

/// What a worker may use.
package struct ResourceLimits: Hashable, Sendable {
    /// Of address space.
    package var memoryBytes: Int64?
    package var processorSeconds: Int64?
    /// 0 to 19; the higher, the more it gives way to others.
    package var nice: Int?

    package init(memoryBytes: Int64? = nil, processorSeconds: Int64? = nil, nice: Int? = nil) {
        self.memoryBytes = memoryBytes
        self.processorSeconds = processorSeconds
        self.nice = nice
    }
}

/// Why an attempt failed, as far as it decides whether another one can help.
package enum FailureCause: String, CaseIterable, Sendable {
    /// The store or a server could not be reached, was locked or full.
    case unavailable
    case timedOut = "timed_out"
    /// The worker was ended by a signal: too much memory, a crash.
    case killed
    /// Anything else that was not a refusal.
    case failed

    /// The cause of an error; nil for a refusal, which stays one however often it is tried.
    package init?(_ error: any Error) {
        guard let failure = (error as? any ReportableError)?.failure else {
            self = .failed
            return
        }
        switch failure.exitCode {
        case .storeUnavailable: self = .unavailable
        case .refused, .usage, .notFound, .notPermitted, .schemaMismatch, .alreadyRunning, .waitingForApproval:
            return nil
        default: self = .failed
        }
    }
}

/// Whether and when a run that failed is tried again.
package struct RetryRule: Hashable, Sendable {
    package var policy: RetryPolicy
    package var causes: Set<FailureCause>

    package init(policy: RetryPolicy = .none, causes: Set<FailureCause> = Set(FailureCause.allCases)) {
        self.policy = policy
        self.causes = causes
    }
}

extension ExecutionRules {
    /// Reads the keys of a job that say how it is carried out.
    init(_ map: YAMLMapping) {
        timeoutSeconds = map.optional("timeout", .durationSeconds(1...2_592_000))
        retry =
            map.optionalMapping("retry") { map in
                let maximum = map.optional("max", .integer(0...20), default: 3)
                let backoff = map.optional("backoff", .durationRange(1...86_400), default: 30...600)
                let causes = map.optionalList("on", .choice(FailureCause.self))
                return RetryRule(
                    policy: RetryPolicy(
                        maximumRetries: maximum, backoffSeconds: backoff.lowerBound,
                        maximumBackoffSeconds: backoff.upperBound),
                    causes: causes.isEmpty ? Set(FailureCause.allCases) : Set(causes))
            } ?? RetryRule()
        maximumRunning = map.optional("max_running", .integer(1...1_000))
        limits =
            map.optionalMapping("limits") { map in
                ResourceLimits(
                    memoryBytes: map.optional("memory", .byteCount),
                    processorSeconds: map.optional("cpu", .durationSeconds(1...2_592_000)),
                    nice: map.optional("nice", .integer(0...19)))
            } ?? ResourceLimits()
        onDoubt = map.optional("on_doubt", .choice(DoubtPolicy.self), default: .hold)
    }
}
