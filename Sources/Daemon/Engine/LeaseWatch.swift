import Calendars
import Jobs

/// Finds the attempts that do not renew their leases, by looking at them again and again.
///
/// What a lease says as a time is the clock of another process, perhaps on another host; either clock may be set. So it
/// is never compared with a clock: a lease that stands still for as many looks as are longer than it is has passed. Looks
/// and not seconds are counted, so that a daemon that was itself stopped for long condemns nobody for it.
struct LeaseWatch {
    struct Attempt: Hashable {
        var run: RunID
        var number: Int
    }

    private struct Seen {
        var leaseUntil: Instant?
        /// Looks that found the same.
        var unchanged: Int
    }

    private var seen: [Attempt: Seen] = [:]

    /// How far two looks are apart: close, so that a run whose host is gone is taken over within its lease and a second.
    static let lookMilliseconds: Int64 = 500
    /// As many as fit into a lease. Whoever holds one ends by himself when he could not renew it for two thirds of it.
    static let maximumUnchangedLooks = Int(Run.leaseSeconds * 1_000 / lookMilliseconds)
    /// What people are told.
    static let maximumSilentSeconds = Run.leaseSeconds

    /// Looks at all attempts at once.
    ///
    /// - Parameter leases: by attempt; nil for one that has no lease any more, and whose process is still there.
    /// - Returns: those that are silent.
    mutating func look(at leases: [Attempt: Instant?]) -> Set<Attempt> {
        seen = Dictionary(
            uniqueKeysWithValues: leases.map { attempt, leaseUntil in
                let before = seen[attempt]
                let isSame = before.map { $0.leaseUntil == leaseUntil } ?? false
                return (attempt, Seen(leaseUntil: leaseUntil, unchanged: isSame ? (before?.unchanged ?? 0) + 1 : 0))
            })
        return Set(seen.filter { $0.value.unchanged >= Self.maximumUnchangedLooks }.keys)
    }
}
