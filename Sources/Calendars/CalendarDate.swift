/// A day of the proleptic Gregorian calendar, with no time and no zone: a pay date, a due date.
///
/// It is not an instant: which day an instant falls on depends on a zone.
package struct CalendarDate: Hashable, Sendable, Comparable {
    /// Days since 1970-01-01.
    package let dayNumber: Int32

    /// The first and last day that can be written with four digits of year: 0001-01-01 and 9999-12-31.
    package static let earliest = CalendarDate(dayNumber: -719_162)
    package static let latest = CalendarDate(dayNumber: 2_932_896)

    /// - Precondition: the day lies between `earliest` and `latest`.
    @inlinable
    package init(dayNumber: Int32) {
        precondition((-719_162...2_932_896).contains(dayNumber), "a date outside the years 1 to 9999")
        self.dayNumber = dayNumber
    }

    /// The day with these numbers, or nil when the calendar has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.daysInMonth(month, year: year)
        else { return nil }
        self.init(dayNumber: Self.dayNumber(year: year, month: month, day: day))
    }

    /// Reads `2026-11-21` (ISO 8601, extended form) and nothing else.
    package init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// As `init(_:)`. A type of its own, for other modules cannot specialise what is generic here.
    package init?(_ text: String) {
        var text = text
        guard let date = text.withUTF8({ CalendarDate(ascii: $0) }) else { return nil }
        self = date
    }

    /// As `init(_:)`, without a string.
    package init?(ascii bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for index in range {
                let digit = bytes[index] &- UInt8(ascii: "0")
                guard digit <= 9 else { return nil }
                value = value * 10 + Int(digit)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    @inlinable
    package static func < (a: CalendarDate, b: CalendarDate) -> Bool { a.dayNumber < b.dayNumber }

    /// The number written by these ASCII digits; nil when one is no digit.
    static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}

// MARK: - Parts

extension CalendarDate {
    package var year: Int { parts.year }
    package var month: Int { parts.month }
    package var day: Int { parts.day }

    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    package var parts: (year: Int, month: Int, day: Int) {
        let shifted = Int(dayNumber) + 719_468  // days since 0000-03-01
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// Source: as for `parts`, `days_from_civil`.
    private static func dayNumber(year: Int, month: Int, day: Int) -> Int32 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int32(era * 146_097 + dayOfEra - 719_468)
    }

    package static func isLeapYear(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// - Precondition: `month` is 1 to 12.
    package static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeapYear(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        let index = (Int(dayNumber) % 7 + 7 + 3) % 7
        return Weekday.allCases[index]
    }

    /// 1 on 1 January.
    package var dayOfYear: Int {
        Int(dayNumber - Self.dayNumber(year: year, month: 1, day: 1)) + 1
    }

    package var firstOfMonth: CalendarDate { CalendarDate(dayNumber: dayNumber - Int32(day - 1)) }

    package var lastOfMonth: CalendarDate {
        let (year, month, day) = parts
        return CalendarDate(dayNumber: dayNumber + Int32(Self.daysInMonth(month, year: year) - day))
    }
}

/// A day of the week, in ISO 8601 order: Monday is 1.
package enum Weekday: Int, CaseIterable, Sendable, Hashable, Comparable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday

    package static func < (a: Weekday, b: Weekday) -> Bool { a.rawValue < b.rawValue }

    /// `monday`.
    package var name: String { "\(self)" }

    package init?(name: String) {
        guard let weekday = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = weekday
    }
}

// MARK: - Moving

extension CalendarDate {
    /// The day `days` later (earlier when negative), held within `earliest...latest`.
    package func adding(days: Int) -> CalendarDate {
        let (sum, overflow) = Int(dayNumber).addingReportingOverflow(days)
        guard !overflow else { return days < 0 ? .earliest : .latest }
        let held = min(max(sum, Int(Self.earliest.dayNumber)), Int(Self.latest.dayNumber))
        return CalendarDate(dayNumber: Int32(held))
    }

    /// The same day of the month `months` later, or that month's last day where it is shorter: 31 January plus one
    /// month is 28 or 29 February. Held within `earliest...latest`.
    package func adding(months: Int) -> CalendarDate {
        let (year, month, day) = parts
        let (total, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
        guard !overflow, total >= 12 else { return months < 0 ? .earliest : .latest }
        let newYear = total / 12
        let newMonth = total % 12 + 1
        guard newYear <= 9999 else { return .latest }
        let newDay = min(day, Self.daysInMonth(newMonth, year: newYear))
        return CalendarDate(dayNumber: Self.dayNumber(year: newYear, month: newMonth, day: newDay))
    }

    package func adding(years: Int) -> CalendarDate {
        let (months, overflow) = years.multipliedReportingOverflow(by: 12)
        guard !overflow else { return years < 0 ? .earliest : .latest }
        return adding(months: months)
    }

    /// Days from this day to `other`: 1 for tomorrow, negative for the past.
    @inlinable
    package func days(until other: CalendarDate) -> Int { Int(other.dayNumber) - Int(dayNumber) }
}

extension CalendarDate: CustomStringConvertible {
    /// `2026-11-21`.
    package var description: String {
        let (year, month, day) = parts
        return String(unsafeUninitializedCapacity: 10) { text in
            func write(_ value: Int, at position: Int, width: Int) {
                var rest = value
                for index in stride(from: position + width - 1, through: position, by: -1) {
                    text[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
            }
            write(year, at: 0, width: 4)
            text[4] = UInt8(ascii: "-")
            write(month, at: 5, width: 2)
            text[7] = UInt8(ascii: "-")
            write(day, at: 8, width: 2)
            return 10
        }
    }
}

enum Digits {
    /// A number with leading zeros.
    static func text(_ value: Int, width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
