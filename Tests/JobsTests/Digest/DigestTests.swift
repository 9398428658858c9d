import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Mail
import Store
import Testing

@testable import Jobs

@Suite struct DigestTests {
    private func digest(_ office: ApprovalOffice, _ period: String, at minutes: Int64) throws -> (RunRecord, String) {
        let job = JobDeclaration(
            name: "digest", kind: SendDigest.name, description: "Tells", granularity: .day,
            parameters: ParameterValues(["to": "ops@example.com, \"Day, Eve\" <eve@example.com>"]),
            text: "job: digest\n", file: "jobs/digest.yaml", locations: [:])
        let executor = RunExecutor(
            company: office.company, store: office.shop.store, kinds: KindRegistry([SendDigest.self]),
            clock: office.at(minutes), person: "daemon")
        let run = try executor.run(
            job, period: try #require(Period(period)), parameters: job.parameters, trigger: .schedule
        ).record
        let message = try #require(try office.messages().last { $0.key == "digest/\(run.id)" })
        #expect(message.to == "ops@example.com eve@example.com")
        return (run, message.text)
    }

    @Test(arguments: Database.available)
    func `a digest tells what ran, what did not, and what waits`(database: Database) throws {
        try ApprovalOffice.with(database) { office throws in
            // A run that waits, one that failed, one that is done; a missed and a skipped occurrence; a paused job.
            try office.run()
            var plain = office.declaration
            plain.name = "plain"
            plain.text = "job: plain\n"
            let executor = RunExecutor(
                company: office.company, store: office.shop.store, kinds: office.kinds, clock: office.at(3),
                person: "ann")
            _ = try executor.run(
                plain, period: .month(2026, 4), parameters: plain.parameters, trigger: .person)
            try office.shop.store.write { connection in
                let queue = RunQueue(connection, person: "daemon", at: office.at(4).now())
                let run = try queue.enqueue(
                    NewRun(
                        plain, period: .month(2026, 5), parameters: plain.parameters, trigger: .schedule,
                        notBefore: Workshop.now)
                ).record
                let claimed = try queue.claim(run.id, for: .current)
                try queue.fail(
                    run.id, attempt: claimed.attempt, as: .failed, error: "No <space> left.\nAt all.", retryAt: nil)
                for (due, state) in [(5, "missed"), (6, "skipped")] {
                    try connection.execute(
                        "INSERT INTO occurrence (job, due_at, state, reason, recorded_at) VALUES ('plain', ?, ?, ?, ?)",
                        office.at(Int64(due)).now(), state, "reason of \(state)", office.at(7).now())
                }
                try connection.execute(
                    """
                    INSERT INTO job_schedule (job, fingerprint, declaration, cursor_at, next_at, tzdata, is_removed)
                    VALUES ('plain', 'x', ?, ?, ?, 'x', 0)
                    """, plain.hash, office.at(0).now(), office.at(120).now())
                try connection.execute(
                    "INSERT INTO job_pause (job, paused_at, paused_by, reason) VALUES ('plain', ?, 'ann', 'stock-taking')",
                    office.at(8).now())
            }
            let (run, text) = try digest(office, "2026-04-28", at: 60)
            #expect(run.state == .succeeded)
            #expect(
                run.summary.figures.prefix(4).map { "\($0.label) \($0.value)" } == [
                    "ran 1", "failed 1", "missed or skipped 2", "waiting 2",
                ])
            for part in [
                "No <space> left.", "reason of missed", "reason of skipped", "Approval of gated 2026-04 (run 1)",
                "Paused: plain (by ann: stock-taking)", "What ran", "steward run show 1",
            ] {
                #expect(text.contains(part), "\(part) in \(text)")
            }
            #expect(text.contains("No &lt;space&gt; left.") && !text.contains("At all."))
            #expect(text.contains("multipart/alternative"))
            // Of another day nothing happened; what waits, waits.
            let (other, _) = try digest(office, "2026-04-27", at: 61)
            #expect(
                other.summary.figures.prefix(4).map { "\($0.label) \($0.value)" } == [
                    "ran 0", "failed 0", "missed or skipped 0", "waiting 2",
                ])
        }
    }

    @Test func `a digest of nothing says so`() throws {
        try ApprovalOffice.with(.sqlite) { office throws in
            let (run, text) = try digest(office, "2026-04-28", at: 0)
            #expect(run.summary.figures.prefix(4).allSatisfy { $0.value == "0" })
            #expect(text.components(separatedBy: "Nothing.").count > 5)
        }
    }

    @Test func `a day of the company's zone has 23 or 25 hours at the changes of its clocks`() throws {
        let zone = try ZoneDatabase.system.rules(named: "Europe/London")
        for (day, hours) in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-04-28", 24)] {
            let window = SendDigest.window(of: try #require(Period(day)), in: zone).0
            #expect(window.upperBound.secondsSinceEpoch - window.lowerBound.secondsSinceEpoch == Int64(hours) * 3_600)
        }
    }

    @Test(arguments: ["", "ann", "a@example.com,", "a@example.com;b@example.com"])
    func `recipients that are none are refused`(to: String) {
        #expect(throws: InvalidMail.self) { try SendDigest.recipients(ParameterValues(["to": to])) }
    }
}
