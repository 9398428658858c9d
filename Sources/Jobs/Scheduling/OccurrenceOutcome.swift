import Calendars
import Store

/// An occurrence with its run: a row of `steward job history`.
package struct OccurrenceOutcome: Hashable, Sendable {
    package var occurrence: OccurrenceRecord
    /// Nil where it did not run, or where its run is no longer kept.
    package var run: RunRecord?

    /// How long after it was due its run began, in seconds, rounded down; nil where it has not begun.
    package var lateSeconds: Int64? {
        run?.startedAt.map { max(0, $0.secondsSinceEpoch - occurrence.due.secondsSinceEpoch) }
    }
}

extension ScheduleRecords {
    /// What became of the latest occurrences of a job, the newest first.
    package static func outcomes(
        of job: String, maximumCount: Int, in connection: Connection
    ) throws -> [OccurrenceOutcome] {
        let found = try occurrences(
            Filter(
                job: job, states: Set(OccurrenceRecord.State.allCases), includesDismissed: true,
                maximumCount: maximumCount), in: connection)
        let runs = try RunRecords.find(Set(found.compactMap(\.run)), in: connection)
        return found.map { OccurrenceOutcome(occurrence: $0, run: $0.run.flatMap { runs[$0] }) }
    }
}
