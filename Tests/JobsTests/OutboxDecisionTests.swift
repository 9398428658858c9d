import Calendars
import CompanyFixtures
import Diagnostics
import Store
import Testing

@testable import Jobs

/// What persons decide about messages.
@Suite(.serialized) struct OutboxDecisionTests {
    private func with(
        _ database: Database, _ state: DeliveryState, attempts: Int = 1, _ body: (Workshop) throws -> Void
    ) throws {
        try Workshop.with(database) { shop throws in
            _ = try shop.run(["mails": "1"])
            try shop.store.write {
                _ = try $0.execute(
                    """
                    UPDATE outbox_delivery
                       SET state = ?, attempts = ?, host = 'h', process_id = 1, process_started = '1'
                    """, state.rawValue, attempts)
            }
            try body(shop)
        }
    }

    private func decision(_ reason: String = "Morag has it", message: Int64 = 1) throws -> OutboxDecision {
        try OutboxDecision(
            OutboxMessageID(rawValue: message), reason: reason, person: "ann", at: Workshop.now.adding(seconds: 60))
    }

    private static let resendable: Set<DeliveryState> = [.deferred, .refused, .inDoubt, .settledUnsent]

    @Test(arguments: Database.available, DeliveryState.allCases)
    func `what may be sent again is, with who and why on record`(database: Database, state: DeliveryState) throws {
        try with(database, state) { shop throws in
            let outcome = Result { try shop.store.write { try decision().resend(in: $0) } }
            let item = try shop.store.read { try Outbox.find(OutboxMessageID(rawValue: 1), in: $0) }
            guard Self.resendable.contains(state) else {
                #expect(throws: Failure.self) { try outcome.get() }
                #expect(item.state == state)
                return
            }
            try outcome.get()
            #expect(item.state == .pending && item.notBefore == Workshop.now.adding(seconds: 60))
            let events = try shop.store.read { try Outbox.details(of: item.id, in: $0) }.events
            #expect(events.count == 1 && events[0].actor == "ann" && events[0].reason == "Morag has it")
            #expect(events[0].from == state && events[0].to == .pending)
        }
    }

    private static let settleable: [OutboxDecision.Settlement: Set<DeliveryState>] = [
        .sent: [.inDoubt, .refused], .unsent: [.pending, .deferred, .inDoubt, .refused],
    ]

    @Test(arguments: DeliveryState.allCases, OutboxDecision.Settlement.allCases)
    func `what is not over can be settled`(state: DeliveryState, settlement: OutboxDecision.Settlement) throws {
        try with(.sqlite, state) { shop throws in
            let outcome = Result { try shop.store.write { try decision().settle(as: settlement, in: $0) } }
            let found = try shop.store.read { try Outbox.find(OutboxMessageID(rawValue: 1), in: $0) }.state
            if Self.settleable[settlement]?.contains(state) == true {
                try outcome.get()
                #expect(found == settlement.state)
            } else {
                let error = #expect(throws: Failure.self) { try outcome.get() }
                #expect(found == state)
                let isUnderWay = state == .sending || state == .dotPending
                #expect(error?.exitCode == (isUnderWay ? .alreadyRunning : .refused))
            }
        }
    }

    @Test(arguments: ["", " ", "\t", "two\nlines", String(repeating: "x", count: 1_001)])
    func `a reason that says nothing is refused`(reason: String) {
        #expect(throws: Failure.self) { try decision(reason) }
    }

    @Test func `a message that is not there is not found`() throws {
        try Workshop.with(.sqlite) { shop throws in
            let error = #expect(throws: Failure.self) {
                try shop.store.write { try decision(message: 7).resend(in: $0) }
            }
            #expect(error?.exitCode == .notFound)
        }
    }

    @Test(arguments: Database.available)
    func `messages are listed by state and run, newest first`(database: Database) throws {
        try Workshop.with(database) { shop throws in
            _ = try shop.run(["mails": "2"])
            _ = try shop.run(["mails": "3"])
            try shop.store.write {
                _ = try $0.execute("UPDATE outbox_delivery SET state = 'in_doubt' WHERE outbox_message_id = 2")
            }
            func list(_ filter: Outbox.Filter) throws -> [String] {
                try shop.store.read { try Outbox.list(filter, in: $0) }.map(\.subject)
            }
            #expect(try list(.init()) == ["Tally 2", "Tally 1", "Tally 0"])
            #expect(try list(.init(maximumCount: 1)) == ["Tally 2"])
            #expect(try list(.init(state: .inDoubt)) == ["Tally 1"])
            #expect(try list(.init(state: .pending)) == ["Tally 2", "Tally 0"])
            #expect(try list(.init(state: .sent)).isEmpty)
            #expect(try list(.init(run: RunID(rawValue: 1))) == ["Tally 1", "Tally 0"])
            let details = try shop.store.read { try Outbox.details(of: OutboxMessageID(rawValue: 1), in: $0) }
            #expect(details.headers.first { $0.name == "Subject" }?.value == "Tally 0")
            #expect(details.effectKey == "tally/0" && details.onDoubt == .hold && details.events.isEmpty)
        }
    }

    @Test func `folded headers are joined, and controls are not shown`() {
        let content = "Subject: a\r\n b\r\nX-Odd: c\u{1B}[2J\r\n\r\nbody: no header\r\n"
        let headers = Outbox.headers(Array(content.utf8)).map { "\($0.name)=\($0.value)" }
        #expect(headers == ["Subject=a b", "X-Odd=c [2J"])
    }

    @Test func `only the changes that are listed are possible, and every state can be reached`() {
        var reached: Set<DeliveryState> = [.pending]
        var open: [DeliveryState] = [.pending]
        while let state = open.popLast() {
            for next in state.successors where reached.insert(next).inserted { open.append(next) }
        }
        #expect(reached == Set(DeliveryState.allCases))
        // The dot is only sent from the barrier, and what arrived never leaves again.
        #expect(DeliveryState.allCases.filter { $0.successors.contains(.sent) } == [.dotPending, .inDoubt])
        #expect(DeliveryState.allCases.filter { $0.isDelivered }.allSatisfy { $0.successors.isEmpty })
    }
}
