import Calendars
import Jobs
import Store

/// The history in the store, as far as it can be taken away.
struct HistoryRecords {
    /// The columns of other tables that name runs.
    let referrers: [TableReference]

    /// Of one kind of thing; the rest is left to the next run.
    static let maximumItems = 50_000

    /// What belongs to a run and goes with it.
    private static let parts: Set = [
        "attempt", "run_need", "run_partition", "run_effect", "run_exception", "run_event", "occurrence",
    ]

    /// What is older than `cutoff` and may go.
    func removable(
        _ what: Prunable, before cutoff: Instant, keepCount: Int, in connection: Connection
    ) throws -> [HistoryItem] {
        switch what {
        case .logs:
            try connection.all(
                """
                SELECT run_id, number FROM attempt
                 WHERE ended_at < ?
                   AND EXISTS (SELECT 1 FROM attempt_log AS line
                                WHERE line.run_id = attempt.run_id AND line.attempt = attempt.number)
                 ORDER BY run_id, number LIMIT ?
                """, cutoff, Self.maximumItems
            ) { HistoryItem(what, number: try $0.int(0), second: try $0.int(1)) }
        case .messages:
            try connection.all(
                """
                SELECT message.outbox_message_id
                  FROM outbox_message AS message
                  JOIN outbox_delivery AS delivery ON delivery.outbox_message_id = message.outbox_message_id
                 WHERE delivery.state IN ('sent', 'settled_sent') AND delivery.changed_at < ?
                   AND LENGTH(message.content) > 0
                 ORDER BY message.outbox_message_id LIMIT ?
                """, cutoff, Self.maximumItems
            ) { HistoryItem(what, number: try $0.int(0)) }
        case .occurrences:
            // A missed one that nobody has dealt with waits for a person.
            try connection.all(
                """
                SELECT job, due_at
                  FROM (SELECT job, due_at, state, dismissed_at,
                               ROW_NUMBER() OVER (PARTITION BY job ORDER BY due_at DESC) AS place FROM occurrence) AS o
                 WHERE due_at < ? AND place > ? AND (state <> 'missed' OR dismissed_at IS NOT NULL)
                 ORDER BY due_at, job LIMIT ?
                """, cutoff, keepCount, Self.maximumItems
            ) { HistoryItem(what, text: try $0.text(0), number: try $0.int(1)) }
        case .daemons:
            try connection.all(
                "SELECT node_id FROM node WHERE COALESCE(ended_at, seen_at) < ? ORDER BY node_id LIMIT ?", cutoff,
                Self.maximumItems
            ) { HistoryItem(what, text: try $0.text(0)) }
        case .runs:
            try removableRuns(before: cutoff, keepCount: keepCount, in: connection)
        }
    }

    /// Ended runs of an instant that no row but their own parts names. What stands for a period of business time stays.
    private func removableRuns(
        before cutoff: Instant, keepCount: Int, in connection: Connection
    ) throws -> [HistoryItem] {
        let named = referrers.filter { !Self.parts.contains($0.table) }.map {
            "AND NOT EXISTS (SELECT 1 FROM \($0.table) AS other WHERE other.\($0.column) = r.run_id)"
        }
        // Of the periods only an instant has a T followed by a time; a due time that stays keeps its run.
        return try connection.all(
            """
            SELECT r.run_id
              FROM (SELECT run_id, period, state, finished_at,
                           ROW_NUMBER() OVER (PARTITION BY job ORDER BY run_id DESC) AS place FROM run) AS r
             WHERE r.period LIKE '%T%:%' AND r.finished_at < ? AND r.place > ?
               AND r.state IN ('succeeded', 'partly', 'failed', 'canceled', 'rejected')
               AND NOT EXISTS (SELECT 1 FROM occurrence AS o WHERE o.run_id = r.run_id AND o.due_at >= ?)
               \(named.joined(separator: "\n   "))
             ORDER BY r.run_id LIMIT ?
            """, cutoff, keepCount, cutoff, Self.maximumItems
        ) { HistoryItem(.runs, number: try $0.int(0)) }
    }

    func remove(_ items: [HistoryItem], of what: Prunable, in connection: Connection) throws {
        for item in items {
            switch what {
            case .logs:
                try connection.execute(
                    "DELETE FROM attempt_log WHERE run_id = ? AND attempt = ?", item.number, item.second)
            case .messages:
                // The record stays: what it was, to whom, when it went and what the server said.
                try connection.execute(
                    "UPDATE outbox_message SET content = ? WHERE outbox_message_id = ?", [UInt8](), item.number)
            case .occurrences:
                try connection.execute("DELETE FROM occurrence WHERE job = ? AND due_at = ?", item.text, item.number)
            case .daemons:
                try connection.execute("DELETE FROM node WHERE node_id = ?", item.text)
            case .runs:
                try removeRun(item.number, in: connection)
            }
        }
    }

    /// A run with all that belongs to it. Its events may go only while it stands in `run_retired`.
    private func removeRun(_ run: Int64, in connection: Connection) throws {
        try connection.execute("INSERT INTO run_retired (run_id) VALUES (?)", run)
        for table in [
            "occurrence", "attempt_log", "attempt", "run_need", "run_partition", "run_effect", "run_exception",
            "run_event", "run",
        ] {
            try connection.execute("DELETE FROM \(table) WHERE run_id = ?", run)
        }
        try connection.execute("DELETE FROM run_retired WHERE run_id = ?", run)
    }

    /// What a run has taken away, in all its attempts.
    func removed(by run: RunID, in connection: Connection) throws -> [Prunable: Int] {
        var counts: [Prunable: Int] = [:]
        try connection.forEach(
            """
            SELECT what, CAST(SUM(thing_count) AS INTEGER) FROM history_removal WHERE run_id = ? GROUP BY what
            """, run
        ) { row in
            if let what = Prunable(rawValue: try row.text(0)) { counts[what] = Int(try row.int(1)) }
        }
        return counts
    }
}
