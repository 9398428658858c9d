#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the time comes from. It is handed in; nothing else in Steward asks the system for it.
package protocol Clock: Sendable {
    func now() -> Instant
}

/// The clock of the machine. Only the command line and the daemon make one.
package struct SystemClock: Clock {
    package init() {}

    package func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * Instant.microsecondsPerSecond + Int64(time.tv_nsec) / 1_000)
    }
}

/// A clock that goes as another does, a number of seconds before or behind it.
package struct ShiftedClock: Clock {
    private let base: any Clock
    private let shiftSeconds: @Sendable () -> Int64

    /// - Parameter shiftSeconds: asked each time, so that the clock can be set while it goes.
    package init(_ base: any Clock, by shiftSeconds: @escaping @autoclosure @Sendable () -> Int64) {
        self.base = base
        self.shiftSeconds = shiftSeconds
    }

    package func now() -> Instant { base.now().adding(seconds: shiftSeconds()) }
}

/// A clock that stands still: for tests, and to repeat a run as of a time.
package struct FixedClock: Clock {
    package let instant: Instant

    package init(_ instant: Instant) {
        self.instant = instant
    }

    package func now() -> Instant { instant }
}
