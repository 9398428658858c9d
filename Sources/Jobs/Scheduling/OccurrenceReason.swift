import Calendars

/// Why an occurrence became what it became. Its text is kept beside it and read by people.
package enum OccurrenceReason: Hashable, Sendable {
    // A run that is not on time.
    case caughtUp(lateSeconds: Int64)

    // Missed.
    case noCatchUp(lateSeconds: Int64)
    case outsideWindow(lateSeconds: Int64, windowSeconds: Int64)
    /// The policy is `latest`, and this one is newer.
    case newerOne(Instant, lateSeconds: Int64)
    /// The policy is `all`, and this many newer ones were caught up.
    case tooMany(maximumRuns: Int, lateSeconds: Int64)
    /// Late already when its job was paused.
    case beforePause(Pause, lateSeconds: Int64)
    case scheduleChanged(isLate: Bool)
    case jobRemoved(isLate: Bool)

    // Skipped.
    case paused(Pause)
    case running(RunID)
    case waiting(RunID)
    /// An earlier occurrence that became due with this one has its run.
    case earlierOne(Instant)
    case queueFull(maximumQueuedRuns: Int)
    case supersededBy(Instant)
}

extension OccurrenceReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .caughtUp(let late):
            "caught up, \(ElapsedText(late)) late"
        case .noCatchUp(let late):
            "found \(ElapsedText(late)) late; the job does not catch up"
        case .outsideWindow(let late, let window):
            "found \(ElapsedText(late)) late; the job catches up what is at most \(ElapsedText(window)) late"
        case .newerOne(let newer, let late):
            "found \(ElapsedText(late)) late; of what is late the job catches up the latest, and \(newer) is later"
        case .tooMany(let maximum, let late):
            "found \(ElapsedText(late)) late; the job catches up at most \(maximum), and there were more later ones"
        case .beforePause(let pause, let late):
            "found \(ElapsedText(late)) late, after the job was \(pause.words)"
        case .scheduleChanged(let isLate):
            isLate
                ? "the schedule was changed while no daemon was running"
                : "the schedule was changed just before it could start"
        case .jobRemoved(let isLate):
            isLate
                ? "the job was removed while no daemon was running" : "the job was removed just before it could start"
        case .paused(let pause):
            pause.words
        case .running(let run):
            "run \(run) of the same job was running"
        case .waiting(let run):
            "run \(run) of the same job was waiting"
        case .earlierOne(let due):
            "the run of \(due) was to start first"
        case .queueFull(let maximum):
            "\(maximum) runs of the same job were waiting, which is the most there may be"
        case .supersededBy(let due):
            "superseded by \(due)"
        }
    }
}

extension OccurrenceReason {
    /// A short name for it, for metrics: `outside_window`.
    package var code: String {
        switch self {
        case .caughtUp: "caught_up"
        case .noCatchUp: "no_catch_up"
        case .outsideWindow: "outside_window"
        case .newerOne: "newer_one"
        case .tooMany: "too_many"
        case .beforePause: "before_pause"
        case .scheduleChanged: "schedule_changed"
        case .jobRemoved: "job_removed"
        case .paused: "paused"
        case .running: "running"
        case .waiting: "waiting"
        case .earlierOne: "earlier_one"
        case .queueFull: "queue_full"
        case .supersededBy: "superseded"
        }
    }
}

extension Pause {
    /// `paused by ann since 2026-11-20T08:00:00Z: stock-taking`.
    package var words: String { "paused by \(person) since \(since): \(reason)" }
}
