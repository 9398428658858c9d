import Calendars
import Store

extension RunRecords {
    /// One change of a run's state: a row of `run_event`.
    package struct Event: Hashable, Sendable {
        package var at: Instant
        /// Nil where the run began.
        package var from: RunState?
        package var to: RunState
        package var attempt: Int
        package var person: String
        package var reason: String?
    }

    /// How a run came to its state, in the order in which it happened.
    package static func events(of run: RunID, in connection: Connection) throws -> [Event] {
        try connection.all(
            """
            SELECT at, from_state, to_state, attempt, person, reason FROM run_event
             WHERE run_id = ? ORDER BY sequence
            """, run
        ) { row in
            Event(
                at: try row.instant(0), from: RunState(rawValue: try row.text(1)), to: try row.named(2),
                attempt: Int(try row.int(3)), person: try row.text(4), reason: try row.optionalText(5))
        }
    }

    /// What a planned run waits for.
    package static func needs(of run: RunID, in connection: Connection) throws -> [NewRun.Need] {
        try connection.all("SELECT job, period FROM run_need WHERE run_id = ? ORDER BY job", run) {
            NewRun.Need(job: try $0.text(0), period: try $0.period(1))
        }
    }

    /// Who wants a run stopped that is being worked on, and why; nil where nobody does.
    package static func cancelWish(
        of run: RunID, in connection: Connection
    ) throws -> (person: String, reason: String)? {
        let wish = try connection.first("SELECT cancel_requested_by, cancel_reason FROM run WHERE run_id = ?", run) {
            (try $0.optionalText(0), try $0.optionalText(1) ?? "")
        }
        guard let wish, let person = wish.0 else { return nil }
        return (person, wish.1)
    }

    /// Runs by their numbers; those that there are.
    package static func find(_ runs: Set<RunID>, in connection: Connection) throws -> [RunID: RunRecord] {
        var found: [RunID: RunRecord] = [:]
        let numbers = runs.sorted { $0.rawValue < $1.rawValue }
        var start = 0
        while start < numbers.count {
            let part = numbers[start..<min(start + 500, numbers.count)]
            start += part.count
            try connection.forEach(
                """
                SELECT \(RunRecord.columns) FROM run
                 WHERE run_id IN (\(part.map { _ in "?" }.joined(separator: ", ")))
                """, arguments: part.map { $0 }
            ) { row in
                let record = try RunRecord(row)
                found[record.id] = record
            }
        }
        return found
    }
}
