/// One year of an annual cycle, such as the UK tax year 2026-27, with its weeks and months.
///
/// The first and last years of the calendar are cut at `CalendarDate.earliest` and `latest`.
package struct FiscalYear: Hashable, Sendable {
    package let cycle: AnnualCycle
    /// The calendar year in which it begins.
    package let startYear: Int

    init(cycle: AnnualCycle, startYear: Int) {
        self.cycle = cycle
        self.startYear = startYear
    }

    package var firstDay: CalendarDate {
        CalendarDate(year: startYear, month: cycle.startMonth, day: cycle.startDay) ?? .earliest
    }

    package var lastDay: CalendarDate {
        CalendarDate(year: startYear + 1, month: cycle.startMonth, day: cycle.startDay)?.adding(days: -1) ?? .latest
    }

    package var days: ClosedRange<CalendarDate> { firstDay...lastDay }
    package var dayCount: Int { firstDay.days(until: lastDay) + 1 }

    package func contains(_ date: CalendarDate) -> Bool { days.contains(date) }

    /// The year after this one; itself at the end of the calendar.
    package var next: FiscalYear {
        lastDay < .latest ? FiscalYear(cycle: cycle, startYear: startYear + 1) : self
    }

    /// The year before this one; itself at the start of the calendar.
    package var previous: FiscalYear {
        firstDay > .earliest ? FiscalYear(cycle: cycle, startYear: startYear - 1) : self
    }

    /// `2026-27`; `2026` where years begin on 1 January.
    package var label: String {
        let start = Digits.text(startYear, width: 4)
        return cycle == .calendarYear ? start : "\(start)-\(Digits.text((startYear + 1) % 100, width: 2))"
    }
}

// MARK: - Weeks and months

extension FiscalYear {
    /// The week of a day, 1 to 53: blocks of seven days from the first day on, so that week 53 has one day, or two in
    /// a year of 366. Nil for a day of another year.
    package func week(of date: CalendarDate) -> Int? {
        contains(date) ? firstDay.days(until: date) / 7 + 1 : nil
    }

    /// The month of a day, 1 to 12: from the day of the month on which the year begins to the day before it in the
    /// next month; 6 April to 5 May is month 1 of a UK tax year. Nil for a day of another year.
    ///
    /// Where the year begins on a day that a month lacks, the month begins on the last day it has.
    package func month(of date: CalendarDate) -> Int? {
        guard contains(date) else { return nil }
        let (year, month, day) = date.parts
        let startDay = min(cycle.startDay, CalendarDate.daysInMonth(month, year: year))
        return (year - startYear) * 12 + month - cycle.startMonth + (day >= startDay ? 1 : 0)
    }

    /// The days of week 1 to 53; nil for another number.
    package func days(ofWeek number: Int) -> ClosedRange<CalendarDate>? {
        guard (1...53).contains(number) else { return nil }
        let first = firstDay.adding(days: 7 * (number - 1))
        guard contains(first) else { return nil }
        return first...min(first.adding(days: 6), lastDay)
    }

    /// The days of month 1 to 12; nil for another number.
    package func days(ofMonth number: Int) -> ClosedRange<CalendarDate>? {
        guard (1...12).contains(number) else { return nil }
        let first = firstDay.adding(months: number - 1)
        let last = number == 12 ? lastDay : firstDay.adding(months: number).adding(days: -1)
        guard first <= last, contains(last) else { return nil }
        return first...last
    }
}

extension FiscalYear: CustomStringConvertible, Comparable {
    package var description: String { label }

    /// By first day, then by last day.
    package static func < (a: FiscalYear, b: FiscalYear) -> Bool {
        (a.firstDay, a.lastDay) < (b.firstDay, b.lastDay)
    }
}
