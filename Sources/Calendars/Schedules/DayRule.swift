/// On which days of a month something is due, as `on:` says: what cron cannot say.
package enum DayRule: Hashable, Sendable {
    case daily
    /// Each week.
    case weekday(Weekday)
    /// The second Friday is 2, the last −1; a fifth is not in every month.
    case nthWeekday(Weekday, nth: Int)
    /// A month without that day has none.
    case dayOfMonth(Int)
    case lastDay
    /// Once a year.
    case dayOfYear(month: Int, day: Int)
    /// The third business day is 3, the last −1, the last but one −2. A month with fewer has none.
    case businessDay(Int)

    /// The days of a month, before anything is moved: bits 1 to 31. Nil where only the calendar's missing year can say.
    ///
    /// - Parameter businessDays: those of the month, where they are known.
    func days(of month: Month, businessDays: @autoclosure () -> UInt32?) -> UInt32? {
        switch self {
        case .daily: return DayMask.all(of: month)
        case .weekday(let weekday): return DayMask.weekdays(weekday.bit, of: month)
        case .nthWeekday(let weekday, let nth): return Self.nth(nth, of: DayMask.weekdays(weekday.bit, of: month))
        case .dayOfMonth(let day): return day <= month.length ? 1 << UInt32(day) : 0
        case .lastDay: return 1 << UInt32(month.length)
        case .dayOfYear(let ofMonth, let day):
            return ofMonth == month.month && day <= month.length ? 1 << UInt32(day) : 0
        case .businessDay(let nth): return businessDays().map { Self.nth(nth, of: $0) }
        }
    }

    /// The n-th day of a set, counted from its end where n is negative; none where it has fewer.
    private static func nth(_ nth: Int, of mask: UInt32) -> UInt32 {
        var rest = mask
        if nth > 0 {
            for _ in 1..<nth { rest &= rest &- 1 }
            return rest & (~rest &+ 1)
        }
        for _ in 1..<max(-nth, 1) {
            guard let highest = DayMask.highest(rest) else { return 0 }
            rest &= ~(1 << UInt32(highest))
        }
        return DayMask.highest(rest).map { 1 << UInt32($0) } ?? 0
    }
}

extension Weekday {
    /// As in a cron expression: Sunday is bit 0.
    var bit: UInt8 { 1 << UInt8(rawValue % 7) }
}
