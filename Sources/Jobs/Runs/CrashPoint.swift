import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The named places at which the tests of durability end the process, as if it were killed there.
///
/// `STEWARD_CRASH_AT=run.commit.before:3` ends the process, with no clean-up at all, the third time that place is
/// reached; `run.commit.before:3:interrupt` sends it the signal of a Ctrl-C there instead, and `:stop` has it stand still
/// (SIGSTOP) until somebody lets it go on. `STEWARD_CRASH_AT=list:FILE` writes each place that is reached into a file, a
/// line with the process and its name, and ends nothing. Without the variable a crash point costs one comparison.
/// `STEWARD_CHUNK_ITEMS` and `STEWARD_LEASE_SECONDS` belong to it: see `Run.defaultChunkItems` and `Run.leaseSeconds`.
package enum CrashPoint: String, CaseIterable, Sendable {
    case runCreated = "run.created"
    case runClaimed = "run.claimed"
    case commitBefore = "run.commit.before"
    /// All is written, and the transaction is open still.
    case commitWithin = "run.commit.within"
    case commitAfter = "run.commit.after"
    case gateBefore = "run.gate.before"
    case gateAfter = "run.gate.after"
    case decisionBefore = "run.decision.before"
    case decisionAfter = "run.decision.after"
    case finishBefore = "run.finish.before"
    case finishAfter = "run.finish.after"
    case daemonTicked = "daemon.ticked"
    case daemonClaimed = "daemon.claimed"
    case deliveryClaimed = "outbox.claimed"
    /// Messages were sent but for their last dots; that is not on record yet.
    case deliveryTransmitted = "outbox.transmitted"
    /// It is on record; the dots have not been sent.
    case deliveryBarrier = "outbox.barrier"
    /// The dots have been sent; the answers are not on record.
    case deliveryDotsSent = "outbox.dots_sent"
    case deliveryRecorded = "outbox.recorded"
    /// A part of the copy is written, under another name.
    case backupCopying = "backup.copying"
    case backupCopied = "backup.copied"
    /// A row of a declared report is handed to what makes its file.
    case reportRow = "report.row"

    private enum Instruction {
        case end(at: CrashPoint, count: Int, signal: Int32?)
        case list(file: String)
    }

    private static let instruction: Instruction? = {
        guard let value = getenv("STEWARD_CRASH_AT") else { return nil }
        let parts = String(cString: value).split(separator: ":")
        if parts.first == "list" { return .list(file: parts.dropFirst().joined(separator: ":")) }
        guard let name = parts.first, let place = CrashPoint(rawValue: String(name)) else { return nil }
        let signals = ["interrupt": SIGINT, "stop": SIGSTOP]
        return .end(
            at: place, count: parts.count > 1 ? Int(parts[1]) ?? 1 : 1,
            signal: parts.count > 2 ? signals[String(parts[2])] : nil)
    }()

    private static let reached = Atomic<Int>(0)

    package func reach() {
        switch Self.instruction {
        case nil: return
        case .list(let file): list(in: file)
        case .end(let place, let count, let signal):
            guard place == self, Self.reached.add(1, ordering: .relaxed).newValue == count else { return }
            guard let signal else { _exit(137) }
            raise(signal)
        }
    }

    /// Several processes may write to one file: each line is written at once.
    private func list(in file: String) {
        let descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let line = Array("\(getpid()) \(rawValue)\n".utf8)
        _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}
