import Calendars

/// Where a job's occurrences come from: its schedule, as far as the scheduler has to know it.
///
/// An occurrence (the word of RFC 5545) is one instant at which a job is due.
package protocol OccurrenceSource: Sendable {
    /// The first occurrence strictly after `instant`; nil when there is none any more.
    func next(after instant: Instant) -> Instant?
}

extension Schedule: OccurrenceSource {}
