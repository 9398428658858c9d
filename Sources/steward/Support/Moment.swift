import Calendars
import Configuration
import Diagnostics
import Jobs

/// A point in time as people give it: an instant, a day, or a length of time from now.
enum Moment: Hashable, Sendable {
    case instant(Instant)
    case day(CalendarDate)
    /// Backwards from now, or forwards: whichever the option is about.
    case seconds(Int64)

    /// What the help says of such a value.
    static let forms = "2026-04-28T06:00:00Z, a day as 2026-04-28, or a length of time as 90m, 12h or 7d"

    struct Unreadable: Error, CustomStringConvertible {
        var description: String { "write \(Moment.forms)" }
    }

    /// The longest length of time: ten years.
    private static let maximumSeconds: Int64 = 3_660 * 86_400

    init(_ text: String) throws(Unreadable) {
        if let instant = Instant(text) {
            self = .instant(instant)
        } else if let date = CalendarDate(text) {
            self = .day(date)
        } else if let seconds = try? ScalarReader.durationSeconds(1...Self.maximumSeconds).read(text) {
            self = .seconds(seconds)
        } else {
            throw Unreadable()
        }
    }

    /// For an option that looks back; a day is its beginning in the company's time zone.
    func past(in context: CommandContext) -> Instant { instant(in: context, sign: -1) }

    /// For an option that looks ahead.
    func future(in context: CommandContext) -> Instant { instant(in: context, sign: 1) }

    private func instant(in context: CommandContext, sign: Int64) -> Instant {
        switch self {
        case .instant(let instant): instant
        case .day(let date):
            context.company.settings.timeZone.startOfDay(date)
        case .seconds(let seconds): context.clock.now().adding(seconds: sign * seconds)
        }
    }
}

/// A length of time as people give it: `10m`.
struct LengthOfTime: Hashable, Sendable {
    var seconds: Int64

    struct Unreadable: Error, CustomStringConvertible {
        var description: String { "write a length of time as 30s, 10m or 2h" }
    }

    /// A day is more than anybody waits for.
    private static let maximumSeconds: Int64 = 7 * 86_400

    init(_ text: String) throws(Unreadable) {
        guard let seconds = try? ScalarReader.durationSeconds(1...Self.maximumSeconds).read(text) else {
            throw Unreadable()
        }
        self.seconds = seconds
    }
}
