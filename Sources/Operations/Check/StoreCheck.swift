import Crypto
import Jobs
import Ledger
import Store

/// Reads the whole store and says everything that is not as it must be.
///
/// The database looks after its pages and keys; the rest are laws of ours that no constraint can say: what a run has
/// done is what its rows say, what happened to it is what its events say, and the journal is what its hashes were made of.
package struct StoreCheck {
    /// One thing that is wrong.
    package struct Finding: Hashable, Sendable {
        package var area: Area
        package var text: String
    }

    package enum Area: String, CaseIterable, Sendable {
        case database, journal, runs, effects, schedules, outbox
    }

    /// What came of a check.
    package struct Report: Sendable {
        package var findings: [Finding] = []
        /// What was looked at, for people: `runs`, 1,204.
        package var counts: [(label: String, count: Int)] = []
        /// Findings beyond the most of an area that are listed.
        package var unlisted = 0
    }

    /// Of an area; what goes beyond is counted.
    package static let maximumFindings = 100

    private let store: Store

    package init(_ store: Store) {
        self.store = store
    }

    /// - Parameter progress: called before each area, and now and then within a long one.
    package func run(progress: (Area, Int) throws -> Void = { _, _ in }) throws -> Report {
        var report = Report()
        try progress(.database, 0)
        for text in try store.integrityProblems() { report.add(.database, text) }
        // All of it as of one moment, while others go on writing.
        try store.read { connection in
            try progress(.journal, 0)
            try Journal.check(
                in: connection, report: { report.add(.journal, $0) }, progress: { try progress(.journal, $0) })
            try PeriodSnapshots.verify(in: connection) { report.add(.journal, $0) }
            for (area, rules) in Self.rules {
                try progress(area, 0)
                for rule in rules {
                    try connection.forEach(rule.sql) { row in report.add(area, try rule.text(row)) }
                }
            }
            try checkVersions(connection, &report)
            try progress(.effects, 0)
            try checkEffects(connection, &report)
            report.counts = try Self.counted.map { label, table in
                (label, Int(try connection.first("SELECT COUNT(*) FROM \(table)") { try $0.int(0) } ?? 0))
            }
        }
        return report
    }

    private static let counted = [
        ("journal entries", "journal_entry"), ("runs", "run"), ("run events", "run_event"), ("attempts", "attempt"),
        ("occurrences", "occurrence"), ("messages", "outbox_message"),
    ]

    // MARK: - Rules in SQL

    /// A query whose rows are what is wrong.
    private struct Rule: Sendable {
        var sql: String
        var text: @Sendable (Row) throws -> String

        init(_ sql: String, _ text: @escaping @Sendable (Row) throws -> String) {
            self.sql = sql
            self.text = text
        }
    }

    private static let rules: [(Area, [Rule])] = [
        (.runs, runRules), (.schedules, scheduleRules), (.outbox, outboxRules),
    ]

    private static let runRules = [
        Rule(
            """
            SELECT run.run_id, run.state, COALESCE(last.to_state, 'nothing')
              FROM run
              LEFT JOIN run_event AS last
                ON last.run_id = run.run_id
               AND last.sequence = (SELECT MAX(sequence) FROM run_event AS e WHERE e.run_id = run.run_id)
             WHERE last.to_state IS NULL OR last.to_state <> run.state
             ORDER BY run.run_id
            """
        ) { "run \(try $0.int(0)) is \(try $0.text(1)), and its last event says \(try $0.text(2))" },
        Rule(
            """
            SELECT e.run_id, e.sequence
              FROM run_event AS e
              LEFT JOIN run_event AS before ON before.run_id = e.run_id AND before.sequence = e.sequence - 1
             WHERE (e.sequence = 1 AND e.from_state <> '')
                OR (e.sequence > 1 AND (before.to_state IS NULL OR before.to_state <> e.from_state))
             ORDER BY e.run_id, e.sequence
            """
        ) { "event \(try $0.int(1)) of run \(try $0.int(0)) does not follow the one before it" },
        Rule(
            """
            SELECT run.run_id, run.attempt, COUNT(attempt.number)
              FROM run LEFT JOIN attempt ON attempt.run_id = run.run_id
             GROUP BY run.run_id, run.attempt
            HAVING COUNT(attempt.number) <> run.attempt OR COALESCE(MAX(attempt.number), 0) <> run.attempt
             ORDER BY run.run_id
            """
        ) { "run \(try $0.int(0)) has had \(try $0.int(1)) attempts, and \(try $0.int(2)) are on record" },
        Rule(
            """
            SELECT attempt.run_id, attempt.number, attempt.state, run.state
              FROM attempt JOIN run ON run.run_id = attempt.run_id
             WHERE (attempt.state = 'running') <> (run.state = 'running' AND attempt.number = run.attempt)
             ORDER BY attempt.run_id, attempt.number
            """
        ) { "attempt \(try $0.int(1)) of run \(try $0.int(0)) is \(try $0.text(2)), and the run is \(try $0.text(3))" },
        Rule(
            """
            SELECT run_id, number FROM attempt
             WHERE (state = 'running') <> (ended_at IS NULL) ORDER BY run_id, number
            """
        ) { "attempt \(try $0.int(1)) of run \(try $0.int(0)) has an end and runs, or has none and does not" },
        Rule(
            """
            SELECT run_id, state FROM run
             WHERE (state IN ('succeeded', 'partly', 'failed', 'canceled')) AND finished_at IS NULL
             ORDER BY run_id
            """
        ) { "run \(try $0.int(0)) is \(try $0.text(1)) and has no time at which it ended" },
        Rule(
            """
            SELECT counted.run_id, counted.exceptions, counted.items
              FROM (SELECT run.run_id,
                           run.exceptions
                           + COALESCE((SELECT SUM(part.exceptions) FROM run_partition AS part
                                        WHERE part.run_id = run.run_id AND part.state <> 'added'), 0) AS exceptions,
                           (SELECT COUNT(*) FROM run_exception AS item WHERE item.run_id = run.run_id) AS items
                      FROM run) AS counted
             WHERE counted.items <> counted.exceptions
             ORDER BY counted.run_id
            """
        ) { "run \(try $0.int(0)) has set aside \(try $0.int(1)) items, and \(try $0.int(2)) are on record" },
        Rule(
            """
            SELECT run_id, state, exceptions FROM run
             WHERE (state = 'succeeded' AND exceptions > 0) OR (state = 'partly' AND exceptions = 0) ORDER BY run_id
            """
        ) { "run \(try $0.int(0)) is \(try $0.text(1)) with \(try $0.int(2)) items set aside" },
        Rule(
            """
            SELECT part.run_id, part.number, part.state
              FROM run_partition AS part JOIN run ON run.run_id = part.run_id
             WHERE (part.state IN ('done', 'added') AND part.items_done <> part.items_total)
                OR (part.state <> 'added' AND run.state IN ('succeeded', 'partly', 'waiting_approval', 'rejected'))
             ORDER BY part.run_id, part.number
            """
        ) { "partition \(try $0.int(1)) of run \(try $0.int(0)) is \(try $0.text(2)), and does not fit the run" },
        Rule(
            "SELECT run_id, items_done, items_total FROM run WHERE items_done > items_total ORDER BY run_id"
        ) { "run \(try $0.int(0)) has done \(try $0.int(1)) of \(try $0.int(2)) items" },
    ]

    private static let scheduleRules = [
        Rule(
            """
            SELECT job, due_at, state FROM occurrence
             WHERE (state = 'run') <> (run_id IS NOT NULL) OR (state <> 'run' AND reason IS NULL)
             ORDER BY job, due_at
            """
        ) {
            "\(try $0.text(0)), due \(try $0.instant(1)), is \(try $0.text(2)) and names no run, or no reason"
        },
        Rule(
            """
            SELECT occurrence.job, occurrence.due_at, run.run_id, run.job
              FROM occurrence JOIN run ON run.run_id = occurrence.run_id
             WHERE run.job <> occurrence.job ORDER BY occurrence.job, occurrence.due_at
            """
        ) { "\(try $0.text(0)), due \(try $0.instant(1)), names run \(try $0.int(2)), which is of \(try $0.text(3))" },
        Rule(
            """
            SELECT job, cursor_at, next_at FROM job_schedule WHERE next_at <= cursor_at ORDER BY job
            """
        ) {
            "the next run of \(try $0.text(0)), \(try $0.instant(2)), lies before \(try $0.instant(1)), which is done"
        },
    ]

    private static let outboxRules = [
        Rule(
            """
            SELECT message.outbox_message_id
              FROM outbox_message AS message
              LEFT JOIN outbox_delivery AS delivery ON delivery.outbox_message_id = message.outbox_message_id
             WHERE delivery.outbox_message_id IS NULL ORDER BY message.outbox_message_id
            """
        ) { "nothing is known of the delivery of message \(try $0.int(0))" },
        Rule(
            """
            SELECT delivery.outbox_message_id, delivery.state, last.to_state
              FROM outbox_delivery AS delivery
              JOIN outbox_event AS last
                ON last.outbox_event_id = (SELECT MAX(outbox_event_id) FROM outbox_event AS e
                                            WHERE e.outbox_message_id = delivery.outbox_message_id)
             WHERE delivery.state IN ('sent', 'refused', 'in_doubt', 'settled_sent', 'settled_unsent')
               AND last.to_state <> delivery.state
             ORDER BY delivery.outbox_message_id
            """
        ) { "message \(try $0.int(0)) is \(try $0.text(1)), and its last event says \(try $0.text(2))" },
        Rule(
            """
            SELECT message.outbox_message_id
              FROM outbox_message AS message
              JOIN outbox_delivery AS delivery ON delivery.outbox_message_id = message.outbox_message_id
             WHERE LENGTH(message.content) = 0 AND delivery.state NOT IN ('sent', 'settled_sent')
             ORDER BY message.outbox_message_id
            """
        ) { "message \(try $0.int(0)) has no contents and was not delivered" },
    ]

    // MARK: - Rules in code

    /// The text of each declaration is what its hash was made of.
    private func checkVersions(_ connection: Connection, _ report: inout Report) throws {
        try connection.forEach("SELECT hash, job, declaration FROM job_version ORDER BY job, hash") { row in
            let text = try row.text(2)
            if SHA256.hash(data: Array(text.utf8)).hexText != (try row.text(0)) {
                report.add(.runs, "a declaration of \(try row.text(1)) is not what its hash was made of")
            }
        }
    }

    /// Each run has as many rows in each table as it says it wrote.
    private func checkEffects(_ connection: Connection, _ report: inout Report) throws {
        let tables = try connection.all("SELECT DISTINCT table_name FROM run_effect ORDER BY table_name") {
            try $0.text(0)
        }
        for table in tables {
            guard
                table.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || (97...122).contains($0) || (48...57).contains($0) })
            else {
                report.add(.effects, "a run has written to \"\(table)\", which is no table of ours")
                continue
            }
            guard try hasRunColumn(table, connection) else {
                report.add(.effects, "a run has written to the table \(table), whose rows do not name their run")
                continue
            }
            try connection.forEach(
                """
                SELECT effect.run_id, effect.row_count, COALESCE(found.row_count, 0)
                  FROM run_effect AS effect
                  LEFT JOIN (SELECT run_id, COUNT(*) AS row_count FROM \(table) GROUP BY run_id) AS found
                    ON found.run_id = effect.run_id
                 WHERE effect.table_name = ? AND effect.row_count <> COALESCE(found.row_count, 0)
                 ORDER BY effect.run_id
                """, table
            ) { row in
                report.add(
                    .effects,
                    "run \(try row.int(0)) has written \(try row.int(1)) rows to \(table), and \(try row.int(2)) are there"
                )
            }
        }
    }

    /// Whether there is such a table whose rows name their run.
    private func hasRunColumn(_ table: String, _ connection: Connection) throws -> Bool {
        let columns =
            switch store.dialect {
            case .sqlite: "SELECT 1 FROM pragma_table_info(?) WHERE name = 'run_id'"
            case .postgresql:
                """
                SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(?) AND attname = 'run_id'
                """
            }
        return try connection.first(columns, table, map: { _ in true }) ?? false
    }
}

extension StoreCheck.Report {
    fileprivate mutating func add(_ area: StoreCheck.Area, _ text: String) {
        if findings.count(where: { $0.area == area }) < StoreCheck.maximumFindings {
            findings.append(StoreCheck.Finding(area: area, text: text))
        } else {
            unlisted += 1
        }
    }
}
