/// A stretch of business time that a run is for, written as people write it: `2026-11-21`, `2026-W47`, `2026-11`,
/// `2026-Q4`, `2026`; or, for work that belongs to no stretch of time, the instant at which it was due:
/// `2026-11-21T06:00:00Z`.
package enum Period: Hashable, Sendable {
    case day(CalendarDate)
    /// A week of ISO 8601: Monday to Sunday; week 1 holds the first Thursday of `year`. The last one that can be
    /// written, 9999-W52, is cut at the end of the calendar.
    case week(year: Int, number: Int)
    case month(year: Int, number: Int)
    case quarter(year: Int, number: Int)
    case year(Int)
    /// To the second.
    case instant(Instant)

    /// Reads the forms above and nothing else; nil for a week, month or day that does not exist.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 4, let year = CalendarDate.number(bytes[0..<4]), year >= 1 else { return nil }
        switch bytes.count {
        case 4:
            self = .year(year)
        case 7 where bytes[4] == UInt8(ascii: "-") && bytes[5] == UInt8(ascii: "Q"):
            guard let number = CalendarDate.number(bytes[6...]), (1...4).contains(number) else { return nil }
            self = .quarter(year: year, number: number)
        case 7 where bytes[4] == UInt8(ascii: "-"):
            guard let number = CalendarDate.number(bytes[5...]), (1...12).contains(number) else { return nil }
            self = .month(year: year, number: number)
        case 8 where bytes[4] == UInt8(ascii: "-") && bytes[5] == UInt8(ascii: "W"):
            guard let number = CalendarDate.number(bytes[6...]), (1...Self.weeks(in: year)).contains(number)
            else { return nil }
            self = .week(year: year, number: number)
        case 20:
            guard let instant = Instant(text) else { return nil }
            self = .instant(instant)
        default:
            guard let date = CalendarDate(text) else { return nil }
            self = .day(date)
        }
    }

    package enum Granularity: String, CaseIterable, Sendable {
        case day, week, month, quarter, year, instant

        /// How one is written.
        package var example: String {
            switch self {
            case .day: "2026-11-21"
            case .week: "2026-W47"
            case .month: "2026-11"
            case .quarter: "2026-Q4"
            case .year: "2026"
            case .instant: "2026-11-21T06:00:00Z"
            }
        }
    }

    package var granularity: Granularity {
        switch self {
        case .day: .day
        case .week: .week
        case .month: .month
        case .quarter: .quarter
        case .year: .year
        case .instant: .instant
        }
    }

    /// The period of that length that holds `date`; of instants the first one of that day in UTC.
    package init(_ granularity: Granularity, containing date: CalendarDate) {
        let (year, month, _) = date.parts
        switch granularity {
        case .day:
            self = .day(date)
        case .week:
            // The ISO year of a week is the year of its Thursday.
            let thursday = date.adding(days: Weekday.thursday.rawValue - date.weekday.rawValue)
            self = .week(year: thursday.year, number: (thursday.dayOfYear - 1) / 7 + 1)
        case .month:
            self = .month(year: year, number: month)
        case .quarter:
            self = .quarter(year: year, number: (month - 1) / 3 + 1)
        case .year:
            self = .year(year)
        case .instant:
            self = .instant(Instant(startOf: date))
        }
    }

    /// Weeks in a year of ISO 8601: 52 or 53.
    package static func weeks(in year: Int) -> Int {
        guard let december28 = CalendarDate(year: year, month: 12, day: 28),
            case .week(_, let number) = Period(.week, containing: december28)
        else { return 52 }
        return number
    }
}

// MARK: - Days

extension Period {
    /// Of an instant the day in UTC.
    package var firstDay: CalendarDate {
        switch self {
        case .day(let date): date
        case .instant(let instant): instant.utc.date
        case .week(let year, let number): Self.firstMonday(of: year).adding(days: 7 * (number - 1))
        case .month(let year, let number): Self.first(of: number, year)
        case .quarter(let year, let number): Self.first(of: 3 * number - 2, year)
        case .year(let year): Self.first(of: 1, year)
        }
    }

    package var lastDay: CalendarDate {
        switch self {
        case .day(let date): date
        case .instant: firstDay
        case .week: firstDay.adding(days: 6)
        case .month: firstDay.lastOfMonth
        case .quarter: firstDay.adding(months: 2).lastOfMonth
        case .year: firstDay.adding(months: 11).lastOfMonth
        }
    }

    package var days: ClosedRange<CalendarDate> { firstDay...lastDay }

    package var dayCount: Int { firstDay.days(until: lastDay) + 1 }

    package func contains(_ date: CalendarDate) -> Bool { days.contains(date) }

    /// The period of the same length right after this one; itself at the end of the calendar, and of an instant.
    package var next: Period {
        lastDay < .latest && granularity != .instant ? Period(granularity, containing: lastDay.adding(days: 1)) : self
    }

    /// The period of the same length right before this one; itself at the start of the calendar, and of an instant.
    package var previous: Period {
        firstDay > .earliest && granularity != .instant
            ? Period(granularity, containing: firstDay.adding(days: -1)) : self
    }

    private static func first(of month: Int, _ year: Int) -> CalendarDate {
        CalendarDate(year: year, month: month, day: 1) ?? .earliest
    }

    private static func firstMonday(of year: Int) -> CalendarDate {
        // 4 January is always in week 1.
        let january4 = first(of: 1, year).adding(days: 3)
        return january4.adding(days: 1 - january4.weekday.rawValue)
    }
}

extension Period: CustomStringConvertible, Comparable {
    package var description: String {
        switch self {
        case .day(let date): date.description
        case .week(let year, let number): "\(Digits.text(year, width: 4))-W\(Digits.text(number, width: 2))"
        case .month(let year, let number): "\(Digits.text(year, width: 4))-\(Digits.text(number, width: 2))"
        case .quarter(let year, let number): "\(Digits.text(year, width: 4))-Q\(number)"
        case .year(let year): Digits.text(year, width: 4)
        case .instant(let instant): instant.description
        }
    }

    /// By first day, the shorter one first where two begin together; instants by time.
    package static func < (a: Period, b: Period) -> Bool {
        if case .instant(let first) = a, case .instant(let second) = b { return first < second }
        return (a.firstDay, a.lastDay) < (b.firstDay, b.lastDay)
    }
}
