import Calendars
import TestSupport
import Testing

@testable import Jobs

@Suite struct PolicyTests {
    @Test(arguments: [
        (0 as Int64, "0 s"), (-5, "0 s"), (45, "45 s"), (60, "1 min"), (61, "1 min 1 s"), (3_600, "1 h"),
        (3_605, "1 h"), (11_520, "3 h 12 min"), (86_400, "1 d"), (90_000, "1 d 1 h"), (172_800, "2 d"),
        (Int64.max, "106751991167300 d 15 h"),
    ])
    func `a length of time is written in its two largest units`(seconds: Int64, text: String) {
        #expect(ElapsedText(seconds).description == text)
    }

    @Test(arguments: [
        (PeriodChoice.current, Period.Granularity.month, "2026-11-25", "2026-11"),
        (.previous, .month, "2026-11-01", "2026-10"),
        (.previous, .month, "2026-01-01", "2025-12"),
        (.next, .month, "2026-12-31", "2027-01"),
        (.current, .week, "2027-01-01", "2026-W53"),
        (.next, .week, "2026-12-28", "2027-W01"),
        (.previous, .week, "2027-01-04", "2026-W53"),
        (.previous, .quarter, "2026-02-10", "2025-Q4"),
        (.next, .quarter, "2026-02-10", "2026-Q2"),
        (.current, .day, "2024-02-29", "2024-02-29"),
        (.previous, .day, "2024-03-01", "2024-02-29"),
        (.previous, .year, "2026-05-05", "2025"),
    ])
    func `a run is for the period that its day lies in, or the one before or after`(
        choice: PeriodChoice, granularity: Period.Granularity, day: String, period: String
    ) throws {
        let day = try #require(CalendarDate(day))
        #expect(choice.period(granularity, dueAt: Instant(startOf: day), on: day) == Period(period))
    }

    @Test(arguments: [
        (0, 0 as Int64), (1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 600), (7, 600), (1_000_000, 600),
    ])
    func `the longest wait before a retry doubles up to its cap`(retry: Int, seconds: Int64) {
        #expect(RetryPolicy(maximumRetries: 3).ceilingSeconds(beforeRetry: retry) == seconds)
    }

    @Test func `the wait before a retry is anything from nothing to the longest`() throws {
        let policy = RetryPolicy(maximumRetries: 3, backoffSeconds: 30, maximumBackoffSeconds: 600)
        let failure = Instant(microseconds: 1_000_000)
        var generator = SplitMix64(state: 1)
        for retry in 1...3 {
            let waits = try (0..<2_000).map { _ in
                try #require(policy.notBefore(retry: retry, after: failure, using: &generator)).microseconds - 1_000_000
            }
            let ceiling = policy.ceilingSeconds(beforeRetry: retry) * 1_000_000
            #expect(waits.allSatisfy { (0...ceiling).contains($0) })
            // Spread over the whole of it: each tenth has its share.
            let tenths = Set(waits.map { $0 * 10 / (ceiling + 1) })
            #expect(tenths == Set(0..<10))
            let mean = waits.reduce(0, +) / Int64(waits.count)
            #expect((ceiling * 45 / 100...ceiling * 55 / 100).contains(mean))
        }
    }

    @Test func `the same seed gives the same wait, and after the last retry there is none`() {
        let policy = RetryPolicy(maximumRetries: 2)
        let failure = Instant(microseconds: 0)
        var one = SplitMix64(state: 7)
        var other = SplitMix64(state: 7)
        #expect(
            policy.notBefore(retry: 2, after: failure, using: &one)
                == policy.notBefore(retry: 2, after: failure, using: &other))
        #expect(policy.notBefore(retry: 3, after: failure, using: &one) == nil)
        #expect(policy.notBefore(retry: 0, after: failure, using: &one) == nil)
        #expect(RetryPolicy.none.notBefore(retry: 1, after: failure, using: &one) == nil)
    }

    @Test func `the longest of all waits is no trap`() {
        let policy = RetryPolicy(maximumRetries: .max, backoffSeconds: .max, maximumBackoffSeconds: .max)
        var generator = SplitMix64(state: 3)
        let instant = policy.notBefore(retry: .max, after: Instant(microseconds: .max - 1), using: &generator)
        #expect(instant == Instant(microseconds: .max) || instant == Instant(microseconds: .max - 1))
    }
}
