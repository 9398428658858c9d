/// The rules of one time zone: which offset from UTC holds when.
///
/// ```swift
/// let london = try ZoneDatabase.system.rules(named: "Europe/London")
/// london.offsetSeconds(at: now)                 // 3600 in summer
/// london.instants(of: date, secondOfDay: 5_400)   // none in a gap, two in an overlap
/// ```
/// Changes are known to the end of the year 2500; later instants have the offset that holds then.
package struct ZoneRules: Sendable {
    /// As in the IANA database: `Europe/London`.
    package let name: String
    /// A hash (FNV-1a, 64 bits) of the file that the rules are from; it changes when they do. Zero for UTC.
    package let fingerprint: UInt64
    /// The stretches of time with one offset, in order; the first begins before all time.
    let spans: [Span]

    /// A change of the offset.
    package struct Transition: Hashable, Sendable {
        package var instant: Instant
        package var offsetSecondsBefore: Int
        package var offsetSecondsAfter: Int

        /// How far the clock is set forward; negative when it is set back.
        package var jumpSeconds: Int { offsetSecondsAfter - offsetSecondsBefore }
    }

    /// A stretch of time with one offset. Times are seconds since 1970-01-01T00:00:00, in UTC or on the zone's clock.
    struct Span: Sendable, Equatable {
        /// The first second, in UTC.
        var start: Int64
        var offset: Int64
        /// For fixed-time jobs under cron's rule: the earliest time on the clock that is due in this span. It is before
        /// the clock's time at `start` where a gap's jobs are made good, and after it where they ran already.
        var vixieFrom: Int64
        /// The latest time on the clock, plus one, that any earlier span has seen. What lies between that and the
        /// clock's time at `start` is a gap.
        var forwardFrom: Int64

        /// What the clock shows at `start`.
        var localStart: Int64 { start + offset }
    }

    /// Before all time, and after it: far outside the years 1 to 9999, and far inside Int64.
    static let beginning: Int64 = -1 << 56
    static let end: Int64 = 1 << 56

    /// Jumps as long as this or longer are corrections of the clock to cron, and not daylight saving: nothing is made
    /// good, nothing held back. Source: cron.c of Vixie cron 3.0, `timeDiff > (3*MINUTE_COUNT)`, where `timeDiff` is the
    /// jump in minutes plus one; cron(8), "Daylight Saving Time and other time changes".
    static let resetJumpSeconds: Int64 = 3 * 3_600

    /// - Parameter changes: in order, with the offset that holds from each on.
    init(name: String, fingerprint: UInt64, initialOffset: Int64, changes: [(start: Int64, offset: Int64)]) {
        self.name = name
        self.fingerprint = fingerprint
        var spans = [
            Span(
                start: Self.beginning, offset: initialOffset, vixieFrom: Self.beginning + initialOffset,
                forwardFrom: Self.beginning + initialOffset)
        ]
        var virtualTime = Self.beginning + initialOffset
        var latestLocal = virtualTime
        var offset = initialOffset
        for change in changes where change.offset != offset {
            let localBefore = change.start + offset
            let local = change.start + change.offset
            latestLocal = max(latestLocal, localBefore)
            virtualTime = max(virtualTime, localBefore)
            let jump = local - virtualTime
            if jump >= Self.resetJumpSeconds || jump < -Self.resetJumpSeconds { virtualTime = local }
            spans.append(
                Span(start: change.start, offset: change.offset, vixieFrom: virtualTime, forwardFrom: latestLocal))
            offset = change.offset
        }
        self.spans = spans
    }

    /// Coordinated universal time, which needs no file.
    package static let utc = ZoneRules(name: "UTC", fingerprint: 0, initialOffset: 0, changes: [])
}

// MARK: - From UTC to the clock

extension ZoneRules {
    /// Which span a second is in.
    func spanIndex(at second: Int64) -> Int {
        var low = 0
        var high = spans.count
        // spans[low].start <= second < spans[high].start
        while high - low > 1 {
            let middle = (low + high) / 2
            if spans[middle].start <= second { low = middle } else { high = middle }
        }
        return low
    }

    /// The second at which a span ends, in UTC; the span does not have it.
    func spanEnd(_ index: Int) -> Int64 {
        index + 1 < spans.count ? spans[index + 1].start : Self.end
    }

    /// Seconds east of Greenwich.
    package func offsetSeconds(at instant: Instant) -> Int {
        Int(spans[spanIndex(at: instant.secondsSinceEpoch)].offset)
    }

    /// What the clock and the calendar of the zone show. Fractions of a second are cut off.
    package func local(_ instant: Instant) -> (date: CalendarDate, secondOfDay: Int, offsetSeconds: Int) {
        let offset = offsetSeconds(at: instant)
        let (date, microsecondOfDay) = instant.adding(seconds: Int64(offset)).utc
        return (date, Int(microsecondOfDay / Instant.microsecondsPerSecond), offset)
    }

    /// The day that it is in the zone.
    package func date(of instant: Instant) -> CalendarDate { local(instant).date }

    /// RFC 3339 on the zone's clock: `2026-11-21T20:14:04+01:00`. An offset of old with seconds has them, too.
    package func text(_ instant: Instant) -> String {
        let (date, secondOfDay, offset) = local(instant)
        func clock(_ parts: [Int]) -> String { parts.map { Digits.text($0, width: 2) }.joined(separator: ":") }
        let time = clock([secondOfDay / 3_600, secondOfDay / 60 % 60, secondOfDay % 60])
        let size = abs(offset)
        let seconds = size % 60 == 0 ? [] : [size % 60]
        return "\(date)T\(time)\(offset < 0 ? "-" : "+")\(clock([size / 3_600, size / 60 % 60] + seconds))"
    }
}

// MARK: - From the clock to UTC

extension ZoneRules {
    /// When the clock shows this: never in a gap, twice in an overlap, else once; in order.
    ///
    /// - Parameter secondOfDay: 0 to 86,399.
    package func instants(of date: CalendarDate, secondOfDay: Int = 0) -> [Instant] {
        let local = Int64(date.dayNumber) * 86_400 + Int64(secondOfDay)
        // No offset reaches two days.
        let last = spanIndex(at: local + 2 * 86_400)
        return (spanIndex(at: local - 2 * 86_400)...last).compactMap { index in
            let second = local - spans[index].offset
            guard spans[index].start <= second, second < spanEnd(index) else { return nil }
            return Instant(microseconds: 0).adding(seconds: second)
        }
    }

    /// The first instant that is on this day in the zone, or, where the zone left out the whole day, the first after it.
    package func startOfDay(_ date: CalendarDate) -> Instant {
        let local = Int64(date.dayNumber) * 86_400
        var index = spanIndex(at: local - 2 * 86_400)
        while true {
            let second = max(local - spans[index].offset, spans[index].start)
            if second < spanEnd(index) || index + 1 == spans.count {
                return Instant(microseconds: 0).adding(seconds: second)
            }
            index += 1
        }
    }

    /// The changes of the offset after `first` and not after `last`, in order.
    package func transitions(after first: Instant, through last: Instant) -> [Transition] {
        var index = spanIndex(at: first.secondsSinceEpoch) + 1
        var transitions: [Transition] = []
        while index < spans.count, spans[index].start <= last.secondsSinceEpoch {
            transitions.append(
                Transition(
                    instant: Instant(microseconds: 0).adding(seconds: spans[index].start),
                    offsetSecondsBefore: Int(spans[index - 1].offset), offsetSecondsAfter: Int(spans[index].offset)))
            index += 1
        }
        return transitions
    }
}

extension ZoneRules: Hashable {
    package static func == (a: ZoneRules, b: ZoneRules) -> Bool { a.name == b.name && a.spans == b.spans }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(fingerprint)
    }
}
