import Calendars

/// A period of the books: month 1 to 12 of a fiscal year, or period 13, in which the year is adjusted after its end.
///
/// Period 13 lies on the last day of the year: what is posted in it has that date, and is kept apart from the last month
/// by its period.
package struct FiscalPeriod: Hashable, Sendable {
    package let year: FiscalYear
    /// 1 to 13.
    package let number: Int

    /// The number of the period for adjustments of the year.
    package static let adjustmentNumber = 13

    /// Nil for a number outside 1 to 13.
    package init?(year: FiscalYear, number: Int) {
        guard (1...Self.adjustmentNumber).contains(number) else { return nil }
        self.init(year, number)
    }

    private init(_ year: FiscalYear, _ number: Int) {
        self.year = year
        self.number = number
    }

    /// The month that holds `date`.
    package init(containing date: CalendarDate, in cycle: AnnualCycle) {
        let year = cycle.year(containing: date)
        self.init(year, year.month(of: date) ?? 12)
    }

    /// Reads `2026-P04` where years begin on 1 January, else `2026-27-P04`, and nothing else.
    package init?(_ text: some StringProtocol, in cycle: AnnualCycle) {
        let parts = String(text).utf8.split(separator: UInt8(ascii: "P"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].last == UInt8(ascii: "-"), parts[1].count == 2,
            let number = Int(Substring(parts[1])), let year = cycle.year(labelled: Substring(parts[0].dropLast())),
            let period = FiscalPeriod(year: year, number: number), period.description == String(text)
        else { return nil }
        self = period
    }

    package var isForAdjustments: Bool { number == Self.adjustmentNumber }

    package var firstDay: CalendarDate { days.lowerBound }
    package var lastDay: CalendarDate { days.upperBound }

    package var days: ClosedRange<CalendarDate> {
        let end = year.lastDay
        return isForAdjustments ? end...end : year.days(ofMonth: number) ?? end...end
    }

    /// The month after this one; after period 13 and month 12, the first of the next year.
    package var nextMonth: FiscalPeriod {
        number >= 12 ? FiscalPeriod(year.next, 1) : FiscalPeriod(year, number + 1)
    }

    /// The month before this one; before period 13, month 12.
    package var previousMonth: FiscalPeriod {
        number == 1 ? FiscalPeriod(year.previous, 12) : FiscalPeriod(year, number - 1)
    }

    /// The period of this number in the year before: the one to compare with.
    package var yearBefore: FiscalPeriod { FiscalPeriod(year.previous, number) }
}

extension FiscalPeriod: Comparable, CustomStringConvertible {
    package static func < (a: FiscalPeriod, b: FiscalPeriod) -> Bool {
        a.year == b.year ? a.number < b.number : a.year < b.year
    }

    /// `2026-P04`, `2026-27-P13`.
    package var description: String { "\(year.label)-P\(number < 10 ? "0" : "")\(number)" }
}
