import Testing

@testable import Calendars

@Suite struct CalendarDateTests {
    private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text), "\(text)") }

    /// Walks from day to day by the rules a child learns, and compares every part.
    @Test func `every day from 1600 to 2400 agrees with counting on a calendar`() throws {
        var wrong: [String] = []
        var expected = try date("1600-01-01")
        #expect(expected.weekday == .saturday)
        var weekday = 6
        for year in 1_600...2_400 {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            var dayOfYear = 0
            for (index, length) in lengths.enumerated() {
                for day in 1...length {
                    dayOfYear += 1
                    guard let found = CalendarDate(year: year, month: index + 1, day: day) else {
                        wrong.append("\(year)-\(index + 1)-\(day) is missing")
                        continue
                    }
                    let parts = found.parts
                    if found != expected || parts != (year, index + 1, day) || found.weekday.rawValue != weekday
                        || found.dayOfYear != dayOfYear || found.firstOfMonth.day != 1
                        || found.lastOfMonth.day != length || CalendarDate(found.description) != found
                    {
                        wrong.append("\(year)-\(index + 1)-\(day): \(found)")
                    }
                    expected = expected.adding(days: 1)
                    weekday = weekday % 7 + 1
                }
                if CalendarDate(year: year, month: index + 1, day: length + 1) != nil {
                    wrong.append("\(year)-\(index + 1) has a day \(length + 1)")
                }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
        #expect(expected.description == "2401-01-01")
    }

    @Test func `known days are where they are`() throws {
        #expect(try date("1970-01-01").dayNumber == 0)
        #expect(try date("1969-12-31").dayNumber == -1)
        #expect(try date("2000-03-01").dayNumber == 11_017)
        #expect(try date("2026-11-21").weekday == .saturday)
        #expect(CalendarDate.earliest.description == "0001-01-01")
        #expect(CalendarDate.latest.description == "9999-12-31")
        #expect(CalendarDate.earliest.weekday == .monday)
        #expect(CalendarDate.latest.weekday == .friday)
    }

    @Test(arguments: [
        "", "2026", "2026-02-30", "2026-13-01", "2026-00-10", "2026-01-00", "2025-02-29", "1900-02-29", "2026-1-01",
        "2026-01-1", "26-01-01", "2026/01/01", "20260101", "2026-01-01 ", " 2026-01-01", "2026-01-01T00:00:00Z",
        "0000-01-01", "-001-01-01", "+026-01-01", "10000-01-01", "２０２６-01-01", "2026-٠١-01", "2026‐01‐01",
        "2026-01-0\u{0}", "2026-01-0a", "2026-04-31", "20 6-01-01",
    ]) func `what is no date is refused`(text: String) {
        #expect(CalendarDate(text) == nil)
        #expect(Period(text) == nil || ["2026", "2026-01-01T00:00:00Z"].contains(text))
    }

    @Test func `a very long text is refused`() {
        #expect(CalendarDate(String(repeating: "9", count: 1_000_000)) == nil)
        #expect(Period(String(repeating: "9", count: 1_000_000)) == nil)
        #expect(Instant(String(repeating: "9", count: 1_000_000)) == nil)
    }

    @Test(arguments: [
        (0, 1, 1), (10_000, 1, 1), (-1, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, 32), (2026, 2, 29),
        (Int.max, 1, 1), (Int.min, 1, 1), (2026, Int.max, 1), (2026, 1, Int.max), (2026, Int.min, Int.min),
    ]) func `numbers that are no date are refused`(year: Int, month: Int, day: Int) {
        #expect(CalendarDate(year: year, month: month, day: day) == nil)
    }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-01-31", 3, "2026-04-30"),
        ("2026-03-31", -1, "2026-02-28"), ("2026-01-15", -1, "2025-12-15"), ("2026-12-31", 1, "2027-01-31"),
        ("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 48, "2028-02-29"), ("2026-05-31", 0, "2026-05-31"),
        ("2026-11-21", -12 * 2_025, "0001-11-21"), ("2026-11-21", -12 * 2_026, "0001-01-01"),
        ("0001-01-31", -1, "0001-01-01"), ("9999-11-30", 1, "9999-12-30"), ("9999-12-01", 1, "9999-12-31"),
        ("2026-11-21", Int.max, "9999-12-31"), ("2026-11-21", Int.min, "0001-01-01"),
    ]) func `adding months keeps the day or takes the month's last`(start: String, months: Int, expected: String) throws
    {
        #expect(try date(start).adding(months: months).description == expected)
    }

    @Test func `adding years and days stays on the calendar`() throws {
        #expect(try date("2024-02-29").adding(years: 1).description == "2025-02-28")
        #expect(try date("2024-02-29").adding(years: -4).description == "2020-02-29")
        #expect(try date("2026-11-21").adding(years: .max) == .latest)
        #expect(try date("2026-11-21").adding(years: .min) == .earliest)
        #expect(try date("2026-11-21").adding(days: .max) == .latest)
        #expect(try date("2026-11-21").adding(days: .min) == .earliest)
        #expect(CalendarDate.earliest.adding(days: .max) == .latest)
        #expect(CalendarDate.latest.adding(days: .min) == .earliest)
        #expect(CalendarDate.latest.adding(days: 1) == .latest)
        #expect(CalendarDate.earliest.adding(days: -1) == .earliest)
        #expect(CalendarDate.earliest.days(until: .latest) == 3_652_058)
        #expect(CalendarDate.latest.days(until: .earliest) == -3_652_058)
    }

    @Test func `weekdays have names`() {
        for weekday in Weekday.allCases { #expect(Weekday(name: weekday.name) == weekday) }
        #expect(Weekday(name: "Monday") == nil)
        #expect(Weekday(name: "") == nil)
        #expect(Weekday.monday < .sunday)
    }
}
