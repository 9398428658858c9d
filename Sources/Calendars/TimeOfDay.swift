/// A time on the clock, to the minute, on no day and in no zone: `06:00`.
package struct TimeOfDay: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 0 to 23.
    package let hour: Int
    /// 0 to 59.
    package let minute: Int

    package static let midnight = TimeOfDay(minuteOfDay: 0)

    private init(minuteOfDay: Int) {
        hour = minuteOfDay / 60
        minute = minuteOfDay % 60
    }

    package init?(hour: Int, minute: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        self.init(minuteOfDay: hour * 60 + minute)
    }

    /// Reads `06:00`, with two digits each, and nothing else.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), let hour = CalendarDate.number(bytes[0..<2]),
            let minute = CalendarDate.number(bytes[3..<5])
        else { return nil }
        self.init(hour: hour, minute: minute)
    }

    /// Minutes since midnight.
    package var minuteOfDay: Int { hour * 60 + minute }

    package static func < (a: TimeOfDay, b: TimeOfDay) -> Bool { a.minuteOfDay < b.minuteOfDay }

    /// `06:00`.
    package var description: String { Digits.text(hour, width: 2) + ":" + Digits.text(minute, width: 2) }
}
