/// How long a message waits after an attempt that failed: exponential with full jitter, so that messages that were put
/// off together do not come back together.
package struct RetryBackoff: Hashable, Sendable {
    /// The longest wait after the first attempt; it doubles with each further one.
    package var firstSeconds: Int64
    package var maximumSeconds: Int64
    /// Attempts before a message is given up.
    package var maximumAttempts: Int

    package init(firstSeconds: Int64, maximumSeconds: Int64, maximumAttempts: Int) {
        self.firstSeconds = firstSeconds
        self.maximumSeconds = maximumSeconds
        self.maximumAttempts = maximumAttempts
    }

    /// Half an hour on average once it has doubled to the full: two days for all attempts.
    package static let standard = RetryBackoff(firstSeconds: 60, maximumSeconds: 3_600, maximumAttempts: 100)

    /// After a server could not be reached it is left alone so long; messages that were not begun lose no attempt.
    package static let server = RetryBackoff(firstSeconds: 2, maximumSeconds: 120, maximumAttempts: .max)

    /// - Parameter attempts: how many have failed, from 1 on.
    /// - Returns: 1 second to the longest wait after so many.
    package func waitSeconds(afterAttempts attempts: Int, using random: inout some RandomNumberGenerator) -> Int64 {
        let doublings = Int64(min(max(attempts, 1) - 1, 20))
        let (scaled, overflow) = firstSeconds.multipliedReportingOverflow(by: 1 << doublings)
        let longest = max(1, min(overflow ? maximumSeconds : scaled, maximumSeconds))
        return Int64.random(in: 1...longest, using: &random)
    }
}

/// Random numbers that follow from a seed, so that waits can be repeated.
///
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
package struct JitterGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
