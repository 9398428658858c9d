/// Something about a schedule that is allowed and probably not meant.
package enum ScheduleWarning: Hashable, Sendable {
    /// It is not due again, ever.
    case neverDue(endedOn: CalendarDate?)
    /// A time that is left out on a day on which the clock is set forward.
    case timeLeftOut(TimeOfDay, on: CalendarDate, zone: String, DaylightSavingRule)
    /// A time that comes twice on a day on which the clock is set back.
    case timeTwice(TimeOfDay, on: CalendarDate, zone: String, DaylightSavingRule)
    /// Both day fields of a cron expression restrict the days.
    case bothDayFields(CronExpression)
    /// The business calendar does not have next year.
    case calendarEnds(name: String, lastYear: Int)
    /// Only months that have this day have an occurrence.
    case shortMonths(day: Int)

    /// A word for programs.
    package var code: String {
        switch self {
        case .neverDue: "never_due"
        case .timeLeftOut: "time_left_out"
        case .timeTwice: "time_twice"
        case .bothDayFields: "both_day_fields"
        case .calendarEnds: "calendar_ends"
        case .shortMonths: "short_months"
        }
    }

    /// A sentence without its full stop.
    package var text: String {
        switch self {
        case .neverDue(nil): return "it is never due"
        case .neverDue(let day?): return "it is not due again: it ended on \(day)"
        case .timeLeftOut(let time, let day, let zone, let rule):
            let consequence =
                switch rule {
                case .vixie: "it is due right after the gap"
                case .wall: "it is not due on that day"
                case .forward: "it is due later by the width of the gap"
                }
            return "in \(zone) there is no \(time) on \(day), when the clock is set forward: \(consequence)"
        case .timeTwice(let time, let day, let zone, let rule):
            let consequence = rule == .wall ? "it is due both times" : "it is due the first time"
            return "in \(zone) \(time) comes twice on \(day), when the clock is set back: \(consequence)"
        case .bothDayFields(let expression):
            return expression.joinsDaysWithOr
                ? "both day fields of \"\(expression)\" restrict the days: either suffices; "
                    + "for the second Friday write on: {weekday: friday, nth: 2}"
                : "both day fields of \"\(expression)\" must match, because one begins with *: "
                    + "some programs take either"
        case .calendarEnds(let name, let lastYear):
            return "the calendar \(name) ends with \(lastYear): add the holidays of the years after"
        case .shortMonths(let day):
            return "months without a day \(day) have none; for the last day write on: {day: last}"
        }
    }
}

extension Schedule {
    /// Changes of the clock are looked at for so many years.
    private static let lookAheadYears = 10

    /// What is probably not meant, seen from an instant on.
    package func warnings(asOf instant: Instant) -> [ScheduleWarning] {
        var warnings: [ScheduleWarning] = []
        if lookAhead(after: instant) == .never {
            let ended = lastDay.flatMap { $0 < zone.date(of: instant) ? $0 : nil }
            warnings.append(.neverDue(endedOn: ended))
        }
        if case .cron(let expressions) = timing {
            for expression in expressions {
                if !expression.isUnrestricted(.dayOfMonth), !expression.isUnrestricted(.dayOfWeek) {
                    warnings.append(.bothDayFields(expression))
                } else if let day = expression.values(of: .dayOfMonth).first, day > 28 {
                    // 31 February is reported as never due.
                    if warnings.isEmpty { warnings.append(.shortMonths(day: day)) }
                }
            }
        }
        if case .on(let days, _, _) = timing {
            for case .dayOfMonth(let day) in days.map(\.rule) where day > 28 { warnings.append(.shortMonths(day: day)) }
        }
        if let calendar, calendar.years.upperBound <= zone.date(of: instant).year {
            warnings.append(.calendarEnds(name: calendar.name, lastYear: calendar.years.upperBound))
        }
        return warnings + clockWarnings(asOf: instant)
    }

    /// The first time that is left out and the first that comes twice, of jobs whose times are fixed.
    private func clockWarnings(asOf instant: Instant) -> [ScheduleWarning] {
        let end = instant.adding(seconds: Int64(Self.lookAheadYears) * 366 * 86_400)
        var leftOut: ScheduleWarning?
        var twice: ScheduleWarning?
        for transition in zone.transitions(after: instant, through: end) {
            let second = transition.instant.secondsSinceEpoch
            let before = second + Int64(transition.offsetSecondsBefore)
            let after = second + Int64(transition.offsetSecondsAfter)
            if before < after, leftOut == nil, let (time, day) = fixedTime(from: before, to: after) {
                leftOut = .timeLeftOut(time, on: day, zone: zone.name, daylightSaving)
            }
            if after < before, twice == nil, let (time, day) = fixedTime(from: after, to: before) {
                twice = .timeTwice(time, on: day, zone: zone.name, daylightSaving)
            }
            if leftOut != nil, twice != nil { break }
        }
        return [leftOut, twice].compactMap(\.self)
    }

    /// The first time of a fixed-time job between two times on the clock, in seconds since 1970-01-01T00:00:00.
    private func fixedTime(from start: Int64, to end: Int64) -> (TimeOfDay, CalendarDate)? {
        guard let local = plan.firstFixedTime(from: start, to: end) else { return nil }
        let date = CalendarDate(dayNumber: Int32(local / 86_400))
        let minute = Int(local % 86_400 / 60)
        return TimeOfDay(hour: minute / 60, minute: minute % 60).map { ($0, date) }
    }
}
