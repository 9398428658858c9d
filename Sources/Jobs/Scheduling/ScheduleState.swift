import Calendars

/// What the store knows of one job's schedule: a row of `job_schedule`, with the pauses that may still matter.
package struct ScheduleState: Hashable, Sendable {
    package var job: String
    /// Tells the declared schedule from another one.
    package var fingerprint: String
    /// The schedule as it was declared, to read it again after it was edited.
    package var declaration: String
    /// Every occurrence up to and including this instant has its row in `occurrence`. Never moves back.
    package var cursor: Instant
    /// The first occurrence after the cursor; nil when there is none any more, or the job was removed.
    package var next: Instant?
    /// The version of the time zone database that `next` was computed with.
    package var tzdata: String
    /// Whether the job's declaration has gone.
    package var isRemoved: Bool
    /// The pauses that go on or ended after the cursor, in any order.
    package var pauses: [Pause]

    package init(
        job: String, fingerprint: String, declaration: String, cursor: Instant, next: Instant?, tzdata: String,
        isRemoved: Bool = false, pauses: [Pause] = []
    ) {
        self.job = job
        self.fingerprint = fingerprint
        self.declaration = declaration
        self.cursor = cursor
        self.next = next
        self.tzdata = tzdata
        self.isRemoved = isRemoved
        self.pauses = pauses
    }
}
