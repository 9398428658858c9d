import Calendars
import CompanyFixtures
import Concurrency
import Diagnostics
import Foundation
import Store
import Testing

@testable import Jobs

@Suite struct ApprovalTests {
    // MARK: - The gate

    @Test(arguments: Database.available)
    func `a run proposes its results and waits`(database: Database) throws {
        try ApprovalOffice.with(database) { office throws in
            let run = try office.run()
            #expect(run.state == .waitingApproval)
            #expect(run.finishedAt == nil && run.leaseUntil == nil)
            #expect(try office.shop.items() == ["a", "b", "c"])
            let proposal = try #require(try office.proposal())
            #expect(proposal.resultsHash == run.effectsDigest && !run.effectsDigest.isEmpty)
            #expect(proposal.summary.figures == [.init("total", "GBP 1234.50")])
            #expect(proposal.comparison.previous == "run 0 for 2026-03")
            #expect(proposal.comparison.rows.map(\.change) == ["GBP 234.50"])
            #expect(try office.shop.attempts().map(\.state) == [.succeeded])
            // Asking for it again changes nothing.
            let before = try office.shop.dump()
            #expect(throws: RunError.waitsForApproval(run.id)) { try office.run(at: 1) }
            #expect(refusal { try office.run(at: 1) }?.exitCode == .waitingForApproval)
            #expect(try office.shop.dump() == before)
        }
    }

    @Test(arguments: Database.available)
    func `what was approved is posted, and exactly that`(database: Database) throws {
        let rehearsed = try ApprovalOffice.with(database) { office throws in
            try RunExecutor(
                company: office.company, store: office.shop.store, kinds: office.kinds, clock: office.at(0),
                person: "ann"
            ).rehearse(office.declaration, period: .month(2026, 4), parameters: ParameterValues())
        }
        try ApprovalOffice.with(database) { office throws in
            let hash = try office.run().effectsDigest
            let outcome = try office.approve(as: "bob", hash: String(hash.prefix(8)))
            #expect(outcome.missing == 0 && outcome.record.state == .queued)
            let decision = try #require(try office.decisions().first)
            #expect(decision.person == "bob" && decision.verdict == .approved && decision.resultsHash == hash)
            #expect(decision.reason == "seen")
            let done = try office.run(as: "daemon", at: 20)
            #expect(done.state == .partly)
            #expect(try office.shop.items() == ["a", "b", "c", "posted"])
            // The gate adds nothing to the effects: they are those of the dry run.
            #expect(done.effectsDigest == rehearsed.record.effectsDigest)
            #expect(try office.proposal()?.resultsHash == hash)
            let events = try office.shop.store.read {
                try $0.all("SELECT from_state, to_state, person FROM run_event ORDER BY sequence") {
                    "\(try $0.text(0))>\(try $0.text(1)) \(try $0.text(2))"
                }
            }
            #expect(
                events == [
                    ">queued ann", "queued>running ann", "running>waiting_approval ann",
                    "waiting_approval>queued bob", "queued>running daemon", "running>partly daemon",
                ])
        }
    }

    @Test func `without approval in its job a run passes the gate`() throws {
        try ApprovalOffice.with(.sqlite, job: "# nothing") { office throws in
            #expect(try office.run().state == .partly)
            #expect(try office.proposal() == nil)
        }
    }

    @Test(arguments: Database.available)
    func `a failure behind the gate does not ask again`(database: Database) throws {
        try ApprovalOffice.with(database) { office throws in
            try office.run(parameters: ["fail_after": "yes"])
            try office.approve(as: "bob")
            #expect(throws: Failure.self) { try office.run(at: 20, parameters: ["fail_after": "yes"]) }
            #expect(try office.shop.record().state == .failed)
            // What was approved has taken effect: it cannot be rejected any more.
            #expect(throws: ApprovalError.notWaiting(RunID(rawValue: 1), .failed)) { try office.reject(as: "bob") }
            #expect(try office.run(at: 30, parameters: ["fail_after": "yes"]).state == .partly)
            #expect(try office.shop.items() == ["a", "b", "c", "posted"])
        }
    }

    @Test func `the rule stays with the run when the file is edited`() throws {
        try ApprovalOffice.with(.sqlite) { office throws in
            try office.run()
            try "job: gated\nkind: test.gated\ndescription: x\nperiod: month\n".write(
                to: office.shop.directory.appending(path: "jobs/gated.yaml"), atomically: true, encoding: .utf8)
            #expect(throws: ApprovalError.self) { try office.approve(as: "dan") }
            #expect(try office.approve(as: "bob").missing == 0)
        }
    }

    // MARK: - Who may

    @Test(arguments: Database.available)
    func `who started a run does not approve it, by none of their accounts`(database: Database) throws {
        try ApprovalOffice.with(database) { office throws in
            try office.run(as: "ann")
            for account in ["ann", "ann.lee"] {
                let failure = refusal { try office.approve(as: account) }
                #expect(failure?.exitCode == .notPermitted)
                #expect(failure?.summary == "Run 1 was started by Ann Lee, who may not decide about it.")
                #expect(refusal { try office.reject(as: account) }?.exitCode == .notPermitted)
            }
            #expect(try office.decisions().isEmpty)
            #expect(try office.shop.record().state == .waitingApproval)
        }
    }

    @Test func `what the daemon started anybody with the role approves`() throws {
        try ApprovalOffice.with(.sqlite) { office throws in
            try office.run(as: "daemon")
            #expect(try office.approve(as: "ann").missing == 0)
        }
    }

    @Test func `who helped a run on by hand has started it, too`() throws {
        try ApprovalOffice.with(.sqlite) { office throws in
            // The clerk asks for it, a lead runs it.
            _ = try office.shop.store.write {
                try RunQueue($0, person: "dan", at: Workshop.now).enqueue(
                    NewRun(
                        office.declaration, period: .month(2026, 4), parameters: office.declaration.parameters,
                        trigger: .person, notBefore: Workshop.now))
            }
            try office.run(as: "bob")
            #expect(refusal { try office.approve(as: "bobby") }?.exitCode == .notPermitted)
            #expect(try office.approve(as: "cat").missing == 0)
        }
    }

    @Test(arguments: [
        ("dan", "Dan Orr does not have the role lead, which this takes."),
        ("eve", "The account eve is nobody's in config/users.yaml."),
    ])
    func `only people with the role decide`(account: String, summary: String) throws {
        try ApprovalOffice.with(.sqlite) { office throws in
            try office.run()
            for failure in [
                refusal { try office.approve(as: account) }, refusal { try office.reject(as: account) },
            ] {
                #expect(failure?.exitCode == .notPermitted)
                #expect(failure?.summary == summary)
            }
            #expect(try office.decisions().isEmpty)
        }
    }

    @Test func `without a list of users nobody decides, and is told what to write`() throws {
        try ApprovalOffice.with(.sqlite, users: nil) { office throws in
            try office.run()
            let failure = refusal { try office.approve(as: "bob") }
            #expect(failure?.exitCode == .notPermitted)
            #expect(failure?.summary == "There is no config/users.yaml: nobody can approve or reject run 1.")
        }
    }

    @Test(arguments: Database.available)
    func `two people are two people`(database: Database) throws {
        try ApprovalOffice.with(database, job: "approval: {people: 2, role: lead}") { office throws in
            try office.run(as: "daemon")
            #expect(try office.approve(as: "bob").missing == 1)
            #expect(try office.shop.record().state == .waitingApproval)
            for account in ["bob", "bobby"] {
                #expect(
                    refusal { try office.approve(as: account, at: 11) }?.summary.hasPrefix("Bob Ray decided") == true)
            }
            #expect(try office.approve(as: "cat", at: 12).missing == 0)
            #expect(try office.run(as: "daemon", at: 20).state == .partly)
            let event = try office.shop.store.read {
                try $0.first("SELECT reason FROM run_event WHERE from_state = 'waiting_approval'") { try $0.text(0) }
            }
            #expect(event == "approved by Bob Ray and Cat Moe: seen")
        }
    }

    @Test(arguments: Database.available)
    func `two approvals at once are both counted`(database: Database) throws {
        try ApprovalOffice.with(database, job: "approval: {people: 2, role: lead}") { office throws in
            try office.run(as: "daemon")
            let missing = ["bob", "cat"].concurrentMap { account in
                (try? office.approve(as: account).missing) ?? -1
            }
            #expect(missing.sorted() == [0, 1])
            #expect(try office.shop.record().state == .queued)
        }
    }

    // MARK: - What is approved

    @Test func `an approval is for the results that were looked at`() throws {
        try ApprovalOffice.with(.sqlite) { office throws in
            let run = try office.run()
            for hash in ["0000", ""] {
                let failure = refusal { try office.approve(as: "bob", hash: hash) }
                #expect(failure?.exitCode == .refused)
            }
            #expect(try office.approve(as: "bob", hash: run.effectsDigest.uppercased()).missing == 0)
        }
    }

    @Test(arguments: Database.available)
    func `an approval of changed inputs is refused and names them`(database: Database) throws {
        try ApprovalOffice.with(database) { office throws in
            try office.run()
            try office.change("E005\n")
            let failure = refusal { try office.approve(as: "bob") }
            #expect(failure?.exitCode == .refused)
            #expect(failure?.problems.map(\.message) == ["E005: salary"])
            #expect(try office.decisions().isEmpty)
            // Back as it was, it can be approved.
            try office.change("")
            #expect(try office.approve(as: "bob").missing == 0)
        }
    }

    @Test(arguments: Database.available)
    func `inputs that change after the approval stop the run before its effects`(database: Database) throws {
        try ApprovalOffice.with(database) { office throws in
            try office.run()
            try office.approve(as: "bob")
            try office.change("E005\n")
            let failure = refusal { try office.run(as: "daemon", at: 20) }
            #expect(failure?.exitCode == .refused)
            #expect(failure?.problems.map(\.message) == ["E005: salary"])
            #expect(try office.shop.record().state == .failed)
            #expect(try office.shop.items() == ["a", "b", "c"])
            // Who approved may reject it now; the approval stays on record.
            #expect(try office.reject(as: "bob", at: 30).state == .rejected)
            #expect(try office.decisions().map(\.verdict) == [.approved])
        }
    }

    @Test func `inputs that are put back let the approved run go on`() throws {
        try ApprovalOffice.with(.sqlite) { office throws in
            try office.run()
            try office.approve(as: "bob")
            try office.change("E005\n")
            #expect(refusal { try office.run(as: "daemon", at: 20) } != nil)
            try office.change("")
            #expect(try office.run(as: "daemon", at: 30).state == .partly)
        }
    }

    @Test(arguments: Database.available)
    func `results that were tampered with are not approved, nor posted`(database: Database) throws {
        try ApprovalOffice.with(database) { office throws in
            try office.run()
            func tamper(_ digest: String) throws {
                try office.shop.store.write { _ = try $0.execute("UPDATE run SET effects_digest = ?", digest) }
            }
            let digest = try office.shop.record().effectsDigest
            try tamper("00")
            #expect(throws: ApprovalError.resultsChanged(RunID(rawValue: 1))) { try office.approve(as: "bob") }
            try tamper(digest)
            try office.approve(as: "bob")
            try tamper("00")
            #expect(throws: ApprovalError.resultsChanged(RunID(rawValue: 1))) { try office.run(at: 20) }
            #expect(try office.shop.items() == ["a", "b", "c"])
        }
    }

    // MARK: - Rejecting

    @Test(arguments: Database.available)
    func `a rejected run is over, and its job runs again when it is asked to`(database: Database) throws {
        try ApprovalOffice.with(database) { office throws in
            try office.run()
            #expect(refusal { try office.reject(as: "bob", reason: " ") }?.exitCode == .usage)
            let rejected = try office.reject(as: "bob", reason: "c is missing")
            #expect(rejected.state == .rejected && rejected.finishedAt != nil)
            #expect(try office.decisions().map(\.verdict) == [.rejected])
            #expect(throws: ApprovalError.notWaiting(rejected.id, .rejected)) { try office.approve(as: "cat") }
            #expect(throws: RunError.rejected(rejected.id)) { try office.run(at: 20) }
            let again = try office.run(at: 30, repetition: .again)
            #expect(again.generation == 2 && again.state == .waitingApproval)
            #expect(try office.shop.items().count == 6)
        }
    }

    @Test func `a run that does not wait is not decided about`() throws {
        try ApprovalOffice.with(.sqlite, job: "# nothing") { office throws in
            try office.run()
            for failure in [refusal { try office.approve(as: "bob") }, refusal { try office.reject(as: "bob") }] {
                #expect(failure?.exitCode == .refused)
                #expect(failure?.summary == "Run 1 is partly; it does not wait for an approval.")
            }
            #expect(refusal { try office.approve(RunID(rawValue: 9), as: "bob") }?.exitCode == .notFound)
        }
    }

    @Test(arguments: [
        ResultComparison(), ResultComparison(previous: "run 3 for 2026-03"),
        ResultComparison(
            previous: "run 3",
            rows: [
                .init(section: "joiners", item: "E1 Ann", before: nil, now: "GBP 1.00"),
                .init(section: "totals", item: "net", before: "GBP 1.00", now: "GBP 2.00", change: "GBP 1.00"),
            ]),
    ])
    func `a comparison is read as it was kept`(comparison: ResultComparison) {
        #expect(ResultComparison(text: comparison.text) == comparison)
    }

    @Test func `a name with a tab or a line break does not break the comparison`() {
        let row = ResultComparison.Row(section: "joiners", item: "E1\tA\nB", before: nil, now: "1")
        #expect(ResultComparison(text: ResultComparison(rows: [row]).text).rows.map(\.item) == ["E1 A B"])
    }
}
