import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport
import Testing

/// A payroll that is due, waits for somebody's approval and is posted, all under the daemon, which is killed between any
/// two of these.
@Suite struct DaemonApprovalTests {
    private static var now: String { "\(Load.shiftSeconds)" }

    /// A company whose weekly payroll is due every second day and waits; whoever runs the tests may approve.
    private static func site(_ database: Database, in directory: URL) throws -> Site {
        let site = try Site.make(database, in: directory)
        try site.keepJobs(["payroll-weekly"])
        try site.append("approval: {role: lead}\n", to: "jobs/payroll-weekly.yaml")
        try site.write("http: {enabled: false}\n", to: "config/daemon.yaml")
        let account = try #require(getpwuid(getuid())?.pointee.pw_name.map { String(cString: $0) })
        try site.write(
            "users:\n  - {name: Ann Lee, email: ann@example.com, accounts: [\"\(account)\"], roles: [lead]}",
            to: "config/users.yaml")
        return site
    }

    /// Somebody else asks for the payrolls of some weeks.
    private static func ask(_ site: Site, weeks: ClosedRange<Int>) throws {
        let company = try Company.load(from: site.directory.path)
        let job = try JobCatalog.load(for: company, kinds: DemoCompany.kinds).job("payroll-weekly")
        try site.withStore { store in
            for week in weeks {
                _ = try RunExecutor(
                    company: company, store: store, kinds: DemoCompany.kinds, clock: FixedClock(DemoCompany.now),
                    person: "clerk"
                ).enqueue(
                    job, period: try #require(Period("2026-W\(week)")), parameters: job.parameters, trigger: .person)
            }
        }
    }

    private static func state(of run: Int, _ site: Site) throws -> String {
        try site.withStore { store in
            try store.read { try $0.first("SELECT state FROM run WHERE run_id = ?", run) { try $0.text(0) } ?? "" }
        }
    }

    private static func checkStore(_ site: Site, _ comment: Comment) throws {
        let check = try site.steward(["store", "check"], now: now)
        #expect(check.status == 0, "\(comment): \(check.text)")
    }

    @Test(arguments: Database.available)
    func `a payroll is proposed, approved and posted once, though the daemon is killed in between`(
        database: Database
    ) throws {
        try withTemporaryDirectory { directory in
            let site = try Self.site(database, in: directory)
            try Self.ask(site, weeks: 15...15)
            try Self.checkStore(site, "queued")
            let first = try DaemonProcess(site, shiftSeconds: Load.shiftSeconds)
            try first.wait(upTo: 60, for: "nothing was proposed") {
                try Self.state(of: 1, site) == "waiting_approval"
                    && site.count("outbox_delivery WHERE state = 'sent'") == 1
            }
            first.kill()
            #expect(try site.count("journal_entry") == 0)
            #expect(site.files("outbox").count == 1)
            try Self.checkStore(site, "proposed")

            // A daemon lets it wait.
            let second = try DaemonProcess(site, shiftSeconds: Load.shiftSeconds)
            try second.wait(upTo: 60, for: "no daemon") {
                try site.steward(["daemon", "status"], now: Self.now).status == 0
            }
            Thread.sleep(forTimeInterval: 1)
            #expect(try Self.state(of: 1, site) == "waiting_approval")
            second.kill()

            let approved = try site.steward(["run", "approve", "1", "--note", "checked"], now: Self.now)
            #expect(approved.status == 0, "\(approved.text)")
            #expect(try Self.state(of: 1, site) == "queued")
            #expect(try site.count("journal_entry") == 0)
            try Self.checkStore(site, "approved")

            // Killed right before and right after it is posted, and once more for nothing.
            for place in ["run.commit.within:2", "run.finish.before:1", "run.finish.after:1"] {
                let daemon = try DaemonProcess(site, shiftSeconds: Load.shiftSeconds, crashAt: place)
                try daemon.wait(upTo: 60, for: "\(place): nothing happened") {
                    try !daemon.process.isRunning || site.count("attempt WHERE exit_code = 137") > 0
                        || Self.state(of: 1, site) == "succeeded"
                }
                daemon.kill()
                try Self.checkStore(site, "killed at \(place)")
                // A worker that was killed is a failure, which this job tries again after 30 s at the earliest.
                if try Self.state(of: 1, site) == "retry_wait" {
                    #expect(try site.steward(["run", "retry", "1"], now: Self.now).status == 0)
                }
            }
            let last = try DaemonProcess(site, shiftSeconds: Load.shiftSeconds)
            try last.wait(upTo: 60, for: "not posted") { try Self.state(of: 1, site) == "succeeded" }
            last.terminate()
            #expect(last.process.terminationStatus == 0, "\(last.log)")
            #expect(try site.count("journal_entry") == 1)
            #expect(try site.count("payslip") == 13)
            #expect(site.files("outbox").count == 1)
            try Self.checkStore(site, "posted")
        }
    }

    @Test(arguments: Database.available)
    func `a payroll that is rejected posts nothing, and the next one can be approved`(database: Database) throws {
        try withTemporaryDirectory { directory in
            let site = try Self.site(database, in: directory)
            try Self.ask(site, weeks: 15...15)
            let daemon = try DaemonProcess(site, shiftSeconds: Load.shiftSeconds)
            try daemon.wait(upTo: 60, for: "nothing was proposed") { try Self.state(of: 1, site) == "waiting_approval" }
            let rejected = try site.steward(["run", "reject", "1", "--reason", "too much"], now: Self.now)
            #expect(rejected.status == 0, "\(rejected.text)")
            try Self.checkStore(site, "rejected")
            let again = try site.steward(
                ["run", "payroll-weekly", "--period", "2026-W15", "--again", "--reason", "once more", "--queue"],
                now: Self.now)
            #expect(again.status == 0, "\(again.text)")
            try daemon.wait(upTo: 60, for: "nothing was proposed again") {
                try Self.state(of: 2, site) == "waiting_approval"
            }
            // The account of the tests started this one, so it may not approve it.
            #expect(try site.steward(["run", "approve", "2"], now: Self.now).status == ExitCode.notPermitted.rawValue)
            #expect(try site.count("journal_entry") == 0)
            daemon.terminate()
            #expect(daemon.process.terminationStatus == 0, "\(daemon.log)")
            try Self.checkStore(site, "proposed again")
        }
    }

    @Test(arguments: Database.available)
    func `a program that takes longer than its job allows is ended, tried again by the rule, and has failed`(
        database: Database
    ) throws {
        try withTemporaryDirectory { directory in
            let site = try Site.make(database, in: directory)
            try site.keepJobs([])
            try site.write("http: {enabled: false}\n", to: "config/daemon.yaml")
            try site.write(
                """
                job: slow
                kind: command
                description: Takes longer than it may
                period: day
                command: {program: sleep, arguments: ["60"], repeatable: true}
                timeout: 1s
                retry: {max: 1, backoff: 1s..1s, on: [timed_out]}
                """, to: "jobs/slow.yaml")
            #expect(try site.steward(["run", "slow", "--period", "2026-08-02", "--queue"], now: Self.now).status == 0)
            let daemon = try DaemonProcess(site, shiftSeconds: Load.shiftSeconds)
            try daemon.wait(upTo: 60, for: "not failed") { try Self.state(of: 1, site) == "failed" }
            let attempts = try site.withStore { store in
                try store.read { connection in
                    try connection.all("SELECT state, error FROM attempt ORDER BY number") {
                        "\(try $0.text(0)): \(try $0.text(1))"
                    }
                }
            }
            #expect(attempts == Array(repeating: "timed_out: It took longer than 1 s and was stopped.", count: 2))
            daemon.terminate()
            #expect(daemon.process.terminationStatus == 0, "\(daemon.log)")
            #expect(SiteProcesses(site: site).remaining(after: 2).isEmpty)
            try Self.checkStore(site, "timed out")
        }
    }
}
