import Calendars
import CompanyFixtures
import Diagnostics
import Store
import TestSupport
import Testing

@testable import Jobs
@testable import Mail

@Suite(.serialized) struct OutboxTests {
    private static let databases = Database.available

    private typealias Answer = ScriptedTransport.Answer

    private static let refused = Answer.failsBeforeDot(
        .refused(server: "mail.example", stage: .sender, reply: ServerReply(code: 550, text: "no"), recipients: []))
    private static let deferred = Answer.failsBeforeDot(
        .deferred(
            server: "mail.example", stage: .sender, reply: ServerReply(code: 451, text: "4.3.0 later"), recipients: []))
    private static let unreachable = Answer.failsBeforeDot(
        .unreachable(server: "mail.example", stage: .connection, reason: "refused"))
    private static let inDoubt = Answer.failsAfterDot(.inDoubt(server: "mail.example", reason: "it fell silent"))

    private func withMails<T>(_ database: Database, _ count: Int, _ body: (Workshop) throws -> T) throws -> T {
        try Workshop.with(database) { shop throws in
            _ = try shop.run(["mails": "\(count)"])
            return try body(shop)
        }
    }

    private func items(_ shop: Workshop) throws -> [Outbox.Item] {
        try shop.store.read { try Outbox.items(of: RunID(rawValue: 1), in: $0) }
    }

    private func courier(
        _ shop: Workshop, _ transport: ScriptedTransport, at now: Instant = Workshop.now,
        process: WorkerProcess = .current, backoff: RetryBackoff = .standard, pace: DeliveryPace = .unlimited
    ) -> OutboxCourier {
        OutboxCourier(
            store: shop.store, transport: transport, clock: FixedClock(now), pace: pace, backoff: backoff,
            random: SplitMix64(state: 7), process: process)
    }

    private func deliver(
        _ shop: Workshop, _ transport: ScriptedTransport, at now: Instant = Workshop.now,
        backoff: RetryBackoff = .standard
    ) throws -> [OutboxCourier.Outcome] {
        var outcomes: [OutboxCourier.Outcome] = []
        try courier(shop, transport, at: now, backoff: backoff).deliverDue { outcomes.append($0) }
        return outcomes
    }

    /// The changes of a message's delivery, in words.
    private func events(_ shop: Workshop, of number: Int64 = 1) throws -> [String] {
        try shop.store.read {
            try $0.all(
                """
                SELECT from_state, to_state, attempt, COALESCE(reason, ''), COALESCE(queue_id, '')
                  FROM outbox_event WHERE outbox_message_id = ? ORDER BY outbox_event_id
                """, number
            ) { row in
                let texts = [
                    "\(try row.text(0)) → \(try row.text(1))", "\(try row.int(2))", try row.text(3), try row.text(4),
                ]
                return texts.filter { !$0.isEmpty }.joined(separator: ", ")
            }
        }
    }

    @Test(arguments: databases)
    func `a message is committed with its run and waits`(database: Database) throws {
        try withMails(database, 2) { shop throws in
            let items = try items(shop)
            #expect(items.map(\.subject) == ["Tally 0", "Tally 1"])
            #expect(items.allSatisfy { $0.state == .pending && $0.attempts == 0 && $0.answer == nil })
            #expect(items.map(\.recipients) == [["ann@example.com"], ["ann@example.com"]])
        }
    }

    @Test(arguments: databases)
    func `a message of an effect that has one already is not kept a second time`(database: Database) throws {
        try withMails(database, 2) { shop throws in
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
        try withMails(database, 3) { shop throws in
            let transport = ScriptedTransport()
            let outcomes = try deliver(shop, transport)
            #expect(outcomes.map(\.state) == [.sent, .sent, .sent])
            #expect(
                outcomes.first?.answer
                    == DeliveryAnswer(
                        text: "mail.example: 250 2.0.0 Ok: queued as 17", replyCode: 250, enhancedCode: "2.0.0",
                        queueID: "17"))
            #expect(transport.taken == (0...2).map { "tally.\($0)@steward.example" })
            #expect(try items(shop).allSatisfy { $0.state == .sent && $0.attempts == 1 })
            #expect(try deliver(shop, transport, at: .later).isEmpty)
            #expect(transport.taken.count == 3)
        }
    }

    @Test(arguments: databases)
    func `a message that could not be read because the store failed is delivered when it can be`(
        database: Database
    ) throws {
        // More than are read at once, so that the store is asked again while messages are under way.
        let count = OutboxCourier.loadedAtOnce + 2
        try withMails(database, count) { shop throws in
            func rename(_ table: String, to other: String) throws {
                try shop.store.write { _ = try $0.execute("ALTER TABLE \(table) RENAME TO \(other)") }
            }
            let transport = ScriptedTransport(connections: count)
            var failure: (any Error)?
            transport.onBegin = { _ in
                guard transport.begun.count == OutboxCourier.loadedAtOnce else { return }
                do { try rename("outbox_message", to: "outbox_message_away") } catch { failure = error }
            }
            let courier = courier(shop, transport)
            #expect(throws: StoreError.self) { try courier.deliverDue() }
            #expect(failure == nil)
            #expect(transport.begun.count == OutboxCourier.loadedAtOnce)
            transport.onBegin = { _ in }
            try rename("outbox_message_away", to: "outbox_message")
            try courier.deliverDue()
            #expect(transport.taken == (0..<count).map { "tally.\($0)@steward.example" })
            #expect(try items(shop).allSatisfy { $0.state == .sent && $0.attempts == 1 })
        }
    }

    @Test(arguments: databases)
    func `what its sender gives up before the dot waits again, even where it stands at a barrier not heard of`(
        database: Database
    ) throws {
        try withMails(database, 2) { shop throws in
            func records(_ connection: Connection) -> DeliveryRecords {
                DeliveryRecords(connection, process: .current, now: Workshop.now)
            }
            let claimed = try shop.store.write { connection in
                var records = records(connection)
                let claimed = try records.claim(2, of: nil, dueBy: Workshop.now)
                _ = try records.stand(claimed)
                try records.writeEvents()
                return claimed
            }
            #expect(try items(shop).map(\.state) == [.dotPending, .dotPending])
            try shop.store.write { connection in
                var records = records(connection)
                try records.record([
                    .init(
                        message: claimed[0], from: .sending, to: .deferred, answer: DeliveryAnswer(text: "hung up"),
                        notBefore: Workshop.now)
                ])
                try records.release([(claimed[1], nil)], reason: "the sender was stopped")
                try records.writeEvents()
            }
            #expect(try items(shop).map(\.state) == [.deferred, .deferred])
            #expect(try events(shop, of: 2).last == "dot_pending → deferred, 1, the sender was stopped")
        }
    }

    @Test(arguments: databases)
    func `each answer of a server has its consequence, and each change is on record`(database: Database) throws {
        try withMails(database, 5) { shop throws in
            let transport = ScriptedTransport([Self.refused, Self.deferred, Self.inDoubt, .takes, .takes])
            let outcomes = try deliver(shop, transport)
            #expect(outcomes.map(\.state) == [.refused, .deferred, .inDoubt, .sent, .sent])
            #expect(outcomes[0].answer.text.contains("550 no"))
            #expect(outcomes[1].answer.enhancedCode == "4.3.0" && outcomes[1].answer.replyCode == 451)
            #expect(try items(shop).map(\.state) == [.refused, .deferred, .inDoubt, .sent, .sent])
            #expect(try events(shop, of: 1) == ["pending → sending, 1", "sending → refused, 1"])
            #expect(try events(shop, of: 2) == ["pending → sending, 1", "sending → deferred, 1"])
            #expect(
                try events(shop, of: 3) == [
                    "pending → sending, 1", "sending → dot_pending, 1", "dot_pending → in_doubt, 1",
                ])
            #expect(
                try events(shop, of: 4) == [
                    "pending → sending, 1", "sending → dot_pending, 1", "dot_pending → sent, 1, 17",
                ])
            // Only what was put off is tried again, and not before its time.
            let due = try items(shop)[1].notBefore
            #expect(due > Workshop.now && due <= Workshop.now.adding(seconds: RetryBackoff.standard.firstSeconds))
            #expect(try deliver(shop, transport, at: due.adding(seconds: -1)).isEmpty)
            let again = try deliver(shop, transport, at: due)
            #expect(again.map(\.subject) == ["Tally 1"] && again.allSatisfy { $0.state == .sent })
            #expect(try items(shop).map(\.attempts) == [1, 2, 1, 1, 1])
            #expect(try events(shop, of: 2).dropFirst(2).first == "deferred → sending, 2")
        }
    }

    @Test(arguments: databases)
    func `a server that cannot be reached costs the messages that met it an attempt, and no others`(
        database: Database
    ) throws {
        try withMails(database, 4) { shop throws in
            let transport = ScriptedTransport([.takes, Self.unreachable])
            let courier = courier(shop, transport)
            #expect(try courier.deliverDue() == OutboxCounts(sent: 1, deferred: 1))
            #expect(try items(shop).map(\.state) == [.sent, .deferred, .pending, .pending])
            #expect(try items(shop).map(\.attempts) == [1, 1, 0, 0])
            #expect(try events(shop, of: 3).last == "sending → pending, 1, the server could not be used")
            // It is left alone for a while, but not where a person asks.
            #expect(try courier.deliverDue() == OutboxCounts())
            #expect(try courier.deliverNow(of: RunID(rawValue: 1)) == OutboxCounts(sent: 3))
        }
    }

    @Test(arguments: databases)
    func `where one connection cannot be had and another can, the message takes that`(database: Database) throws {
        try withMails(database, 3) { shop throws in
            let transport = ScriptedTransport([Self.unreachable, Self.unreachable], isReachable: true)
            #expect(try deliver(shop, transport).map(\.state) == [.sent, .sent, .sent])
            #expect(try items(shop).allSatisfy { $0.attempts == 1 })
        }
    }

    @Test(arguments: databases)
    func `a message is put off ever longer, and given up after the last attempt`(database: Database) throws {
        try withMails(database, 1) { shop throws in
            let backoff = RetryBackoff(firstSeconds: 60, maximumSeconds: 600, maximumAttempts: 8)
            let transport = ScriptedTransport(Array(repeating: Self.deferred, count: 20))
            var now = Workshop.now
            var longest: Int64 = 60
            for attempt in 1...backoff.maximumAttempts {
                let isLast = attempt == backoff.maximumAttempts
                #expect(
                    try deliver(shop, transport, at: now, backoff: backoff).map(\.state) == [
                        isLast ? .refused : .deferred
                    ])
                let item = try items(shop)[0]
                #expect(item.attempts == attempt)
                #expect(item.notBefore > now && item.notBefore <= now.adding(seconds: longest))
                #expect(
                    try deliver(shop, transport, at: item.notBefore.adding(seconds: -1), backoff: backoff).isEmpty)
                now = item.notBefore
                longest = min(longest * 2, backoff.maximumSeconds)
            }
            #expect(try deliver(shop, transport, at: now.adding(seconds: 1_000_000), backoff: backoff).isEmpty)
            #expect(transport.taken.isEmpty)
            #expect(try events(shop).last == "sending → refused, 8, given up after 8 attempts")
        }
    }

    // MARK: - The barrier

    @Test(arguments: databases)
    func `all that stand at the barrier are on record together before any dot is sent`(database: Database) throws {
        try withMails(database, 10) { shop throws in
            let transport = ScriptedTransport(connections: 4)
            var states: [[DeliveryState]] = []
            transport.beforeDots = { states.append(try items(shop).map(\.state)) }
            #expect(try deliver(shop, transport).count == 10)
            #expect(transport.completed.map(\.count) == [4, 4, 2])
            #expect(transport.beforeDotsError == nil)
            #expect(states.map { $0.count { $0 == .dotPending } } == [4, 4, 2])
            // The answers of a group are recorded with the barrier of the next.
            #expect(states.map { $0.count { $0 == .sent } } == [0, 4, 8])
            #expect(transport.taken == (0...9).map { "tally.\($0)@steward.example" })
        }
    }

    @Test(arguments: databases)
    func `what another process has taken over meanwhile does not get its dot`(database: Database) throws {
        try withMails(database, 2) { shop throws in
            let transport = ScriptedTransport(connections: 2)
            let sleeper = courier(shop, transport)
            // Claimed, and then the process sleeps for hours; the other settles it.
            let other = WorkerProcess(host: "other.example", id: 9, started: "1")
            transport.beforeDots = {}
            try shop.store.write { connection throws in
                var records = DeliveryRecords(connection, process: .current, now: Workshop.now)
                let claimed = try records.claim(10, of: nil, dueBy: Workshop.now)
                #expect(claimed.count == 2)
                _ = try connection.execute(
                    "UPDATE outbox_delivery SET host = ?, process_id = 9, process_started = '1' WHERE outbox_message_id = 1",
                    other.host)
                #expect(try records.stand(claimed) == [OutboxMessageID(rawValue: 2)])
            }
            #expect(try items(shop).map(\.state) == [.sending, .dotPending])
            _ = sleeper
        }
    }

    // MARK: - After a crash

    /// As a process leaves it that has claimed the first message and gone so far.
    private func leaveFirst(
        _ shop: Workshop, _ process: WorkerProcess, _ state: DeliveryState, attempts: Int = 0
    ) throws {
        try shop.store.write {
            _ = try $0.execute(
                """
                UPDATE outbox_delivery
                   SET state = ?, attempts = ?, changed_at = ?, host = ?, process_id = ?, process_started = ?
                 WHERE outbox_message_id = (SELECT MIN(outbox_message_id) FROM outbox_message)
                """, state.rawValue, attempts, Workshop.now, process.host, process.id, process.started)
        }
    }

    @Test(arguments: databases)
    func `what stood at the barrier when its sender died is in doubt, and is never sent again by itself`(
        database: Database
    ) throws {
        try withMails(database, 2) { shop throws in
            try leaveFirst(shop, .ended, .dotPending, attempts: 1)
            let transport = ScriptedTransport()
            #expect(try deliver(shop, transport).map(\.subject) == ["Tally 1"])
            for seconds: Int64 in [0, 1, 1_000_000] {
                #expect(try items(shop).map(\.state) == [.inDoubt, .sent])
                #expect(try deliver(shop, transport, at: Workshop.now.adding(seconds: seconds)).isEmpty)
            }
            #expect(
                try items(shop)[0].answer == "The sender ended before it knew the answer; it may have been delivered.")
            #expect(transport.taken == ["tally.1@steward.example"])
        }
    }

    @Test(arguments: databases)
    func `what was before the barrier when its sender died is sent, for the server cannot have it`(
        database: Database
    ) throws {
        try withMails(database, 2) { shop throws in
            try leaveFirst(shop, .ended, .sending)
            let transport = ScriptedTransport()
            #expect(try deliver(shop, transport).map(\.state) == [.sent, .sent])
            #expect(try items(shop).map(\.attempts) == [2, 1])
            #expect(try events(shop).first?.contains("has ended") == true)
        }
    }

    @Test(arguments: databases)
    func `what may be delivered twice is sent again, under the same name`(database: Database) throws {
        try withMails(database, 2) { shop throws in
            try shop.store.write {
                _ = try $0.execute("UPDATE outbox_message SET on_doubt = 'resend' WHERE outbox_message_id = 1")
            }
            try leaveFirst(shop, .ended, .dotPending, attempts: 1)
            let transport = ScriptedTransport([.takes, Self.inDoubt])
            #expect(try deliver(shop, transport).map(\.state) == [.sent, .inDoubt])
            #expect(transport.taken == ["tally.0@steward.example"])
            #expect(
                try events(shop).dropFirst().prefix(2) == [
                    "in_doubt → pending, 1, on_doubt is resend", "pending → sending, 2",
                ])
        }
    }

    @Test(arguments: databases)
    func `a message in doubt whose policy is to resend is sent again after a wait`(database: Database) throws {
        try withMails(database, 1) { shop throws in
            try shop.store.write { _ = try $0.execute("UPDATE outbox_message SET on_doubt = 'resend'") }
            let transport = ScriptedTransport([Self.inDoubt])
            #expect(try deliver(shop, transport).map(\.state) == [.inDoubt])
            let item = try items(shop)[0]
            #expect(item.state == .pending && item.notBefore > Workshop.now)
            #expect(try deliver(shop, transport, at: item.notBefore).map(\.state) == [.sent])
            #expect(transport.begun == ["tally.0@steward.example", "tally.0@steward.example"])
        }
    }

    @Test(arguments: databases)
    func `what was on its way to a folder when its sender died is written once more, as the same file`(
        database: Database
    ) throws {
        try withMails(database, 2) { shop throws in
            try leaveFirst(shop, .ended, .dotPending, attempts: 1)
            let transport = ScriptedTransport(takesRepeats: true)
            #expect(try deliver(shop, transport).map(\.state) == [.sent, .sent])
            #expect(try items(shop).map(\.attempts) == [2, 1])
        }
    }

    @Test(arguments: databases, [WorkerProcess.current, .elsewhere])
    func `what another process is sending is left to it, until no delivery takes so long`(
        database: Database, process: WorkerProcess
    ) throws {
        try withMails(database, 1) { shop throws in
            try leaveFirst(shop, process, .dotPending, attempts: 1)
            let transport = ScriptedTransport()
            let longest = OutboxCourier.longestDeliverySeconds
            for seconds in [0, longest] {
                #expect(try deliver(shop, transport, at: Workshop.now.adding(seconds: seconds)).isEmpty)
                #expect(try items(shop).map(\.state) == [.dotPending])
            }
            #expect(try deliver(shop, transport, at: Workshop.now.adding(seconds: longest + 1)).isEmpty)
            #expect(try items(shop).map(\.state) == [.inDoubt])
            #expect(transport.taken.isEmpty)
        }
    }

    // MARK: - Persons

    @Test(arguments: databases)
    func `a person who asks does not wait for what was put off`(database: Database) throws {
        try withMails(database, 1) { shop throws in
            let transport = ScriptedTransport([Self.deferred, Self.deferred])
            _ = try deliver(shop, transport)
            #expect(try deliver(shop, transport).isEmpty)
            let courier = courier(shop, transport)
            let run = RunID(rawValue: 1)
            #expect(try courier.deliverNow(of: run) == OutboxCounts(deferred: 1), "once, not until it is taken")
            #expect(try courier.deliverNow(of: run) == OutboxCounts(sent: 1))
            #expect(try courier.deliverNow(of: run) == OutboxCounts())
        }
    }

    @Test(arguments: databases)
    func `the messages of one run are delivered without those of another`(database: Database) throws {
        try withMails(database, 1) { shop throws in
            _ = try shop.run(["mails": "2"])
            let transport = ScriptedTransport()
            #expect(try courier(shop, transport).deliverNow(of: RunID(rawValue: 2)).sent == 1)
            #expect(transport.taken == ["tally.1@steward.example"])
            #expect(try items(shop).map(\.state) == [.pending])
        }
    }
}
