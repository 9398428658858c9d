/// When a job is due: what its `schedule:` says, with the time zone and the business calendar that it names.
///
/// ```swift
/// let schedule = Schedule(.cron([try CronExpression("0 6 * * 1-5")]), zone: london)
/// let due = schedule.next(after: now)
/// ```
/// What falls on one instant is one occurrence, whatever says so. It is a pure value: equal questions have equal answers.
package struct Schedule: Sendable {
    package let timing: Timing
    package let zone: ZoneRules
    package let calendar: BusinessCalendar?
    /// What becomes of days that cron, weekdays and `daily` choose and the calendar has as closed.
    package let closedDay: ClosedDayRule
    /// The first day on which it is due, in the zone.
    package let firstDay: CalendarDate?
    /// The last day on which it is due, in the zone.
    package let lastDay: CalendarDate?
    package let daylightSaving: DaylightSavingRule

    let plan: Plan

    /// What is due, before zone and calendar.
    package enum Timing: Sendable, Hashable {
        /// Any of these.
        case cron([CronExpression])
        /// So many seconds after each other, counted from midnight of the first day, or else from 1970-01-01T00:00:00Z.
        case every(seconds: Int64)
        /// At these times of these days, in these months.
        case on([Day], at: [TimeOfDay], months: Set<Int>)

        /// A rule for days, and what becomes of its days that are closed.
        package struct Day: Sendable, Hashable {
            package var rule: DayRule
            package var closedDay: ClosedDayRule

            package init(_ rule: DayRule, closedDay: ClosedDayRule = .run) {
                self.rule = rule
                self.closedDay = closedDay
            }
        }
    }

    /// Intervals of `every` in seconds: one second to a leap year.
    package static let intervalSeconds: ClosedRange<Int64> = 1...31_622_400
    /// No occurrence is looked for after this day; it is where the zones' rules end.
    package static let horizon = CalendarDate(year: ZoneFile.lastYear, month: 12, day: 31) ?? .latest

    /// - Parameters:
    ///   - closedDay: for cron expressions; the days of `on` bring their own.
    package init(
        _ timing: Timing, zone: ZoneRules, calendar: BusinessCalendar? = nil, closedDay: ClosedDayRule = .run,
        from firstDay: CalendarDate? = nil, until lastDay: CalendarDate? = nil,
        daylightSaving: DaylightSavingRule = .vixie
    ) {
        self.timing = timing
        self.zone = zone
        self.calendar = calendar
        self.closedDay = closedDay
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.daylightSaving = daylightSaving
        plan = Plan(
            timing, zone: zone, calendar: calendar, closedDay: closedDay, firstDay: firstDay, lastDay: lastDay,
            daylightSaving: daylightSaving)
    }
}

// MARK: - Occurrences

extension Schedule {
    /// What is known of the next occurrence.
    package enum Next: Hashable, Sendable {
        case at(Instant)
        /// Never again.
        case never
        /// It depends on a year that the business calendar does not have.
        case unknown(BusinessCalendarError)
    }

    /// The first occurrence after an instant, never the instant itself.
    package func lookAhead(after instant: Instant) -> Next {
        do throws(BusinessCalendarError) {
            guard let second = try plan.first(atOrAfter: instant.flooredSeconds + 1) else { return .never }
            return .at(Instant(microseconds: 0).adding(seconds: second))
        } catch {
            return .unknown(error)
        }
    }

    /// As `lookAhead`, nil where there is none or none is known.
    package func next(after instant: Instant) -> Instant? {
        guard case .at(let next) = lookAhead(after: instant) else { return nil }
        return next
    }

    /// The occurrences after `first`, up to and including `last`, one by one as they are asked for.
    package func occurrences(after first: Instant, through last: Instant) -> some Sequence<Instant> & Sendable {
        Occurrences(schedule: self, first: first, last: last)
    }

    /// The latest occurrence that is after `first` and not after `last`.
    ///
    /// It looks at stretches of doubling length back from `last`, so that it is quick where occurrences are dense.
    package func latest(after first: Instant, through last: Instant) -> Instant? {
        var seconds: Int64 = 3_600
        while true {
            let start = max(first, last.adding(seconds: -seconds))
            if let latest = occurrences(after: start, through: last).reduce(nil, { _, next in next }) { return latest }
            guard start > first else { return nil }
            seconds *= 2
        }
    }

    private struct Occurrences: Sequence, Sendable {
        let schedule: Schedule
        let first: Instant
        let last: Instant

        func makeIterator() -> AnyIterator<Instant> {
            var previous = first
            return AnyIterator {
                guard let next = schedule.next(after: previous), next <= last else { return nil }
                previous = next
                return next
            }
        }
    }
}

extension Instant {
    /// Seconds since the epoch, rounded towards −∞, within the calendar.
    fileprivate var flooredSeconds: Int64 {
        min(
            max(secondsSinceEpoch, Instant(startOf: .earliest).secondsSinceEpoch),
            Instant(startOf: .latest).secondsSinceEpoch)
    }
}
