import Calendars
import Jobs

/// Finds the attempts that do not renew their leases, by looking at them again and again.
///
/// What a lease says as a time is the clock of another process, perhaps on another host; either clock may be set. So it
/// is never compared with a clock: a lease that is seen to stand still for as long as it lasts has passed. The time
/// between two looks counts only up to a limit, so that a daemon that was itself stopped for long condemns nobody for it.
struct LeaseWatch {
    struct Attempt: Hashable {
        var run: RunID
        var number: Int
    }

    private struct Seen {
        var leaseUntil: Instant?
        /// For how long it was seen to stay as it is.
        var unchanged = Duration.zero
    }

    private var seen: [Attempt: Seen] = [:]
    private var lastLook: ContinuousClock.Instant?

    /// How far two looks are apart: close, so that a run whose host is gone is taken over within its lease and a second.
    static let lookMilliseconds: Int64 = 500
    /// What counts of the time between two looks: in it a worker that lives has renewed its lease.
    static let maximumGap = Duration.seconds(Run.leaseSeconds) / 3
    /// Whoever holds a lease ends by himself when he could not renew it for two thirds of it.
    static let maximumSilentSeconds = Run.leaseSeconds

    /// Looks at all attempts at once.
    ///
    /// - Parameter leases: by attempt; nil for one that has no lease any more, and whose process is still there.
    /// - Returns: those that are silent.
    mutating func look(at leases: [Attempt: Instant?], now: ContinuousClock.Instant) -> Set<Attempt> {
        let passed = min(lastLook.map { now - $0 } ?? .zero, Self.maximumGap)
        lastLook = now
        seen = Dictionary(
            uniqueKeysWithValues: leases.map { attempt, leaseUntil in
                guard var before = seen[attempt], before.leaseUntil == leaseUntil else {
                    return (attempt, Seen(leaseUntil: leaseUntil))
                }
                before.unchanged += passed
                return (attempt, before)
            })
        return Set(seen.filter { $0.value.unchanged >= .seconds(Self.maximumSilentSeconds) }.keys)
    }
}
