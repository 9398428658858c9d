import Calendars
import Jobs
import Testing

@testable import Daemon

/// What the daemon notices of the machine that it runs on.
@Suite struct WatchTests {
    private let start = ContinuousClock().now
    private let noon = Instant(microseconds: 1_777_356_000_000_000)

    @Test(
        arguments: [
            (passed: 1, clock: 1, jump: nil), (60, 64, nil), (60, 55, nil), (0, 3_600, 3_600), (10, 86_410, 86_400),
            (1, -3_599, -3_600), (700, 0, -700), (0, 6, 6),
        ] as [(Int64, Int64, Int64?)])
    func `a clock that was set is told from one that goes, and from one that is corrected`(
        passed: Int64, clock: Int64, jump: Int64?
    ) {
        var watch = ClockWatch()
        #expect(watch.jumpSeconds(clock: noon, monotonic: start) == nil)
        let seen = watch.jumpSeconds(clock: noon.adding(seconds: clock), monotonic: start + .seconds(passed))
        #expect(seen == jump)
        // It is said once.
        let later = noon.adding(seconds: clock + 1)
        #expect(watch.jumpSeconds(clock: later, monotonic: start + .seconds(passed + 1)) == nil)
    }

    private func attempt(_ run: Int64) -> RunLease {
        RunLease(run: RunID(rawValue: run), attempt: 1)
    }

    @Test func `a lease that stands still for as long as it lasts has passed, whatever it says`() {
        var watch = LeaseWatch()
        var silentAfter: Int64?
        for half in 0...80 {
            let now = start + .milliseconds(500 * Int64(half))
            // One is renewed as it should be; the other one's holder is gone.
            let renewed = noon.adding(seconds: Int64(half) / 20 * 10)
            let silent = watch.look(at: [attempt(1): renewed, attempt(2): noon], now: now)
            #expect(!silent.contains(attempt(1)))
            if silent.contains(attempt(2)), silentAfter == nil { silentAfter = 500 * Int64(half) }
        }
        #expect(silentAfter == LeaseWatch.maximumSilentSeconds * 1_000)
    }

    @Test func `a watcher that was stopped for long condemns nobody for it`() {
        var watch = LeaseWatch()
        let hour = Duration.seconds(3_600)
        #expect(watch.look(at: [attempt(1): noon], now: start).isEmpty)
        #expect(watch.look(at: [attempt(1): noon], now: start + hour).isEmpty)
        #expect(watch.look(at: [attempt(1): noon], now: start + hour * 2).isEmpty)
        // The third time that it was not renewed in time it is gone; and one that was not looked at begins anew.
        #expect(watch.look(at: [attempt(1): noon, attempt(2): noon], now: start + hour * 3) == [attempt(1)])
    }

    @Test func `new time zones are taken over once they stay as they are`() {
        var watch = ZoneDatabaseWatch(stamp: 1)
        // 2 is an update under way, 4 one that was undone before it was taken over.
        let stamps: [UInt64] = [1, 2, 3, 3, 3, 4, 3, 3, 5, 5]
        let updates = stamps.map { watch.isUpdated(stamp: $0) }
        #expect(updates == [false, false, false, true, false, false, false, false, false, true])
    }
}
