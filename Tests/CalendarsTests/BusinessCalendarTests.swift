import Diagnostics
import Testing

@testable import Calendars

@Suite struct BusinessCalendarTests {
    private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text), "\(text)") }

    private func holiday(_ date: String, _ name: String, line: Int) throws -> Holiday {
        Holiday(try self.date(date), name, at: SourceLocation(file: "c.yaml", line: line))
    }

    private let rules = [
        HolidayRule("New Year's Day", on: .fixed(month: 1, day: 1), observed: .nextWorkingDay),
        HolidayRule("Good Friday", on: .easter(offset: -2)),
        HolidayRule("May Day", on: .weekday(.monday, ordinal: 1, month: 5)),
        HolidayRule("Christmas Day", on: .fixed(month: 12, day: 25), observed: .nextWorkingDay),
        HolidayRule("Boxing Day", on: .fixed(month: 12, day: 26), observed: .nextWorkingDay),
    ]

    private func calendar(_ years: ClosedRange<Int> = 2_020...2_028) throws -> BusinessCalendar {
        try BusinessCalendar(
            .init(
                name: "test", title: "Test", source: "made up", years: years, rules: rules,
                extra: years.contains(2_020) ? [holiday("2020-05-08", "VE Day", line: 20)] : [],
                removed: years.contains(2_020) ? [holiday("2020-05-04", "May Day is moved", line: 21)] : []))
    }

    @Test(arguments: [
        // Fri 25, Sat 26; Sat 25, Sun 26; Sun 25, Mon 26, which stays.
        ("2020-12-25", "Christmas Day"), ("2020-12-28", "Boxing Day (substitute day)"), ("2020-12-26", nil),
        ("2021-12-27", "Christmas Day (substitute day)"), ("2021-12-28", "Boxing Day (substitute day)"),
        ("2022-12-26", "Boxing Day"), ("2022-12-27", "Christmas Day (substitute day)"), ("2022-12-28", nil),
        ("2020-05-04", nil), ("2020-05-08", "VE Day"), ("2021-05-03", "May Day"), ("2026-04-03", "Good Friday"),
        ("2022-01-03", "New Year's Day (substitute day)"),
    ]) func `a holiday has its name on the day on which it is kept`(day: String, name: String?) throws {
        let calendar = try calendar()
        #expect(try calendar.holidayName(on: date(day)) == name)
        let isWeekend = try date(day).weekday >= .saturday
        #expect(try calendar.isBusinessDay(date(day)) == (name == nil && !isWeekend))
    }

    @Test(arguments: [
        (HolidayRule.Observance.asItFalls, "2026-07-04 H", "2027-07-04 H"),
        (.nextWorkingDay, "2026-07-06 H (substitute day)", "2027-07-05 H (substitute day)"),
        (.nearestWeekday, "2026-07-03 H (observed)", "2027-07-05 H (observed)"),
        (.sundayToMonday, "2026-07-04 H", "2027-07-05 H (observed)"),
    ]) func `a weekend is observed as the rule says`(observed: HolidayRule.Observance, saturday: String, sunday: String)
        throws
    {
        let calendar = try BusinessCalendar(
            .init(
                name: "test", title: "", source: "", years: 2_026...2_027,
                rules: [HolidayRule("H", on: .fixed(month: 7, day: 4), observed: observed)]))
        #expect(calendar.holidays.map(\.description) == [saturday, sunday])
    }

    @Test func `a holiday of the next year is kept in this one, and one of the last year too`() throws {
        let newYear = HolidayRule("New Year", on: .fixed(month: 1, day: 1), observed: .nearestWeekday)
        let yearEnd = HolidayRule("Year end", on: .fixed(month: 12, day: 31), observed: .nextWorkingDay)
        func holidays(_ year: Int) throws -> [String] {
            try BusinessCalendar(
                .init(name: "test", title: "", source: "", years: year...year, rules: [newYear, yearEnd])
            ).holidays.map(\.description)
        }
        #expect(
            try holidays(2_027) == ["2027-01-01 New Year", "2027-12-31 New Year (observed)", "2027-12-31 Year end"])
        #expect(try holidays(2_023) == ["2023-01-02 New Year (observed)", "2023-01-03 Year end (substitute day)"])
    }

    @Test(arguments: [
        ("2026-12-24", "2026-12-24", "2026-12-24", "2026-12-24"),
        ("2026-12-26", "2026-12-29", "2026-12-24", "2026-12-29"),
        ("2026-05-31", "2026-06-01", "2026-05-29", "2026-05-29"),
        ("2026-05-04", "2026-05-05", "2026-05-01", "2026-05-05"),
        ("2025-08-31", "2025-09-01", "2025-08-29", "2025-08-29"),
        ("2026-04-03", "2026-04-06", "2026-04-02", "2026-04-06"),
    ]) func `a date is adjusted to a business day`(day: String, following: String, preceding: String, modified: String)
        throws
    {
        let calendar = try calendar()
        #expect(try calendar.adjusted(date(day), .none) == date(day))
        #expect(try calendar.adjusted(date(day), .following) == date(following))
        #expect(try calendar.adjusted(date(day), .preceding) == date(preceding))
        #expect(try calendar.adjusted(date(day), .modifiedFollowing) == date(modified))
    }

    /// Against walking from day to day.
    @Test func `adding and counting agree with walking`() throws {
        let calendar = try calendar()
        let first = try date("2026-01-01")
        for offset in stride(from: 0, to: 400, by: 3) {
            let start = first.adding(days: offset)
            var day = start
            for count in 1...12 {
                repeat { day = day.adding(days: 1) } while try !calendar.isBusinessDay(day)
                #expect(try calendar.adding(businessDays: count, to: start) == day)
                #expect(try calendar.businessDayCount(after: start, through: day) == count)
                #expect(try calendar.businessDayCount(after: day, through: start) == -count)
                let isStartOpen = try calendar.isBusinessDay(start)
                #expect(try calendar.businessDayCount(from: start, through: day) == count + (isStartOpen ? 1 : 0))
                // Back again, to the start or to the last business day before it.
                let back = try calendar.adding(businessDays: -count, to: day)
                #expect(try back == calendar.adjusted(start, .preceding))
            }
            #expect(try calendar.businessDay(after: start) == calendar.adding(businessDays: 1, to: start))
            #expect(try calendar.businessDay(before: start) < start)
        }
        #expect(try calendar.adding(businessDays: 0, to: date("2026-12-26")) == date("2026-12-26"))
        #expect(try calendar.businessDayCount(from: date("2026-12-24"), through: date("2026-12-23")) == 0)
    }

    @Test(arguments: [
        ("2026-12", "2026-12-01", "2026-12-31", 21), ("2026-05", "2026-05-01", "2026-05-29", 20),
        ("2027-05", "2027-05-04", "2027-05-31", 20), ("2026-Q1", "2026-01-02", "2026-03-31", 63),
        ("2026-W52", "2026-12-21", "2026-12-24", 4), ("2026-12-24", "2026-12-24", "2026-12-24", 1),
    ]) func `a period has its business days`(text: String, first: String, last: String, count: Int) throws {
        let calendar = try calendar()
        let period = try #require(Period(text))
        #expect(try calendar.firstBusinessDay(of: period) == date(first))
        #expect(try calendar.lastBusinessDay(of: period) == date(last))
        #expect(try calendar.businessDays(of: period).count == count)
        #expect(try calendar.businessDayCount(from: period.firstDay, through: period.lastDay) == count)
    }

    @Test func `a period may have no business day`() throws {
        let christmas = Period.day(try date("2026-12-25"))
        #expect(try calendar().lastBusinessDay(of: christmas) == nil)
        #expect(try calendar().firstBusinessDay(of: christmas) == nil)
    }

    @Test func `a year without holidays is an error that says where to write them`() throws {
        let calendar = try BusinessCalendar(
            .init(name: "england-wales", title: "", source: "", years: 2_025...2_028, rules: rules))
        let later = BusinessCalendarError.yearMissing(2_031, calendar: "england-wales", years: 2_025...2_028)
        #expect(
            later.failure.description == """
                The calendar england-wales has no holidays for 2031; add them to config/calendars/england-wales.yaml.
                It has the years 2025 to 2028.
                """)
        func missing(_ year: Int) -> BusinessCalendarError {
            .yearMissing(year, calendar: "england-wales", years: 2_025...2_028)
        }
        let day = try date("2031-06-02")
        #expect(throws: later) { try calendar.isBusinessDay(day) }
        #expect(throws: later) { try calendar.holidayName(on: day) }
        #expect(throws: later) { try calendar.holidays(in: 2_031) }
        #expect(throws: later) { try calendar.adjusted(day, .following) }
        #expect(throws: later) { try calendar.adding(businessDays: 0, to: day) }
        #expect(throws: later) { try calendar.businessDayCount(from: date("2028-12-29"), through: day) }
        #expect(throws: later) { try calendar.businessDayCount(after: day, through: date("2028-12-29")) }
        #expect(throws: later) { try calendar.lastBusinessDay(of: .year(2_031)) }
        #expect(throws: missing(2_024)) { try calendar.isBusinessDay(date("2024-12-31")) }
        // Week 1 of 2025 begins in 2024.
        #expect(throws: missing(2_024)) { try calendar.businessDays(of: .week(year: 2_025, number: 1)) }
        #expect(throws: missing(2_029)) { try calendar.adjusted(date("2028-12-31"), .following) }
        #expect(throws: missing(2_024)) { try calendar.adjusted(date("2025-01-01"), .preceding) }
        #expect(throws: missing(2_029)) { try calendar.adding(businessDays: .max, to: date("2026-01-05")) }
        #expect(throws: missing(2_024)) { try calendar.adding(businessDays: .min, to: date("2026-01-05")) }
        // These need no other year.
        #expect(try calendar.adjusted(day, .none) == day)
        #expect(try calendar.adjusted(date("2028-12-31"), .modifiedFollowing) == date("2028-12-29"))
        #expect(try calendar.isBusinessDay(date("2028-12-29")) && !calendar.isBusinessDay(date("2028-12-31")))
        #expect(throws: missing(1)) { try calendar.isBusinessDay(.earliest) }
        #expect(throws: missing(9_999)) { try calendar.isBusinessDay(.latest) }
    }

    @Test func `a weekend is what the calendar says`() throws {
        let calendar = try BusinessCalendar(
            .init(
                name: "gulf", title: "", source: "", years: 2_026...2_026, weekend: [.friday, .saturday],
                rules: [HolidayRule("Day", on: .fixed(month: 5, day: 1), observed: .nextWorkingDay)]))
        #expect(calendar.holidays.map(\.description) == ["2026-05-03 Day (substitute day)"])
        #expect(try calendar.businessDay(after: date("2026-05-01")) == date("2026-05-04"))
    }

    @Test func `everything wrong with a definition is said at once, at its place`() throws {
        func rule(_ name: String, _ day: HolidayRule.Day, _ years: (Int?, Int?) = (nil, nil), line: Int) -> HolidayRule
        {
            HolidayRule(
                name, on: day, firstYear: years.0, lastYear: years.1, at: SourceLocation(file: "c.yaml", line: line))
        }
        let definition = BusinessCalendar.Definition(
            name: "bad", title: "", source: "", years: 1_500...2_026, weekend: Set(Weekday.allCases),
            rules: [
                rule("", .easter(offset: 0), line: 10), rule("A", .fixed(month: 2, day: 30), line: 11),
                rule("B", .weekday(.monday, ordinal: 0, month: 13), line: 12),
                rule("C", .easter(offset: 200), (2_026, 2_025), line: 13),
                rule("D", .weekday(.monday, ordinal: -2, month: 5), line: 14),
            ],
            extra: [try holiday("2030-01-01", "", line: 20), try holiday("2026-06-01", "E", line: 21)],
            removed: [try holiday("2026-06-01", "F", line: 22)], at: SourceLocation(file: "c.yaml", line: 1))
        let failure = try #require(throws: Failure.self) { try BusinessCalendar(definition) }
        #expect(
            failure.description == #"""
                c.yaml:1: years 1500 to 2026 are beyond the calendar (expected 1583 to 9998)
                c.yaml:1: weekend leaves no day to work (expected at most six days)
                c.yaml:10: a holiday without a name (expected e.g. Christmas Day)
                c.yaml:11: A: 30 February is no day of a year (expected e.g. "25 December", "first Monday of May", "last Monday of August", "Easter - 2")
                c.yaml:12: B: 0th Monday of month 13 is no day of a year (expected e.g. "25 December", "first Monday of May", "last Monday of August", "Easter - 2")
                c.yaml:13: C: Easter + 200 is no day of a year (expected e.g. "25 December", "first Monday of May", "last Monday of August", "Easter - 2")
                c.yaml:13: C: the first year 2026 is after the last year 2025 (expected a first year of at most 2025)
                c.yaml:14: D: -2th Monday of May is no day of a year (expected e.g. "25 December", "first Monday of May", "last Monday of August", "Easter - 2")
                c.yaml:20: 2030-01-01 has no name (expected the name of the holiday)
                c.yaml:20: 2030-01-01 is outside the years of the calendar (expected 1500 to 2026)
                c.yaml:22: 2026-06-01 stands twice: E, F (expected each date once)
                11 errors; the calendar cannot be used.
                """#)
    }

    @Test func `an extra day that is a holiday, and a removed one that is none, are refused`() throws {
        let definition = BusinessCalendar.Definition(
            name: "bad", title: "", source: "", years: 2_026...2_026, rules: rules,
            extra: [try holiday("2026-04-03", "Again", line: 20)],
            removed: [try holiday("2026-06-01", "Nothing", line: 22)])
        let failure = try #require(throws: Failure.self) { try BusinessCalendar(definition) }
        #expect(
            failure.description == """
                c.yaml:20: 2026-04-03 Again is a holiday already: Good Friday (expected a day that no rule gives)
                c.yaml:22: 2026-06-01 Nothing removes no holiday (expected a day on which a rule gives one)
                2 errors; the calendar cannot be used.
                """)
    }

    @Test func `too many years are refused`() throws {
        let definition = BusinessCalendar.Definition(name: "bad", title: "", source: "", years: 1_900...2_100)
        let failure = try #require(throws: Failure.self) { try BusinessCalendar(definition) }
        #expect(failure.problems.map(\.description) == ["years 1900 to 2100 are too many (expected at most 200)"])
    }
}
