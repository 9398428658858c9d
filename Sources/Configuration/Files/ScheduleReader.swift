import Calendars
import Diagnostics

/// Reads the `schedule:` of a job.
///
/// ```yaml
/// schedule: {on: last_business_day, at: "06:00", calendar: england-wales}
/// schedule: {cron: "0 6 * * 1-5", tz: Europe/Berlin, dst: wall}
/// schedule: {every: 15m}
/// ```
/// It asks a mapping for the keys of a schedule alone, so that its caller can ask for others beside them.
package struct ScheduleReader {
    /// The business calendar of a name that stands at a place; nil when it was reported.
    package typealias CalendarLookup = (
        _ name: String, _ location: SourceLocation, _ problems: inout ProblemList
    ) -> BusinessCalendar?

    private let defaultZone: ZoneRules
    private let zones: ZoneDatabase
    private let calendar: CalendarLookup

    /// - Parameters:
    ///   - defaultZone: of schedules without `tz`; the company's.
    package init(defaultZone: ZoneRules, zones: ZoneDatabase = .system, calendar: @escaping CalendarLookup) {
        self.defaultZone = defaultZone
        self.zones = zones
        self.calendar = calendar
    }

    /// The schedule that a mapping states; nil when anything about it was reported.
    package func schedule(in map: YAMLMapping) -> Schedule? {
        let cron = map.optionalValue("cron").map { expressions($0) }
        let seconds = map.optional("every", .durationSeconds(Schedule.intervalSeconds))
        let days = map.optionalValue("on").map { rules($0) }
        let times = map.optionalValue("at").map { oneOrMore($0) { $0.scalar(.time) } }
        let months = map.optionalList("months", ScalarReader.integer(1...12))
        let zone = map.optional("tz", .zone(in: zones), default: defaultZone)
        let calendar = map.optionalValue("calendar").flatMap { self.calendar($0) }
        let closedDay = map.optional("closed_day", .choice(ClosedDayRule.self))
        let firstDay = map.optional("from", .date)
        let lastDay = map.optional("until", .date)
        let daylightSaving = map.optional("dst", .choice(DaylightSavingRule.self))
        guard !map.hasProblems else { return nil }

        Self.checkKeys(of: map)
        if let firstDay, let lastDay, lastDay < firstDay {
            map.report("until \(lastDay) is before from \(firstDay)", expected: "\(firstDay) or later", at: "until")
        }
        Self.checkRepetition(of: times ?? [], in: map, at: "at")
        Self.checkRepetition(of: months, in: map, at: "months")
        guard !map.hasProblems else { return nil }

        let timing: Schedule.Timing
        let onClosedDay = closedDay ?? (calendar == nil ? .run : .skip)
        if let cron {
            timing = .cron(cron)
        } else if let seconds {
            timing = .every(seconds: seconds)
        } else {
            let written = days ?? []
            Self.checkCalendar(of: written, closedDay: closedDay, calendar: calendar, in: map)
            let days = written.map { day in
                Schedule.Timing.Day(
                    day.rule, closedDay: day.adjust.map { ClosedDayRule($0) } ?? day.closedDay(onClosedDay))
            }
            timing = .on(days, at: times ?? [], months: Set(months))
        }
        guard !map.hasProblems else { return nil }
        return Schedule(
            timing, zone: zone, calendar: calendar, closedDay: onClosedDay, from: firstDay, until: lastDay,
            daylightSaving: daylightSaving ?? .vixie)
    }

    // MARK: - Values

    private func expressions(_ value: YAMLValue) -> [CronExpression] {
        oneOrMore(value) { item in
            var problems = ProblemList()
            let text = item.locatedText()
            // A text that is missing was reported.
            guard !text.text.isEmpty else {
                if case .scalar(let scalar) = item.node.content, !scalar.isMissing {
                    item.report("\(item.name) is empty", expected: "five fields, e.g. \"0 6 * * 1-5\"")
                }
                return nil
            }
            let expression = CronExpression.parse(text.text, at: text.location, problems: &problems)
            problems.problems.forEach(item.collector.add)
            return expression
        }
    }

    private func calendar(_ value: YAMLValue) -> BusinessCalendar? {
        var problems = ProblemList()
        let name = value.scalar(.identifier)
        guard !name.isEmpty else { return nil }
        let calendar = calendar(name, value.location, &problems)
        problems.problems.forEach(value.collector.add)
        return calendar
    }

    private func oneOrMore<Value>(_ value: YAMLValue, _ item: (YAMLValue) -> Value?) -> [Value] {
        guard value.shape == .list else { return item(value).map { [$0] } ?? [] }
        return value.list(minimumCount: 1, item)
    }

    // MARK: - Days

    /// A day rule as written, with its place for what is found when it is seen beside the other keys.
    private struct WrittenDay {
        var rule: DayRule
        var adjust: DayAdjustment?
        var value: YAMLValue

        /// Whether `adjust` belongs to it, and not `closed_day`.
        var takesAdjust: Bool {
            switch rule {
            case .dayOfMonth, .lastDay, .dayOfYear: true
            default: false
            }
        }

        var countsBusinessDays: Bool { if case .businessDay = rule { true } else { false } }

        func closedDay(_ common: ClosedDayRule) -> ClosedDayRule {
            takesAdjust || countsBusinessDays ? .run : common
        }
    }

    private static let words: [(String, DayRule)] = [
        ("daily", .daily), ("first_business_day", .businessDay(1)), ("last_business_day", .businessDay(-1)),
    ]

    private static let shapes =
        "daily, first_business_day, last_business_day, {business_day: 3}, {day: 25}, {day: last}, {weekday: friday}, "
        + "{weekday: friday, nth: 2} or {month: 4, day: 6}"

    private func rules(_ value: YAMLValue) -> [WrittenDay] { oneOrMore(value, rule) }

    private func rule(_ value: YAMLValue) -> WrittenDay? {
        switch value.shape {
        case .scalar:
            let reader = ScalarReader<DayRule>(expected: Self.shapes, placeholder: .daily) {
                text throws(ScalarRejection) in
                if let match = Self.words.first(where: { $0.0 == text }) { return match.1 }
                let hint = Suggestion.hint(for: text, among: Self.words.map(\.0))
                throw ScalarRejection("is no rule for days\(hint)", expected: Self.shapes)
            }
            return WrittenDay(rule: value.scalar(reader), value: value)
        case .mapping: return value.mapping { rule(in: $0) }.map { WrittenDay(rule: $0, adjust: $1, value: value) }
        case .list:
            value.report("\(value.name) is a list", expected: Self.shapes)
            return nil
        }
    }

    private func rule(in map: YAMLMapping) -> (DayRule, DayAdjustment?)? {
        let businessDay = map.optional("business_day", ScalarReader.position(1...23))
        let weekday = map.optional("weekday", .weekday)
        let nth = map.optional("nth", .nthWeekday)
        let month = map.optional("month", ScalarReader.integer(1...12))
        let day = map.optional("day", .dayOfMonth)
        let adjust = map.optional("adjust", .choice(DayAdjustment.self))
        guard !map.hasProblems else { return nil }
        let rule: DayRule
        let allowed: [String]
        switch (businessDay, weekday, day) {
        case (let position?, nil, nil):
            rule = .businessDay(position)
            allowed = ["business_day"]
        case (nil, let weekday?, nil):
            rule = nth.map { .nthWeekday(weekday, nth: $0) } ?? .weekday(weekday)
            allowed = ["weekday", "nth"]
        case (nil, nil, let day?):
            allowed = ["day", "month", "adjust"]
            switch (month, day) {
            case (nil, .last): rule = .lastDay
            case (nil, .number(let day)): rule = .dayOfMonth(day)
            case (let month?, .number(let day)):
                // In a leap year, for 29 February is a day of some years.
                guard CalendarDate(year: 2_000, month: month, day: day) != nil else {
                    map.report("month \(month) has no day \(day)", expected: "a day that exists", at: "day")
                    return nil
                }
                rule = .dayOfYear(month: month, day: day)
            case (_?, .last):
                map.report(
                    "{month: …, day: last} is no rule", expected: "on: {day: last} with months: [\(month ?? 1)]",
                    at: "day")
                return nil
            }
        default:
            map.report("\(map.name) is no rule for days", expected: Self.shapes)
            return nil
        }
        for key in ["business_day", "weekday", "nth", "month", "day", "adjust"]
        where map.contains(key) && !allowed.contains(key) {
            map.report("\(key) does not go with \(allowed[0])", expected: Self.shapes, at: key)
        }
        return map.hasProblems ? nil : (rule, adjust)
    }

    // MARK: - What goes together

    private static func checkKeys(of map: YAMLMapping) {
        let given = ["cron", "every", "on"].filter { map.contains($0) }
        guard given.count == 1 else {
            let message =
                given.isEmpty ? "the schedule has no time" : "the schedule has both \(given.joined(separator: " and "))"
            map.report(message, expected: "one of cron, every and on", at: given.last)
            return
        }
        func refuse(_ keys: [String], _ reason: String) {
            for key in keys where map.contains(key) {
                map.report("\(key) does not go with \(given[0])", expected: reason, at: key)
            }
        }
        switch given[0] {
        case "cron": refuse(["at", "months"], "the time and the months within the expression, or on")
        case "every":
            refuse(["at", "months", "calendar", "closed_day", "dst"], "cron or on; an interval is elapsed time")
        default:
            if !map.contains("at") {
                map.report("at is missing", expected: "a time or a list of times, e.g. \"06:00\"")
            }
        }
        if map.contains("closed_day"), !map.contains("calendar"), given[0] != "every" {
            map.report(
                "calendar is missing", expected: "the calendar that says which days are closed", at: "closed_day")
        }
    }

    private static func checkRepetition<Value: Hashable>(of values: [Value], in map: YAMLMapping, at key: String) {
        guard Set(values).count < values.count else { return }
        map.report("\(key) names one twice", expected: "each once", at: key)
    }

    private static func checkCalendar(
        of days: [WrittenDay], closedDay: ClosedDayRule?, calendar: BusinessCalendar?, in map: YAMLMapping
    ) {
        for day in days {
            if calendar == nil {
                let reason =
                    day.countsBusinessDays
                    ? "business days are counted by one"
                    : day.adjust ?? .none != .none ? "adjust needs one" : nil
                if let reason {
                    day.value.report("calendar is missing", expected: "the name of a business calendar: \(reason)")
                }
            } else if day.takesAdjust, day.adjust == nil {
                day.value.report(
                    "adjust is missing", expected: "preceding, following, modified_following or none beside day")
            }
        }
        if closedDay != nil, days.allSatisfy({ $0.takesAdjust || $0.countsBusinessDays }) {
            map.report(
                "closed_day does not go with these days",
                expected: "adjust beside day; business days are never closed", at: "closed_day")
        }
    }
}

/// `25` or `last`.
private enum DayOfMonth: Sendable {
    case number(Int)
    case last
}

extension ScalarReader<DayOfMonth> {
    fileprivate static let dayOfMonth = ScalarReader(
        "a day of the month", expected: "1 to 31, or last", placeholder: .last
    ) { text in
        if text == "last" { return .last }
        return (try? ScalarReader<Int>.integer(1...31).read(text)).map { .number($0) }
    }
}

extension ScalarReader<Int> {
    /// A place counted from the start, or from the end where it is negative; never 0.
    fileprivate static func position(_ range: ClosedRange<Int>) -> ScalarReader {
        integer(-range.upperBound...range.upperBound).satisfying(
            "is no place",
            expected: "\(range.lowerBound) to \(range.upperBound), or negative to count from the end"
        ) { $0 != 0 }
    }

    /// `2`, or `last`, which is −1.
    fileprivate static let nthWeekday = ScalarReader(
        "a place in the month", expected: "1 to 5, or last", placeholder: 1
    ) { text in
        text == "last" ? -1 : try? ScalarReader<Int>.integer(1...5).read(text)
    }
}
