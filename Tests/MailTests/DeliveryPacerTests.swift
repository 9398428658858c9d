import Calendars
import Testing

@testable import Mail

/// The pace, by a clock that the test moves.
@Suite struct DeliveryPacerTests {
    /// When each of `count` messages leaves, in microseconds from the start, where each leaves as soon as it may.
    private static func departures(_ pace: DeliveryPace, _ count: Int, to domain: (Int) -> String) -> [Int64] {
        var pacer = DeliveryPacer(pace)
        var now = Instant(microseconds: 1_795_292_044_000_000)
        let start = now.microseconds
        return (0..<count).map { number in
            now = max(now, pacer.earliest(for: [domain(number)], at: now))
            pacer.leave(for: [domain(number)], at: now)
            return now.microseconds - start
        }
    }

    @Test(arguments: [1, 3, 10, 50, 1_000, 10_000])
    func `in no second more leave than are allowed, and nearly as many do`(perSecond: Int) {
        let times = Self.departures(DeliveryPace(perSecond: perSecond), perSecond * 5 + 10) { _ in "a" }
        let burst = max(1, perSecond / 10)
        for (index, time) in times.enumerated() {
            let later = index + perSecond + burst
            guard later < times.count else { break }
            #expect(times[later] - time >= 1_000_000)
        }
        // The rate itself is right to a hundredth.
        let seconds = Double(times[times.count - 1]) / 1_000_000
        #expect(Double(times.count - burst) / seconds <= Double(perSecond) * 1.001 + 1)
        #expect(Double(times.count) / seconds >= Double(perSecond) * 0.99)
    }

    @Test func `each domain has a pace of its own, under that of all`() {
        let pace = DeliveryPace(perSecond: 4, perSecondPerDomain: 1)
        let one = Self.departures(pace, 5) { _ in "a" }
        #expect(one == [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000])
        let many = Self.departures(pace, 5) { "d\($0)" }
        #expect(many == [0, 250_000, 500_000, 750_000, 1_000_000])
    }

    @Test func `a message to several domains waits for the slowest and counts for each`() {
        var pacer = DeliveryPacer(DeliveryPace(perSecondPerDomain: 1))
        let now = Instant(microseconds: 0)
        pacer.leave(for: ["a"], at: now)
        #expect(pacer.earliest(for: ["b"], at: now) == now)
        #expect(pacer.earliest(for: ["a", "b"], at: now) == Instant(microseconds: 1_000_000))
        pacer.leave(for: ["a", "b"], at: Instant(microseconds: 1_000_000))
        #expect(pacer.earliest(for: ["b"], at: Instant(microseconds: 1_000_000)).microseconds == 2_000_000)
    }

    @Test func `a clock that is set back does not stop the mail`() {
        var pacer = DeliveryPacer(DeliveryPace(perSecond: 1))
        pacer.leave(for: ["a"], at: Instant(microseconds: 7_200_000_000))
        let earlier = Instant(microseconds: 3_600_000_000)
        #expect(pacer.earliest(for: ["a"], at: earlier) == earlier)
        pacer.leave(for: ["a"], at: earlier)
        #expect(pacer.earliest(for: ["a"], at: earlier) == earlier.adding(seconds: 1))
    }

    @Test func `the turns of messages that wait are told in advance`() {
        var pacer = DeliveryPacer(DeliveryPace(perSecond: 4, perSecondPerDomain: 1))
        let now = Instant(microseconds: 0)
        pacer.leave(for: ["a"], at: now)
        let turns = pacer.turns(of: [["a"], ["b"], ["a"], ["c"], ["a", "b"]], at: now).map(\.microseconds)
        #expect(turns == [1_000_000, 1_250_000, 2_000_000, 2_250_000, 3_000_000])
        #expect(pacer.earliest(for: ["a"], at: now).microseconds == 1_000_000, "a plan changes nothing")
    }

    @Test func `without a pace nothing waits`() {
        var pacer = DeliveryPacer(.unlimited)
        let now = Instant(microseconds: 5)
        for _ in 0..<100 { pacer.leave(for: ["a"], at: now) }
        #expect(pacer.isUnlimited && pacer.earliest(for: ["a"], at: now) == now && pacer.earliestOfAny(at: now) == nil)
    }
}
