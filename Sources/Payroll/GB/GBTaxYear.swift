import Calendars

/// A tax year of the United Kingdom: 6 April to 5 April, written `2026-27`.
///
/// Source: Income Tax Act 2007, section 4; tax weeks and months: Income Tax (Pay As You Earn) Regulations 2003,
/// regulation 2(1).
package struct GBTaxYear: Hashable, Sendable, Comparable, CustomStringConvertible {
    private let year: FiscalYear

    private init(_ year: FiscalYear) {
        self.year = year
    }

    /// The tax year that holds `date`.
    package init(containing date: CalendarDate) {
        self.init(AnnualCycle.ukTaxYear.year(containing: date))
    }

    /// Reads `2026-27` and nothing else.
    package init?(_ text: some StringProtocol) {
        guard let year = AnnualCycle.ukTaxYear.year(labelled: text) else { return nil }
        self.init(year)
    }

    /// Stands in for a year that could not be read.
    static let placeholder = GBTaxYear(containing: .earliest)

    /// 6 April.
    package var firstDay: CalendarDate { year.firstDay }

    /// 5 April of the next year.
    package var lastDay: CalendarDate { year.lastDay }

    package func contains(_ date: CalendarDate) -> Bool { year.contains(date) }

    /// The tax week that holds `date`: 1 to 53. Week 1 is 6 to 12 April; week 53 is 5 April, with 4 April in a year
    /// that holds a 29 February.
    ///
    /// - Returns: nil when `date` is outside this tax year.
    package func week(of date: CalendarDate) -> Int? { year.week(of: date) }

    /// The tax month that holds `date`: 1 to 12. Month 1 is 6 April to 5 May.
    ///
    /// - Returns: nil when `date` is outside this tax year.
    package func month(of date: CalendarDate) -> Int? { year.month(of: date) }

    /// Tax weeks from the one that holds `date` to the end of the year, both counted, of 52; week 53 counts as one week:
    /// the length of a director's earnings period when the appointment falls in the year.
    ///
    /// Source: Social Security (Contributions) Regulations 2001, regulation 8(2); HMRC manual NIM12022.
    /// - Returns: nil when `date` is outside this tax year.
    package func weeksRemaining(from date: CalendarDate) -> Int? {
        week(of: date).map { max(1, 53 - $0) }
    }

    package static func < (a: GBTaxYear, b: GBTaxYear) -> Bool { a.year < b.year }

    package var description: String { year.label }
}
