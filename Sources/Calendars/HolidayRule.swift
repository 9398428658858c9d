import Diagnostics

/// A holiday that comes every year: on which day, and what happens when that is a weekend.
package struct HolidayRule: Hashable, Sendable {
    package var name: String
    package var day: Day
    package var observed: Observance
    /// The years in which the rule holds; nil is without end.
    package var firstYear: Int?
    package var lastYear: Int?
    /// Where it is written down, for what may be said against it.
    package var location: SourceLocation?

    package init(
        _ name: String, on day: Day, observed: Observance = .asItFalls, firstYear: Int? = nil, lastYear: Int? = nil,
        at location: SourceLocation? = nil
    ) {
        self.name = name
        self.day = day
        self.observed = observed
        self.firstYear = firstYear
        self.lastYear = lastYear
        self.location = location
    }

    /// The day on which the holiday falls in `year`, before it is moved; nil where it does not fall in that year.
    package func date(in year: Int) -> CalendarDate? {
        guard year >= firstYear ?? .min, year <= lastYear ?? .max else { return nil }
        return day.date(in: year)
    }

    /// What happens to a holiday that falls on a weekend.
    package enum Observance: String, CaseIterable, Sendable {
        /// Nothing.
        case asItFalls = "as_it_falls"
        /// It moves to the next day that is neither weekend nor holiday: the United Kingdom's substitute days.
        case nextWorkingDay = "next_working_day"
        /// From Saturday to Friday, from Sunday to Monday. Source: 5 U.S.C. 6103(b) and Executive Order 11582.
        case nearestWeekday = "nearest_weekday"
        /// From Sunday to Monday; on a Saturday nothing: the Federal Reserve Banks.
        case sundayToMonday = "sunday_to_monday"
    }
}

extension HolidayRule {
    /// A day that can be found in every year.
    package enum Day: Hashable, Sendable {
        /// `25 December`. 29 February is only in leap years.
        case fixed(month: Int, day: Int)
        /// `first Monday of May`: 1 to 4, or −1 for the last. Not every month has a fifth.
        case weekday(Weekday, ordinal: Int, month: Int)
        /// `Easter - 2` is Good Friday.
        case easter(offset: Int)

        /// How far from Easter Sunday a day may lie.
        package static let maximumEasterOffsetDays = 100

        package func date(in year: Int) -> CalendarDate? {
            switch self {
            case .fixed(let month, let day):
                return CalendarDate(year: year, month: month, day: day)
            case .weekday(let weekday, let ordinal, let month):
                guard let first = CalendarDate(year: year, month: month, day: 1) else { return nil }
                guard ordinal > 0 else {
                    let last = first.lastOfMonth
                    return last.adding(days: -((last.weekday.rawValue - weekday.rawValue + 7) % 7))
                }
                let ahead = (weekday.rawValue - first.weekday.rawValue + 7) % 7
                return first.adding(days: ahead + 7 * (ordinal - 1))
            case .easter(let offset):
                return CalendarDate.easterSunday(in: year)?.adding(days: offset)
            }
        }
    }
}

// MARK: - Text

extension HolidayRule.Day: CustomStringConvertible {
    package static let expectation =
        #"e.g. "25 December", "first Monday of May", "last Monday of August", "Easter - 2""#

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let ordinals = [(1, "first"), (2, "second"), (3, "third"), (4, "fourth"), (-1, "last")]

    package var description: String {
        switch self {
        case .fixed(let month, let day):
            return "\(day) \(Self.name(month))"
        case .weekday(let weekday, let ordinal, let month):
            let word = Self.ordinals.first { $0.0 == ordinal }?.1 ?? "\(ordinal)th"
            let name = weekday.name.prefix(1).uppercased() + weekday.name.dropFirst()
            return "\(word) \(name) of \(Self.name(month))"
        case .easter(let offset):
            return offset == 0 ? "Easter" : "Easter \(offset < 0 ? "-" : "+") \(offset.magnitude)"
        }
    }

    /// Reads what `description` writes, in capitals or not; nil for anything else, and for a day that no year has.
    package init?(_ text: some StringProtocol) {
        let words = text.lowercased().split(separator: " ", omittingEmptySubsequences: false)
        if let day = Self.easter(words) ?? Self.weekday(words) ?? Self.fixed(words) {
            self = day
        } else {
            return nil
        }
    }

    private static func name(_ month: Int) -> String {
        months.indices.contains(month - 1) ? months[month - 1] : "month \(month)"
    }

    private static func month(_ word: Substring) -> Int? {
        months.firstIndex { $0.lowercased() == word }.map { $0 + 1 }
    }

    private static func number(_ word: Substring) -> Int? {
        let digits = Array(word.utf8)
        return (1...3).contains(digits.count) ? CalendarDate.number(digits[...]) : nil
    }

    private static func easter(_ words: [Substring]) -> Self? {
        guard words.first == "easter" else { return nil }
        if words.count == 1 { return .easter(offset: 0) }
        guard words.count == 3, words[1] == "+" || words[1] == "-", let days = number(words[2]),
            days <= maximumEasterOffsetDays
        else { return nil }
        return .easter(offset: words[1] == "-" ? -days : days)
    }

    private static func weekday(_ words: [Substring]) -> Self? {
        guard words.count == 4, words[2] == "of", let ordinal = ordinals.first(where: { $0.1 == words[0] })?.0,
            let weekday = Weekday(name: String(words[1])), let month = month(words[3])
        else { return nil }
        return .weekday(weekday, ordinal: ordinal, month: month)
    }

    private static func fixed(_ words: [Substring]) -> Self? {
        let leapYear = 2_000
        guard words.count == 2, let day = number(words[0]), let month = month(words[1]),
            day >= 1, day <= CalendarDate.daysInMonth(month, year: leapYear)
        else { return nil }
        return .fixed(month: month, day: day)
    }
}
