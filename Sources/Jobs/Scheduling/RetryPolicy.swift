import Calendars

/// When a run that failed is tried again.
///
/// ```yaml
/// retry: {max: 3, backoff: 30s..10m}
/// ```
/// Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015, "full jitter": a random time
/// between 0 and min(cap, base · 2^n).
package struct RetryPolicy: Hashable, Sendable {
    /// Further attempts after the first one.
    package var maximumRetries: Int
    /// The longest wait before the first retry; it doubles with each further one.
    package var backoffSeconds: Int64
    /// No wait is longer than this.
    package var maximumBackoffSeconds: Int64

    package init(maximumRetries: Int, backoffSeconds: Int64 = 30, maximumBackoffSeconds: Int64 = 600) {
        self.maximumRetries = max(0, maximumRetries)
        self.backoffSeconds = max(0, backoffSeconds)
        self.maximumBackoffSeconds = max(0, maximumBackoffSeconds)
    }

    package static let none = RetryPolicy(maximumRetries: 0)

    /// The longest wait before a retry, 1 for the first.
    package func ceilingSeconds(beforeRetry retry: Int) -> Int64 {
        guard retry >= 1 else { return 0 }
        var ceiling = min(backoffSeconds, maximumBackoffSeconds)
        // 63 doublings take the smallest wait beyond the largest number.
        for _ in 0..<min(retry - 1, 63) {
            let (doubled, overflow) = ceiling.multipliedReportingOverflow(by: 2)
            ceiling = overflow ? maximumBackoffSeconds : min(doubled, maximumBackoffSeconds)
        }
        return ceiling
    }

    /// Before when the retry does not start, to the microsecond; nil when there is to be none any more.
    ///
    /// - Parameter retry: 1 for the one after the first attempt.
    package func notBefore(
        retry: Int, after failure: Instant, using generator: inout some RandomNumberGenerator
    ) -> Instant? {
        guard retry >= 1, retry <= maximumRetries else { return nil }
        let (ceiling, overflow) = ceilingSeconds(beforeRetry: retry)
            .multipliedReportingOverflow(by: Instant.microsecondsPerSecond)
        let wait = Int64.random(in: 0...(overflow ? .max : ceiling), using: &generator)
        let (sum, overflowed) = failure.microseconds.addingReportingOverflow(wait)
        return Instant(microseconds: overflowed ? .max : sum)
    }
}
