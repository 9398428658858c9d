import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Ledger
import People
import Store
import Testing

@testable import Payroll

/// The payroll of the demo company, as it is when its job asks for an approval.
@Suite struct PayrollApprovalTests {
    private static var edits: [String: (String) -> String] {
        let addition = "\napproval: {people: 1, role: finance-lead}\n"
        return [
            "jobs/payroll-monthly.yaml": { $0 + addition }, "jobs/payroll-weekly.yaml": { $0 + addition },
        ]
    }

    private func with(_ database: Database, _ body: (DemoCompany) throws -> Void) throws {
        try DemoCompany.with(database, edit: Self.edits, body)
    }

    private func approve(_ run: RunID, _ demo: DemoCompany, as account: String = "iain") throws {
        _ = try Approver(
            account: account, company: demo.company, kinds: DemoCompany.kinds,
            clock: FixedClock(DemoCompany.now.adding(seconds: 60))
        ).approve(run, in: demo.store)
    }

    private func reject(_ run: RunID, _ demo: DemoCompany) throws {
        _ = try Approver(
            account: "iain", company: demo.company, kinds: DemoCompany.kinds,
            clock: FixedClock(DemoCompany.now.adding(seconds: 90))
        ).reject(run, reason: "a salary is wrong", in: demo.store)
    }

    private func again(_ job: String, _ period: String, _ demo: DemoCompany, at seconds: Int64) throws -> RunRecord {
        let declaration = try JobCatalog.load(for: demo.company, kinds: DemoCompany.kinds).job(job)
        return try demo.executor(at: DemoCompany.now.adding(seconds: seconds)).run(
            declaration, period: try #require(Period(period)), parameters: declaration.parameters, trigger: .person,
            repetition: .again, reason: "corrected"
        ).record
    }

    private func lines(_ run: RunID, _ demo: DemoCompany) throws -> [String] {
        try demo.store.read {
            try $0.all(
                "SELECT employee_id, component, base_minor, amount_minor FROM payslip_line WHERE run_id = ? ORDER BY employee_id, line",
                run
            ) { "\(try $0.text(0)) \(try $0.text(1)) \(try $0.optionalInt(2) ?? 0) \(try $0.int(3))" }
        }
    }

    private func entries(_ run: RunID, _ demo: DemoCompany) throws -> [JournalEntry] {
        try demo.store.read { try Journal.entries(of: run, in: $0) }.map(\.entry)
    }

    @Test(arguments: Database.available)
    func `the whole story: propose, refuse, reject, again, approve, post`(database: Database) throws {
        try with(database) { demo throws in
            let first = try demo.run("payroll-monthly", "2026-04")
            #expect(first.state == .waitingApproval)
            #expect(try entries(first.id, demo).isEmpty)
            let payslips = try lines(first.id, demo)
            #expect(payslips.count > 100)

            // Nobody without the role, and not who started it.
            #expect(refusal { try approve(first.id, demo, as: "priya") }?.exitCode == .notPermitted)
            #expect(refusal { try approve(first.id, demo, as: "test") }?.exitCode == .notPermitted)

            // The next period waits for this one.
            let early = refusal { try demo.run("payroll-monthly", "2026-05") }
            #expect(early?.exitCode == .refused)
            #expect(
                early?.summary
                    == "The pay group monthly has not been paid for 2026-04: the results of run 1 wait for an approval."
            )

            // A raise of a later period changes nothing; one of this period does.
            try demo.record("E006", "annual_salary", "50000.00", from: "2026-06-01")
            try demo.record("E005", "annual_salary", "45000.00", from: "2026-04-01")
            let changed = refusal { try approve(first.id, demo) }
            #expect(changed?.exitCode == .refused)
            #expect(changed?.problems.map(\.message) == ["E005: annual_salary"])
            #expect(changed?.description.contains("45000") == false)

            try reject(first.id, demo)
            #expect(refusal { try demo.run("payroll-monthly", "2026-04") }?.exitCode == .refused)
            let second = try again("payroll-monthly", "2026-04", demo, at: 120)
            #expect(second.state == .waitingApproval && second.generation == 2)
            #expect(try lines(second.id, demo) != payslips)
            #expect(
                try demo.store.read {
                    try $0.all("SELECT sequence FROM payroll_run ORDER BY run_id") { try $0.int(0) }
                } == [1, 2])
            let proposed = try lines(second.id, demo)
            _ = try Approver(
                account: "iain", company: demo.company, kinds: DemoCompany.kinds,
                clock: FixedClock(DemoCompany.now.adding(seconds: 180))
            ).approve(second.id, hash: String(second.effectsDigest.prefix(12)), in: demo.store)
            let posted = try demo.run("payroll-monthly", "2026-04", at: DemoCompany.now.adding(seconds: 200))
            #expect(posted.id == second.id && posted.state == .partly)
            // Exactly what was proposed.
            #expect(try lines(second.id, demo) == proposed)
            let proposal = try demo.store.read { try ProposalRecords.proposal(of: second.id, in: $0) }
            #expect(proposal?.resultsHash == second.effectsDigest)
            #expect(try entries(second.id, demo).count == 1)
            #expect(try entries(first.id, demo).isEmpty)
            // What a company without approvals would have posted.
            let plain = try DemoCompany.with(database) { other throws in
                try other.record("E005", "annual_salary", "45000.00", from: "2026-04-01")
                let run = try other.run("payroll-monthly", "2026-04", at: DemoCompany.now.adding(seconds: 200))
                return (try lines(run.id, other), try entries(run.id, other))
            }
            #expect(plain.0 == proposed)
            #expect(plain.1 == (try entries(second.id, demo)))
        }
    }

    @Test(arguments: Database.available)
    func `the year to date knows of approved payslips alone`(database: Database) throws {
        try with(database) { demo throws in
            // April is computed twice, and rejected once: May builds on it once.
            let first = try demo.run("payroll-monthly", "2026-04")
            try reject(first.id, demo)
            let second = try again("payroll-monthly", "2026-04", demo, at: 120)
            _ = try Approver(
                account: "iain", company: demo.company, kinds: DemoCompany.kinds,
                clock: FixedClock(DemoCompany.now.adding(seconds: 130))
            ).approve(second.id, in: demo.store)
            let april = try demo.run("payroll-monthly", "2026-04", at: DemoCompany.now.adding(seconds: 140))
            #expect(april.id == second.id && april.state == .partly)
            let may = try demo.run("payroll-monthly", "2026-05", at: DemoCompany.now.adding(seconds: 150))
            let expected = try DemoCompany.with(database) { other throws in
                try other.run("payroll-monthly", "2026-04")
                return try lines(try other.run("payroll-monthly", "2026-05").id, other)
            }
            #expect(try lines(may.id, demo) == expected)
            // Every payslip of both is still explained, as of its own run.
            for (run, employee) in [(april, "E005"), (may, "E005")] {
                let explanation = try PayslipExplanation.load(
                    run: run, employee: EmployeeID(stored: employee), company: demo.company, store: demo.store)
                #expect(!explanation.lines.isEmpty)
            }
        }
    }

    @Test func `the proposal says how it differs from the period before`() throws {
        try with(.sqlite) { demo throws in
            let april = try demo.run("payroll-monthly", "2026-04")
            let none = try demo.store.read { try ProposalRecords.proposal(of: april.id, in: $0) }
            #expect(none?.comparison == ResultComparison())
            try approve(april.id, demo)
            try demo.run("payroll-monthly", "2026-04", at: DemoCompany.now.adding(seconds: 70))
            try demo.record("E005", "annual_salary", "60000.00", from: "2026-05-01")
            let may = try demo.run("payroll-monthly", "2026-05", at: DemoCompany.now.adding(seconds: 100))
            let comparison = try #require(
                try demo.store.read { try ProposalRecords.proposal(of: may.id, in: $0) }
            ).comparison
            #expect(comparison.previous == "run 1 for 2026-04")
            let totals = comparison.rows.filter { $0.section == "totals" }
            #expect(totals.map(\.item) == ["payslips", "gross pay", "deductions", "net pay", "employer's cost"])
            let changes = comparison.rows.filter { $0.section == "largest changes of net pay" }
            #expect(changes.count <= 10 && changes.contains { $0.item.hasPrefix("E005 ") })
            let sizes = changes.map { row in
                Double(row.change?.split(separator: " ").last ?? "")?.magnitude ?? 0
            }
            #expect(sizes == sizes.sorted(by: >) && (sizes.first ?? 0) > 0)
        }
    }

    @Test(arguments: Database.available)
    func `changed configuration is named before anything is approved`(database: Database) throws {
        try with(database) { demo throws in
            let run = try demo.run("payroll-monthly", "2026-04")
            let file = demo.directory.appending(path: "config/payroll/components.yaml")
            let before = try String(contentsOf: file, encoding: .utf8)
            try (before + "# changed\n").write(to: file, atomically: true, encoding: .utf8)
            let failure = refusal { try approve(run.id, demo) }
            #expect(failure?.exitCode == .refused)
            #expect(
                failure?.problems.map(\.message) == ["config/payroll/components.yaml: it is not the one of the run"])
            try before.write(to: file, atomically: true, encoding: .utf8)
            try approve(run.id, demo)
        }
    }

    @Test(arguments: Database.available)
    func `who joins the group or can be paid now is a change`(database: Database) throws {
        try with(database) { demo throws in
            let run = try demo.run("payroll-monthly", "2026-04")
            let asides = try demo.store.read { try RunRecords.exceptions(of: run.id, in: $0) }
            #expect(!asides.isEmpty)
            // A weekly paid employee moves.
            let weekly = try demo.store.read {
                try $0.first(
                    "SELECT MIN(employee_id) FROM employee_fact WHERE field = 'pay_group' AND value = 'weekly'"
                ) { try $0.text(0) }
            }
            let mover = try #require(weekly)
            try demo.record(mover, "pay_group", "monthly", from: "2026-04-01")
            let failure = refusal { try approve(run.id, demo) }
            #expect(failure?.problems.count == 1)
            #expect(failure?.problems.first?.message.hasPrefix("\(mover): pay_group; not in the run, and now ") == true)
        }
    }

    @Test func `a change after the approval stops the posting`() throws {
        try with(.sqlite) { demo throws in
            let run = try demo.run("payroll-monthly", "2026-04")
            try approve(run.id, demo)
            try demo.record("E005", "tax_code", "BR", from: "2026-04-01")
            let failure = refusal {
                try demo.run("payroll-monthly", "2026-04", at: DemoCompany.now.adding(seconds: 70))
            }
            #expect(failure?.exitCode == .refused)
            #expect(failure?.problems.map(\.message) == ["E005: tax_code"])
            #expect(try entries(run.id, demo).isEmpty)
            try reject(run.id, demo)
            #expect(try again("payroll-monthly", "2026-04", demo, at: 120).state == .waitingApproval)
        }
    }

    @Test func `a group that nobody belongs to yet proposes nothing paid, and is approved`() throws {
        try DemoCompany.with(hasPeople: false, edit: Self.edits) { demo throws in
            try demo.importPerson(startingOn: "2027-01-01")
            let run = try demo.run("payroll-monthly", "2026-04")
            #expect(run.state == .waitingApproval)
            try approve(run.id, demo)
            #expect(
                try demo.run("payroll-monthly", "2026-04", at: DemoCompany.now.adding(seconds: 70)).state == .succeeded)
        }
    }
}
