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
        steps
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
