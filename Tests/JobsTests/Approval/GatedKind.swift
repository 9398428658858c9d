import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Store
import TestSupport

@testable import Jobs

/// Writes three rows, proposes them, and posts one more when they were approved.
struct GatedKind: JobKind {
    static let name = "test.gated"
    static let abstract = "Proposes, then posts."
    static let parameters: [ParameterDefinition] = [
        ParameterDefinition("fail_after", isRequired: false, description: "fails once behind the gate", example: "yes")
    ]
    static let granularities: [Period.Granularity] = [.month]
    static let takesApproval = true

    func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {}

    func run(_ run: Run) throws -> RunSummary {
        let summary = RunSummary(figures: [.init("total", "GBP 1234.50")])
        let items = ["a", "b", "c"]
        for chunk in try run.chunks(of: items, key: \.self, size: 2) {
            try run.commit(through: chunk, key: \.self) { work in
                try insert(Array(chunk), run, work)
                if chunk.contains("c") { work.setAside([RunException(item: "c", reason: "odd", message: "c is odd")]) }
            }
        }
        try run.gate {
            summary
        } comparison: { _ in
            ResultComparison(
                previous: "run 0 for 2026-03",
                rows: [
                    .init(
                        section: "totals", item: "net pay", before: "GBP 1000.00", now: "GBP 1234.50",
                        change: "GBP 234.50")
                ])
        }
        try run.step("post") { try insert(["posted"], run, $0) }
        if run.parameters["fail_after"] != nil, run.attempt == 2 { throw Failure(.failed, "Broken behind the gate.") }
        return summary
    }

    private func insert(_ items: [String], _ run: Run, _ work: RunWork) throws {
        try work.insert(into: "tally", columns: ["item", "attempt"], rows: items) { item, row in
            try row.bind(item)
            try row.bind(1)
        }
    }

    /// Its inputs are the lines of the file `inputs`, which a test writes.
    func changes(since run: RunRecord, in company: Company, store: Store, now: Instant) throws -> [InputChange] {
        let text = (try? String(contentsOfFile: company.path("inputs"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { InputChange(item: String($0), what: "salary") }
    }
}

/// A company with people who approve, and a job that waits for them.
struct ApprovalOffice {
    let shop: Workshop
    let company: Company
    let declaration: JobDeclaration
    let kinds = KindRegistry([GatedKind.self])

    static let users = """
        users:
          - {name: Ann Lee, email: ann@example.com, accounts: [ann, ann.lee], roles: [clerk, lead]}
          - {name: Bob Ray, email: bob@example.com, accounts: [bob, bobby], roles: [lead]}
          - {name: Cat Moe, email: cat@example.com, accounts: [cat], roles: [lead]}
          - {name: Dan Orr, email: dan@example.com, accounts: [dan], roles: [clerk]}
        """

    static func with<T>(
        _ database: Database, job lines: String = "approval: {role: lead, within: 2h}", users: String? = Self.users,
        _ body: (ApprovalOffice) throws -> T
    ) throws -> T {
        try Workshop.with(database) { shop in
            func write(_ text: String, _ path: String) throws {
                try text.write(to: shop.directory.appending(path: path), atomically: true, encoding: .utf8)
            }
            try write(
                Workshop.settings + "\nmail: {from: steward@example.com, folder: var/outbox}\n", "config/company.yaml")
            if let users { try write(users, "config/users.yaml") }
            try write(
                """
                job: gated
                kind: test.gated
                description: Proposes, then posts
                period: month
                \(lines)

                """, "jobs/gated.yaml")
            let company = try Company.load(from: shop.directory.path)
            let catalog = try JobCatalog.load(for: company, kinds: KindRegistry([GatedKind.self]))
            return try body(ApprovalOffice(shop: shop, company: company, declaration: try catalog.job("gated")))
        }
    }

    func at(_ minutes: Int64) -> FixedClock { FixedClock(Workshop.now.adding(seconds: 60 * minutes)) }

    @discardableResult
    func run(
        as person: String = "ann", at minutes: Int64 = 0, parameters: [String: String] = [:],
        repetition: NewRun.Repetition = .none
    ) throws -> RunRecord {
        try RunExecutor(company: company, store: shop.store, kinds: kinds, clock: at(minutes), person: person).run(
            declaration, period: .month(2026, 4), parameters: declaration.parameters(with: parameters),
            trigger: .person, repetition: repetition
        ).record
    }

    @discardableResult
    func approve(_ run: RunID = RunID(rawValue: 1), as account: String, hash: String? = nil, at minutes: Int64 = 10)
        throws -> Approver.Outcome
    {
        try Approver(account: account, company: company, kinds: kinds, clock: at(minutes))
            .approve(run, hash: hash, note: "seen", in: shop.store)
    }

    @discardableResult
    func reject(_ run: RunID = RunID(rawValue: 1), as account: String, reason: String = "wrong", at minutes: Int64 = 10)
        throws -> RunRecord
    {
        try Approver(account: account, company: company, kinds: kinds, clock: at(minutes))
            .reject(run, reason: reason, in: shop.store)
    }

    func change(_ text: String) throws {
        try text.write(to: shop.directory.appending(path: "inputs"), atomically: true, encoding: .utf8)
    }

    func proposal() throws -> Proposal? {
        try shop.store.read { try ProposalRecords.proposal(of: RunID(rawValue: 1), in: $0) }
    }

    func decisions() throws -> [Decision] {
        try shop.store.read { try ProposalRecords.decisions(of: RunID(rawValue: 1), in: $0) }
    }

    /// Key, recipients, subject and text of all messages, in the order in which they were written.
    func messages() throws -> [(key: String, to: String, subject: String, text: String)] {
        try shop.store.read {
            try $0.all(
                "SELECT effect_key, recipients, subject, content FROM outbox_message ORDER BY outbox_message_id"
            ) { row in
                (
                    try row.text(0), try row.text(1).replacing("\n", with: " "), try row.text(2),
                    String(decoding: try row.blob(3), as: UTF8.self).replacing("=\r\n", with: "")
                        .replacing("\r\n", with: "\n")
                )
            }
        }
    }
}
