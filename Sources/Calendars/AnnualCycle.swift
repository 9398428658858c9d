/// Years that begin on the same day of each calendar year: calendar years, tax years, the years of a company's books.
///
/// ```swift
/// let year = AnnualCycle.ukTaxYear.year(containing: date)   // 2026-27
/// year.month(of: date)                                      // 8, where 1 is 6 April to 5 May
/// ```
package struct AnnualCycle: Hashable, Sendable {
    package let startMonth: Int
    package let startDay: Int

    /// 1 January to 31 December.
    package static let calendarYear = AnnualCycle(month: 1, day: 1)

    /// 6 April to 5 April. Source: Income Tax Act 2007 (United Kingdom), section 4.
    package static let ukTaxYear = AnnualCycle(month: 4, day: 6)

    /// Nil for a day that not every year has: 29 February, 31 April.
    package init?(startMonth: Int, startDay: Int) {
        let commonYear = 2_001
        guard CalendarDate(year: commonYear, month: startMonth, day: startDay) != nil else { return nil }
        self.init(month: startMonth, day: startDay)
    }

    private init(month: Int, day: Int) {
        startMonth = month
        startDay = day
    }

    /// The year that holds `date`.
    package func year(containing date: CalendarDate) -> FiscalYear {
        let (year, month, day) = date.parts
        let hasBegun = (month, day) >= (startMonth, startDay)
        return FiscalYear(cycle: self, startYear: hasBegun ? year : year - 1)
    }

    /// The year that begins in a calendar year; nil outside the years 1 to 9999.
    package func year(startingIn calendarYear: Int) -> FiscalYear? {
        (1...9_999).contains(calendarYear) ? FiscalYear(cycle: self, startYear: calendarYear) : nil
    }

    /// Reads `2026-27`, or `2026` where years begin on 1 January, and nothing else.
    package func year(labelled text: some StringProtocol) -> FiscalYear? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 4, let start = CalendarDate.number(bytes[0..<4]), let year = year(startingIn: start),
            year.label.utf8.elementsEqual(bytes)
        else { return nil }
        return year
    }
}
