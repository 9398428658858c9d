import Calendars

/// Notices that the clock of the machine was set, by comparing it with one that cannot be.
struct ClockWatch {
    /// Less is what time servers correct every day.
    static let toleranceSeconds: Int64 = 5

    private var last: (clock: Instant, monotonic: ContinuousClock.Instant)?

    /// How many whole seconds the clock was set forward since the look before, or back where it is negative; nil where it
    /// was not set.
    mutating func jumpSeconds(clock: Instant, monotonic: ContinuousClock.Instant) -> Int64? {
        defer { last = (clock, monotonic) }
        guard let last else { return nil }
        let (passed, overflow) = clock.microseconds.subtractingReportingOverflow(last.clock.microseconds)
        guard !overflow else { return nil }
        let jump = Duration.microseconds(passed) - (monotonic - last.monotonic)
        let seconds = jump.components.seconds
        return abs(seconds) > Self.toleranceSeconds ? seconds : nil
    }
}
