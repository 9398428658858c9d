import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Mail
import Store
import Testing

@testable import Reports

/// `report.send` with reports of `config/reports`.
@Suite(.serialized) struct SendDeclaredReportTests {
    private static let users: @Sendable (String) -> String = {
        $0 + """
              - name: Shona Reid
                email: shona.reid@thistle-tide.example
                accounts: [shona]
                roles: [shop-manager]
                cost_centres: [EDI-SHOP]
              - name: Owen Price
                email: owen.price@thistle-tide.example
                accounts: [owen]
                roles: [sales-manager]
                cost_centres: [BRS-SALES]

            """
    }

    /// A job that sends what is asked for, in the place of the close pack's.
    private static func with<T>(
        _ database: Database, to recipients: String, report: String = "payroll-cost", more: String = "",
        _ body: (DemoCompany) throws -> T
    ) throws -> T {
        let job: (String) -> String = { _ in
            """
            job: close-pack
            kind: report.send
            description: A report by mail
            period: month
            parameters:
              report: \(report)
              to: "\(recipients)"
            \(more)
            """
        }
        return try DemoCompany.with(
            database, edit: ["config/users.yaml": users, "jobs/close-pack.yaml": job], body)
    }

    @Test(arguments: Database.available)
    func `each cost-centre manager gets a mail with own rows, once`(database: Database) throws {
        try Self.with(database, to: "role:finance-lead, cost-centre-managers") { demo in
            try demo.run("payroll-monthly", "2026-04")
            let run = try demo.run("close-pack", "2026-04")
            #expect(run.state == .succeeded)
            try demo.run("close-pack", "2026-04")
            let messages = try demo.store.read { connection in
                try connection.all("SELECT effect_key, recipients, subject FROM outbox_message ORDER BY effect_key") {
                    (key: try $0.text(0), to: try $0.text(1), subject: try $0.text(2))
                }
            }
            #expect(messages.count == 3)
            #expect(
                Set(messages.map(\.to)) == [
                    "morag.sinclair@thistle-tide.example\niain.buchanan@thistle-tide.example",
                    "shona.reid@thistle-tide.example", "owen.price@thistle-tide.example",
                ])
            #expect(messages.allSatisfy { $0.subject.hasPrefix("Payroll cost 2026-04, in GBP: cost GBP ") })
            #expect(Set(messages.map(\.subject)).count == 3, "each has own figures")
            let own = demo.directory.appending(path: "var/reports/payroll-cost-2026-04-shona.xlsx")
            let text = try WorkbookReader(own).sheets.values.flatMap(\.cells.values)
            #expect(text.contains("EDI-SHOP") && !text.contains("BRS-SALES") && !text.contains("EDI-BOARD"))
            // What was sent is made again from the number of the run.
            let users = try UserDirectory.load(for: demo.company)
            let engine = try SentReport.engine(of: run, person: "morag", company: demo.company, users: users)
            let renderer = CollectingRenderer()
            _ = try engine.render(to: renderer, in: demo.store)
            #expect(renderer.heading?.run == run.id.rawValue && renderer.sheets[0].rows.count > 10)
        }
    }

    @Test func `the payroll register goes as PDF and to roles, as the other reports do`() throws {
        try Self.with(
            .sqlite, to: "role:finance-lead", report: "payroll-register", more: "  format: pdf\n  pay_group: monthly"
        ) { demo in
            let run = try demo.run("close-pack", "2026-04")
            #expect(run.summary.files == ["var/reports/payroll-register-2026-04.pdf"])
        }
    }

    @Test(arguments: [
        ("nobody", "payroll-cost", "", "no @"),
        ("role:cook", "payroll-cost", "", "nobody in config/users.yaml has the role \"cook\""),
        ("cost-centre-managers", "trial-balance", "", "has no rows of one's own"),
        ("Shona <shona.reid@thistle-tide.example>", "payroll-cost", "", "may see the rows of some cost centres only"),
        ("a@example.com", "payroll-cots", "", "did you mean \"payroll-cost\""),
        ("a@example.com", "payroll-cost", "  set: limit=3", "has no parameter \"limit\""),
        ("a@example.com", "payroll-cost", "  set: limit", "has no name and value"),
        ("a@example.com", "data-quality", "  set: day=2026-02-30", "\"2026-02-30\" is no date"),
        ("a@example.com", "payroll-cost", "  format: csv", "has 2 sheets, and a CSV file is of one"),
        ("a@example.com", "payroll-cost", "  format: doc", "format: \"doc\" (expected xlsx, pdf"),
    ])
    func `what cannot be sent is refused before a run exists`(
        recipients: String, report: String, more: String, problem: String
    ) throws {
        try Self.with(.sqlite, to: recipients, report: report, more: more) { demo in
            let failure = refusal { try demo.run("close-pack", "2026-04") }
            #expect(failure?.description.contains(problem) == true, "\(failure as Any)")
            let count = try demo.store.read { try RunRecords.count(job: nil, in: $0) }
            #expect(count == 0)
        }
    }
}
