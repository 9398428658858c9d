import Testing

@testable import Calendars

@Suite struct HolidayRuleTests {
    /// Source: U.S. Census Bureau, "Easter Dates from 1600 to 2099"; the two extremes of 22 March and 25 April.
    @Test(arguments: [
        "1818-03-22", "1886-04-25", "1913-03-23", "1943-04-25", "1954-04-18", "1961-04-02", "1981-04-19", "2000-04-23",
        "2008-03-23", "2011-04-24", "2016-03-27", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28",
        "2028-04-16", "2029-04-01", "2038-04-25", "2076-04-19", "2285-03-22",
    ]) func `Easter is where the churches keep it`(text: String) throws {
        let date = try #require(CalendarDate(text))
        #expect(CalendarDate.easterSunday(in: date.year) == date)
    }

    /// Another way to the same day: the Sunday after the ecclesiastical full moon by golden number and epact.
    @Test func `Easter agrees with the epacts of the calendar reform in every year`() throws {
        for year in 1_583...9_999 {
            let golden = year % 19 + 1
            let century = year / 100 + 1
            let solar = 3 * century / 4 - 12
            let lunar = (8 * century + 5) / 25 - 5
            var epact = ((11 * golden + 20 + lunar - solar) % 30 + 30) % 30
            if (epact == 25 && golden > 11) || epact == 24 { epact += 1 }
            var fullMoon = 44 - epact
            if fullMoon < 21 { fullMoon += 30 }
            let march1 = try #require(CalendarDate(year: year, month: 3, day: 1))
            var sunday = march1.adding(days: fullMoon)
            while sunday.weekday != .sunday { sunday = sunday.adding(days: 1) }
            #expect(CalendarDate.easterSunday(in: year) == sunday, "\(year)")
        }
        #expect(CalendarDate.easterSunday(in: 1_582) == nil)
        #expect(CalendarDate.easterSunday(in: 10_000) == nil)
    }

    @Test(arguments: [
        ("25 December", "2026-12-25"), ("1 January", "2026-01-01"), ("first Monday of May", "2026-05-04"),
        ("last Monday of May", "2026-05-25"), ("third Monday of January", "2026-01-19"),
        ("fourth Thursday of November", "2026-11-26"), ("second Sunday of February", "2026-02-08"),
        ("last Saturday of February", "2026-02-28"), ("last Sunday of February", "2026-02-22"),
        ("Easter", "2026-04-05"),
        ("Easter - 2", "2026-04-03"), ("Easter + 1", "2026-04-06"), ("Easter + 39", "2026-05-14"),
    ]) func `a day is written as it is read and found in a year`(text: String, expected: String) throws {
        let day = try #require(HolidayRule.Day(text))
        #expect(day.description == text)
        #expect(HolidayRule.Day(text.uppercased()) == day)
        #expect(day.date(in: 2_026)?.description == expected)
    }

    @Test(arguments: [
        "", "December", "25", "December 25", "30 February", "31 April", "0 May", "32 May", "fifth Monday of May",
        "first Monday in May", "first Mon of May", "first of May", "Easter-2", "Easter - 101", "Easter 2", "Easter -",
        "Easter - - 2", "easter - x", "25  December", " 25 December", "２５ December", "25 Décembre", "-1 May",
        "0000000000025 May",
    ]) func `what names no day is refused`(text: String) {
        #expect(HolidayRule.Day(text) == nil)
    }

    @Test func `29 February is a holiday in leap years alone`() throws {
        let day = try #require(HolidayRule.Day("29 February"))
        #expect(day.date(in: 2_027) == nil)
        #expect(day.date(in: 2_028)?.description == "2028-02-29")
    }

    @Test func `a rule holds in its years`() throws {
        let rule = HolidayRule("Juneteenth", on: .fixed(month: 6, day: 19), firstYear: 2_021, lastYear: 2_030)
        #expect(rule.date(in: 2_020) == nil)
        #expect(rule.date(in: 2_021) != nil && rule.date(in: 2_030) != nil)
        #expect(rule.date(in: 2_031) == nil)
    }
}
