import Foundation
import TestSupport
import Testing

@testable import Jobs

/// Years lived in seconds. `STEWARD_SEED` chooses other ones; a year that breaks a promise names its own.
@Suite struct SimulationTests {
    static let seed = ProcessInfo.processInfo.environment["STEWARD_SEED"].flatMap(UInt64.init) ?? 20_261_122
    static let years: UInt64 = 8

    @Test func `in years of any kind each due instant has exactly one row, and nothing is run twice or made good`() {
        print("scheduler simulation: STEWARD_SEED=\(Self.seed)")
        var counts: [String: Int] = [:]
        for year in 0..<Self.years {
            var simulation = ScheduleSimulation(seed: Self.seed &+ year)
            simulation.live(days: 365)
            let schedules = simulation.schedules
            #expect(schedules.broken.isEmpty, "STEWARD_SEED=\(Self.seed &+ year), step \(simulation.stepCount)")
            counts.merge(schedules.counts, uniquingKeysWith: +)
            counts["steps", default: 0] += simulation.stepCount
        }
        for (what, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(what): \(count)") }
        // All that can happen has happened, so that the promises were put to the test.
        let expected = [
            "on time", "caught up", "missed: no_catch_up", "missed: outside_window", "missed: newer_one",
            "missed: too_many", "missed: before_pause", "missed: schedule_changed", "missed: job_removed",
            "skipped: paused", "skipped: running", "skipped: waiting", "skipped: earlier_one", "skipped: queue_full",
            "skipped: superseded", "canceled", "superseded", "edited", "removed", "returned", "tzdata", "pause",
            "resume", "lost race", "in parts", "clock behind",
        ]
        for what in expected { #expect(counts[what, default: 0] > 0, "\(what)") }
    }
}
