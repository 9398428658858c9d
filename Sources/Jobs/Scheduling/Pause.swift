import Calendars

/// A stretch of time in which a job does not run because a person said so.
///
/// A pause that is over still counts for the occurrences that fell into it, whenever they are looked at: so neither the
/// end of a pause nor a resumption ever runs what was due meanwhile.
package struct Pause: Hashable, Sendable {
    package var since: Instant
    /// When it ends or was ended, exclusive; nil while nobody has said.
    package var until: Instant?
    package var person: String
    package var reason: String

    package init(since: Instant, until: Instant? = nil, person: String, reason: String) {
        self.since = since
        self.until = until
        self.person = person
        self.reason = reason
    }

    /// Whether the pause goes on at `now`. One that began "later" goes on as well: the clock was set back since.
    package func isInForce(at now: Instant) -> Bool {
        guard let until else { return true }
        return now < until
    }

    /// Whether `instant` lies within it.
    package func covers(_ instant: Instant) -> Bool {
        guard since <= instant else { return false }
        guard let until else { return true }
        return instant < until
    }
}
