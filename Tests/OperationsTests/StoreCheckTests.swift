import CompanyFixtures
import Diagnostics
import Jobs
import Store
import TestSupport
import Testing

@testable import Operations

@Suite struct StoreCheckTests {
    @Test(arguments: Database.available)
    func `a store that is sound has no findings`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            try demo.run("payroll-monthly", "2026-04")
            try demo.run("payroll-register-monthly", "2026-04")
            let report = try StoreCheck(demo.store).run()
            #expect(report.findings == [])
            #expect(report.counts.first { $0.label == "journal entries" }?.count == 1)
            #expect(report.counts.first { $0.label == "runs" }?.count == 2)
        }
    }

    /// What somebody does to the store behind our back, and a part of what is said about it.
    static let damages: [(String, [String])] = [
        (
            "UPDATE posting SET amount_minor = amount_minor + 1 WHERE entry_number = 1 AND line = 1",
            ["journal: journal entry 1 (payroll/monthly/2026-04) is no entry: line 1: ", " is worth "]
        ),
        (
            "UPDATE posting SET account = '9999' WHERE entry_number = 1 AND line = 1",
            ["journal: journal entry 1 (payroll/monthly/2026-04), or one before it, is not what its hash was made of"]
        ),
        (
            "UPDATE journal_entry SET hash = 'x'",
            ["is not what its hash was made of", "the last entry, 1, is not the one with which the store says"]
        ),
        (
            "UPDATE journal_head SET entry_number = 7",
            ["the journal ends with entry 1, and the store says that it ends with 7"]
        ),
        ("DELETE FROM journal_head", ["journal: the store does not say where the journal ends"]),
        (
            "UPDATE run_event SET to_state = 'failed' WHERE run_id = 1 AND sequence = 3",
            ["run 1 is partly, and its last event says failed"]
        ),
        (
            "DELETE FROM run_event WHERE run_id = 1 AND sequence = 2",
            ["event 3 of run 1 does not follow the one before it"]
        ),
        (
            "UPDATE attempt SET state = 'running', ended_at = NULL WHERE run_id = 1",
            ["attempt 1 of run 1 is running, and the run is partly"]
        ),
        ("UPDATE attempt SET number = 2 WHERE run_id = 1", ["run 1 has had 1 attempts, and 1 are on record"]),
        ("DELETE FROM attempt WHERE run_id = 2", ["run 2 has had 1 attempts, and 0 are on record"]),
        (
            "UPDATE run SET finished_at = NULL WHERE run_id = 2",
            ["run 2 is succeeded and has no time at which it ended"]
        ),
        ("DELETE FROM run_exception WHERE run_id = 1", ["run 1 has set aside", "written"]),
        (
            "UPDATE run SET exceptions = 3 WHERE run_id = 2",
            ["run 2 has set aside 3 items, and 0 are on record", "run 2 is succeeded with 3 items set aside"]
        ),
        ("UPDATE run SET items_done = items_total + 1 WHERE run_id = 1", ["runs: run 1 has done"]),
        (
            "UPDATE run_effect SET row_count = row_count + 5 WHERE run_id = 1 AND table_name = 'payslip'",
            ["effects: run 1 has written"]
        ),
        (
            "UPDATE run_effect SET table_name = 'no_such' WHERE run_id = 1 AND table_name = 'payslip'",
            ["effects: a run has written to the table no_such, whose rows do not name their run"]
        ),
        (
            "UPDATE run_effect SET table_name = 'a; DROP TABLE run' WHERE run_id = 1 AND table_name = 'payslip'",
            ["effects: a run has written to \"a; DROP TABLE run\", which is no table of ours"]
        ),
        ("UPDATE job_version SET declaration = declaration || ' '", ["is not what its hash was made of"]),
        (
            "INSERT INTO occurrence (job, due_at, state, recorded_at) VALUES ('a', 1, 'missed', 1)",
            ["schedules: a, due 1970-01-01T00:00:00Z, is missed and names no run, or no reason"]
        ),
        (
            "INSERT INTO occurrence (job, due_at, state, run_id, recorded_at) VALUES ('a', 1, 'run', 1, 1)",
            ["names run 1, which is of payroll-monthly"]
        ),
        ("DELETE FROM outbox_delivery", ["outbox: nothing is known of the delivery of message 1"]),
        (
            "UPDATE outbox_message SET content = CAST('' AS BLOB)",
            ["outbox: message 1 has no contents and was not delivered"]
        ),
    ]

    @Test(arguments: Database.available)
    func `whatever is changed behind our back is found`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            try demo.run("payroll-monthly", "2026-04")
            try demo.run("payroll-register-monthly", "2026-04")
            for (damage, expected) in Self.damages {
                struct Undo: Error {}
                var texts: [String] = []
                #expect(throws: Undo.self, "\(damage)") {
                    try demo.store.write { db in
                        try database.withoutRules(in: db) { try db.execute(damage) }
                        texts = try StoreCheck(demo.store).run().findings.map { "\($0.area.rawValue): \($0.text)" }
                        throw Undo()
                    }
                }
                for part in expected {
                    #expect(texts.contains { $0.contains(part) }, "\(damage)\n\(part)\n\(texts)")
                }
            }
            #expect(try StoreCheck(demo.store).run().findings == [])
        }
    }

    @Test func `a rule of the schema that was taken away is found`() throws {
        try Workshop.with { shop in
            #expect(try shop.check() == [])
            try shop.store.write { db in
                try db.execute("DROP TRIGGER posting_refuses_update")
                try db.execute("DROP INDEX run_by_job")
                try db.execute("CREATE TABLE theirs (a INTEGER)")
                try db.execute("ALTER TABLE node ADD COLUMN more TEXT")
            }
            #expect(
                try shop.check() == [
                    "database: the table node is not as the migrations make it",
                    "database: the trigger posting_refuses_update is missing",
                    "database: the index run_by_job is missing",
                    "database: the table theirs is none of ours",
                ])
        }
    }

    @Test(.enabled(if: PostgresCluster.isInstalled, "skipped: PostgreSQL is not installed"))
    func `a rule that was switched off on the server is found`() throws {
        try Workshop.with(.postgresql) { shop in
            #expect(try shop.check() == [])
            try shop.store.write { db in
                try db.execute("ALTER TABLE posting DISABLE TRIGGER posting_refuses_change")
                try db.execute("DROP TRIGGER run_event_refuses_change ON run_event")
            }
            #expect(
                try shop.check() == [
                    "database: the trigger posting_refuses_change of posting is switched off",
                    "database: the trigger run_event_refuses_change is missing",
                ])
        }
    }

    @Test func `more findings than can be listed are counted`() throws {
        try Workshop.with { shop in
            try shop.store.write { db in
                for due in 1...(StoreCheck.maximumFindings + 20) {
                    try db.execute(
                        "INSERT INTO occurrence (job, due_at, state, recorded_at) VALUES ('a', ?, 'missed', 1)", due)
                }
            }
            let report = try StoreCheck(shop.store).run()
            #expect(report.findings.count == StoreCheck.maximumFindings && report.unlisted == 20)
        }
    }
}
