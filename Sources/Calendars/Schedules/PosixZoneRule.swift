/// The rule that holds after the last change that a zone's file lists: the `TZ` string in its footer.
///
/// Source: POSIX.1-2024, Base Definitions 8.3, `TZ`; RFC 9636, section 3.3.1, which lets times of day go from −167 to
/// 167 hours. Examples: `CET-1CEST,M3.5.0,M10.5.0/3`, `<+0330>-3:30`, `IST-1GMT0,M10.5.0,M3.5.0/1`.
struct PosixZoneRule: Hashable, Sendable {
    /// Seconds east of Greenwich; the string writes them west.
    var standardOffset: Int64
    var daylight: Daylight?

    struct Daylight: Hashable, Sendable {
        var offset: Int64
        /// On the clock of standard time.
        var start: Change
        /// On the clock of daylight saving time.
        var end: Change
    }

    /// When in a year the clock is changed.
    struct Change: Hashable, Sendable {
        var day: Day
        /// Seconds after the midnight that begins the day, on the clock before the change.
        var time: Int64

        enum Day: Hashable, Sendable {
            /// `Jn`: 1 to 365, 29 February never counted.
            case withoutLeapDay(Int)
            /// `n`: 0 to 365, 29 February counted.
            case ordinal(Int)
            /// `Mm.w.d`: weekday `weekday` (0 is Sunday) of week `week` (5 is the last) of month `month`.
            case weekday(month: Int, week: Int, weekday: Int)
        }

        /// Seconds from 1970-01-01T00:00:00 on the clock to the change.
        func local(in year: Int) -> Int64 {
            let firstOfYear = Month(year: year, month: 1).firstDay
            let dayNumber: Int
            switch day {
            case .withoutLeapDay(let number):
                dayNumber = firstOfYear + number - 1 + (CalendarDate.isLeapYear(year) && number >= 60 ? 1 : 0)
            case .ordinal(let number):
                dayNumber = firstOfYear + number
            case .weekday(let month, let week, let weekday):
                let month = Month(year: year, month: month)
                var day = (weekday - month.firstWeekday + 7) % 7 + 7 * (week - 1)
                if day >= month.length { day -= 7 }
                dayNumber = month.firstDay + day
            }
            return Int64(dayNumber) * 86_400 + time
        }
    }

    /// The changes of a year in order, with the offset that holds from each on.
    func changes(in year: Int) -> [(start: Int64, offset: Int64)] {
        guard let daylight else { return [] }
        let start = (start: daylight.start.local(in: year) - standardOffset, offset: daylight.offset)
        let end = (start: daylight.end.local(in: year) - daylight.offset, offset: standardOffset)
        return start.start <= end.start ? [start, end] : [end, start]
    }
}

// MARK: - Reading

extension PosixZoneRule {
    /// - Returns: nil when the text is no such rule. A zone that saves daylight must say when.
    init?(_ text: some Sequence<UInt8>) {
        var reader = Reader(bytes: Array(text))
        guard reader.skipName(), let west = reader.offset() else { return nil }
        standardOffset = -west
        guard !reader.isAtEnd else { return }
        guard reader.skipName() else { return nil }
        var offset = standardOffset + 3_600
        if reader.peek != UInt8(ascii: ",") {
            guard let west = reader.offset() else { return nil }
            offset = -west
        }
        guard let start = reader.change(), let end = reader.change(), reader.isAtEnd else { return nil }
        daylight = Daylight(offset: offset, start: start, end: end)
    }

    private struct Reader {
        var bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool { position == bytes.count }
        var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard peek == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        /// Three letters or more; or `<+0330>`.
        mutating func skipName() -> Bool {
            let isQuoted = take("<")
            let start = position
            while let byte = peek, Self.isNamePart(byte, isQuoted: isQuoted) { position += 1 }
            guard position - start >= 3 else { return false }
            return !isQuoted || take(">")
        }

        private static func isNamePart(_ byte: UInt8, isQuoted: Bool) -> Bool {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"): isQuoted
            default: false
            }
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            var value = 0
            let start = position
            while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), position - start < 3 {
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
                position += 1
            }
            return position > start && range.contains(value) ? value : nil
        }

        /// `-3:30`, at most 24 hours, in seconds.
        mutating func offset() -> Int64? { time(maximumHours: 24) }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(maximumHours: Int) -> Int64? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard let hours = number(0...maximumHours) else { return nil }
            var seconds = hours * 3_600
            if take(":") {
                guard let minutes = number(0...59) else { return nil }
                seconds += minutes * 60
                if take(":") {
                    guard let rest = number(0...59) else { return nil }
                    seconds += rest
                }
            }
            return Int64(isNegative ? -seconds : seconds)
        }

        /// `,M3.5.0/3`; without a time it is 02:00.
        mutating func change() -> Change? {
            guard take(","), let day = day() else { return nil }
            guard take("/") else { return Change(day: day, time: 7_200) }
            guard let time = time(maximumHours: 167) else { return nil }
            return Change(day: day, time: time)
        }

        private mutating func day() -> Change.Day? {
            if take("J") { return number(1...365).map { .withoutLeapDay($0) } }
            guard take("M") else { return number(0...365).map { .ordinal($0) } }
            guard let month = number(1...12), take("."), let week = number(1...5), take("."),
                let weekday = number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, weekday: weekday)
        }
    }
}
