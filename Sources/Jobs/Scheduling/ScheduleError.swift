import Calendars
import Diagnostics

/// Why something about a schedule was refused.
package enum ScheduleError: Error, Hashable, Sendable {
    /// The store has met no schedule of a job of this name, or the job was removed.
    case notScheduled(job: String)
    case alreadyPaused(job: String, Pause)
    case notPaused(job: String)
    /// A pause is to end before it begins.
    case endsBeforeNow(until: Instant, now: Instant)
    case noOccurrence(job: String, due: Instant)
    /// An occurrence is to be run or dismissed, and has its run.
    case hasRun(job: String, due: Instant, RunID)
    case alreadyDismissed(job: String, due: Instant, by: String)
    /// The run for the same period has ended without its work done.
    case runEnded(RunID, period: Period, RunState)
    case tooManyRuns(count: Int, maximum: Int)
    case emptyReason
}

extension ScheduleError: ReportableError {
    package var failure: Failure {
        switch self {
        case .notScheduled(let job):
            Failure(
                .notFound, "The job \(job) has no schedule in the store.",
                advice: "`steward timers` lists those that do; a new one gets there when the daemon reads it.")
        case .alreadyPaused(let job, let pause):
            Failure(
                .paused, "The job \(job) is \(pause.words).",
                advice: "Let it go on with `steward job resume \(job)`, then pause it anew.")
        case .notPaused(let job):
            Failure(.refused, "The job \(job) is not paused.")
        case .endsBeforeNow(let until, let now):
            Failure(
                .usage, "The pause is to end at \(until), and it is \(now) already.",
                advice: "Give a time that is still to come.")
        case .noOccurrence(let job, let due):
            Failure(
                .notFound, "The job \(job) has no occurrence at \(due).",
                advice: "`steward missed list` shows those that were missed.")
        case .hasRun(let job, let due, let run):
            Failure(
                .refused, "The occurrence of \(job) at \(due) has its run: \(run).",
                advice: "Look at it with `steward run show \(run)`.")
        case .alreadyDismissed(let job, let due, let person):
            Failure(.refused, "The occurrence of \(job) at \(due) was dismissed by \(person).")
        case .runEnded(let run, let period, let state):
            Failure(
                .refused, "Run \(run) is for \(period) as well, and it is \(state.words).",
                advice:
                    "Look at it with `steward run show \(run)`, then retry it, or run the job once more with --again.")
        case .tooManyRuns(let count, let maximum):
            Failure(
                .refused, "These would be \(count) runs; at most \(maximum) are made at once.",
                advice: "Take a shorter stretch of time.")
        case .emptyReason:
            Failure(.usage, "The reason is empty.", advice: "Say why, for those who look at it later.")
        }
    }
}
