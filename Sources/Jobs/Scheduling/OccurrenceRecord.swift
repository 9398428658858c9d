import Calendars
import Store

/// What became of one instant at which a job was due: a row of `occurrence`.
package struct OccurrenceRecord: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable {
        case run, missed, skipped
    }

    /// A person said that it need not run any more.
    package struct Dismissal: Hashable, Sendable {
        package var at: Instant
        package var person: String
        package var reason: String
    }

    package var job: String
    package var due: Instant
    package var state: State
    /// Why it did not run, or not on time.
    package var reason: String?
    package var run: RunID?
    package var recordedAt: Instant
    package var dismissal: Dismissal?

    static let columns = """
        job, due_at, state, reason, run_id, recorded_at, dismissed_at, dismissed_by, dismissed_reason
        """

    /// Reads `columns`.
    init(_ row: Row) throws {
        job = try row.text(0)
        due = try row.instant(1)
        state = try row.named(2)
        reason = try row.optionalText(3)
        run = try row.optionalID(4)
        recordedAt = try row.instant(5)
        dismissal = try row.optionalInstant(6).map { at in
            Dismissal(at: at, person: try row.optionalText(7) ?? "", reason: try row.optionalText(8) ?? "")
        }
    }

    init(
        job: String, due: Instant, state: State, reason: String? = nil, run: RunID? = nil, recordedAt: Instant
    ) {
        self.job = job
        self.due = due
        self.state = state
        self.reason = reason
        self.run = run
        self.recordedAt = recordedAt
    }
}
