import Configuration
import Diagnostics
import TestSupport
import Testing

@testable import Calendars

/// Every holiday of the calendars that come with Steward, as its publisher lists it. 2028 in the United Kingdom follows
/// from the law and from how substitute days were proclaimed in 2021 and 2022, when the weekends fell the same.
@Suite struct HolidayListTests {
    private func calendar(_ name: String) throws -> BusinessCalendar {
        var problems = ProblemList()
        let calendar = BusinessCalendarFile.calendar(
            named: name, ofCompanyAt: repositoryRoot.path, problems: &problems)
        #expect(problems.problems == [])
        return try #require(calendar)
    }

    private func check(_ name: String, _ expected: String) throws {
        let calendar = try calendar(name)
        #expect(calendar.years == 2_025...2_028)
        #expect(calendar.holidays.map(\.description) == expected.split(separator: "\n").map(String.init))
        #expect(try (2_025...2_028).flatMap { try calendar.holidays(in: $0) } == calendar.holidays)
    }

    /// Source: https://www.gov.uk/bank-holidays, "England and Wales".
    @Test func `England and Wales`() throws {
        try check(
            "england-wales",
            """
            2025-01-01 New Year's Day
            2025-04-18 Good Friday
            2025-04-21 Easter Monday
            2025-05-05 Early May bank holiday
            2025-05-26 Spring bank holiday
            2025-08-25 Summer bank holiday
            2025-12-25 Christmas Day
            2025-12-26 Boxing Day
            2026-01-01 New Year's Day
            2026-04-03 Good Friday
            2026-04-06 Easter Monday
            2026-05-04 Early May bank holiday
            2026-05-25 Spring bank holiday
            2026-08-31 Summer bank holiday
            2026-12-25 Christmas Day
            2026-12-28 Boxing Day (substitute day)
            2027-01-01 New Year's Day
            2027-03-26 Good Friday
            2027-03-29 Easter Monday
            2027-05-03 Early May bank holiday
            2027-05-31 Spring bank holiday
            2027-08-30 Summer bank holiday
            2027-12-27 Christmas Day (substitute day)
            2027-12-28 Boxing Day (substitute day)
            2028-01-03 New Year's Day (substitute day)
            2028-04-14 Good Friday
            2028-04-17 Easter Monday
            2028-05-01 Early May bank holiday
            2028-05-29 Spring bank holiday
            2028-08-28 Summer bank holiday
            2028-12-25 Christmas Day
            2028-12-26 Boxing Day
            """)
    }

    /// Source: https://www.gov.uk/bank-holidays, "Scotland"; royal proclamation of 4 February 2026 for 15 June 2026.
    @Test func `Scotland`() throws {
        try check(
            "scotland",
            """
            2025-01-01 New Year's Day
            2025-01-02 2nd January
            2025-04-18 Good Friday
            2025-05-05 Early May bank holiday
            2025-05-26 Spring bank holiday
            2025-08-04 Summer bank holiday
            2025-12-01 St Andrew's Day (substitute day)
            2025-12-25 Christmas Day
            2025-12-26 Boxing Day
            2026-01-01 New Year's Day
            2026-01-02 2nd January
            2026-04-03 Good Friday
            2026-05-04 Early May bank holiday
            2026-05-25 Spring bank holiday
            2026-06-15 World Cup bank holiday
            2026-08-03 Summer bank holiday
            2026-11-30 St Andrew's Day
            2026-12-25 Christmas Day
            2026-12-28 Boxing Day (substitute day)
            2027-01-01 New Year's Day
            2027-01-04 2nd January (substitute day)
            2027-03-26 Good Friday
            2027-05-03 Early May bank holiday
            2027-05-31 Spring bank holiday
            2027-08-02 Summer bank holiday
            2027-11-30 St Andrew's Day
            2027-12-27 Christmas Day (substitute day)
            2027-12-28 Boxing Day (substitute day)
            2028-01-03 New Year's Day (substitute day)
            2028-01-04 2nd January (substitute day)
            2028-04-14 Good Friday
            2028-05-01 Early May bank holiday
            2028-05-29 Spring bank holiday
            2028-08-07 Summer bank holiday
            2028-11-30 St Andrew's Day
            2028-12-25 Christmas Day
            2028-12-26 Boxing Day
            """)
    }

    /// Source: 5 U.S.C. 6103; U.S. Office of Personnel Management, "Federal Holidays".
    @Test func `United States, federal`() throws {
        try check(
            "us-federal",
            """
            2025-01-01 New Year's Day
            2025-01-20 Birthday of Martin Luther King, Jr.
            2025-02-17 Washington's Birthday
            2025-05-26 Memorial Day
            2025-06-19 Juneteenth National Independence Day
            2025-07-04 Independence Day
            2025-09-01 Labor Day
            2025-10-13 Columbus Day
            2025-11-11 Veterans Day
            2025-11-27 Thanksgiving Day
            2025-12-25 Christmas Day
            2026-01-01 New Year's Day
            2026-01-19 Birthday of Martin Luther King, Jr.
            2026-02-16 Washington's Birthday
            2026-05-25 Memorial Day
            2026-06-19 Juneteenth National Independence Day
            2026-07-03 Independence Day (observed)
            2026-09-07 Labor Day
            2026-10-12 Columbus Day
            2026-11-11 Veterans Day
            2026-11-26 Thanksgiving Day
            2026-12-25 Christmas Day
            2027-01-01 New Year's Day
            2027-01-18 Birthday of Martin Luther King, Jr.
            2027-02-15 Washington's Birthday
            2027-05-31 Memorial Day
            2027-06-18 Juneteenth National Independence Day (observed)
            2027-07-05 Independence Day (observed)
            2027-09-06 Labor Day
            2027-10-11 Columbus Day
            2027-11-11 Veterans Day
            2027-11-25 Thanksgiving Day
            2027-12-24 Christmas Day (observed)
            2027-12-31 New Year's Day (observed)
            2028-01-17 Birthday of Martin Luther King, Jr.
            2028-02-21 Washington's Birthday
            2028-05-29 Memorial Day
            2028-06-19 Juneteenth National Independence Day
            2028-07-04 Independence Day
            2028-09-04 Labor Day
            2028-10-09 Columbus Day
            2028-11-10 Veterans Day (observed)
            2028-11-23 Thanksgiving Day
            2028-12-25 Christmas Day
            """)
    }

    /// Source: Federal Reserve Banks, "Holiday Schedule"; those on a Saturday close no other day.
    @Test func `United States, banking`() throws {
        try check(
            "us-banking",
            """
            2025-01-01 New Year's Day
            2025-01-20 Birthday of Martin Luther King, Jr.
            2025-02-17 Washington's Birthday
            2025-05-26 Memorial Day
            2025-06-19 Juneteenth National Independence Day
            2025-07-04 Independence Day
            2025-09-01 Labor Day
            2025-10-13 Columbus Day
            2025-11-11 Veterans Day
            2025-11-27 Thanksgiving Day
            2025-12-25 Christmas Day
            2026-01-01 New Year's Day
            2026-01-19 Birthday of Martin Luther King, Jr.
            2026-02-16 Washington's Birthday
            2026-05-25 Memorial Day
            2026-06-19 Juneteenth National Independence Day
            2026-07-04 Independence Day
            2026-09-07 Labor Day
            2026-10-12 Columbus Day
            2026-11-11 Veterans Day
            2026-11-26 Thanksgiving Day
            2026-12-25 Christmas Day
            2027-01-01 New Year's Day
            2027-01-18 Birthday of Martin Luther King, Jr.
            2027-02-15 Washington's Birthday
            2027-05-31 Memorial Day
            2027-06-19 Juneteenth National Independence Day
            2027-07-05 Independence Day (observed)
            2027-09-06 Labor Day
            2027-10-11 Columbus Day
            2027-11-11 Veterans Day
            2027-11-25 Thanksgiving Day
            2027-12-25 Christmas Day
            2028-01-01 New Year's Day
            2028-01-17 Birthday of Martin Luther King, Jr.
            2028-02-21 Washington's Birthday
            2028-05-29 Memorial Day
            2028-06-19 Juneteenth National Independence Day
            2028-07-04 Independence Day
            2028-09-04 Labor Day
            2028-10-09 Columbus Day
            2028-11-11 Veterans Day
            2028-11-23 Thanksgiving Day
            2028-12-25 Christmas Day
            """)
    }

    @Test func `banks in the United States work on the Friday that federal offices do not`() throws {
        let friday = try #require(CalendarDate("2026-07-03"))
        #expect(try !calendar("us-federal").isBusinessDay(friday))
        #expect(try calendar("us-banking").isBusinessDay(friday))
    }
}
