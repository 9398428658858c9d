import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport
import Testing

@testable import Operations

@Suite struct PruneHistoryTests {
    static let jobs = [
        "prune": "kind: history.prune\nperiod: day\nparameters: {keep_count: '2', log_days: '30'}",
        "tick": "kind: command\nperiod: instant\ncommand: {program: 'true'}",
        "daily": "kind: command\nperiod: day\ncommand: {program: 'true'}",
    ]

    /// Two years before `Workshop.now`.
    private static func past(_ days: Int) -> Instant { Workshop.now.adding(seconds: -86_400 * Int64(days)) }

    /// Ten runs of an instant and one of a day, 800 to 791 days ago, each with a log; and what else there is of history.
    private static func fill(_ shop: Workshop) throws {
        for day in 0..<10 {
            let at = past(800 - day)
            try shop.run("tick", at.description, at: at)
        }
        try shop.run("daily", "2024-02-20", at: past(800))
        try shop.run("tick", Workshop.now.description, at: past(1))
        try shop.store.write { db in
            for run in 1...12 {
                try AttemptLogRecords.insert(
                    [AttemptLogLine(sequence: 1, at: Workshop.now, stream: .out, text: "said")],
                    of: RunID(rawValue: Int64(run)),
                    attempt: 1, in: db)
            }
            for (due, state, run, dismissed) in [
                (801, "missed", nil as Int?, nil as Instant?), (802, "missed", nil, Workshop.now),
                (803, "skipped", nil, nil),
                (800, "run", 1, nil), (30, "skipped", nil, nil), (29, "skipped", nil, nil), (804, "skipped", nil, nil),
            ] {
                try db.execute(
                    """
                    INSERT INTO occurrence (job, due_at, state, reason, run_id, recorded_at, dismissed_at)
                    VALUES ('tick', ?, ?, ?, ?, ?, ?)
                    """, past(due), state, state == "run" ? nil : "a reason", run, past(due), dismissed)
            }
            for (id, ended) in [("old", past(500) as Instant?), ("new", past(5)), ("lost", nil)] {
                try db.execute(
                    """
                    INSERT INTO node (node_id, name, labels, state, worker_limit, workers, host, process_id,
                        process_started, version, started_at, seen_at, ended_at)
                    VALUES (?, 'h', '', 'running', 2, 0, 'h', 1, '1', '1', ?, ?, ?)
                    """, id, past(600), past(id == "lost" ? 599 : 5), ended)
            }
            for (number, state, changed) in [
                (1, "sent", 500), (2, "sent", 5), (3, "refused", 500), (4, "settled_sent", 500),
                (5, "settled_unsent", 500),
            ] {
                try db.execute(
                    """
                    INSERT INTO outbox_message (outbox_message_id, effect_key, message_id, message_date, sender, recipients,
                        subject, on_doubt, run_id, recorded_by, recorded_at, content)
                    VALUES (?, ?, 'id', 1, 's', 'r', 'Pay', 'hold', ?, 'ann', 1, ?)
                    """, number, "key \(number)", number, Array("bytes".utf8))
                try db.execute(
                    """
                    INSERT INTO outbox_delivery (outbox_message_id, state, attempts, not_before, changed_at)
                    VALUES (?, ?, 1, 1, ?)
                    """, number, state, past(changed))
            }
        }
    }

    @Test(arguments: Database.available)
    func `what is old goes, and what is needed stays`(database: Database) throws {
        try Workshop.with(database, jobs: Self.jobs) { shop in
            try Self.fill(shop)
            #expect(try shop.check().filter { !$0.hasPrefix("effects") } == [])
            let before = try StoreDump.lines(of: shop.store)
            let rehearsal = try shop.rehearse("prune", "2026-04-28")
            #expect(try StoreDump.lines(of: shop.store) == before)
            let record = try shop.run("prune", "2026-04-28")
            let counts = Prunable.allCases.map { record.summary[$0.rawValue] }
            // Of the logs all but the one of yesterday; runs 6 to 9: 1 to 5 have messages, 10 and 12 are the two newest.
            #expect(counts == ["11", "2", "4", "2", "4"])
            #expect(Prunable.allCases.map { rehearsal.record.summary[$0.rawValue] } == counts)
            #expect(rehearsal.record.effectsDigest == record.effectsDigest)
            #expect(
                try shop.store.read { try $0.all("SELECT run_id FROM run ORDER BY run_id") { try $0.int(0) } }
                    == [1, 2, 3, 4, 5, 10, 11, 12, record.id.rawValue])
            #expect(try shop.count("attempt_log") == 1)
            #expect(
                try shop.store.read {
                    try $0.all("SELECT outbox_message_id FROM outbox_message WHERE LENGTH(content) = 0 ORDER BY 1") {
                        try $0.int(0)
                    }
                } == [1, 4])
            // The one that nobody has dealt with, and the two newest of the job.
            #expect(
                try shop.store.read {
                    try $0.all("SELECT due_at FROM occurrence ORDER BY due_at") { try $0.instant(0) }
                }
                    == [Self.past(801), Self.past(30), Self.past(29)])
            #expect(try shop.store.read { try $0.all("SELECT node_id FROM node") { try $0.text(0) } } == ["new"])
            #expect(try shop.count("run_retired") == 0)
            #expect(try shop.count("history_removal") == 5)
            #expect(try shop.check() == [])
            // The next one finds nothing, and what was removed does not come back by asking for it.
            let next = try shop.run("prune", "2026-04-29")
            #expect(Prunable.allCases.allSatisfy { next.summary[$0.rawValue] == "0" })
        }
    }

    @Test(arguments: Database.available)
    func `an event goes with its run alone`(database: Database) throws {
        try Workshop.with(database, jobs: Self.jobs) { shop in
            try shop.run("tick", Workshop.now.description)
            #expect(throws: StoreError.appendOnly(table: "run_event")) {
                try shop.store.write { try $0.execute("DELETE FROM run_event") }
            }
            #expect(throws: StoreError.appendOnly(table: "run_event")) {
                try shop.store.write { db in
                    try db.execute("INSERT INTO run_retired (run_id) VALUES (1)")
                    try db.execute("UPDATE run_event SET person = 'nobody'")
                }
            }
            #expect(throws: StoreError.appendOnly(table: "run_event")) {
                try shop.store.write { db in
                    try db.execute("INSERT INTO run_retired (run_id) VALUES (2)")
                    try db.execute("DELETE FROM run_event")
                }
            }
            #expect(try shop.count("run_event") == 3)
        }
    }

    @Test(arguments: Database.available)
    func `a run that a row of a domain names is never removed`(database: Database) throws {
        try Workshop.with(database, jobs: Self.jobs) { shop in
            for day in 0..<5 { try shop.run("tick", Self.past(800 - day).description, at: Self.past(800 - day)) }
            try shop.store.write { db in
                try db.execute(
                    """
                    INSERT INTO employee (employee_id, run_id, recorded_by, recorded_at) VALUES ('E1', 1, 'ann', 1)
                    """)
            }
            let record = try shop.run("prune", "2026-04-28")
            #expect(record.summary["runs"] == "2")
            #expect(
                try shop.store.read { try $0.all("SELECT run_id FROM run ORDER BY run_id") { try $0.int(0) } }
                    == [1, 4, 5, record.id.rawValue])
        }
    }

    @Test func `an attempt that was cut off is gone on with, and counts all`() throws {
        try Workshop.with(jobs: Self.jobs) { shop in
            for day in 0..<1_200 {
                let at = Self.past(3_000 - day)
                try shop.store.write { db in
                    try db.execute(
                        "INSERT INTO occurrence (job, due_at, state, reason, recorded_at) VALUES ('tick', ?, 'skipped', 'x', 1)",
                        at)
                }
            }
            // The first chunk is committed, and then the disk is full.
            try shop.store.write {
                try $0.execute(
                    """
                    CREATE TRIGGER full_disk BEFORE INSERT ON history_removal
                    WHEN (SELECT COUNT(*) FROM history_removal) = 1 BEGIN SELECT RAISE(ABORT, 'full'); END
                    """)
            }
            #expect(throws: (any Error).self) { try shop.run("prune", "2026-04-28") }
            #expect(try shop.count("occurrence") == Int64(1_200 - PruneHistory.chunkItems))
            try shop.store.write { try $0.execute("DROP TRIGGER full_disk") }
            let record = try shop.run("prune", "2026-04-28")
            #expect(record.attempt == 2 && record.summary["occurrences"] == "1198")
            #expect(record.itemsDone == 1_198 && record.itemsTotal == 1_198)
            #expect(try shop.check() == [])
        }
    }

    @Test func `what cannot be meant is refused when the job is read`() throws {
        try Workshop.with(jobs: [
            "a": "kind: history.prune\nperiod: day\nparameters: {log_days: '0', keep_count: all, days: '3'}"
        ]) { shop in
            var problems = ProblemList()
            _ = JobCatalog.load(for: shop.company, kinds: Workshop.kinds, problems: &problems)
            #expect(problems.problems.map(\.description).contains { $0.contains("has no parameter \"days\"") })
        }
    }
}
