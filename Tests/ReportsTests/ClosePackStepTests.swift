import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Ledger
import Store
import TestSupport
import Testing

@testable import Reports

/// The pack as the last step of a close.
@Suite struct ClosePackStepTests {
    private enum Steps: CloseStepCatalog {
        static let steps: [any CloseStep] = [ClosePackStep()]
    }

    private static let kinds = KindRegistry([CloseLedger<Steps>.self])
    private static let now = Instant("2026-05-05T08:00:00Z") ?? Instant(microseconds: 0)

    /// Posts a sale of April, and closes the month with the approval of a second person.
    private static func close(_ demo: DemoCompany) throws -> RunRecord {
        let settings = try LedgerSettings.load(for: demo.company)
        let sale = try JournalEntry(
            key: "sale", date: CalendarDate("2026-04-15") ?? .earliest, description: "Sale",
            postings: [("1200", Int64(120_00)), ("4000", -120_00)].map {
                .init(account: AccountCode($0.0), amount: Money(minorUnits: $0.1, .gbp), description: "")
            })
        try demo.store.write { connection in
            let stamp = Stamp(run: nil, person: "ann", at: now)
            try FiscalCalendar.adopt(settings, stamp, in: connection)
            try Journal.post([sale], in: UnitOfWork(connection: connection, stamp: stamp, digest: nil))
        }
        let job = try JobCatalog.load(for: demo.company, kinds: DemoCompany.kinds).job("ledger-close")
        let executor = RunExecutor(
            company: demo.company, store: demo.store, kinds: kinds, clock: FixedClock(now), person: "iain")
        let period = Period.month(year: 2026, number: 4)
        func run() throws -> RunRecord {
            try executor.run(job, period: period, parameters: ParameterValues([:]), trigger: .person).record
        }
        let waiting = try run()
        let before = try messages(demo)
        #expect(before.allSatisfy { !$0.key.hasPrefix("close/") }, "nothing is mailed before the approval")
        _ = try Approver(account: "morag", company: demo.company, kinds: kinds, clock: FixedClock(now))
            .approve(waiting.id, in: demo.store)
        return try run()
    }

    private static func messages(
        _ demo: DemoCompany
    ) throws -> [(key: String, recipients: String, subject: String, text: String)] {
        try demo.store.read {
            try $0.all("SELECT effect_key, recipients, subject, content FROM outbox_message ORDER BY effect_key") {
                (try $0.text(0), try $0.text(1), try $0.text(2), String(decoding: try $0.blob(3), as: UTF8.self))
            }
        }
    }

    @Test(arguments: Database.available)
    func `a closed month is mailed to whom the settings name, when it is approved`(database: Database) throws {
        try DemoCompany.with(database, hasPeople: false) { demo in
            let run = try Self.close(demo)
            #expect(run.state == .succeeded)
            let packs = try Self.messages(demo).filter { $0.key.hasPrefix("close/") }
            #expect(packs.map(\.key) == ["close/2026-P04/pack"])
            let pack = try #require(packs.first)
            #expect(pack.recipients == "morag.sinclair@thistle-tide.example")
            #expect(
                pack.subject
                    == "Close pack April 2026, Thistle & Tide Ltd: profit GBP 120.00, cash GBP 120.00")
            #expect(pack.text.contains("filename=\"close-pack-2026-P04.xlsx\""))
            #expect(run.summary.figures.contains { "\($0)".contains("Morag Sinclair") }, "\(run.summary.figures)")
        }
    }

    private enum StepsWithDraft: CloseStepCatalog {
        static let steps: [any CloseStep] = [ClosePackStep(), ClosePackStep(.draft)]
    }

    @Test(arguments: Database.available)
    func `a draft is mailed before the approval to whom the settings name, once`(database: Database) throws {
        let edit: [String: (String) -> String] = [
            LedgerSettings.file: {
                $0.replacing("pack_to:\n", with: "draft_to:\n  - Ann Lee <ann@example.com>\npack_to:\n")
            }
        ]
        let kinds = KindRegistry([CloseLedger<StepsWithDraft>.self])
        try DemoCompany.with(database, hasPeople: false, edit: edit) { demo in
            let job = try JobCatalog.load(for: demo.company, kinds: DemoCompany.kinds).job("ledger-close")
            func run() throws -> RunRecord {
                try RunExecutor(
                    company: demo.company, store: demo.store, kinds: kinds, clock: FixedClock(Self.now), person: "iain"
                ).run(
                    job, period: .month(year: 2026, number: 4), parameters: ParameterValues([:]), trigger: .person
                ).record
            }
            let waiting = try run()
            #expect(waiting.state == .waitingApproval)
            func packs() throws -> [(key: String, recipients: String, subject: String, text: String)] {
                try Self.messages(demo).filter { $0.key.hasPrefix("close/") }
            }
            let drafts = try packs()
            #expect(drafts.map(\.key) == ["close/2026-P04/pack-draft"])
            #expect(drafts.first?.recipients == "ann@example.com")
            #expect(drafts.first?.subject.hasPrefix("Draft of the close pack April 2026") == true)
            #expect(drafts.first?.text.contains("filename=\"close-pack-2026-P04-draft.xlsx\"") == true)
            _ = try Approver(account: "morag", company: demo.company, kinds: kinds, clock: FixedClock(Self.now))
                .approve(waiting.id, in: demo.store)
            #expect(try run().state == .succeeded)
            #expect(try packs().map(\.key) == ["close/2026-P04/pack", "close/2026-P04/pack-draft"])
        }
    }

    @Test func `where nobody is named the close says so and mails nothing`() throws {
        let edit: [String: (String) -> String] = [
            LedgerSettings.file: { text in
                text.split(separator: "\n", omittingEmptySubsequences: false)
                    .filter { !$0.hasPrefix("pack_to") && !$0.hasPrefix("  - Morag") }.joined(separator: "\n")
            }
        ]
        try DemoCompany.with(hasPeople: false, edit: edit) { demo in
            let run = try Self.close(demo)
            #expect(run.state == .succeeded)
            let packs = try Self.messages(demo).filter { $0.key.hasPrefix("close/") }
            #expect(packs.isEmpty)
            #expect(run.summary.figures.contains { "\($0)".contains("pack_to of config/ledger.yaml names nobody") })
        }
    }
}
