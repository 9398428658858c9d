import Calendars
import Diagnostics

/// Why a run did not start, or stopped.
package enum RunError: Error, Hashable, Sendable {
    case notFound(String)
    /// Another process works on it.
    case alreadyRunning(RunID, host: String, process: Int64)
    /// Another attempt has taken the run over; this one may not commit any more.
    case fenced(RunID, attempt: Int)
    /// It is to be worked on, and has been done before.
    case alreadyDone(RunID)
    case unsuitablePeriod(job: String, period: Period, expected: [Period.Granularity])
    /// It was canceled before.
    case canceled(RunID)
    /// A person refused its results.
    case rejected(RunID)
    /// Its results wait for an approval.
    case waitsForApproval(RunID)
    /// A person asked to stop it while it was worked on.
    case cancelRequested(RunID, by: String, reason: String)
    /// What its job needs is not done for the period.
    case needsUnmet(job: String, [UnmetNeed])
    /// It is no longer in the state in which it was seen.
    case changed(RunID, expected: RunState)
    /// It is to be repeated, and has not come to its end.
    case notEnded(RunID, RunState)
    /// It is to be canceled, and has come to its end.
    case ended(RunID, RunState)
    /// It is to be tried again, and has not failed.
    case notFailed(RunID, RunState)
}

/// What a run needs and what is not done, with how far it has come.
package struct UnmetNeed: Hashable, Sendable {
    package var need: NewRun.Need
    /// Its latest run; nil where it never ran for the period.
    package var run: RunID?
    package var state: RunState?

    package init(_ need: NewRun.Need, run: RunID? = nil, state: RunState? = nil) {
        self.need = need
        self.run = run
        self.state = state
    }

    fileprivate var text: String {
        let name = "\(need.job) for \(need.period)"
        guard let run, let state else { return "\(name), which has not run" }
        return "\(name), which is \(state.words) (run \(run))"
    }

    fileprivate var advice: String {
        switch (run, state) {
        case (let run?, .waitingApproval):
            "Have its results approved first: `steward run show \(run)`."
        case (let run?, .planned), (let run?, .queued), (let run?, .running), (let run?, .retryWait):
            "Wait for it: `steward run watch \(run)`."
        default:
            "Run that first: `steward run \(need.job) --period \(need.period)`."
        }
    }
}

extension RunError: ReportableError {
    package var failure: Failure {
        switch self {
        case .notFound(let reference):
            Failure(.notFound, "There is no run \(reference).", advice: "Run `steward run list` to see all runs.")
        case .alreadyRunning(let run, let host, let process):
            Failure(
                .alreadyRunning, "Run \(run) is being worked on by process \(process) on \(host).",
                advice: "Wait for it, or look at it with `steward run show \(run)`.")
        case .fenced(let run, let attempt):
            Failure(
                .refused,
                "Attempt \(attempt) of run \(run) was taken over by another process; nothing more was written.",
                advice: "Look at the run with `steward run show \(run)`.")
        case .alreadyDone(let run):
            Failure(
                .refused, "Run \(run) is done already; nothing was written.",
                advice: "Look at it with `steward run show \(run)`.")
        case .unsuitablePeriod(let job, let period, let expected):
            Failure(
                .usage, "The job \(job) does not run for \(period).",
                advice:
                    "Give \(expected == [.instant] ? "an" : "a") \(expected.map(\.rawValue).joined(separator: " or ")), "
                    + "for example \(expected.map(\.example).joined(separator: " or ")).")
        case .canceled(let run):
            Failure(
                .refused, "Run \(run) was canceled.",
                advice: "Run its job once more with --again and a --reason; `steward run show \(run)` says why it was.")
        case .rejected(let run):
            Failure(
                .refused, "The results of run \(run) were rejected.",
                advice:
                    "Run its job once more with --again and a --reason; `steward run show \(run)` says why they were.")
        case .waitsForApproval(let run):
            Failure(
                .waitingForApproval, "The results of run \(run) wait for an approval.",
                advice: "Look at them with `steward run show \(run)`; somebody else than who started it approves them "
                    + "with `steward run approve \(run)`.")
        case .cancelRequested(let run, let person, let reason):
            Failure(
                .refused, "Run \(run) was canceled by \(person): \(reason).",
                advice: "What was committed stands; look at it with `steward run show \(run)`.")
        case .needsUnmet(let job, let needs):
            Failure(
                .refused,
                "\(job) needs \(needs.map(\.text).joined(separator: "; and ")). Nothing was run.",
                advice: (needs.map(\.advice) + [
                    "--queue lets it wait for that; --without-needs and a --reason run it all the same."
                ]).joined(separator: " "))
        case .changed(let run, let expected):
            Failure(
                .refused, "Run \(run) is not \(expected.words) any more.",
                advice: "Look at it with `steward run show \(run)`.")
        case .notEnded(let run, let state):
            Failure(
                .refused, "Run \(run) is \(state.words); it is not repeated before it has come to its end.",
                advice: state == .waitingApproval
                    ? "Have its results approved, or reject them with `steward run reject \(run) --reason REASON`."
                    : "Wait for it, or cancel it with `steward run cancel \(run)`.")
        case .ended(let run, let state):
            Failure(
                .refused, "Run \(run) is \(state.words); it cannot be canceled.",
                advice: state == .waitingApproval
                    ? "Reject its results instead: `steward run reject \(run) --reason REASON`."
                    : "Look at it with `steward run show \(run)`.")
        case .notFailed(let run, let state):
            Failure(
                .refused, "Run \(run) is \(state.words); only a run that failed is tried again.",
                advice: "To repeat one that is done, run its job with --again and a --reason.")
        }
    }
}
