import Calendars
import Diagnostics
import Store

/// A run as the store has it.
package struct RunRecord: Hashable, Sendable {
    package var id: RunID
    package var identity: RunIdentity
    package var kind: String
    package var generation: Int
    package var state: RunState
    package var trigger: Trigger
    package var createdAt: Instant
    package var createdBy: String
    /// Why it exists, where that is not its schedule.
    package var reason: String?
    /// The instant of the schedule that it is for.
    package var dueAt: Instant?
    package var queue: String
    /// The nodes that may work on it.
    package var placement: Placement
    /// 0 runs before 9.
    package var priority: Int
    /// No worker takes it earlier.
    package var notBefore: Instant
    /// Failed attempts since a person last asked for it.
    package var failures: Int
    /// The declaration that it runs, by its hash.
    package var jobVersion: String
    package var startedAt: Instant?
    /// What becomes of its messages whose delivery is in doubt.
    package var onDoubt: DoubtPolicy
    package var knownAt: Instant
    package var attempt: Int
    package var leaseUntil: Instant?
    package var checkpoint: String?
    package var chunks: Int
    package var itemsTotal: Int
    package var itemsDone: Int
    package var exceptions: Int
    package var effectsDigest: String
    package var summary: RunSummary
    package var finishedAt: Instant?
    var steps: [String]

    static let columns = """
        run_id, job, period, parameters, kind, generation, state, trigger, created_at, created_by, known_at, attempt,
        lease_until, checkpoint, chunks, items_total, items_done, exceptions, effects_digest, summary, finished_at,
        steps, reason, due_at, queue, priority, not_before, failures, job_version, started_at,
        on_doubt, runs_on
        """

    /// Reads `columns`.
    init(_ row: Row) throws {
        id = try row.id(0)
        identity = RunIdentity(
            job: try row.text(1), period: try row.period(2),
            parameters: ParameterValues(canonicalText: try row.text(3)))
        kind = try row.text(4)
        generation = Int(try row.int(5))
        state = try row.named(6)
        trigger = try row.named(7)
        createdAt = try row.instant(8)
        createdBy = try row.text(9)
        knownAt = try row.instant(10)
        attempt = Int(try row.int(11))
        leaseUntil = try row.optionalInstant(12)
        checkpoint = try row.optionalText(13)
        chunks = Int(try row.int(14))
        itemsTotal = Int(try row.int(15))
        itemsDone = Int(try row.int(16))
        exceptions = Int(try row.int(17))
        effectsDigest = try row.text(18)
        summary = RunSummary(text: try row.optionalText(19) ?? "")
        finishedAt = try row.optionalInstant(20)
        steps = try row.text(21).split(separator: "\n").map(String.init)
        reason = try row.optionalText(22)
        dueAt = try row.optionalInstant(23)
        queue = try row.text(24)
        priority = Int(try row.int(25))
        notBefore = try row.instant(26)
        failures = Int(try row.int(27))
        jobVersion = try row.text(28)
        startedAt = try row.optionalInstant(29)
        onDoubt = try row.named(30)
        placement = Placement(canonicalText: try row.text(31))
    }
}

extension Row {
    /// A column that holds the name of a case.
    package func named<Value: RawRepresentable<String>>(_ index: Int) throws -> Value {
        let text = try text(index)
        guard let value = Value(rawValue: text) else {
            throw Failure(.storeUnavailable, "The store holds \"\(text)\" where a \(Value.self) belongs.")
        }
        return value
    }
}
