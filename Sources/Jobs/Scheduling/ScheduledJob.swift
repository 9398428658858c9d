import Calendars

/// A job that runs by the clock: what its declaration says, and what the store knows of it.
package struct ScheduledJob: Sendable {
    package var name: String
    /// The schedule that is declared now.
    package var schedule: any OccurrenceSource
    /// Tells this schedule from another one; what does not move an occurrence is no part of it.
    package var fingerprint: String
    /// The schedule's text, from which it can be read again.
    package var declaration: String
    /// The version of the time zone database, and of whatever else outside the declaration moves occurrences.
    package var tzdata: String
    package var catchUp: CatchUp
    package var overlap: OverlapPolicy
    /// An occurrence that is found later than this many seconds after it was due is late: it falls under `catchUp`.
    package var punctualitySeconds: Int64
    /// An occurrence is skipped while this many runs of the job wait, whatever `overlap` says.
    package var maximumQueuedRuns: Int

    package static let defaultPunctualitySeconds: Int64 = 60
    package static let defaultMaximumQueuedRuns = 100

    /// What the store knows; nil for a job that it meets for the first time.
    package var state: ScheduleState?
    /// The schedule that `state` stands for where that is another one than `schedule`; nil where it can no longer be
    /// read.
    package var former: (any OccurrenceSource)?

    package init(
        name: String, schedule: any OccurrenceSource, fingerprint: String, declaration: String, tzdata: String,
        catchUp: CatchUp = CatchUp(), overlap: OverlapPolicy = .skip,
        punctualitySeconds: Int64 = defaultPunctualitySeconds, maximumQueuedRuns: Int = defaultMaximumQueuedRuns,
        state: ScheduleState? = nil, former: (any OccurrenceSource)? = nil
    ) {
        self.name = name
        self.schedule = schedule
        self.fingerprint = fingerprint
        self.declaration = declaration
        self.tzdata = tzdata
        self.catchUp = catchUp
        self.overlap = overlap
        self.punctualitySeconds = punctualitySeconds
        self.maximumQueuedRuns = maximumQueuedRuns
        self.state = state
        self.former = former
    }
}
