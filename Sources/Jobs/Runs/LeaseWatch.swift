import Calendars

/// Finds the attempts that do not renew their leases, by looking at them again and again.
///
/// What a lease says as a time is the clock of another process, perhaps on another host; either clock may be set. So it
/// is never compared with a clock: a lease that is seen to stand still for as long as it lasts has passed. The time
/// between two looks counts only up to a limit, so that a daemon that was itself stopped for long condemns nobody for it.
package struct LeaseWatch {
    private struct Seen {
        var leaseUntil: Instant?
        /// For how long it was seen to stay as it is.
        var unchanged = Duration.zero
    }

    private var seen: [RunLease: Seen] = [:]
    private var lastLook: ContinuousClock.Instant?

    package init() {}

    /// How far two looks are apart: close, so that a run whose host is gone is taken over within its lease and a second.
    package static let lookMilliseconds: Int64 = 500
    /// What counts of the time between two looks: in it a worker that lives has renewed its lease.
    static let maximumGap = Duration.seconds(Run.leaseSeconds) / 3
    /// Whoever holds a lease ends by himself when he could not renew it for two thirds of it.
    package static let maximumSilentSeconds = Run.leaseSeconds

    /// Looks at all leases at once.
    ///
    /// - Parameter leases: until when each holds; nil for one that is over, and whose process is still there.
    /// - Returns: those that are silent.
    package mutating func look(at leases: [RunLease: Instant?], now: ContinuousClock.Instant) -> Set<RunLease> {
        let passed = min(lastLook.map { now - $0 } ?? .zero, Self.maximumGap)
        lastLook = now
        seen = Dictionary(
            uniqueKeysWithValues: leases.map { lease, leaseUntil in
                guard var before = seen[lease], before.leaseUntil == leaseUntil else {
                    return (lease, Seen(leaseUntil: leaseUntil))
                }
                before.unchanged += passed
                return (lease, before)
            })
        return Set(seen.filter { $0.value.unchanged >= .seconds(Self.maximumSilentSeconds) }.keys)
    }
}
