import Calendars
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

    @Test func `new time zones are taken over once they stay as they are`() {
        var watch = ZoneDatabaseWatch(stamp: 1)
        // 2 is an update under way, 4 one that was undone before it was taken over.
        let stamps: [UInt64] = [1, 2, 3, 3, 3, 4, 3, 3, 5, 5]
        let updates = stamps.map { watch.isUpdated(stamp: $0) }
        #expect(updates == [false, false, false, true, false, false, false, false, false, true])
    }
}
