import Calendars
import Diagnostics
import Testing

@testable import Configuration

@Suite struct ScheduleReaderTests {
    private func calendar(_ name: String) throws -> BusinessCalendar {
        try BusinessCalendar(
            .init(
                name: name, title: "Test", source: "made up", years: 2_025...2_028,
                rules: [HolidayRule("Christmas", on: .fixed(month: 12, day: 25), observed: .nextWorkingDay)]))
    }

    /// What comes of `schedule: …`, in a company in London that has the calendar `uk`.
    private func read(_ text: String) throws -> (schedule: Schedule?, problems: [String]) {
        let document = try YAMLDocument(text: "schedule: \(text)\n", shownAs: "jobs/a.yaml")
        let reader = ScheduleReader(defaultZone: try ZoneDatabase.system.rules(named: "Europe/London")) {
            name, location, problems in
            if name == "uk" { return try? calendar(name) }
            problems.add("calendar \"\(name)\" is unknown", at: location)
            return nil
        }
        var problems = ProblemList()
        let schedule = document.mapping(&problems) { map in map.mapping("schedule") { reader.schedule(in: $0) } }
        #expect((schedule == nil) == !problems.isEmpty)
        return (schedule, problems.problems.map(\.description))
    }

    @Test(arguments: [
        ("{cron: \"0 6 * * 1-5\"}", "At 06:00 on Monday to Friday (Europe/London)"),
        (
            "{cron: [\"0 6 * * 1-5\", \"@monthly\"], tz: UTC}",
            "At 06:00 on Monday to Friday; and at 00:00 on day 1 of each month (UTC)"
        ),
        ("{cron: \"0 6 * * *\", calendar: uk}", "At 06:00, business days only (calendar uk, Europe/London)"),
        ("{cron: \"0 6 * * *\", calendar: uk, closed_day: run}", "At 06:00 (calendar uk, Europe/London)"),
        ("{every: 90m}", "Every 90 minutes of elapsed time, counted from 1970-01-01T00:00:00Z (Europe/London)"),
        (
            "{every: 1d, from: 2026-05-01}",
            "Every 1 day of elapsed time, counted from midnight of 2026-05-01 (Europe/London)"
        ),
        ("{on: daily, at: \"06:00\"}", "At 06:00 every day (Europe/London)"),
        (
            "{on: last_business_day, at: \"06:00\", calendar: uk}",
            "At 06:00 on the last business day of each month (calendar uk, Europe/London)"
        ),
        (
            "{on: {business_day: 3}, at: \"06:00\", calendar: uk}",
            "At 06:00 on the third business day of each month (calendar uk, Europe/London)"
        ),
        (
            "{on: {business_day: -2}, at: \"06:00\", calendar: uk}",
            "At 06:00 on the second to last business day of each month (calendar uk, Europe/London)"
        ),
        (
            "{on: {day: 25, adjust: preceding}, at: \"06:00\", calendar: uk}",
            "At 06:00 on day 25 of each month, or the business day before where that is closed (calendar uk, Europe/London)"
        ),
        ("{on: {day: last}, at: \"06:00\"}", "At 06:00 on the last day of each month (Europe/London)"),
        (
            "{on: {day: 25, adjust: none}, at: \"06:00\", calendar: uk}",
            "At 06:00 on day 25 of each month (calendar uk, Europe/London)"
        ),
        (
            "{on: {weekday: friday, nth: 2}, at: \"06:00\"}",
            "At 06:00 on the second Friday of each month (Europe/London)"
        ),
        (
            "{on: {weekday: friday, nth: last}, at: \"06:00\"}",
            "At 06:00 on the last Friday of each month (Europe/London)"
        ),
        (
            "{on: {weekday: monday}, at: [\"06:00\", \"18:00\"], calendar: uk, closed_day: following}",
            "At 06:00 and 18:00 on every Monday, or the next business day where that is closed (calendar uk, Europe/London)"
        ),
        ("{on: {month: 4, day: 6}, at: \"06:00\"}", "At 06:00 on 6 April of each year (Europe/London)"),
        (
            "{on: [{day: 1}, {day: 15}], at: \"06:00\", months: [1, 7]}",
            "At 06:00 on day 1 of January and July; and on day 15 of January and July (Europe/London)"
        ),
        (
            "{on: daily, at: \"06:00\", from: 2026-05-01, until: 2026-05-31, dst: wall}",
            "At 06:00 every day, from 2026-05-01, until 2026-05-31 (Europe/London)"
        ),
    ]) func `a schedule is read`(text: String, expected: String) throws {
        let (schedule, problems) = try read(text)
        #expect(problems.isEmpty)
        #expect(schedule?.explanation == expected)
    }

    @Test func `what is not said has its default`() throws {
        let schedule = try #require(try read("{cron: \"0 6 * * *\"}").schedule)
        #expect(schedule.daylightSaving == .vixie && schedule.zone.name == "Europe/London")
        #expect(schedule.closedDay == .run && schedule.calendar == nil)
        let other = try #require(try read("{cron: \"0 6 * * *\", dst: forward, tz: Asia/Kolkata}").schedule)
        #expect(other.daylightSaving == .forward && other.zone.name == "Asia/Kolkata")
    }

    @Test(arguments: [
        ("{}", "the schedule has no time (expected one of cron, every and on)"),
        ("{cron: \"0 6 * * *\", every: 5m}", "the schedule has both cron and every"),
        ("{cron: \"0 6 * * *\", on: daily, at: \"06:00\"}", "the schedule has both cron and on"),
        ("{cron: \"0 25 * * *\"}", "jobs/a.yaml:1:21: hour 25 is out of range (expected 0 to 23)"),
        ("{cron: ''}", "cron is empty"), ("{cron: []}", "cron has 0 items"), ("{cron: {a: b}}", "cron is a mapping"),
        ("{cron: [\"0 6 * * *\", \"0 6 * *\"]}", "jobs/a.yaml:1:33: the expression has 4 fields"),
        ("{cron: \"0 6 * * *\", at: \"06:00\"}", "at does not go with cron"),
        ("{every: 5m, at: \"06:00\"}", "at does not go with every"),
        ("{every: 5m, dst: wall}", "dst does not go with every"),
        ("{every: 5m, calendar: uk}", "calendar does not go with every"),
        ("{every: 0s}", "every \"0s\" is out of range (expected 1s to 366d)"), ("{every: 367d}", "out of range"),
        ("{every: 5}", "is not a length of time"), ("{every: 5M}", "is not a length of time"),
        ("{every: -5m}", "is not a length of time"), ("{every: 1h30m}", "is not a length of time"),
        ("{every: 05m}", "is not a length of time"), ("{every: m}", "is not a length of time"),
        ("{every: 99999999999999999999d}", "out of range"),
        ("{on: daily}", "at is missing"),
        ("{on: dayly, at: \"06:00\"}", "on \"dayly\" is no rule for days; did you mean \"daily\"?"),
        ("{on: [], at: \"06:00\"}", "on has 0 items"), ("{on: [[daily]], at: \"06:00\"}", "is a list"),
        ("{on: daily, at: []}", "at has 0 items"), ("{on: daily, at: \"6:00\"}", "at \"6:00\" is not a time"),
        ("{on: daily, at: \"24:00\"}", "is not a time"),
        ("{on: daily, at: [\"06:00\", \"06:00\"]}", "at names one twice"),
        ("{on: daily, at: \"06:00\", months: [13]}", "out of range"),
        ("{on: daily, at: \"06:00\", months: [1, 1]}", "months names one twice"),
        ("{on: last_business_day, at: \"06:00\"}", "jobs/a.yaml:1:16: calendar is missing"),
        ("{on: {day: 25, adjust: preceding}, at: \"06:00\"}", "jobs/a.yaml:1:16: calendar is missing"),
        ("{on: {day: 25}, at: \"06:00\", calendar: uk}", "jobs/a.yaml:1:16: adjust is missing"),
        ("{on: {day: 32}, at: \"06:00\"}", "day \"32\" is not a day of the month"),
        ("{on: {day: 0}, at: \"06:00\"}", "is not a day of the month"),
        ("{on: {month: 2, day: 30}, at: \"06:00\"}", "month 2 has no day 30"),
        ("{on: {month: 2, day: last}, at: \"06:00\"}", "on: {day: last} with months: [2]"),
        ("{on: {month: 2}, at: \"06:00\"}", "on is no rule for days"),
        ("{on: {weekday: friday, nth: 6}, at: \"06:00\"}", "is not a place in the month"),
        ("{on: {weekday: fri}, at: \"06:00\"}", "weekday \"fri\" is not one of the choices"),
        ("{on: {weekday: friday, day: 3}, at: \"06:00\"}", "on is no rule for days"),
        ("{on: {weekday: friday, adjust: none}, at: \"06:00\"}", "adjust does not go with weekday"),
        ("{on: {day: 3, nth: 2}, at: \"06:00\"}", "nth does not go with day"),
        ("{on: {business_day: 0}, at: \"06:00\", calendar: uk}", "is no place"),
        ("{on: {business_day: 24}, at: \"06:00\", calendar: uk}", "out of range"),
        ("{on: {day: 3, often: 2}, at: \"06:00\"}", "the key \"often\" is unknown"),
        ("{on: daily, at: \"06:00\", closed_day: skip}", "calendar is missing"),
        (
            "{on: last_business_day, at: \"06:00\", calendar: uk, closed_day: skip}",
            "closed_day does not go with these days"
        ),
        ("{on: daily, at: \"06:00\", calendar: de}", "calendar \"de\" is unknown"),
        ("{on: daily, at: \"06:00\", calendar: ../x}", "is not a name"),
        (
            "{on: daily, at: \"06:00\", tz: EST}",
            "tz \"EST\" is not a time zone (expected an IANA name, e.g. Europe/London)"
        ),
        ("{on: daily, at: \"06:00\", tz: Europe/Lodnon}", "did you mean \"Europe/London\"?"),
        ("{on: daily, at: \"06:00\", dst: vixy}", "dst \"vixy\" is not one of the choices"),
        (
            "{on: daily, at: \"06:00\", from: 2026-05-02, until: 2026-05-01}",
            "until 2026-05-01 is before from 2026-05-02"
        ),
        ("{on: daily, at: \"06:00\", from: 2026-02-30}", "is no day of the calendar"),
        ("{on: daily, att: \"06:00\"}", "the key \"att\" is unknown"),
        ("hourly", "schedule is"), ("", "schedule has no value"),
    ]) func `what is wrong is named at its place`(text: String, expected: String) throws {
        let problems = try read(text).problems
        #expect(problems.contains { $0.hasPrefix("jobs/a.yaml:1:") && $0.contains(expected) }, "\(problems)")
    }

    @Test func `all mistakes are told at once`() throws {
        let problems = try read("{cron: \"61 * * * *\", tz: EST, dst: x, from: soon}").problems
        #expect(problems.count == 4)
    }
}
