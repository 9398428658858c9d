import Calendars
import Jobs

/// Due every so many seconds, counted from the epoch.
struct EverySeconds: OccurrenceSource {
    var seconds: Int64
    var until: Instant?

    func next(after instant: Instant) -> Instant? {
        let (quotient, rest) = instant.secondsSinceEpoch.quotientAndRemainder(dividingBy: seconds)
        let floor = rest < 0 ? quotient - 1 : quotient
        let next = Instant(microseconds: (floor + 1) * seconds * Instant.microsecondsPerSecond)
        guard let until else { return next }
        return next <= until ? next : nil
    }
}

/// Due once a day at an hour of a clock that is set forward by an hour on day 87 of each year and back on day 297: an
/// hour that does not exist is due right after the gap.
struct DailyAtHour: OccurrenceSource {
    var hour: Int64

    func next(after instant: Instant) -> Instant? {
        var day = instant.utc.date.adding(days: -1)
        while true {
            let due = occurrence(on: day)
            if due > instant { return due }
            day = day.adding(days: 1)
        }
    }

    private func occurrence(on day: CalendarDate) -> Instant {
        let isSummer = (87..<297).contains(day.dayOfYear)
        let isGap = day.dayOfYear == 87 && hour == 1
        let local = isGap ? hour + 1 : hour
        return Instant(startOf: day).adding(seconds: (local - (isSummer && hour >= 1 ? 1 : 0)) * 3_600)
    }
}

/// Due at 06:00 UTC on the last day of each month.
struct MonthEnd: OccurrenceSource {
    func next(after instant: Instant) -> Instant? {
        var day = instant.utc.date.lastOfMonth
        while true {
            let due = Instant(startOf: day).adding(seconds: 6 * 3_600)
            if due > instant { return due }
            day = day.adding(days: 1).lastOfMonth
        }
    }
}

/// Due at these instants and never else.
struct Listed: OccurrenceSource {
    var instants: [Instant]

    func next(after instant: Instant) -> Instant? { instants.first { $0 > instant } }
}

/// Breaks its promise: what it gives is never later than what it is asked about.
struct StandingStill: OccurrenceSource {
    func next(after instant: Instant) -> Instant? { instant }
}

/// Another source, moved by so many seconds: what a change of a time zone's rules does to a schedule.
struct Shifted: OccurrenceSource {
    var source: any OccurrenceSource
    var seconds: Int64

    func next(after instant: Instant) -> Instant? {
        source.next(after: instant.adding(seconds: -seconds))?.adding(seconds: seconds)
    }
}
