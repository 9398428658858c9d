import Testing

@testable import Calendars

@Suite struct PeriodTests {
    private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text), "\(text)") }

    @Test(arguments: [
        ("2026-11-21", "2026-11-21", "2026-11-21"), ("2026-W47", "2026-11-16", "2026-11-22"),
        ("2026-W01", "2025-12-29", "2026-01-04"), ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2020-W53", "2020-12-28", "2021-01-03"), ("2021-W01", "2021-01-04", "2021-01-10"),
        ("2026-11", "2026-11-01", "2026-11-30"), ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-Q1", "2026-01-01", "2026-03-31"), ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"), ("0001", "0001-01-01", "0001-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"), ("9999-Q4", "9999-10-01", "9999-12-31"),
        ("0001-W01", "0001-01-01", "0001-01-07"), ("9999-W52", "9999-12-27", "9999-12-31"),
    ]) func `a period is written as it is read, and has its days`(text: String, first: String, last: String) throws {
        let period = try #require(Period(text))
        #expect(period.description == text)
        #expect(period.firstDay.description == first)
        #expect(period.lastDay.description == last)
        #expect(try period.dayCount == date(first).days(until: date(last)) + 1)
        #expect(Period(period.granularity, containing: period.firstDay) == period)
        #expect(Period(period.granularity, containing: period.lastDay) == period)
    }

    @Test(arguments: [
        "", "202", "20260", "2026-", "2026-13", "2026-00", "2026-1", "2026-W54", "2026-W00", "2026-W5", "2025-W53",
        "2021-W53", "2026-w47", "2026W47", "2026-Q0", "2026-Q5", "2026-Q", "2026-q1", "2026-Q11", "2026-02-30",
        "2026-11-", "0000", "0000-01", "0000-W01", "9999-W53", "２０２６", "2026-１1", "2026-11 ", " 2026", "-2026",
        "2026-W-1", "2026-+1", "2026-27", "20２6",
    ]) func `what is no period is refused`(text: String) {
        #expect(Period(text) == nil)
    }

    /// The long years of 1990 to 2040. Source: ISO 8601, 52 weeks but for years that begin on a Thursday, or on a
    /// Wednesday and are leap.
    @Test func `years of 53 weeks are those of the standard`() {
        #expect(
            (1_990...2_040).filter { Period.weeks(in: $0) == 53 } == [
                1992, 1998, 2004, 2009, 2015, 2020, 2026, 2032, 2037,
            ])
    }

    /// Counts the weeks on from a Monday that begins a week 1.
    @Test func `every week from 1990 to 2060 follows the one before`() throws {
        var monday = try date("1990-01-01")
        var (year, number) = (1990, 1)
        while year < 2_060 {
            for offset in 0..<7 {
                #expect(Period(.week, containing: monday.adding(days: offset)) == .week(year: year, number: number))
            }
            let week = Period.week(year: year, number: number)
            #expect(week.firstDay == monday && week.dayCount == 7)
            monday = monday.adding(days: 7)
            // 4 January is always in week 1.
            let january4 = try #require(CalendarDate(year: year + 1, month: 1, day: 4))
            let beginsYear = monday <= january4 && january4 <= monday.adding(days: 6)
            (year, number) = beginsYear ? (year + 1, 1) : (year, number + 1)
        }
    }

    @Test func `an instant stands for itself, to the second, and has no neighbours`() throws {
        let text = "2026-03-29T23:30:00Z"
        let period = try #require(Period(text))
        #expect(period == .instant(try #require(Instant(text))) && period.description == text)
        #expect(period.granularity == .instant && period.next == period && period.previous == period)
        #expect(period.firstDay.description == "2026-03-29" && period.lastDay == period.firstDay)
        #expect(period < .instant(try #require(Instant("2026-03-29T23:30:01Z"))))
        for wrong in ["2026-03-29T23:30:00", "2026-03-29T24:30:00Z", "2026-03-29T23:30:00.5Z", "2026-03-29 23:30:00Z"] {
            #expect(Period(wrong) == nil, "\(wrong)")
        }
    }

    @Test(arguments: Period.Granularity.allCases.filter { $0 != .instant })
    func `periods tile the calendar from its first day to its last`(granularity: Period.Granularity) throws {
        var period = Period(granularity, containing: try date("2019-12-31"))
        for _ in 0..<400 {
            #expect(period.next.firstDay == period.lastDay.adding(days: 1))
            #expect(period.next.previous == period)
            #expect(period < period.next)
            #expect(period.contains(period.firstDay) && period.contains(period.lastDay))
            #expect(!period.contains(period.next.firstDay))
            period = period.next
        }
        let first = Period(granularity, containing: .earliest)
        #expect(first.previous == first && first.firstDay == .earliest)
        let last = Period(granularity, containing: .latest)
        #expect(last.next == last && last.lastDay == .latest)
        #expect(Period(last.description) == last && Period(first.description) == first)
    }

    @Test func `periods sort by their first day, the shorter first`() throws {
        let texts = ["2026", "2026-Q1", "2026-01", "2026-01-01", "2025-12-31", "2026-W01", "2026-02"]
        let sorted = try texts.map { try #require(Period($0)) }.sorted().map(\.description)
        #expect(sorted == ["2026-W01", "2025-12-31", "2026-01-01", "2026-01", "2026-Q1", "2026", "2026-02"])
    }
}
