/// What happens to an occurrence of a job while a run of the same job is queued or running.
package enum OverlapPolicy: String, CaseIterable, Sendable {
    /// It is skipped.
    case skip
    /// One waits for the run that is going on; further ones are skipped.
    case queueOne = "queue_one"
    /// Each waits its turn, up to `ScheduledJob.maximumQueuedRuns`; further ones are skipped.
    case queueAll = "queue_all"
    /// What runs or waits is canceled for it: the newest one wins.
    case cancelRunning = "cancel_running"
    /// It starts beside the others.
    case allow
}
