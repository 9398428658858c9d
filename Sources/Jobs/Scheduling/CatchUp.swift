/// What a job does about occurrences that were found too late to be on time.
///
/// ```yaml
/// catch_up: {policy: all, window: 48h, max: 5, spread: 30s}
/// ```
package struct CatchUp: Hashable, Sendable {
    package enum Policy: String, CaseIterable, Sendable {
        /// None of them runs.
        case skip
        /// The newest one runs, when nothing newer is due on time.
        case latest
        /// The newest `maximumRuns` of them run, the oldest of those first.
        case all
    }

    package var policy: Policy
    /// What is later than this many seconds is never caught up.
    package var windowSeconds: Int64
    /// How many runs one look at the schedule may start to catch up, 1 to `mostRuns`.
    package var maximumRuns: Int
    /// Seconds between the times before which these runs do not start.
    package var spreadSeconds: Int64

    /// No job may ask for more runs than this at once.
    package static let mostRuns = 100

    package init(
        policy: Policy = .latest, windowSeconds: Int64 = 86_400, maximumRuns: Int = 1, spreadSeconds: Int64 = 30
    ) {
        self.policy = policy
        self.windowSeconds = max(0, windowSeconds)
        self.maximumRuns = min(max(1, maximumRuns), Self.mostRuns)
        self.spreadSeconds = max(0, spreadSeconds)
    }

    /// How many occurrences may be caught up at once.
    var limit: Int {
        switch policy {
        case .skip: 0
        case .latest: 1
        case .all: min(max(1, maximumRuns), Self.mostRuns)
        }
    }
}
