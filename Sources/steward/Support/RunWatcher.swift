import Calendars
import Diagnostics
import Jobs
import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Follows a run from outside until it has ended, or waits for a person.
struct RunWatcher {
    let context: CommandContext
    let store: Store
    let timeoutSeconds: Int64?

    /// Between two looks at the store.
    static let lookMilliseconds = 250
    /// Off a terminal, a run that only gets on gets a line this often.
    static let lineSeconds = 10.0

    /// Shows how the run gets on, on standard error.
    ///
    /// - Returns: the run when there is nothing more to wait for.
    /// - Throws: exit code 124 when the time is up, 130 or 143 after a signal; the run goes on.
    func watch(_ run: RunID) throws -> RunRecord {
        Interruption.listen()
        defer { Terminal.clearProgress() }
        let start = ContinuousClock.now
        var pace = RunPace()
        var shown: (state: RunState, seconds: Double)?
        while true {
            let record = try context.find(.number(run), in: store)
            let elapsed = (ContinuousClock.now - start) / .seconds(1)
            if record.state == .running { pace.add(items: record.itemsDone, atSeconds: elapsed) }
            guard record.state.isLive, record.state != .waitingApproval else { return record }
            if Terminal.errorIsTerminal {
                Terminal.showLine(line(of: record, pace))
            } else if shown?.state != record.state || elapsed - (shown?.seconds ?? 0) >= Self.lineSeconds {
                Terminal.printError(line(of: record, pace))
                shown = (record.state, elapsed)
            }
            if let timeoutSeconds, elapsed >= Double(timeoutSeconds) {
                throw Failure(
                    .timeout, "Run \(run) is \(record.state.words); \(ElapsedText(timeoutSeconds)) have passed.",
                    advice: "It goes on; watch it again with `steward run watch \(run)`.")
            }
            try pause(run)
        }
    }

    /// `run 7 payroll-monthly@2026-04  running  1200 of 5000, 400 a second, 10 s left`
    private func line(of record: RunRecord, _ pace: RunPace) -> String {
        var parts: [String] = []
        if record.state == .running, record.itemsTotal > 0 {
            parts.append("\(record.itemsDone) of \(record.itemsTotal)")
            if let rate = pace.itemsPerSecond { parts.append("\(Int(rate.rounded())) a second") }
            if let left = pace.secondsLeft(of: record.itemsTotal) { parts.append("\(ElapsedText(left)) left") }
        }
        if record.state == .retryWait || record.state == .queued, record.notBefore > context.clock.now() {
            parts.append("not before \(record.notBefore)")
        }
        let progress = parts.isEmpty ? "" : "  " + parts.joined(separator: ", ")
        return "run \(record.id) \(record.identity.job)@\(record.identity.period)  \(record.state.words)\(progress)"
    }

    private func pause(_ run: RunID) throws {
        // A signal ends the wait.
        usleep(UInt32(Self.lookMilliseconds) * 1_000)
        do throws(Failure) {
            try Interruption.check()
        } catch {
            throw Failure(
                error.exitCode, "Not watched any longer; run \(run) goes on.",
                advice: "Watch it again with `steward run watch \(run)`, or stop it with `steward run cancel \(run)`.")
        }
    }
}

extension RunState {
    /// How a command ends that waited for a run in this state.
    var exitCode: ExitCode {
        switch self {
        case .succeeded: .success
        case .partly: .partly
        case .failed: .runFailed
        case .canceled, .rejected: .refused
        case .waitingApproval: .waitingForApproval
        case .planned, .queued, .running, .retryWait: .timeout
        }
    }
}
