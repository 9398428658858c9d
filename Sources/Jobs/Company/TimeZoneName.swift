import Calendars
import Foundation

/// The name of a time zone of the IANA database.
package enum TimeZoneName {
    /// Whether the machine knows the zone. Abbreviations such as `EST` are no names.
    package static func isKnown(_ name: String) -> Bool {
        (name.contains("/") || name == "UTC") && TimeZone(identifier: name) != nil
    }

    /// The day that it is in a zone at an instant; in UTC where the machine does not know the zone.
    package static func date(of instant: Instant, in name: String) -> CalendarDate {
        let seconds = instant.secondsSinceEpoch
        let offset =
            TimeZone(identifier: name)?
            .secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds))) ?? 0
        return instant.adding(seconds: Int64(offset)).utc.date
    }
}
