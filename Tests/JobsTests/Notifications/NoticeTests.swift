import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Store
import Testing

@testable import Jobs

@Suite struct NoticeTests {
    private static let notify = """
        notify:
          failed: [ops@example.com, Eve Day <eve@example.com>]
          missed: [ops@example.com]
          late: {after: 1h, to: [ops@example.com]}
        """

    // MARK: - Approval

    @Test(arguments: Database.available)
    func `all with the role are asked once, with totals, exceptions and differences`(database: Database) throws {
        try ApprovalOffice.with(database) { office throws in
            let run = try office.run()
            let messages = try office.messages()
            #expect(messages.map(\.key) == ["notify/approval/1"])
            let message = try #require(messages.first)
            #expect(message.to == "ann@example.com bob@example.com cat@example.com")
            #expect(message.subject == "To approve: gated 2026-04 (run 1)")
            for part in [
                "GBP 1,234.50", "c is odd", "Compared with run 0 for 2026-03", "GBP 1,000.00", "GBP 234.50",
                "steward run approve 1 --hash \(run.effectsDigest.prefix(12))", "role lead",
            ] {
                #expect(message.text.contains(part), "\(part) in \(message.text)")
            }
        }
    }

    @Test(arguments: Database.available)
    func `an approval that nobody has given in time is reminded of once`(database: Database) throws {
        try ApprovalOffice.with(database) { office throws in
            let run = try office.run()
            let notices = try #require(Notices(office.company))
            func tell(_ minutes: Int64) throws -> [RunID] {
                try notices.tellWhatWaits([office.declaration], in: office.shop.store, at: office.at(minutes).now())
                    .reminded
            }
            #expect(try tell(119).isEmpty)
            #expect(try tell(120) == [run.id])
            #expect(try tell(121).isEmpty)
            let messages = try office.messages()
            #expect(messages.map(\.key) == ["notify/approval/1", "notify/reminder/1"])
            #expect(messages.last?.text.contains("for 2 h") == true)
            // Amounts stand in the first mail.
            #expect(messages.last?.text.contains("GBP") == false)
        }
    }

    @Test func `an approval that was given is not reminded of`() throws {
        try ApprovalOffice.with(.sqlite) { office throws in
            try office.run()
            try office.approve(as: "bob")
            let told = try #require(Notices(office.company)).tellWhatWaits(
                [office.declaration], in: office.shop.store, at: office.at(500).now())
            #expect(told == Notices.Told())
        }
    }

    @Test func `a list of users that cannot be read does not keep a run from proposing`() throws {
        try ApprovalOffice.with(.sqlite, users: "users: [") { office throws in
            #expect(try office.run().state == .waitingApproval)
            #expect(try office.messages().isEmpty)
        }
    }

    // MARK: - Failed

    @Test(arguments: Database.available)
    func `a failure is told once, after the last retry`(database: Database) throws {
        try ApprovalOffice.with(database, job: Self.notify) { office throws in
            let notices = Notices(office.company)
            func attempt(_ minutes: Int64, retryAt: Int64?) throws {
                try office.shop.store.write { connection in
                    let queue = RunQueue(connection, person: "daemon", at: office.at(minutes).now(), notices: notices)
                    let new = NewRun(
                        office.declaration, period: .month(2026, 4), parameters: office.declaration.parameters,
                        trigger: .schedule, dueAt: Workshop.now, notBefore: Workshop.now)
                    let run = try queue.enqueue(new).record
                    let claimed = try queue.claim(run.id, for: .current)
                    try queue.fail(
                        run.id, attempt: claimed.attempt, as: .failed, error: "The server said no.\nTwice.",
                        retryAt: retryAt.map { office.at($0).now() })
                }
            }
            try attempt(0, retryAt: 5)
            #expect(try office.messages().isEmpty)
            try attempt(5, retryAt: nil)
            let messages = try office.messages()
            #expect(messages.map(\.key) == ["notify/failed/1/2"])
            #expect(messages.first?.to == "ops@example.com eve@example.com")
            #expect(messages.first?.subject == "Failed: gated 2026-04 (run 1)")
            for part in ["The server said no.", "Twice.", "steward run show 1", "steward run retry 1"] {
                #expect(messages.first?.text.contains(part) == true, "\(part)")
            }
        }
    }

    @Test func `a failure that is rolled back is not told`() throws {
        struct Stop: Error {}
        try ApprovalOffice.with(.sqlite, job: Self.notify) { office throws in
            #expect(throws: Stop.self) {
                try office.shop.store.write { connection in
                    let queue = RunQueue(
                        connection, person: "daemon", at: Workshop.now, notices: Notices(office.company))
                    let run = try queue.enqueue(
                        NewRun(
                            office.declaration, period: .month(2026, 4), parameters: office.declaration.parameters,
                            trigger: .schedule, notBefore: Workshop.now)
                    ).record
                    let claimed = try queue.claim(run.id, for: .current)
                    try queue.fail(run.id, attempt: claimed.attempt, as: .failed, error: "x", retryAt: nil)
                    throw Stop()
                }
            }
            #expect(try office.messages().isEmpty)
        }
    }

    // MARK: - Missed, late

    @Test(arguments: Database.available)
    func `what was missed in a tick is one mail for each job`(database: Database) throws {
        try ApprovalOffice.with(database, job: Self.notify) { office throws in
            let notices = try #require(Notices(office.company))
            let records = (0..<60).map { index in
                OccurrenceRecord(
                    job: index < 55 ? "gated" : "other", due: office.at(Int64(index)).now(),
                    state: index == 3 ? .skipped : .missed, reason: "found late", recordedAt: Workshop.now)
            }
            for _ in 0..<2 {
                try office.shop.store.write {
                    try notices.missed(
                        records, declaration: { $0 == "gated" ? office.declaration : nil }, at: Workshop.now, in: $0)
                }
            }
            let messages = try office.messages()
            #expect(messages.map(\.subject) == ["Missed: gated, 54 times"])
            let text = messages.first?.text ?? ""
            #expect(text.contains("the first 4 are left out") && text.contains("found late"))
            #expect(text.contains("2026-04-28T06:54:00Z") && !text.contains("2026-04-28T06:01:00Z"))
        }
    }

    @Test(arguments: Database.available)
    func `a run that is late is told once`(database: Database) throws {
        try ApprovalOffice.with(database, job: Self.notify) { office throws in
            let notices = try #require(Notices(office.company))
            _ = try office.shop.store.write {
                try RunQueue($0, person: "daemon", at: Workshop.now).enqueue(
                    NewRun(
                        office.declaration, period: .month(2026, 4), parameters: office.declaration.parameters,
                        trigger: .schedule, dueAt: Workshop.now, notBefore: Workshop.now))
            }
            func tell(_ minutes: Int64) throws -> [RunID] {
                try notices.tellWhatWaits([office.declaration], in: office.shop.store, at: office.at(minutes).now())
                    .late
            }
            #expect(try tell(59).isEmpty)
            #expect(try tell(61) == [RunID(rawValue: 1)])
            #expect(try tell(62).isEmpty)
            let message = try office.messages().first
            #expect(message?.key == "notify/late/1")
            #expect(message?.text.contains("is 1 h 1 min late: it has not started.") == true)
        }
    }

    @Test func `a company without mail tells nobody`() throws {
        try Workshop.withCompany { #expect(Notices($0) == nil) }
    }
}
