import Calendars
import Configuration
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct BusinessCalendarFileTests {
    /// What reading the text as `config/calendars/test.yaml` gives.
    private func read(_ text: String) throws -> (calendar: BusinessCalendar?, problems: [String]) {
        try withTemporaryDirectory { directory in
            let folder = directory.appending(path: BusinessCalendarFile.folder)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: folder.appending(path: "test.yaml"))
            var problems = ProblemList()
            let calendar = BusinessCalendarFile.calendar(
                named: "test", ofCompanyAt: directory.path, problems: &problems)
            return (calendar, problems.problems.map(\.description))
        }
    }

    @Test func `a file is read whole`() throws {
        let (calendar, problems) = try read(
            """
            title: Test
            source: made up
            years: {from: 2026, until: 2027}
            weekend: [sunday]
            holidays:
              - {name: New Year, day: 1 January}
              - {name: Ended, day: 2 January, until: 2026}
              - {name: Begun, day: last Monday of May, from: 2027}
              - {name: Independence, day: 4 July, observed: sunday_to_monday}
            extra:
              - {date: 2026-06-15, name: Match}
            removed:
              - {date: 2027-01-01, name: Not this year}
            """)
        #expect(problems == [])
        let read = try #require(calendar)
        #expect(
            read.holidays.map(\.description) == [
                "2026-01-01 New Year", "2026-01-02 Ended", "2026-06-15 Match", "2026-07-04 Independence",
                "2027-05-31 Begun", "2027-07-05 Independence (observed)",
            ])
        #expect(read.name == "test" && read.title == "Test" && read.source == "made up")
        #expect(read.weekend == [.sunday] && read.years == 2_026...2_027)
    }

    @Test func `all mistakes of a file are said at their places`() throws {
        let (calendar, problems) = try read(
            """
            title:
            years: {from: 2028, until: 2027}
            weekend: [saturday, Sunday, saturday]
            holidays:
              - {name: New Year, day: January 1}
              - {day: 4 July, observed: sometimes}
              - {name: Old, day: 1 May, from: 99}
              - Christmas
            extra:
              - {date: 2026-02-30, name: Leap}
              - {date: 2026-03-01}
            removes: []
            """)
        #expect(calendar == nil)
        #expect(
            problems == [
                #"config/calendars/test.yaml:1:7: title has no value (expected text)"#,
                #"config/calendars/test.yaml:1:1: source is missing (expected text)"#,
                #"config/calendars/test.yaml:2:28: until 2027 is before from 2028 (expected 2028 or later)"#,
                #"config/calendars/test.yaml:3:21: weekend item 2 "Sunday" is not one of the choices; did you mean "sunday"? (expected monday, tuesday, wednesday, thursday, friday, saturday or sunday)"#,
                #"config/calendars/test.yaml:5:27: day "January 1" is not a day of the year (expected e.g. "25 December", "first Monday of May", "last Monday of August", "Easter - 2")"#,
                #"config/calendars/test.yaml:6:5: name is missing (expected text)"#,
                #"config/calendars/test.yaml:6:29: observed "sometimes" is not one of the choices (expected as_it_falls, next_working_day, nearest_weekday or sunday_to_monday)"#,
                #"config/calendars/test.yaml:7:35: from "99" is out of range (expected a whole number, 1583 to 9998)"#,
                #"config/calendars/test.yaml:8:5: holidays item 4 is a single value (expected a mapping: lines of key: value)"#,
                #"config/calendars/test.yaml:10:12: date "2026-02-30" is no day of the calendar (expected a day that exists, as YYYY-MM-DD)"#,
                #"config/calendars/test.yaml:11:5: name is missing (expected text)"#,
                #"config/calendars/test.yaml:12:1: the key "removes" is unknown; did you mean "removed"? (expected one of: title, source, years, weekend, holidays, extra, removed)"#,
            ])
    }

    @Test func `what the days show to be wrong is said at its place too`() throws {
        let (calendar, problems) = try read(
            """
            title: Test
            source: made up
            years: {from: 2026, until: 2026}
            weekend: [saturday, sunday]
            holidays:
              - {name: May Day, day: 1 May, from: 2027, until: 2026}
            extra:
              - {date: 2027-06-15, name: Match}
            """)
        #expect(calendar == nil)
        #expect(
            problems == [
                "config/calendars/test.yaml:6:5: May Day: the first year 2027 is after the last year 2026 (expected a first year of at most 2026)",
                "config/calendars/test.yaml:8:5: 2027-06-15 is outside the years of the calendar (expected 2026 to 2026)",
            ])
    }

    @Test func `a weekend names each day once`() throws {
        let (calendar, problems) = try read(
            """
            title: Test
            source: made up
            years: {from: 2026, until: 2026}
            weekend: [saturday, sunday, saturday]
            holidays: []
            """)
        #expect(calendar == nil)
        #expect(problems == ["config/calendars/test.yaml:4:10: weekend names a day twice (expected each day once)"])
    }

    @Test(arguments: ["", "- a", "title: [", "\u{0}", "title: a\ntitle: b\n"])
    func `what is no calendar at all is refused at its line`(text: String) throws {
        let (calendar, problems) = try read(text)
        #expect(calendar == nil)
        #expect(!problems.isEmpty)
        #expect(problems.allSatisfy { $0.hasPrefix("config/calendars/test.yaml:") })
    }

    @Test(arguments: ["../../etc/passwd", "", "England", "a/b", "a.yaml", "-a", "ａ"])
    func `a name that is no name never leads to a file`(name: String) {
        var problems = ProblemList()
        let place = SourceLocation(file: "jobs/payroll.yaml", line: 4, column: 11)
        let calendar = BusinessCalendarFile.calendar(
            named: name, ofCompanyAt: repositoryRoot.path, askedForAt: place, problems: &problems)
        #expect(calendar == nil)
        #expect(
            problems.problems.map(\.description) == [
                "jobs/payroll.yaml:4:11: calendar \"\(name)\" is not a name (expected a name, small letters, digits, _ and -, at most 64, beginning with a letter)"
            ])
    }

    @Test func `an unknown calendar is said where it is asked for`() {
        var problems = ProblemList()
        let place = SourceLocation(file: "jobs/payroll.yaml", line: 4, column: 11)
        let calendar = BusinessCalendarFile.calendar(
            named: "atlantis", ofCompanyAt: repositoryRoot.path, askedForAt: place, problems: &problems)
        #expect(calendar == nil)
        #expect(
            problems.problems.map(\.description) == [
                #"jobs/payroll.yaml:4:11: calendar "atlantis" is unknown (expected a file config/calendars/atlantis.yaml)"#
            ])
    }
}
