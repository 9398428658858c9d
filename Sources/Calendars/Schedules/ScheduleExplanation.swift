extension Schedule {
    /// What it says, in words:
    /// `At 06:00 on the last business day of each month (calendar england-wales, Europe/London)`.
    package var explanation: String {
        let context = (calendar.map { ["calendar \($0.name)"] } ?? []) + [zone.name]
        return "\(timingText)\(limits) (\(context.joined(separator: ", ")))"
    }

    private var timingText: String {
        switch timing {
        case .every(let seconds):
            let anchor = firstDay.map { "midnight of \($0)" } ?? "1970-01-01T00:00:00Z"
            return "Every \(EnglishList.duration(seconds: seconds)) of elapsed time, counted from \(anchor)"
        case .cron(let expressions):
            let texts = expressions.map(\.explanation)
            let text = ([texts.first ?? "Never"] + texts.dropFirst().map(EnglishList.uncapitalized)).joined(
                separator: "; and ")
            return text + (calendar == nil ? "" : closedDay.clause(isCommon: true))
        case .on(let days, let times, let months):
            let ofMonths = months.isEmpty ? nil : EnglishList.ranges(months.sorted(), EnglishList.month)
            let list = EnglishList.joined(Set(times).sorted().map(\.description))
            let onDays = days.map { $0.rule.text(ofMonths: ofMonths) + $0.closedDay.clause(isCommon: $0.rule.isCommon) }
            return "At \(list) \(onDays.joined(separator: "; and "))"
        }
    }

    private var limits: String {
        let from =
            if case .every = timing { nil as CalendarDate? } else { firstDay }
        return (from.map { ", from \($0)" } ?? "") + (lastDay.map { ", until \($0)" } ?? "")
    }
}

extension ClosedDayRule {
    /// - Parameter isCommon: whether many of the days are closed, and not one now and then.
    fileprivate func clause(isCommon: Bool) -> String {
        switch self {
        case .run: ""
        case .skip: isCommon ? ", business days only" : ", unless that is closed"
        case .preceding: ", or the business day before where that is closed"
        case .following: ", or the next business day where that is closed"
        case .modifiedFollowing:
            ", or the next business day where that is closed (the one before where the next is in another month)"
        }
    }
}

extension DayRule {
    fileprivate var isCommon: Bool {
        switch self {
        case .daily, .weekday: true
        default: false
        }
    }

    /// `on the last business day of each month`.
    fileprivate func text(ofMonths: String?) -> String {
        let months = ofMonths ?? "each month"
        switch self {
        case .daily: return ofMonths.map { "on every day of \($0)" } ?? "every day"
        case .weekday(let weekday):
            return "on every \(EnglishList.capitalized(weekday.name))" + (ofMonths.map { " of \($0)" } ?? "")
        case .nthWeekday(let weekday, let nth):
            return "on the \(Self.position(nth)) \(EnglishList.capitalized(weekday.name)) of \(months)"
        case .dayOfMonth(let day): return "on day \(day) of \(months)"
        case .lastDay: return "on the last day of \(months)"
        case .dayOfYear(let month, let day): return "on \(day) \(EnglishList.month(month)) of each year"
        case .businessDay(let nth): return "on the \(Self.position(nth)) business day of \(months)"
        }
    }

    /// `second`, `last`, `second to last`.
    private static func position(_ nth: Int) -> String {
        if nth == -1 { return "last" }
        return nth > 0 ? EnglishList.ordinal(nth) : "\(EnglishList.ordinal(-nth)) to last"
    }
}
