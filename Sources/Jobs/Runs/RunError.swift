import Calendars
import Diagnostics

/// Why a run did not start, or stopped.
package enum RunError: Error, Hashable, Sendable {
    case notFound(String)
    /// Another process works on it.
    case alreadyRunning(RunID, host: String, process: Int64)
    /// Another attempt has taken the run over; this one may not commit any more.
    case fenced(RunID, attempt: Int)
    case unsuitablePeriod(job: String, period: Period, expected: [Period.Granularity])
    case canceled(RunID)
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
        case .unsuitablePeriod(let job, let period, let expected):
            Failure(
                .usage, "The job \(job) does not run for \(period).",
                advice: "Give a \(expected.map(\.rawValue).joined(separator: " or ")), "
                    + "for example \(expected.map(Self.example).joined(separator: " or ")).")
        case .canceled(let run):
            Failure(.refused, "Run \(run) was canceled.", advice: nil)
        }
    }

    private static func example(_ granularity: Period.Granularity) -> String {
        switch granularity {
        case .day: "2026-11-21"
        case .week: "2026-W47"
        case .month: "2026-11"
        case .quarter: "2026-Q4"
        case .year: "2026"
        }
    }
}
