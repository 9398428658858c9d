import Calendars
import Testing

@testable import Payroll

@Suite struct GBTaxYearTests {
    @Test(arguments: ["2025-26", "2026-27", "1999-00", "2099-00"])
    func `a tax year reads what it writes`(text: String) throws {
        #expect(try #require(GBTaxYear(text)).description == text)
    }

    @Test(arguments: ["2026", "2026-28", "2026/27", "26-27", "2026-2027", "2026-27 ", "+026-27", "0000-01", "2026-2x"])
    func `anything else is no tax year`(text: String) {
        #expect(GBTaxYear(text) == nil)
    }

    @Test(arguments: [
        ("2026-04-05", "2025-26", 53, 12), ("2026-04-06", "2026-27", 1, 1), ("2026-04-12", "2026-27", 1, 1),
        ("2026-04-13", "2026-27", 2, 1), ("2026-05-05", "2026-27", 5, 1), ("2026-05-06", "2026-27", 5, 2),
        ("2026-11-21", "2026-27", 33, 8), ("2026-12-31", "2026-27", 39, 9), ("2027-01-01", "2026-27", 39, 9),
        ("2027-01-06", "2026-27", 40, 10), ("2027-04-04", "2026-27", 52, 12), ("2027-04-05", "2026-27", 53, 12),
        // The year 2027-28 has a 29 February, and so two days in week 53.
        ("2028-04-04", "2027-28", 53, 12), ("2028-04-05", "2027-28", 53, 12),
    ])
    func `a pay date has its tax year, week and month`(date: String, year: String, week: Int, month: Int) throws {
        let date = try #require(CalendarDate(date))
        let found = GBTaxYear(containing: date)
        #expect(found.description == year)
        #expect(found.week(of: date) == week)
        #expect(found.month(of: date) == month)
        #expect(found.contains(date))
    }

    @Test func `a day of another year has no week or month`() throws {
        let year = try #require(GBTaxYear("2026-27"))
        let day = try #require(CalendarDate("2027-04-06"))
        #expect(year.week(of: day) == nil)
        #expect(year.month(of: day) == nil)
        #expect(year.weeksRemaining(from: day) == nil)
    }

    @Test(arguments: [("2026-04-06", 52), ("2026-04-13", 51), ("2027-03-29", 1), ("2027-04-05", 1)])
    func `the earnings period of a director counts the week of the appointment`(date: String, weeks: Int) throws {
        let year = try #require(GBTaxYear("2026-27"))
        #expect(year.weeksRemaining(from: try #require(CalendarDate(date))) == weeks)
    }

    @Test(arguments: [
        (PayFrequency.weekly, "2026-04-10", "week 1"), (.weekly, "2027-04-05", "week 53"),
        (.fortnightly, "2026-04-10", "week 2"), (.fortnightly, "2026-04-17", "week 2"),
        (.fortnightly, "2026-04-20", "week 4"), (.fortnightly, "2027-04-05", "week 54"),
        (.fourWeekly, "2026-04-06", "week 4"), (.fourWeekly, "2026-05-04", "week 8"),
        (.fourWeekly, "2027-04-05", "week 56"), (.monthly, "2026-11-30", "month 8"),
    ])
    func `a payment has the number of the last week of its period`(
        frequency: PayFrequency, date: String, expected: String
    ) throws {
        let period = GBTaxPeriod(
            frequency, paidOn: try #require(CalendarDate(date)), in: try #require(GBTaxYear("2026-27")))
        #expect(period?.description == expected)
    }

    @Test(arguments: [
        (PayFrequency.weekly, 0), (.weekly, 54), (.fortnightly, 1), (.fortnightly, 53), (.fortnightly, 56),
        (.fourWeekly, 2), (.fourWeekly, 60), (.monthly, 13), (.monthly, -1),
    ])
    func `a frequency has no other periods`(frequency: PayFrequency, number: Int) {
        #expect(GBTaxPeriod(frequency, number) == nil)
    }

    @Test func `the extra pay days are weeks 53, 54 and 56`() throws {
        for (frequency, number, isExtra) in [
            (PayFrequency.weekly, 53, true), (.weekly, 52, false), (.fortnightly, 54, true), (.fortnightly, 52, false),
            (.fourWeekly, 56, true), (.fourWeekly, 52, false), (.monthly, 12, false),
        ] {
            #expect(try #require(GBTaxPeriod(frequency, number)).isExtraPayDay == isExtra)
        }
    }
}
