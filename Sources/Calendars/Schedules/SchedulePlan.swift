extension Schedule {
    /// A schedule made ready to be searched: the rules of its timing with its bounds, on the zone's clock.
    ///
    /// A class, so that what a search asks is not copied.
    final class Plan: Sendable {
        private let rules: [ClockRule]
        private let bounds: ClockRule.Bounds
        private let spans: [ZoneRules.Span]
        private let zone: ZoneRules
        private let daylightSaving: DaylightSavingRule
        private let interval: Interval?

        /// What `every` says, in seconds since 1970-01-01T00:00:00Z.
        private struct Interval: Sendable {
            var length: Int64
            /// Something is due at this second and every `length` seconds before and after it.
            var anchor: Int64
            var first: Int64?
            /// Nothing is due at this second or later.
            var end: Int64?
        }

        init(
            _ timing: Timing, zone: ZoneRules, calendar: BusinessCalendar?, closedDay: ClosedDayRule,
            firstDay: CalendarDate?, lastDay: CalendarDate?, daylightSaving: DaylightSavingRule
        ) {
            self.zone = zone
            spans = zone.spans
            self.daylightSaving = daylightSaving
            bounds = ClockRule.Bounds(
                firstDay: Int(max(firstDay ?? .earliest, CalendarDate.earliest.adding(days: 31)).dayNumber),
                lastDay: Int(min(lastDay ?? Schedule.horizon, Schedule.horizon).dayNumber), calendar: calendar)
            switch timing {
            case .cron(let expressions):
                rules = expressions.map { ClockRule($0, closedDay: calendar == nil ? .run : closedDay) }
                interval = nil
            case .on(let days, let times, let months):
                rules = days.map { ClockRule($0, at: times, months: months) }
                interval = nil
            case .every(let seconds):
                rules = []
                interval = Interval(
                    length: max(seconds, 1), anchor: firstDay.map { zone.startOfDay($0).secondsSinceEpoch } ?? 0,
                    first: firstDay.map { zone.startOfDay($0).secondsSinceEpoch },
                    end: lastDay.map { zone.startOfDay($0.adding(days: 1)).secondsSinceEpoch })
            }
        }

        /// The first second at or after a second, both in UTC, at which something is due.
        func first(atOrAfter second: Int64) throws(BusinessCalendarError) -> Int64? {
            if let interval { return Self.first(of: interval, atOrAfter: second) }
            var earliest: Int64?
            for index in rules.indices {
                guard let found = try first(of: index, atOrAfter: second) else { continue }
                earliest = min(earliest ?? found, found)
            }
            return earliest
        }

        private static func first(of interval: Interval, atOrAfter second: Int64) -> Int64? {
            let start = max(second, interval.first ?? second)
            let past = (start - interval.anchor) % interval.length
            let due = past == 0 ? start : start + (past < 0 ? -past : interval.length - past)
            guard due < interval.end ?? ZoneRules.end, due <= Schedule.lastSecond else { return nil }
            return due
        }
    }

    fileprivate static let lastSecond = Instant(startOf: horizon).secondsSinceEpoch + 86_399
}

extension ClockRule {
    init(_ expression: CronExpression, closedDay: ClosedDayRule) {
        days = .cron(expression)
        // The expression's own months.
        months = Self.allMonths
        self.closedDay = closedDay
        times = TimesOfDay(minutes: expression.minutes, hours: expression.hours)
        isWildcard = expression.isWildcard
    }

    init(_ day: Schedule.Timing.Day, at times: [TimeOfDay], months: Set<Int>) {
        days = .rule(day.rule)
        self.months =
            months.isEmpty
            ? Self.allMonths : months.filter((1...12).contains).reduce(0) { $0 | 1 << UInt16($1) }
        closedDay = day.closedDay
        self.times = TimesOfDay(times)
        isWildcard = false
    }
}

// MARK: - On the zone's clock

extension Schedule.Plan {
    /// The first time of a fixed-time job at or after one time on the clock and before another; nil also where the
    /// calendar cannot say.
    func firstFixedTime(from start: Int64, to end: Int64) -> Int64? {
        let times = rules.filter { !$0.isWildcard }.compactMap { try? $0.first(atOrAfter: start, in: bounds) }
        return times.filter { $0 < end }.min()
    }

    private func first(of rule: Int, atOrAfter second: Int64) throws(BusinessCalendarError) -> Int64? {
        switch daylightSaving {
        case .vixie where !rules[rule].isWildcard: try firstOnce(of: rule, atOrAfter: second)
        case .vixie, .wall: try firstShown(of: rule, atOrAfter: second)
        case .forward: try firstForward(of: rule, atOrAfter: second)
        }
    }

    /// The last search on the clock, kept while the spans are walked: nothing is due from `searchedFrom` to `found`.
    private struct Search {
        var searchedFrom = Int64.max
        var found: Int64?
    }

    /// The first time due at or after a time on the clock.
    private func time(
        of rule: Int, atOrAfter local: Int64, _ search: inout Search
    ) throws(BusinessCalendarError) -> Int64? {
        if local >= search.searchedFrom, search.found.map({ $0 >= local }) ?? true { return search.found }
        search.found = try rules[rule].first(atOrAfter: local, in: bounds)
        search.searchedFrom = local
        return search.found
    }

    /// Whatever the clock shows, as often as it shows it.
    private func firstShown(of rule: Int, atOrAfter second: Int64) throws(BusinessCalendarError) -> Int64? {
        var search = Search()
        var index = zone.spanIndex(at: second)
        while index < spans.count {
            let span = spans[index]
            let from = max(second, span.start) + span.offset
            if let time = try time(of: rule, atOrAfter: from, &search), time - span.offset < zone.spanEnd(index) {
                return time - span.offset
            }
            index += 1
        }
        return nil
    }

    /// Each time on the clock once: at the end of the gap that it is in, and at the first of two readings.
    private func firstOnce(of rule: Int, atOrAfter second: Int64) throws(BusinessCalendarError) -> Int64? {
        var search = Search()
        var index = zone.spanIndex(at: second)
        while index < spans.count {
            let span = spans[index]
            let from = second > span.start ? max(second + span.offset, span.vixieFrom) : span.vixieFrom
            if let time = try time(of: rule, atOrAfter: from, &search), time - span.offset < zone.spanEnd(index) {
                return max(time - span.offset, span.start)
            }
            index += 1
        }
        return nil
    }

    /// Each time on the clock once: moved by the width of the gap that it is in, and at the first of two readings.
    private func firstForward(of rule: Int, atOrAfter second: Int64) throws(BusinessCalendarError) -> Int64? {
        var search = Search()
        var index = zone.spanIndex(at: second)
        while index < spans.count {
            let span = spans[index]
            var moved: Int64?
            if index > 0, span.forwardFrom < span.localStart {
                let offsetBefore = spans[index - 1].offset
                let from = max(span.forwardFrom, second + offsetBefore)
                if from < span.localStart, let time = try time(of: rule, atOrAfter: from, &search),
                    time < span.localStart
                {
                    moved = time - offsetBefore
                }
            }
            let from = max(max(second, span.start) + span.offset, span.forwardFrom)
            if let time = try time(of: rule, atOrAfter: from, &search), time - span.offset < zone.spanEnd(index) {
                return min(time - span.offset, moved ?? .max)
            }
            if let moved { return moved }
            index += 1
        }
        return nil
    }
}
