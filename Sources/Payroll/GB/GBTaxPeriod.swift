import Calendars

/// The tax week or month of a payment, as the PAYE tables count it.
///
/// A fortnight or four weeks carries the number of its last week: 2, 4, … 54 and 4, 8, … 56. Weeks 53, 54 and 56 are
/// the extra pay days of a year that has one.
///
/// Source: Income Tax (Pay As You Earn) Regulations 2003, regulation 2(1) and 31; HMRC manual PAYE70015.
package struct GBTaxPeriod: Hashable, Sendable, CustomStringConvertible {
    package let frequency: PayFrequency
    package let number: Int

    /// Nil when the frequency has no such period: month 13, fortnight ending in week 3.
    package init?(_ frequency: PayFrequency, _ number: Int) {
        guard Self.isValid(frequency, number) else { return nil }
        self.frequency = frequency
        self.number = number
    }

    /// The period of a payment made on `payDate`; nil when that is outside `year`.
    package init?(_ frequency: PayFrequency, paidOn payDate: CalendarDate, in year: GBTaxYear) {
        guard let weeks = frequency.weeks.map(Int.init) else {
            guard let month = year.month(of: payDate) else { return nil }
            self.init(.monthly, month)
            return
        }
        guard let week = year.week(of: payDate) else { return nil }
        self.init(frequency, (week + weeks - 1) / weeks * weeks)
    }

    private static func isValid(_ frequency: PayFrequency, _ number: Int) -> Bool {
        switch frequency {
        case .weekly: (1...53).contains(number)
        case .fortnightly: (2...54).contains(number) && number % 2 == 0
        case .fourWeekly: (4...56).contains(number) && number % 4 == 0
        case .monthly: (1...12).contains(number)
        }
    }

    /// What numbers a frequency has, for messages.
    package static func expectedNumbers(_ frequency: PayFrequency) -> String {
        switch frequency {
        case .weekly: "1 to 53"
        case .fortnightly: "the last week of the fortnight: 2, 4, … 54"
        case .fourWeekly: "the last of the four weeks: 4, 8, … 56"
        case .monthly: "1 to 12"
        }
    }

    /// Week 53, 54 or 56: an extra pay day, taxed on the basis of the first period of the year.
    package var isExtraPayDay: Bool { frequency != .monthly && number > 52 }

    /// Periods of the table in one pay period: 1, 2 or 4 weeks, 1 month.
    var length: Int64 { frequency.weeks ?? 1 }

    /// Table periods in a year: 52 weeks or 12 months.
    var periodsPerYear: Int64 { frequency == .monthly ? 12 : 52 }

    package var description: String { "\(frequency.periodUnit) \(number)" }
}
