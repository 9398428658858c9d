import Calendars
import Store

/// A part of a run as the store has it: a range of its items that one process works on at a time.
package struct RunPartition: Hashable, Sendable {
    package var run: RunID
    /// 1, 2, 3, … in the order of the keys.
    package var number: Int
    package var range: KeyRange
    package var state: State
    /// The fencing token.
    package var attempt: Int
    /// The attempt of the run that works on it; nil where a helper does.
    package var runAttempt: Int?
    /// Helpers that failed at it.
    package var failures: Int
    package var leaseUntil: Instant?
    /// Who works, or worked, on it.
    package var holder: WorkerProcess?
    package var checkpoint: String?
    package var chunks: Int
    package var itemsTotal: Int
    package var itemsDone: Int
    package var exceptions: Int
    package var effectsDigest: String
    /// Rows written, by table.
    package var effects: [String: Int]
    /// Why the last helper gave it back.
    package var error: String?
    package var startedAt: Instant?
    package var finishedAt: Instant?

    package enum State: String, CaseIterable, Sendable {
        case waiting, working
        /// All its items are committed.
        case done
        /// And counted to the run.
        case added
    }

    /// What whoever works on it must hold.
    package var lease: RunLease { RunLease(run: run, partition: number, attempt: attempt) }

    static let columns = """
        run_id, number, first_key, last_key, state, attempt, run_attempt, failures, lease_until, host, process_id,
        process_started, checkpoint, chunks, items_total, items_done, exceptions, effects_digest, effects, error,
        started_at, finished_at
        """

    /// Reads `columns`.
    init(_ row: Row) throws {
        run = try row.id(0)
        number = Int(try row.int(1))
        range = KeyRange(first: try row.text(2), last: try row.text(3))
        state = try row.named(4)
        attempt = Int(try row.int(5))
        runAttempt = try row.optionalInt(6).map { Int($0) }
        failures = Int(try row.int(7))
        leaseUntil = try row.optionalInstant(8)
        if let host = try row.optionalText(9) {
            holder = WorkerProcess(
                host: host, id: try row.optionalInt(10) ?? 0, started: try row.optionalText(11) ?? "")
        }
        checkpoint = try row.optionalText(12)
        chunks = Int(try row.int(13))
        itemsTotal = Int(try row.int(14))
        itemsDone = Int(try row.int(15))
        exceptions = Int(try row.int(16))
        effectsDigest = try row.text(17)
        effects = Self.effects(of: try row.text(18))
        error = try row.optionalText(19)
        startedAt = try row.optionalInstant(20)
        finishedAt = try row.optionalInstant(21)
    }

    /// How rows by table are kept.
    static func text(of effects: [String: Int]) -> String {
        effects.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    }

    private static func effects(of text: String) -> [String: Int] {
        var effects: [String: Int] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=")
            if parts.count == 2, let count = Int(parts[1]) { effects[String(parts[0])] = count }
        }
        return effects
    }
}
