import Diagnostics

/// When a job is due, in cron's five fields: minute, hour, day of month, month, day of week.
///
/// ```swift
/// let expression = try CronExpression("0 6 * * mon-fri")
/// ```
/// The language is that of Vixie cron (crontab(5)) without what its readers take differently: a step needs a range or
/// `*`, a range goes upwards, and `L`, `W`, `#`, `?`, seconds and `@reboot` are refused with what to write instead.
package struct CronExpression: Hashable, Sendable {
    /// As written, blanks cut down to one.
    package let text: String
    /// Bits 0 to 59.
    let minutes: UInt64
    /// Bits 0 to 23.
    let hours: UInt32
    /// Bits 1 to 31.
    let daysOfMonth: UInt32
    /// Bits 1 to 12.
    let months: UInt16
    /// Bits 0 (Sunday) to 6.
    let weekdays: UInt8
    /// Which fields begin with `*`. Cron decides by this, and not by what the field matches: `*/5` is a star.
    let stars: Set<CronField>

    /// Longer expressions are refused.
    package static let maximumCharacters = 512

    init(text: String, bits: [CronField: UInt64], stars: Set<CronField>) {
        self.text = text
        minutes = bits[.minute] ?? 0
        hours = UInt32(truncatingIfNeeded: bits[.hour] ?? 0)
        daysOfMonth = UInt32(truncatingIfNeeded: bits[.dayOfMonth] ?? 0)
        months = UInt16(truncatingIfNeeded: bits[.month] ?? 0)
        let week = bits[.dayOfWeek] ?? 0
        // Both 0 and 7 are Sunday.
        weekdays = UInt8(truncatingIfNeeded: (week | week >> 7) & 0x7F)
        self.stars = stars
    }

    /// - Throws: everything that is wrong with the text, each with its column.
    package init(_ text: String) throws(Failure) {
        var problems = ProblemList()
        let place = SourceLocation(file: "expression", line: 1, column: 1)
        let expression = Self.parse(text, at: place, problems: &problems)
        try problems.throwIfAny(consequence: "\"\(text.prefix(Self.maximumCharacters))\" is no cron expression")
        guard let expression else { preconditionFailure("an expression without problems has a value") }
        self = expression
    }

    /// Reads an expression whose first character stands at `location`; nil when anything in it was reported.
    package static func parse(
        _ text: String, at location: SourceLocation, problems: inout ProblemList
    ) -> CronExpression? {
        var parser = CronParser(text: text, location: location)
        let expression = parser.parse()
        problems.add(contentsOf: parser.problems)
        return expression
    }

    /// Whether cron calls it a wildcard job, which follows elapsed time when the clock is changed. Any other is a
    /// fixed-time job, which is due once for each of its times on the clock.
    ///
    /// Source: find_jobs() in cron.c of Vixie cron 3.0; the flags MIN_STAR and HR_STAR.
    package var isWildcard: Bool { stars.contains(.minute) || stars.contains(.hour) }

    /// Whether both day fields restrict the days, so that either of them suffices.
    package var joinsDaysWithOr: Bool { !stars.contains(.dayOfMonth) && !stars.contains(.dayOfWeek) }

    /// The days of a month on which it is due: bits 1 to 31.
    ///
    /// Where neither day field begins with `*`, either suffices; else both must match. Source: crontab(5) and
    /// find_jobs() of Vixie cron 3.0, DOM_STAR and DOW_STAR.
    func days(of month: Month) -> UInt32 {
        guard months >> UInt16(month.month) & 1 == 1 else { return 0 }
        let byWeekday = DayMask.weekdays(weekdays, of: month)
        let days = joinsDaysWithOr ? daysOfMonth | byWeekday : daysOfMonth & byWeekday
        return days & DayMask.all(of: month)
    }
}

extension CronExpression: CustomStringConvertible {
    package var description: String { text }
}

/// Sets of days of a month: bit 1 is the first day.
enum DayMask {
    static func all(of month: Month) -> UInt32 {
        month.length == 31 ? ~1 : (1 << UInt32(month.length + 1)) - 2
    }

    /// The days of a month that are one of these weekdays.
    ///
    /// - Parameter weekdays: bits 0 (Sunday) to 6.
    static func weekdays(_ weekdays: UInt8, of month: Month) -> UInt32 {
        let first = UInt64(month.firstWeekday)
        let week = UInt64(weekdays)
        let turned = (week >> first | week << (7 - first)) & 0x7F
        let fiveWeeks = turned | turned << 7 | turned << 14 | turned << 21 | turned << 28
        return UInt32(truncatingIfNeeded: fiveWeeks << 1) & all(of: month)
    }

    /// The days before `day`.
    static func before(_ day: Int) -> UInt32 { (1 << UInt32(day)) - 1 }

    /// The days after `day`.
    static func after(_ day: Int) -> UInt32 { day >= 31 ? 0 : ~0 << UInt32(day + 1) }

    static func lowest(_ mask: UInt32) -> Int? { mask == 0 ? nil : mask.trailingZeroBitCount }

    static func highest(_ mask: UInt32) -> Int? { mask == 0 ? nil : 31 - mask.leadingZeroBitCount }
}
