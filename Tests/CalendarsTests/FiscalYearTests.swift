import Testing

@testable import Calendars

@Suite struct FiscalYearTests {
    private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text), "\(text)") }

    /// Source: HMRC's tax calendar: tax month 1 is 6 April to 5 May, week 1 is 6 to 12 April, week 53 begins on 5 April,
    /// or on 4 April before a 29 February in the tax year.
    @Test(arguments: [
        ("2026-04-05", "2025-26", 53, 12), ("2026-04-06", "2026-27", 1, 1), ("2026-04-12", "2026-27", 1, 1),
        ("2026-04-13", "2026-27", 2, 1), ("2026-05-05", "2026-27", 5, 1), ("2026-05-06", "2026-27", 5, 2),
        ("2026-11-21", "2026-27", 33, 8), ("2026-12-31", "2026-27", 39, 9), ("2027-01-05", "2026-27", 40, 9),
        ("2027-01-06", "2026-27", 40, 10), ("2027-04-04", "2026-27", 52, 12), ("2027-04-05", "2026-27", 53, 12),
        ("2028-04-03", "2027-28", 52, 12), ("2028-04-04", "2027-28", 53, 12), ("2028-04-05", "2027-28", 53, 12),
        ("2000-01-01", "1999-00", 39, 9),
    ]) func `a day has its tax year, tax week and tax month`(day: String, label: String, week: Int, month: Int) throws {
        let date = try date(day)
        let year = AnnualCycle.ukTaxYear.year(containing: date)
        #expect(year.label == label)
        #expect(year.week(of: date) == week)
        #expect(year.month(of: date) == month)
        #expect(year.days(ofWeek: week)?.contains(date) == true)
        #expect(year.days(ofMonth: month)?.contains(date) == true)
        #expect(AnnualCycle.ukTaxYear.year(labelled: label) == year)
    }

    @Test func `a year has its first and last day`() throws {
        let year = try #require(AnnualCycle.ukTaxYear.year(startingIn: 2_027))
        #expect(try year.days == date("2027-04-06")...date("2028-04-05"))
        #expect(year.dayCount == 366)
        #expect(year.next.description == "2028-29")
        #expect(year.previous.description == "2026-27")
        #expect(year.previous < year)
        #expect(year.week(of: year.next.firstDay) == nil)
        #expect(year.month(of: year.previous.lastDay) == nil)
        #expect(year.days(ofWeek: 53)?.lowerBound.description == "2028-04-04")
        #expect(year.days(ofMonth: 12) == (try date("2028-03-06"))...(try date("2028-04-05")))
        for number in [0, -1, 13, 54, Int.max, Int.min] { #expect(year.days(ofMonth: number) == nil) }
        for number in [0, -1, 54, Int.max, Int.min] { #expect(year.days(ofWeek: number) == nil) }
    }

    @Test(arguments: [(1, 1), (4, 1), (4, 6), (7, 1), (10, 1), (1, 31), (3, 31), (12, 31), (2, 28)])
    func `years, months and weeks tile the days`(startMonth: Int, startDay: Int) throws {
        let cycle = try #require(AnnualCycle(startMonth: startMonth, startDay: startDay))
        var day = try #require(CalendarDate(year: 2_023, month: startMonth, day: startDay))
        var (week, month, weekDay) = (1, 1, 0)
        var year = cycle.year(containing: day)
        #expect(year.firstDay == day)
        for _ in 0..<1_900 {
            let found = cycle.year(containing: day)
            if found != year {
                #expect(found == year.next && found.previous == year && found.firstDay == day)
                #expect(year.lastDay == day.adding(days: -1))
                #expect(month == 12 && week == 53)
                (year, week, month, weekDay) = (found, 1, 1, 0)
            }
            #expect(year.contains(day))
            if weekDay == 7 { (week, weekDay) = (week + 1, 0) }
            weekDay += 1
            // A month begins on the start day, or on the last day of a shorter month.
            let begins = day.day == min(startDay, day.lastOfMonth.day)
            if begins, day != year.firstDay { month += 1 }
            #expect(year.week(of: day) == week, "\(day)")
            #expect(year.month(of: day) == month, "\(day)")
            #expect(year.days(ofMonth: month)?.contains(day) == true, "\(day)")
            #expect(year.days(ofWeek: week)?.contains(day) == true, "\(day)")
            day = day.adding(days: 1)
        }
    }

    @Test func `a year that begins on 1 January is written as one number`() throws {
        let year = AnnualCycle.calendarYear.year(containing: try date("2026-11-21"))
        #expect(year.label == "2026")
        #expect(AnnualCycle.calendarYear.year(labelled: "2026") == year)
        #expect(AnnualCycle(startMonth: 1, startDay: 1) == .calendarYear)
        #expect(AnnualCycle(startMonth: 4, startDay: 6) == .ukTaxYear)
    }

    @Test(arguments: [(2, 29), (2, 30), (4, 31), (0, 1), (13, 1), (1, 0), (1, 32), (Int.max, Int.max), (Int.min, 1)])
    func `a start that not every year has is refused`(month: Int, day: Int) {
        #expect(AnnualCycle(startMonth: month, startDay: day) == nil)
    }

    @Test(arguments: [
        "", "2026", "2026-28", "2026-26", "2026-2027", "2026/27", "26-27", "2026-27 ", "2026-7", "２０２６-27", "0000-01",
    ]) func `what is no label of a tax year is refused`(text: String) {
        #expect(AnnualCycle.ukTaxYear.year(labelled: text) == nil)
    }

    @Test func `the ends of the calendar do not trap`() {
        let cycle = AnnualCycle.ukTaxYear
        let first = cycle.year(containing: .earliest)
        #expect(first.firstDay == .earliest && first.previous == first)
        let last = cycle.year(containing: .latest)
        #expect(last.lastDay == .latest && last.next == last)
        #expect(last.label == "9999-00")
        #expect(cycle.year(startingIn: 0) == nil && cycle.year(startingIn: 10_000) == nil)
        #expect(cycle.year(startingIn: .max) == nil && cycle.year(startingIn: .min) == nil)
        for number in 1...53 { _ = (first.days(ofWeek: number), last.days(ofWeek: number)) }
        for number in 1...12 { _ = (first.days(ofMonth: number), last.days(ofMonth: number)) }
    }
}
