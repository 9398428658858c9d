import Calendars

/// The occurrences of a stretch of time, as far as a limit.
struct DueOccurrences: Hashable {
    /// In order, each later than the one before.
    var instants: [Instant] = []
    /// The first one that is not among them; nil when there is none.
    var next: Instant?
    /// Whether `next` lies in the stretch as well.
    var hasMore = false
}

/// A source that is held to its promise: what it gives is later than what was asked about.
struct Advancing {
    private let source: any OccurrenceSource
    /// The instant after which the source gave one that is not later. It has ended there.
    private(set) var brokenAfter: Instant?

    init(_ source: any OccurrenceSource) {
        self.source = source
    }

    mutating func next(after instant: Instant) -> Instant? {
        guard brokenAfter == nil, let next = source.next(after: instant) else { return nil }
        guard next > instant else {
            brokenAfter = instant
            return nil
        }
        return next
    }

    /// Those in (`start`, `end`], at most so many, and the one that follows them.
    mutating func occurrences(after start: Instant, through end: Instant, maximumCount: Int) -> DueOccurrences {
        var found = DueOccurrences()
        found.next = next(after: start)
        while let instant = found.next, instant <= end {
            guard found.instants.count < maximumCount else {
                found.hasMore = true
                break
            }
            found.instants.append(instant)
            found.next = next(after: instant)
        }
        return found
    }
}

extension Instant {
    /// Whole seconds from this instant to `later`, rounded up, so that a millisecond too late is too late; 0 when
    /// `later` is not later.
    func seconds(until later: Instant) -> Int64 {
        guard later > self else { return 0 }
        let (difference, overflow) = later.microseconds.subtractingReportingOverflow(microseconds)
        guard !overflow else { return .max }
        let (seconds, rest) = difference.quotientAndRemainder(dividingBy: Self.microsecondsPerSecond)
        return rest > 0 ? seconds + 1 : seconds
    }
}
