/// How fast a run goes, measured while somebody watches it.
package struct RunPace: Sendable {
    /// What was seen, the oldest first: seconds on a clock that only goes forward, and items done by then.
    private var seen: [(seconds: Double, items: Int)] = []

    /// The rate is that of the latest seconds, this many at most, so that it follows a run that slows down.
    package static let windowSeconds = 30.0

    package init() {}

    /// Notes how many items are done. An attempt that began anew, with fewer items done, begins a new measurement.
    package mutating func add(items: Int, atSeconds seconds: Double) {
        if let last = seen.last, items < last.items || seconds < last.seconds { seen.removeAll() }
        seen.append((seconds, items))
        while seen.count > 2, seconds - seen[1].seconds >= Self.windowSeconds { seen.removeFirst() }
    }

    /// Items per second; nil while too little was seen to say.
    package var itemsPerSecond: Double? {
        guard let first = seen.first, let last = seen.last, last.seconds - first.seconds >= 0.5,
            last.items > first.items
        else { return nil }
        return Double(last.items - first.items) / (last.seconds - first.seconds)
    }

    /// Seconds until the last of `total` items is done, at the rate of now; nil where there is none, or no total.
    package func secondsLeft(of total: Int) -> Int64? {
        guard let rate = itemsPerSecond, let done = seen.last?.items, total > done else { return nil }
        let seconds = Double(total - done) / rate
        return seconds.isFinite && seconds < 1e12 ? Int64(seconds.rounded(.up)) : nil
    }
}
