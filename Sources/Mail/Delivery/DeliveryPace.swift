import Calendars

/// How many messages may leave in a second, for servers that take offence at more.
package struct DeliveryPace: Hashable, Sendable {
    /// Nil is as many as the server takes.
    package var perSecond: Int?
    /// Messages to recipients of one domain.
    package var perSecondPerDomain: Int?

    package init(perSecond: Int? = nil, perSecondPerDomain: Int? = nil) {
        self.perSecond = perSecond
        self.perSecondPerDomain = perSecondPerDomain
    }

    package static let unlimited = DeliveryPace()
    package static let perSecondRange = 1...10_000
}

/// Keeps to a pace: says when the next message may leave.
///
/// The generic cell rate algorithm (ITU-T I.371, annex A): each message moves the time at which the next one is due by
/// one interval, and a message may come early by the burst that is allowed, a tenth of a second's worth. A clock that is
/// set back does not stop the mail: a due time further away than the pace can have made it is forgotten.
package struct DeliveryPacer {
    private let all: Cell?
    private let domain: Cell?
    private var allDue: Int64?
    private var domainDue: [String: Int64] = [:]

    /// Domains remembered before those that lie in the past are forgotten.
    private static let maximumDomains = 10_000

    private struct Cell {
        /// Microseconds from one message to the next, rounded up: never faster than asked.
        let interval: Int64
        let burst: Int64

        init(perSecond: Int) {
            let range = DeliveryPace.perSecondRange
            let perSecond = Int64(min(max(perSecond, range.lowerBound), range.upperBound))
            interval = (Instant.microsecondsPerSecond + perSecond - 1) / perSecond
            burst = interval * max(0, perSecond / 10 - 1)
        }

        /// When a message may leave whose cell is due at `due`.
        func earliest(_ due: Int64?, now: Int64) -> Int64 {
            guard let due, due - now <= burst + 2 * interval + Instant.microsecondsPerSecond else { return now }
            return max(now, due - burst)
        }

        /// The same, in a plan of the future.
        func turn(_ due: Int64?) -> Int64 { due.map { $0 - burst } ?? .min }

        func next(_ due: Int64?, now: Int64) -> Int64 {
            guard let due, due - now <= burst + 2 * interval + Instant.microsecondsPerSecond else {
                return now + interval
            }
            return max(due, now) + interval
        }
    }

    package init(_ pace: DeliveryPace) {
        all = pace.perSecond.map(Cell.init(perSecond:))
        domain = pace.perSecondPerDomain.map(Cell.init(perSecond:))
    }

    package var isUnlimited: Bool { all == nil && domain == nil }

    /// When the next message may leave, whoever it goes to; nil where that is now.
    package func earliestOfAny(at now: Instant) -> Instant? {
        guard let all else { return nil }
        let earliest = all.earliest(allDue, now: now.microseconds)
        return earliest > now.microseconds ? Instant(microseconds: earliest) : nil
    }

    /// When a message to these domains may leave: `now`, or later.
    package func earliest(for domains: [String], at now: Instant) -> Instant {
        let now = now.microseconds
        var earliest = now
        if let all { earliest = max(earliest, all.earliest(allDue, now: now)) }
        if let domain {
            for name in domains { earliest = max(earliest, domain.earliest(domainDue[name], now: now)) }
        }
        return Instant(microseconds: earliest)
    }

    /// When each of these messages will leave, in the order in which they wait, to these domains each.
    package func turns(of messages: some Sequence<[String]>, at now: Instant) -> [Instant] {
        var allDue = allDue
        var domainDue = domainDue
        return messages.map { domains in
            var turn = now.microseconds
            if let all { turn = max(turn, all.turn(allDue)) }
            if let domain { for name in domains { turn = max(turn, domain.turn(domainDue[name])) } }
            if let all { allDue = max(allDue ?? turn, turn) + all.interval }
            if let domain {
                for name in domains { domainDue[name] = max(domainDue[name] ?? turn, turn) + domain.interval }
            }
            return Instant(microseconds: turn)
        }
    }

    /// Notes that a message to these domains leaves.
    package mutating func leave(for domains: [String], at now: Instant) {
        let now = now.microseconds
        if let all { allDue = all.next(allDue, now: now) }
        if let domain {
            if domainDue.count > Self.maximumDomains { domainDue = domainDue.filter { $0.value > now } }
            for name in domains { domainDue[name] = domain.next(domainDue[name], now: now) }
        }
    }
}
