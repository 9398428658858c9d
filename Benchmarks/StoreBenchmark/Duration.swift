import Foundation

/// How long something took: on the wall, and of this process's processor time, which a busy machine does not lengthen.
struct Duration {
    var wall: Double
    var processor: Double

    static func measure(_ body: () throws -> Void) rethrows -> Duration {
        let start = now()
        try body()
        let end = now()
        return Duration(wall: end.wall - start.wall, processor: end.processor - start.processor)
    }

    private static func now() -> (wall: Double, processor: Double) {
        (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension [Duration] {
    var medianWall: Double { Self.median(map(\.wall)) }
    var medianProcessor: Double { Self.median(map(\.processor)) }

    private static func median(_ seconds: [Double]) -> Double { seconds.sorted()[seconds.count / 2] }
}
