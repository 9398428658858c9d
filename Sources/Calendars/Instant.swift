/// A moment, in microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
package struct Instant: Hashable, Sendable, Comparable {
    package let microseconds: Int64

    @inlinable
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Midnight UTC at the start of `date`.
    package init(startOf date: CalendarDate) {
        self.init(microseconds: Int64(date.dayNumber) * Self.microsecondsPerDay)
    }

    package static let microsecondsPerSecond: Int64 = 1_000_000
    package static let microsecondsPerDay: Int64 = 86_400_000_000

    @inlinable
    package static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }

    /// The UTC calendar day and the time within it.
    package var utc: (date: CalendarDate, microsecondOfDay: Int64) {
        var day = microseconds / Self.microsecondsPerDay
        var rest = microseconds % Self.microsecondsPerDay
        if rest < 0 {
            day -= 1
            rest += Self.microsecondsPerDay
        }
        let held = min(max(day, Int64(CalendarDate.earliest.dayNumber)), Int64(CalendarDate.latest.dayNumber))
        return (CalendarDate(dayNumber: Int32(held)), rest)
    }

    /// Seconds since the epoch, rounded towards −∞.
    package var secondsSinceEpoch: Int64 {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: Self.microsecondsPerSecond)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Without the part of a second.
    package var wholeSecond: Instant { Instant(microseconds: 0).adding(seconds: secondsSinceEpoch) }

    package func adding(seconds: Int64) -> Instant {
        let (delta, overflow) = seconds.multipliedReportingOverflow(by: Self.microsecondsPerSecond)
        let (sum, overflowed) = microseconds.addingReportingOverflow(delta)
        guard !overflow, !overflowed else { return Instant(microseconds: seconds < 0 ? .min : .max) }
        return Instant(microseconds: sum)
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC, to the second: `2026-11-21T20:14:04Z`.
    package var description: String {
        let (date, microsecondOfDay) = utc
        let second = Int(microsecondOfDay / Self.microsecondsPerSecond)
        let time = [second / 3_600, second / 60 % 60, second % 60].map { Digits.text($0, width: 2) }
        return "\(date)T\(time.joined(separator: ":"))Z"
    }

    /// Reads RFC 3339 in UTC: `2026-11-21T20:14:04Z`, with up to six decimals of a second.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), bytes.last == UInt8(ascii: "Z"),
            let date = CalendarDate(String(decoding: bytes[0..<10], as: UTF8.self)),
            let hour = CalendarDate.number(bytes[11..<13]), hour < 24,
            let minute = CalendarDate.number(bytes[14..<16]), minute < 60,
            let second = CalendarDate.number(bytes[17..<19]), second < 60
        else { return nil }
        var fraction = 0
        if bytes.count > 20 {
            let digits = bytes[20..<(bytes.count - 1)]
            guard bytes[19] == UInt8(ascii: "."), (1...6).contains(digits.count),
                let value = CalendarDate.number(digits)
            else { return nil }
            fraction = (0..<(6 - digits.count)).reduce(value) { scaled, _ in scaled * 10 }
        }
        let seconds = Int64(hour * 3_600 + minute * 60 + second)
        self.init(
            microseconds: Instant(startOf: date).microseconds + seconds * Self.microsecondsPerSecond + Int64(fraction))
    }
}
