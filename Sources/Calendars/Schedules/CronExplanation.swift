extension CronExpression {
    /// What it says, in words: `At 06:00 on Monday to Friday`.
    package var explanation: String { times + dayText }

    /// The values of a field in order.
    func values(of field: CronField) -> [Int] {
        let bits: UInt64 =
            switch field {
            case .minute: minutes
            case .hour: UInt64(hours)
            case .dayOfMonth: UInt64(daysOfMonth)
            case .month: UInt64(months)
            case .dayOfWeek: UInt64(weekdays)
            }
        return (0..<60).filter { bits >> UInt64($0) & 1 == 1 }
    }

    /// Whether a field lets every value pass.
    func isUnrestricted(_ field: CronField) -> Bool {
        let count = field == .dayOfWeek ? 7 : field.range.count
        return values(of: field).count == count
    }

    /// The times of day as a list are at most so many; else minutes and hours are said apart.
    private static let maximumListedTimes = 6

    private var times: String {
        let minutes = values(of: .minute)
        let hours = values(of: .hour)
        if minutes.count * hours.count <= Self.maximumListedTimes {
            let list = TimesOfDay(minutes: self.minutes, hours: self.hours).list
            return "At " + EnglishList.joined(list.map(\.description))
        }
        let everyHour = isUnrestricted(.hour)
        if minutes == [0] {
            if everyHour { return "Every hour, on the hour" }
            if let step = Self.step(hours, in: 24) { return "Every \(step) hours, on the hour" }
            return "On the hour from the hours " + EnglishList.ranges(hours, String.init)
        }
        let ofHours =
            everyHour
            ? "" : (hours.count == 1 ? " of hour " : " of the hours ") + EnglishList.ranges(hours, String.init)
        if isUnrestricted(.minute) { return "Every minute" + ofHours }
        if let step = Self.step(minutes, in: 60) { return "Every \(step) minutes" + ofHours }
        let noun = minutes.count == 1 ? "minute" : "minutes"
        return "At \(noun) " + EnglishList.ranges(minutes, String.init) + (everyHour ? " of every hour" : ofHours)
    }

    /// The distance of values that begin with 0 and go evenly round.
    private static func step(_ values: [Int], in count: Int) -> Int? {
        guard values.count > 1, values[0] == 0, count % values.count == 0 else { return nil }
        let step = count / values.count
        return values.enumerated().allSatisfy { $1 == $0 * step } ? step : nil
    }

    /// ` on Monday to Friday`; empty where it is every day.
    private var dayText: String {
        let ofMonths = isUnrestricted(.month) ? nil : EnglishList.ranges(values(of: .month), EnglishList.month)
        let days = values(of: .dayOfMonth)
        let list = (days.count == 1 ? "day " : "days ") + EnglishList.ranges(days, String.init)
        let byDay = "\(list) of \(ofMonths ?? "each month")"
        // Sunday last, as weeks are read.
        let week = values(of: .dayOfWeek).map { $0 == 0 ? 7 : $0 }.sorted()
        let byWeekday = EnglishList.ranges(week, EnglishList.weekday)
        switch (isUnrestricted(.dayOfMonth), isUnrestricted(.dayOfWeek)) {
        case (true, true): return ofMonths.map { " on every day of \($0)" } ?? ""
        case (true, false) where !joinsDaysWithOr: return " on " + byWeekday + (ofMonths.map { " in \($0)" } ?? "")
        case (false, true) where !joinsDaysWithOr: return " on " + byDay
        case _ where joinsDaysWithOr:
            return " on \(byDay), and on every \(byWeekday)" + (ofMonths.map { " of \($0)" } ?? "")
        default: return " on \(byDay), where that is a \(Self.alternatives(week))"
        }
    }

    private static func alternatives(_ week: [Int]) -> String {
        EnglishList.joined(week.map(EnglishList.weekday), by: "or")
    }
}

extension CronExpression {
    /// Each field's name and the values that it matches, in words.
    package var fieldValues: [(name: String, values: String)] {
        CronField.allCases.map { field in
            if isUnrestricted(field) { return (field.name, "every") }
            let values = values(of: field)
            let text =
                switch field {
                case .month: EnglishList.ranges(values, EnglishList.month)
                case .dayOfWeek: EnglishList.ranges(values.map { $0 == 0 ? 7 : $0 }.sorted(), EnglishList.weekday)
                default: EnglishList.ranges(values, String.init)
                }
            return (field.name, text)
        }
    }
}
