import CLinux
import Glibc

/// One running worker as its supervisor sees it: its process, its pipes, and how far it is with stopping.
///
/// Used by the supervisor's thread alone.
struct SupervisedWorker {
    let id: WorkerID
    let process: pid_t
    /// Readable when the process has ended; nil where Linux has no such descriptor.
    let ending: OwnedDescriptor?
    /// Nil after its end.
    var output: OwnedDescriptor?
    var errors: OwnedDescriptor?
    let startedAt: ContinuousClock.Instant
    let graceSeconds: Double
    /// When it is stopped because it has run too long.
    var timeoutAt: ContinuousClock.Instant?
    private(set) var stopCause: StopCause?
    private(set) var wasKilled = false
    /// When SIGKILL follows SIGTERM.
    private(set) var killAt: ContinuousClock.Instant?

    init(
        id: WorkerID, process: pid_t, ending: OwnedDescriptor?, output: OwnedDescriptor, errors: OwnedDescriptor,
        startedAt: ContinuousClock.Instant, command: WorkerCommand
    ) {
        self.id = id
        self.process = process
        self.ending = ending
        self.output = output
        self.errors = errors
        self.startedAt = startedAt
        graceSeconds = max(0, command.graceSeconds)
        timeoutAt = command.timeoutSeconds.map { startedAt.advanced(by: .bounded(seconds: $0)) }
    }

    /// Asks the whole group to stop. The same cause a second time ends it at once; another one can only shorten the grace.
    mutating func stop(_ cause: StopCause, graceSeconds: Double, now: ContinuousClock.Instant) {
        guard !wasKilled else { return }
        if stopCause == cause || graceSeconds <= 0 {
            return kill(cause)
        }
        let limit = now.advanced(by: .bounded(seconds: graceSeconds))
        killAt = killAt.map { min($0, limit) } ?? limit
        guard stopCause == nil else { return }
        stopCause = cause
        timeoutAt = nil
        signalGroup(SIGTERM)
        // One that is stopped would not hear it.
        signalGroup(SIGCONT)
    }

    mutating func kill(_ cause: StopCause) {
        stopCause = stopCause ?? cause
        wasKilled = true
        timeoutAt = nil
        killAt = nil
        signalGroup(SIGKILL)
    }

    /// Does what is due.
    mutating func keepDeadlines(now: ContinuousClock.Instant) {
        if let timeoutAt, timeoutAt <= now { stop(.timeout, graceSeconds: graceSeconds, now: now) }
        if let killAt, killAt <= now { kill(stopCause ?? .timeout) }
    }

    var nextDeadline: ContinuousClock.Instant? {
        switch (timeoutAt, killAt) {
        case (let a?, let b?): min(a, b)
        case (let a, let b): a ?? b
        }
    }

    /// While the process is not reaped, no other group can have its number.
    func signalGroup(_ signal: Int32) {
        _ = Glibc.kill(-process, signal)
    }

    /// How it ended; nil while it runs. What it left running in its group is killed first.
    func reap() -> (outcome: WorkerEnd.Outcome, usage: rusage)? {
        var status: Int32 = 0
        var usage = rusage()
        switch linux_has_ended(process) {
        case 0: return nil
        case 1: signalGroup(SIGKILL)
        // Its number may be another's by now, so nothing is sent there.
        default: return (.unknown, usage)
        }
        guard linux_reap(process, &status, &usage) == process else { return nil }
        let signal = status & 0x7F
        return (signal == 0 ? .exited(code: status >> 8 & 0xFF) : .signalled(signal), usage)
    }
}
