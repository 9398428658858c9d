/// Times on a zone's clock, on days that a rule chooses and a business calendar may move: the part of a schedule that
/// knows the calendar and not yet the zone.
struct ClockRule: Sendable {
    var days: Days
    /// Bits 1 to 12: only in these months.
    var months: UInt16
    var closedDay: ClosedDayRule
    var times: TimesOfDay
    /// Whether it follows elapsed time under cron's rule for daylight saving.
    var isWildcard: Bool

    enum Days: Sendable, Hashable {
        case cron(CronExpression)
        case rule(DayRule)
    }

    static let allMonths: UInt16 = 0b1_1111_1111_1110

    /// A business day that has no limit as to how far it may be away is not known before all of the calendar is. No
    /// closure is longer than this; it counts only where the calendar does not know the year beside.
    static let maximumClosureDays = 14

    /// The bounds of a search, and the calendar that it asks.
    struct Bounds {
        /// Days from 1970-01-01, both included.
        var firstDay: Int
        var lastDay: Int
        var calendar: BusinessCalendar?
    }
}

// MARK: - Times

extension ClockRule {
    private static let secondsPerDay: Int64 = 86_400

    /// The first time due at or after a time on the clock, both in seconds since 1970-01-01T00:00:00 on that clock; nil
    /// where there is none within the bounds.
    ///
    /// - Throws: where the answer depends on a year that the calendar does not have.
    func first(atOrAfter local: Int64, in bounds: Bounds) throws(BusinessCalendarError) -> Int64? {
        let earliest = Int64(bounds.firstDay) * Self.secondsPerDay
        let latest = (Int64(bounds.lastDay) + 1) * Self.secondsPerDay
        guard local < latest else { return nil }
        let start = max(local, earliest)
        var day = Int(start / Self.secondsPerDay)
        var second = start % Self.secondsPerDay
        if second < 0 {
            day -= 1
            second += Self.secondsPerDay
        }
        guard var due = try firstDay(atOrAfter: day, in: bounds) else { return nil }
        if due == day {
            let minute = Int((second + 59) / 60)
            if minute < 1_440, let time = times.first(atOrAfter: minute) { return Self.local(due, time) }
            guard let next = try firstDay(atOrAfter: day + 1, in: bounds) else { return nil }
            due = next
        }
        return times.first(atOrAfter: 0).map { Self.local(due, $0) }
    }

    private static func local(_ day: Int, _ minute: Int) -> Int64 {
        Int64(day) * secondsPerDay + Int64(minute) * 60
    }
}

// MARK: - Days

extension ClockRule {
    /// The first day due at or after a day, both in days since 1970-01-01.
    private func firstDay(
        atOrAfter day: Int, in bounds: Bounds
    ) throws(BusinessCalendarError) -> Int? {
        let start = max(day, bounds.firstDay)
        guard start <= bounds.lastDay else { return nil }
        var month = Month(containing: CalendarDate(dayNumber: Int32(start)))
        var passed = DayMask.before(start - month.firstDay + 1)
        while month.firstDay <= bounds.lastDay {
            let found = days(of: month, calendar: bounds.calendar)
            if let first = DayMask.lowest((found.due | found.unknown) & ~passed) {
                if found.unknown >> UInt32(first) & 1 == 1, let error = found.error { throw error }
                let day = month.firstDay + first - 1
                return day <= bounds.lastDay ? day : nil
            }
            passed = 0
            month.advance()
        }
        return nil
    }

    /// Which days of a month are due, and of which the calendar cannot say.
    private struct Found {
        var due: UInt32
        var unknown: UInt32 = 0
        var error: BusinessCalendarError?
    }

    /// Before the calendar moves anything.
    private func nominalDays(of month: Month, businessDays: @autoclosure () -> UInt32?) -> UInt32? {
        guard months >> UInt16(month.month) & 1 == 1 else { return 0 }
        switch days {
        case .cron(let expression): return expression.days(of: month)
        case .rule(let rule): return rule.days(of: month, businessDays: businessDays())
        }
    }

    private func days(of month: Month, calendar: BusinessCalendar?) -> Found {
        if closedDay == .run {
            // Only the rules that count business days ask the calendar then.
            if let due = nominalDays(of: month, businessDays: calendar?.businessDays(of: month)) {
                return Found(due: due)
            }
        } else if let open = calendar?.businessDays(of: month) {
            guard let nominal = nominalDays(of: month, businessDays: open) else { return Found(due: 0) }
            return moved(nominal, open: open, month: month, calendar: calendar)
        } else if nominalDays(of: month, businessDays: nil) == 0, !isReachedFromBeside(month) {
            return Found(due: 0)
        }
        return Found(due: 0, unknown: DayMask.all(of: month), error: Self.missing(month, calendar))
    }

    /// Whether a day of the month before or after may be moved into a month.
    private func isReachedFromBeside(_ month: Month) -> Bool {
        switch closedDay {
        case .run, .skip, .modifiedFollowing: false
        case .preceding: nominalDays(of: month.next, businessDays: nil) != 0
        case .following: nominalDays(of: month.previous, businessDays: nil) != 0
        }
    }

    private func moved(_ nominal: UInt32, open: UInt32, month: Month, calendar: BusinessCalendar?) -> Found {
        var found = Found(due: nominal & open)
        guard closedDay != .skip else { return found }
        var closed = nominal & ~open
        while let day = DayMask.lowest(closed) {
            closed &= closed &- 1
            let before = DayMask.highest(open & DayMask.before(day))
            let after = DayMask.lowest(open & DayMask.after(day))
            let target =
                switch closedDay {
                case .preceding: before
                case .following: after
                default: after ?? before
                }
            if let target { found.due |= 1 << UInt32(target) }
        }
        switch closedDay {
        case .preceding: addSpill(to: &found, at: DayMask.highest(open), from: \.next, of: month, calendar)
        case .following: addSpill(to: &found, at: DayMask.lowest(open), from: \.previous, of: month, calendar)
        default: break
        }
        return found
    }

    /// Adds the business day at the edge of a month where closed days of the month beside it are moved to it.
    private func addSpill(
        to found: inout Found, at edge: Int?, from beside: KeyPath<Month, Month>, of month: Month,
        _ calendar: BusinessCalendar?
    ) {
        guard let edge, found.due >> UInt32(edge) & 1 == 0 else { return }
        var other = month
        // A month without any business day lets what comes from further away pass.
        for _ in 1...12 {
            other = other[keyPath: beside]
            let open = calendar?.businessDays(of: other)
            let nominal = nominalDays(of: other, businessDays: open) ?? 0
            let isPreceding = closedDay == .preceding
            guard let open else {
                let near =
                    isPreceding
                    ? DayMask.before(Self.maximumClosureDays + 1)
                    : DayMask.after(other.length - Self.maximumClosureDays)
                if nominal & near != 0 {
                    found.unknown |= 1 << UInt32(edge)
                    found.error = Self.missing(other, calendar)
                }
                return
            }
            let reach =
                isPreceding
                ? DayMask.lowest(open).map(DayMask.before) : DayMask.highest(open).map(DayMask.after)
            if nominal & (reach ?? ~0) != 0 {
                found.due |= 1 << UInt32(edge)
                return
            }
            guard open == 0 else { return }
        }
    }

    private static func missing(_ month: Month, _ calendar: BusinessCalendar?) -> BusinessCalendarError? {
        calendar.map { .yearMissing(month.year, calendar: $0.name, years: $0.years) }
    }
}

extension BusinessCalendar {
    /// The business days of a month: bits 1 to 31. Nil where the calendar does not have the year.
    func businessDays(of month: Month) -> UInt32? {
        guard years.contains(month.year),
            let days = try? businessDays(of: .month(year: month.year, number: month.month))
        else { return nil }
        var mask: UInt32 = 0
        for date in days {
            let day = Int(date.dayNumber) - month.firstDay + 1
            mask |= 1 << UInt32(day)
        }
        return mask
    }
}
