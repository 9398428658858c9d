/// The times on the clock at which something is due on each of its days: every pairing of minutes and hours, as cron has
/// them, or a list.
struct TimesOfDay: Hashable, Sendable {
    /// 24 words of 60 bits: which minutes of each hour.
    private var minutes: [UInt64]
    /// Bit h: whether hour h has any.
    private var hours: UInt32 = 0

    /// - Parameters:
    ///   - minutes: bits 0 to 59.
    ///   - hours: bits 0 to 23.
    init(minutes: UInt64, hours: UInt32) {
        self.hours = hours
        self.minutes = (0..<24).map { hours >> UInt32($0) & 1 == 1 ? minutes : 0 }
    }

    init(_ times: some Sequence<TimeOfDay>) {
        minutes = [UInt64](repeating: 0, count: 24)
        for time in times {
            minutes[time.hour] |= 1 << UInt64(time.minute)
            hours |= 1 << UInt32(time.hour)
        }
    }

    /// The first of them at this minute of the day or later; nil where the day has no more.
    ///
    /// - Parameter minute: 0 to 1,439.
    func first(atOrAfter minute: Int) -> Int? {
        let hour = minute / 60
        let rest = minutes[hour] & ~0 << UInt64(minute % 60)
        if rest != 0 { return hour * 60 + rest.trailingZeroBitCount }
        let later = hours & ~0 << UInt32(hour + 1)
        guard later != 0 else { return nil }
        let next = later.trailingZeroBitCount
        return next * 60 + minutes[next].trailingZeroBitCount
    }

    /// In order.
    var list: [TimeOfDay] {
        var list: [TimeOfDay] = []
        var minute = first(atOrAfter: 0)
        while let found = minute {
            if let time = TimeOfDay(hour: found / 60, minute: found % 60) { list.append(time) }
            minute = found == 1_439 ? nil : first(atOrAfter: found + 1)
        }
        return list
    }
}
