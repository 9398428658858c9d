import Calendars
import CompanyFixtures
import Diagnostics
import Store
import Testing

@testable import Jobs
@testable import Mail

@Suite(.serialized) struct OutboxTests {
    private static let databases = Database.available

    /// A mail server that answers as it is told, and keeps what it took.
    private final class ScriptedTransport: MailTransport {
        private var answers: [MailError?]
        private(set) var taken: [String] = []
        let takesRepeats: Bool

        init(_ answers: [MailError?] = [], takesRepeats: Bool = false) {
            self.answers = answers
            self.takesRepeats = takesRepeats
        }

        func deliver(_ message: RenderedMessage) throws(MailError) -> DeliveryReceipt {
            let answer = answers.isEmpty ? nil : answers.removeFirst()
            if let answer { throw answer }
            taken.append(message.id.identifier)
            return DeliveryReceipt(
                id: message.id, place: .server("mail.example"), reply: ServerReply(code: 250, text: "queued as 17"),
                wasThere: false)
        }
    }

    private static let refused = MailError.refused(
        server: "mail.example", stage: .sender, reply: ServerReply(code: 550, text: "no"), recipients: [])
    private static let deferred = MailError.deferred(
        server: "mail.example", stage: .sender, reply: ServerReply(code: 451, text: "later"), recipients: [])
    private static let unreachable = MailError.unreachable(
        server: "mail.example", stage: .connection, reason: "refused")
    private static let inDoubt = MailError.inDoubt(server: "mail.example", reason: "it fell silent")

    private func withMails<T>(_ database: Database, _ count: Int, _ body: (Workshop) throws -> T) throws -> T {
        try Workshop.with(database) { shop in
            _ = try shop.run(["mails": "\(count)"])
            return try body(shop)
        }
    }

    private func items(_ shop: Workshop) throws -> [Outbox.Item] {
        try shop.store.read { try Outbox.items(of: RunID(rawValue: 1), in: $0) }
    }

    private func deliver(
        _ shop: Workshop, _ transport: ScriptedTransport, at now: Instant = Workshop.now
    ) throws -> [OutboxDelivery.Outcome] {
        try OutboxDelivery(store: shop.store, transport: transport, clock: FixedClock(now)).deliverDue()
    }

    @Test(arguments: databases)
    func `a message is committed with its run and waits`(database: Database) throws {
        try withMails(database, 2) { shop in
            let items = try items(shop)
            #expect(items.map(\.subject) == ["Tally 0", "Tally 1"])
            #expect(items.allSatisfy { $0.state == .pending && $0.attempts == 0 && $0.answer == nil })
            #expect(items.map(\.recipients) == [["ann@example.com"], ["ann@example.com"]])
        }
    }

    @Test(arguments: databases)
    func `a message of an effect that has one already is not kept a second time`(database: Database) throws {
        try withMails(database, 2) { shop in
            // Another run with the same effects.
            _ = try shop.run(["mails": "3"])
            let keys = try shop.store.read {
                try $0.all("SELECT effect_key, run_id FROM outbox_message ORDER BY effect_key") {
                    "\(try $0.text(0)) of \(try $0.int(1))"
                }
            }
            #expect(keys == ["tally/0 of 1", "tally/1 of 1", "tally/2 of 2"])
            let count = try shop.store.read { try $0.first("SELECT COUNT(*) FROM outbox_delivery") { try $0.int(0) } }
            #expect(count == 3)
        }
    }

    @Test(arguments: databases)
    func `every waiting message is delivered once, in order`(database: Database) throws {
        try withMails(database, 3) { shop in
            let transport = ScriptedTransport()
            let outcomes = try deliver(shop, transport)
            #expect(outcomes.map(\.state) == [.sent, .sent, .sent])
            #expect(outcomes.first?.answer == "mail.example: 250 queued as 17")
            #expect(transport.taken == (0...2).map { "tally.\($0)@steward.example" })
            #expect(try items(shop).allSatisfy { $0.state == .sent && $0.attempts == 1 })
            #expect(try deliver(shop, transport, at: .later).isEmpty)
            #expect(transport.taken.count == 3)
        }
    }

    @Test(arguments: databases)
    func `each answer of a server has its consequence`(database: Database) throws {
        try withMails(database, 5) { shop in
            let transport = ScriptedTransport([Self.refused, Self.deferred, Self.inDoubt, Self.unreachable, nil])
            let outcomes = try deliver(shop, transport)
            #expect(outcomes.map(\.state) == [.refused, .deferred, .inDoubt, .deferred, .sent])
            #expect(outcomes[0].answer.contains("550 no"))
            #expect(try items(shop).map(\.state) == [.refused, .deferred, .inDoubt, .deferred, .sent])
            // Only what was put off is tried again, and not before its time.
            #expect(try deliver(shop, transport, at: Workshop.now.adding(seconds: 59)).isEmpty)
            let again = try deliver(shop, transport, at: Workshop.now.adding(seconds: Outbox.firstRetrySeconds))
            #expect(again.map(\.subject) == ["Tally 1", "Tally 3"] && again.allSatisfy { $0.state == .sent })
            #expect(try items(shop).map(\.attempts) == [1, 2, 1, 2, 1])
        }
    }

    @Test(arguments: databases)
    func `a message is put off ever longer, and given up after the last attempt`(database: Database) throws {
        try withMails(database, 1) { shop throws in
            let transport = ScriptedTransport(Array(repeating: Self.deferred, count: 20))
            var now = Workshop.now
            var wait = Outbox.firstRetrySeconds
            for attempt in 1...Outbox.maximumAttempts {
                let isLast = attempt == Outbox.maximumAttempts
                #expect(try deliver(shop, transport, at: now).map(\.state) == [isLast ? .refused : .deferred])
                #expect(try items(shop).map(\.attempts) == [attempt])
                #expect(try deliver(shop, transport, at: now.adding(seconds: wait - 1)).isEmpty)
                now = now.adding(seconds: wait)
                wait *= 2
            }
            #expect(try deliver(shop, transport, at: now.adding(seconds: 1_000_000)).isEmpty)
            #expect(transport.taken.isEmpty)
        }
    }

    /// As a process leaves it that claims the first message and goes no further.
    private func claimFirst(_ shop: Workshop, _ process: WorkerProcess) throws {
        try shop.store.write {
            _ = try $0.execute(
                """
                UPDATE outbox_delivery
                   SET state = 'sending', attempts = 1, changed_at = ?, host = ?, process_id = ?, process_started = ?
                 WHERE outbox_message_id = (SELECT MIN(outbox_message_id) FROM outbox_message)
                """, Workshop.now, process.host, process.id, process.started)
        }
    }

    @Test(arguments: databases)
    func `what was on its way when its sender died is in doubt, and is never sent again by itself`(
        database: Database
    ) throws {
        try withMails(database, 2) { shop in
            try claimFirst(shop, .ended)
            let transport = ScriptedTransport()
            #expect(try deliver(shop, transport).map(\.subject) == ["Tally 1"])
            for seconds: Int64 in [0, 1, 1_000_000] {
                #expect(try items(shop).map(\.state) == [.inDoubt, .sent])
                #expect(try deliver(shop, transport, at: Workshop.now.adding(seconds: seconds)).isEmpty)
            }
            #expect(try items(shop)[0].answer == "the sender ended before it knew the answer")
            #expect(transport.taken == ["tally.1@steward.example"])
        }
    }

    @Test(arguments: databases)
    func `what was on its way to a folder when its sender died is written once more, as the same file`(
        database: Database
    ) throws {
        try withMails(database, 2) { shop in
            try claimFirst(shop, .ended)
            let transport = ScriptedTransport(takesRepeats: true)
            #expect(try deliver(shop, transport).map(\.state) == [.sent, .sent])
            #expect(try items(shop).map(\.attempts) == [2, 1])
        }
    }

    @Test(arguments: databases, [WorkerProcess.current, .elsewhere])
    func `what another process is sending is left to it, until no delivery takes so long`(
        database: Database, process: WorkerProcess
    ) throws {
        try withMails(database, 1) { shop in
            try claimFirst(shop, process)
            let transport = ScriptedTransport(takesRepeats: false)
            let longest = OutboxDelivery.maximumDeliverySeconds
            for seconds in [0, longest] {
                #expect(try deliver(shop, transport, at: Workshop.now.adding(seconds: seconds)).isEmpty)
                #expect(try items(shop).map(\.state) == [.sending])
            }
            #expect(try deliver(shop, transport, at: Workshop.now.adding(seconds: longest + 1)).isEmpty)
            #expect(try items(shop).map(\.state) == [.inDoubt])
            #expect(transport.taken.isEmpty)
        }
    }

    @Test(arguments: databases)
    func `a person who asks does not wait for what was put off`(database: Database) throws {
        try withMails(database, 1) { shop in
            let transport = ScriptedTransport([Self.deferred, Self.deferred])
            _ = try deliver(shop, transport)
            #expect(try deliver(shop, transport).isEmpty)
            let delivery = OutboxDelivery(store: shop.store, transport: transport, clock: FixedClock(Workshop.now))
            let run = RunID(rawValue: 1)
            #expect(try delivery.deliverNow(of: run).map(\.state) == [.deferred], "once, not until it is taken")
            #expect(try delivery.deliverNow(of: run).map(\.state) == [.sent])
            #expect(try delivery.deliverNow(of: run).isEmpty)
        }
    }

    @Test(arguments: databases)
    func `the messages of one run are delivered without those of another`(database: Database) throws {
        try withMails(database, 1) { shop in
            _ = try shop.run(["mails": "2"])
            let transport = ScriptedTransport()
            let delivery = OutboxDelivery(store: shop.store, transport: transport, clock: FixedClock(Workshop.now))
            #expect(try delivery.deliverDue(of: RunID(rawValue: 2)).map(\.subject) == ["Tally 1"])
            #expect(try items(shop).map(\.state) == [.pending])
        }
    }
}
