/// The runs of one job that have not ended: what an overlap is judged by.
package struct LiveRuns: Hashable, Sendable {
    /// Those that a process works on.
    package var running: [RunID]
    /// Those that wait: for a worker, for their time, for a retry.
    package var queued: [RunID]

    package init(running: [RunID] = [], queued: [RunID] = []) {
        self.running = running
        self.queued = queued
    }

    package static let none = LiveRuns()
}
