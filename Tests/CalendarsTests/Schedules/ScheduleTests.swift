import TestSupport
import Testing

@testable import Calendars

@Suite struct ScheduleTests {
    private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text), "\(text)") }

    private func instant(_ text: String) throws -> Instant { try #require(Instant(text), "\(text)") }

    private func zone(_ name: String) throws -> ZoneRules { try ZoneDatabase.system.rules(named: name) }

    private let six = TimeOfDay(hour: 6, minute: 0) ?? .midnight

    /// Saturdays, Sundays, Christmas, Boxing Day, New Year and Easter, moved to the next working day.
    private func calendar(_ years: ClosedRange<Int> = 2_025...2_028) throws -> BusinessCalendar {
        try BusinessCalendar(
            .init(
                name: "test", title: "Test", source: "made up", years: years,
                rules: [
                    HolidayRule("New Year", on: .fixed(month: 1, day: 1), observed: .nextWorkingDay),
                    HolidayRule("Good Friday", on: .easter(offset: -2)),
                    HolidayRule("Easter Monday", on: .easter(offset: 1)),
                    HolidayRule("Christmas", on: .fixed(month: 12, day: 25), observed: .nextWorkingDay),
                    HolidayRule("Boxing Day", on: .fixed(month: 12, day: 26), observed: .nextWorkingDay),
                ]))
    }

    private func days(
        _ rules: [Schedule.Timing.Day], months: Set<Int> = [], calendar: BusinessCalendar? = nil, after: String,
        count: Int
    ) throws -> [String] {
        let schedule = Schedule(.on(rules, at: [six], months: months), zone: .utc, calendar: calendar)
        return schedule.occurrences(after: try instant(after), through: Instant(startOf: .latest)).prefix(count).map {
            "\($0.utc.date)"
        }
    }

    @Test(arguments: [
        (DayRule.businessDay(-1), ["2026-11-30", "2026-12-31", "2027-01-29", "2027-02-26"]),
        (.businessDay(1), ["2026-12-01", "2027-01-04", "2027-02-01", "2027-03-01"]),
        (.businessDay(3), ["2026-12-03", "2027-01-06", "2027-02-03", "2027-03-03"]),
        (.businessDay(-2), ["2026-11-27", "2026-12-30", "2027-01-28", "2027-02-25"]),
        (.nthWeekday(.friday, nth: 2), ["2026-12-11", "2027-01-08", "2027-02-12", "2027-03-12"]),
        (.nthWeekday(.friday, nth: -1), ["2026-11-27", "2026-12-25", "2027-01-29", "2027-02-26"]),
        (.nthWeekday(.monday, nth: 5), ["2026-11-30", "2027-03-29", "2027-05-31", "2027-08-30"]),
        (.weekday(.monday), ["2026-11-23", "2026-11-30", "2026-12-07", "2026-12-14"]),
        (.weekday(.sunday), ["2026-11-22", "2026-11-29", "2026-12-06", "2026-12-13"]),
        (.dayOfMonth(25), ["2026-11-25", "2026-12-25", "2027-01-25", "2027-02-25"]),
        (.dayOfMonth(31), ["2026-12-31", "2027-01-31", "2027-03-31", "2027-05-31"]),
        (.lastDay, ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]),
        (.dayOfYear(month: 4, day: 6), ["2027-04-06", "2028-04-06", "2029-04-06", "2030-04-06"]),
        (.dayOfYear(month: 2, day: 29), ["2028-02-29", "2032-02-29", "2036-02-29", "2040-02-29"]),
        (.daily, ["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25"]),
    ]) func `a rule chooses its days`(rule: DayRule, expected: [String]) throws {
        #expect(try days([.init(rule)], calendar: calendar(), after: "2026-11-21T12:00:00Z", count: 4) == expected)
    }

    @Test(arguments: [
        (ClosedDayRule.run, ["2026-12-25", "2027-01-25", "2027-02-25", "2027-03-25", "2027-04-25"]),
        (.skip, ["2027-01-25", "2027-02-25", "2027-03-25", "2027-05-25", "2027-06-25"]),
        (.preceding, ["2026-12-24", "2027-01-25", "2027-02-25", "2027-03-25", "2027-04-23"]),
        (.following, ["2026-12-29", "2027-01-25", "2027-02-25", "2027-03-25", "2027-04-26"]),
        (.modifiedFollowing, ["2026-12-29", "2027-01-25", "2027-02-25", "2027-03-25", "2027-04-26"]),
    ]) func `a closed day is kept, left out or moved`(closedDay: ClosedDayRule, expected: [String]) throws {
        #expect(
            try days(
                [.init(.dayOfMonth(25), closedDay: closedDay)], calendar: calendar(), after: "2026-12-01T00:00:00Z",
                count: 5) == expected)
    }

    @Test(arguments: [
        // 31 January 2027 is a Sunday, 1 August 2027 too; 1 January 2027 is a holiday on a Friday.
        (
            DayRule.lastDay, ClosedDayRule.following,
            ["2027-02-01", "2027-03-01", "2027-03-31", "2027-04-30", "2027-05-31"]
        ),
        (.lastDay, .modifiedFollowing, ["2027-01-29", "2027-02-26", "2027-03-31", "2027-04-30", "2027-05-31"]),
        (.lastDay, .preceding, ["2027-01-29", "2027-02-26", "2027-03-31", "2027-04-30", "2027-05-31"]),
        (.dayOfMonth(1), .preceding, ["2027-02-01", "2027-03-01", "2027-04-01", "2027-04-30", "2027-06-01"]),
        (.dayOfMonth(1), .modifiedFollowing, ["2027-01-04", "2027-02-01", "2027-03-01", "2027-04-01", "2027-05-03"]),
    ]) func `a moved day may leave its month`(rule: DayRule, closedDay: ClosedDayRule, expected: [String]) throws {
        #expect(
            try days(
                [.init(rule, closedDay: closedDay)], calendar: calendar(), after: "2027-01-01T00:00:00Z", count: 5)
                == expected)
        // The first of January 2027 is brought back into December.
        #expect(
            try days(
                [.init(.dayOfMonth(1), closedDay: .preceding)], calendar: calendar(), after: "2026-12-02T00:00:00Z",
                count: 1) == ["2026-12-31"])
    }

    @Test func `each rule agrees with moving every day by the calendar`() throws {
        let calendar = try calendar(2_024...2_030)
        let rules: [DayRule] =
            [.daily, .lastDay, .businessDay(2), .businessDay(-3)]
            + Weekday.allCases.map { .weekday($0) } + [1, 2, 15, 24, 26, 28, 29, 30, 31].map { .dayOfMonth($0) }
        let adjustments: [(ClosedDayRule, DayAdjustment)] = [
            (.run, .none), (.preceding, .preceding), (.following, .following), (.modifiedFollowing, .modifiedFollowing),
        ]
        let (first, last) = (try date("2025-01-01"), try date("2029-06-30"))
        for rule in rules {
            var nominal: [CalendarDate] = []
            for number in (first.dayNumber - 40)...(last.dayNumber + 40) {
                let day = CalendarDate(dayNumber: number)
                let month = Period(.month, containing: day)
                let matches =
                    switch rule {
                    case .daily: true
                    case .weekday(let weekday): day.weekday == weekday
                    case .dayOfMonth(let number): day.day == number
                    case .lastDay: day == day.lastOfMonth
                    case .businessDay(2): try calendar.businessDays(of: month).dropFirst().first == day
                    case .businessDay: try calendar.businessDays(of: month).dropLast(2).last == day
                    default: false
                    }
                if matches { nominal.append(day) }
            }
            for (closedDay, adjustment) in adjustments {
                let moved = try Set(nominal.map { try calendar.adjusted($0, adjustment) })
                let expected = moved.filter { first <= $0 && $0 <= last }.sorted().map(\.description)
                let schedule = Schedule(
                    .on([.init(rule, closedDay: closedDay)], at: [six], months: []), zone: .utc, calendar: calendar)
                let got = schedule.occurrences(
                    after: Instant(startOf: first), through: Instant(startOf: last.adding(days: 1))
                ).map { "\($0.utc.date)" }
                #expect(got == expected, "\(rule) \(closedDay)")
            }
            let open = try nominal.filter { try calendar.isBusinessDay($0) && first <= $0 && $0 <= last }
            let schedule = Schedule(
                .on([.init(rule, closedDay: .skip)], at: [six], months: []), zone: .utc, calendar: calendar)
            let got = schedule.occurrences(
                after: Instant(startOf: first), through: Instant(startOf: last.adding(days: 1)))
            #expect(got.map { $0.utc.date } == open, "\(rule) skip")
        }
    }

    @Test func `months, several times and several rules are one schedule without repetition`() throws {
        let schedule = Schedule(
            .on(
                [.init(.dayOfMonth(1)), .init(.weekday(.friday))],
                at: [try #require(TimeOfDay("18:30")), six], months: [1, 7]), zone: .utc)
        let got = schedule.occurrences(
            after: try instant("2026-12-30T00:00:00Z"), through: try instant("2027-01-08T12:00:00Z"))
        // 1 January 2027 is a Friday.
        #expect(
            got.map(\.description) == [
                "2027-01-01T06:00:00Z", "2027-01-01T18:30:00Z", "2027-01-08T06:00:00Z",
            ])
        #expect(schedule.next(after: try instant("2027-01-31T00:00:00Z"))?.description == "2027-07-01T06:00:00Z")
    }

    @Test func `cron with a calendar moves its days and keeps its times`() throws {
        let expression = try CronExpression("*/30 9 25 * *")
        let schedule = Schedule(
            .cron([expression]), zone: try zone("Europe/London"), calendar: try calendar(), closedDay: .preceding)
        let got = schedule.occurrences(
            after: try instant("2026-12-20T00:00:00Z"), through: try instant("2027-01-01T00:00:00Z"))
        #expect(got.map(\.description) == ["2026-12-24T09:00:00Z", "2026-12-24T09:30:00Z"])
    }

    // MARK: - Bounds

    @Test func `from and until are days of the zone, both included`() throws {
        let schedule = Schedule(
            .cron([try CronExpression("30 0,23 * * *")]), zone: try zone("Pacific/Auckland"),
            from: try date("2026-06-01"),
            until: try date("2026-06-02"))
        let got = schedule.occurrences(
            after: try instant("2020-01-01T00:00:00Z"), through: try instant("2030-01-01T00:00:00Z"))
        #expect(
            got.map(\.description) == [
                "2026-05-31T12:30:00Z", "2026-06-01T11:30:00Z", "2026-06-01T12:30:00Z", "2026-06-02T11:30:00Z",
            ])
        #expect(schedule.lookAhead(after: try instant("2026-06-02T11:30:00Z")) == .never)
    }

    @Test(arguments: [
        (30, "2026-11-21T20:14:04Z", "2026-11-21T20:14:30Z"), (30, "2026-11-21T20:14:30Z", "2026-11-21T20:15:00Z"),
        (3_600, "2026-11-21T20:00:00Z", "2026-11-21T21:00:00Z"),
        (86_400, "2026-11-21T20:14:04Z", "2026-11-22T00:00:00Z"),
        (7, "1969-12-31T23:59:50Z", "1969-12-31T23:59:53Z"), (1, "2026-11-21T20:14:04.5Z", "2026-11-21T20:14:05Z"),
    ]) func `an interval counts from the epoch`(seconds: Int64, after: String, expected: String) throws {
        #expect(Schedule(.every(seconds: seconds), zone: .utc).next(after: try instant(after))?.description == expected)
    }

    @Test func `an interval counts from its first day, by elapsed time, and ends with its last`() throws {
        let schedule = Schedule(
            .every(seconds: 7 * 3_600), zone: try zone("Europe/Berlin"), from: try date("2026-03-28"),
            until: try date("2026-03-29"))
        let got = schedule.occurrences(
            after: try instant("2000-01-01T00:00:00Z"), through: try instant("2030-01-01T00:00:00Z"))
        #expect(
            got.map(\.description) == [
                "2026-03-27T23:00:00Z", "2026-03-28T06:00:00Z", "2026-03-28T13:00:00Z", "2026-03-28T20:00:00Z",
                "2026-03-29T03:00:00Z", "2026-03-29T10:00:00Z", "2026-03-29T17:00:00Z",
            ])
    }

    @Test(arguments: ["0 0 31 2 *", "0 0 30 feb *", "0 0 31 4,6,9,11 *", "59 23 31 2 *"])
    func `what can never be due says so at once`(text: String) throws {
        let schedule = Schedule(.cron([try CronExpression(text)]), zone: try zone("Europe/London"))
        for instant in try ["1970-01-01T00:00:00Z", "2026-11-21T00:00:00Z", "2499-12-31T00:00:00Z"].map(instant) {
            #expect(schedule.lookAhead(after: instant) == .never)
        }
        #expect(schedule.warnings(asOf: try instant("2026-11-21T00:00:00Z")) == [.neverDue(endedOn: nil)])
    }

    @Test func `any instant can be asked about`() throws {
        let schedules = try DaylightSavingRule.allCases.map {
            Schedule(.cron([try CronExpression("30 2 * * *")]), zone: try zone("America/New_York"), daylightSaving: $0)
        }
        for schedule in schedules + [Schedule(.every(seconds: 31_622_400), zone: .utc)] {
            for microseconds in [Int64.min, -1 << 60, -1, 0, 1 << 60, .max] {
                let instant = Instant(microseconds: microseconds)
                if let next = schedule.next(after: instant) { #expect(next > instant) }
            }
            #expect(schedule.next(after: Instant(microseconds: .max)) == nil)
        }
    }

    // MARK: - The end of a calendar

    @Test func `what depends on a year that the calendar lacks is unknown, and what does not is known`() throws {
        let calendar = try calendar(2_025...2_028)
        func next(_ rule: DayRule, _ closedDay: ClosedDayRule, after: String) throws -> Schedule.Next {
            Schedule(.on([.init(rule, closedDay: closedDay)], at: [six], months: []), zone: .utc, calendar: calendar)
                .lookAhead(after: try instant(after))
        }
        let missing2029 = Schedule.Next.unknown(.yearMissing(2_029, calendar: "test", years: 2_025...2_028))
        let december = Schedule.Next.at(try instant("2028-12-29T06:00:00Z"))
        #expect(try next(.businessDay(-1), .run, after: "2028-12-01T00:00:00Z") == december)
        #expect(try next(.businessDay(-1), .run, after: "2028-12-29T06:00:00Z") == missing2029)
        #expect(
            try next(.dayOfMonth(22), .preceding, after: "2028-12-01T00:00:00Z")
                == .at(try instant("2028-12-22T06:00:00Z")))
        #expect(try next(.dayOfMonth(22), .preceding, after: "2028-12-22T06:00:00Z") == missing2029)
        // 1 January 2029 may be moved to 29 December, or may not.
        #expect(try next(.dayOfMonth(1), .preceding, after: "2028-12-02T00:00:00Z") == missing2029)
        #expect(try next(.dayOfMonth(1), .modifiedFollowing, after: "2028-12-02T00:00:00Z") == missing2029)
        #expect(
            try next(.dayOfMonth(1), .run, after: "2028-12-02T00:00:00Z") == .at(try instant("2029-01-01T06:00:00Z")))
        #expect(
            try next(.businessDay(1), .run, after: "2024-01-01T00:00:00Z")
                == .unknown(.yearMissing(2_024, calendar: "test", years: 2_025...2_028)))
        // 31 December 2024 may be moved into 2025.
        #expect(
            try next(.lastDay, .following, after: "2024-12-31T12:00:00Z")
                == .unknown(.yearMissing(2_024, calendar: "test", years: 2_025...2_028)))
    }

    // MARK: - Changes of the clock

    @Test(arguments: [
        (
            DaylightSavingRule.vixie, ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
        ),
        (.wall, ["2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z"], ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]),
        (
            .forward, ["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"],
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
        ),
    ]) func `the times of on follow the rule for daylight saving`(
        rule: DaylightSavingRule, spring: [String], autumn: [String]
    )
        throws
    {
        let time = try #require(TimeOfDay("02:30"))
        let schedule = Schedule(
            .on([.init(.daily)], at: [time], months: []), zone: try zone("Europe/Berlin"), daylightSaving: rule)
        func got(_ after: String) throws -> [String] {
            schedule.occurrences(after: try instant(after), through: Instant(startOf: .latest)).prefix(2).map(
                \.description)
        }
        #expect(try got("2026-03-28T12:00:00Z") == spring)
        #expect(try got("2026-10-24T12:00:00Z") == autumn)
    }

    @Test func `several times that are left out are made good by one occurrence`() throws {
        let times = try ["02:00", "02:15", "02:45", "03:00"].map { try #require(TimeOfDay($0)) }
        let schedule = Schedule(.on([.init(.daily)], at: times, months: []), zone: try zone("Europe/Berlin"))
        let got = schedule.occurrences(
            after: try instant("2026-03-29T00:00:00Z"), through: try instant("2026-03-29T12:00:00Z"))
        #expect(got.map(\.description) == ["2026-03-29T01:00:00Z"])
    }

    @Test func `a day that a zone left out is lost to cron and moved by the calendar's rule`() throws {
        // Samoa had no 30 December 2011, a Friday.
        func next(_ rule: DaylightSavingRule) throws -> String? {
            Schedule(
                .on([.init(.weekday(.friday))], at: [six], months: []), zone: try zone("Pacific/Apia"),
                daylightSaving: rule
            ).next(after: try instant("2011-12-24T00:00:00Z"))?.description
        }
        #expect(try next(.vixie) == "2012-01-05T16:00:00Z")
        #expect(try next(.wall) == "2012-01-05T16:00:00Z")
        #expect(try next(.forward) == "2011-12-30T16:00:00Z")
    }

    // MARK: - Words

    @Test func `a schedule is said in words`() throws {
        let london = try zone("Europe/London")
        func text(
            _ timing: Schedule.Timing, calendar: BusinessCalendar? = nil, closedDay: ClosedDayRule = .run,
            from: String? = nil, until: String? = nil
        ) throws -> String {
            Schedule(
                timing, zone: london, calendar: calendar, closedDay: closedDay, from: try from.map(date),
                until: try until.map(date)
            ).explanation
        }
        func on(_ rule: DayRule, _ closedDay: ClosedDayRule = .run, months: Set<Int> = []) -> Schedule.Timing {
            .on([.init(rule, closedDay: closedDay)], at: [six], months: months)
        }
        let calendar = try calendar()
        #expect(
            try text(on(.businessDay(-1)), calendar: calendar)
                == "At 06:00 on the last business day of each month (calendar test, Europe/London)")
        #expect(
            try text(on(.dayOfMonth(25), .preceding, months: [1, 4, 7, 10]), calendar: calendar)
                == "At 06:00 on day 25 of January, April, July and October, or the business day before where that is "
                + "closed (calendar test, Europe/London)")
        #expect(
            try text(on(.daily, .skip), calendar: calendar, from: "2026-05-01", until: "2026-12-31")
                == "At 06:00 every day, business days only, from 2026-05-01, until 2026-12-31 (calendar test, Europe/London)"
        )
        #expect(
            try text(on(.nthWeekday(.friday, nth: 2))) == "At 06:00 on the second Friday of each month (Europe/London)")
        #expect(
            try text(on(.businessDay(-2)), calendar: calendar).hasPrefix("At 06:00 on the second to last business day"))
        #expect(try text(on(.dayOfYear(month: 4, day: 6))) == "At 06:00 on 6 April of each year (Europe/London)")
        #expect(
            try text(.every(seconds: 5_400), from: "2026-05-01")
                == "Every 90 minutes of elapsed time, counted from midnight of 2026-05-01 (Europe/London)")
        #expect(
            try text(.cron([try CronExpression("0 6 * * 1-5"), try CronExpression("0 9 * * 6")]))
                == "At 06:00 on Monday to Friday; and at 09:00 on Saturday (Europe/London)")
    }

    @Test func `what is probably not meant is warned of`() throws {
        let asOf = try instant("2026-11-21T00:00:00Z")
        func codes(
            _ timing: Schedule.Timing, zone: String = "UTC", calendar: BusinessCalendar? = nil, until: String? = nil
        ) throws
            -> [String]
        {
            Schedule(timing, zone: try self.zone(zone), calendar: calendar, until: try until.map(date))
                .warnings(asOf: asOf).map(\.code)
        }
        func cron(_ text: String) throws -> Schedule.Timing { .cron([try CronExpression(text)]) }
        #expect(try codes(cron("0 6 * * *"), zone: "Europe/London").isEmpty)
        #expect(try codes(cron("30 1 * * *"), zone: "Europe/London") == ["time_left_out", "time_twice"])
        #expect(try codes(cron("30 1 * * *")).isEmpty)
        #expect(try codes(cron("*/30 1 * * *"), zone: "Europe/London").isEmpty)
        #expect(try codes(cron("0 0 13 * fri")) == ["both_day_fields"])
        #expect(try codes(cron("0 0 */5 * fri")) == ["both_day_fields"])
        #expect(try codes(cron("0 0 31 * *")) == ["short_months"])
        #expect(try codes(cron("0 0 31 2 *")) == ["never_due"])
        #expect(try codes(cron("0 0 * * *"), until: "2026-01-01") == ["never_due"])
        #expect(try codes(cron("0 6 * * *"), calendar: calendar(2_025...2_026)) == ["calendar_ends"])
        #expect(try codes(cron("0 6 * * *"), calendar: calendar(2_025...2_027)).isEmpty)
        #expect(try codes(.on([.init(.dayOfMonth(30))], at: [six], months: [])) == ["short_months"])
        let warnings = Schedule(try cron("30 1 * * *"), zone: try zone("Europe/London")).warnings(asOf: asOf)
        #expect(
            warnings.map(\.text) == [
                "in Europe/London there is no 01:30 on 2027-03-28, when the clock is set forward: it is due right after the gap",
                "in Europe/London 01:30 comes twice on 2027-10-31, when the clock is set back: it is due the first time",
            ])
    }
}
