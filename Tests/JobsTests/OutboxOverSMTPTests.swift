import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Mail
import Store
import TestSupport
import Testing

@testable import Jobs

/// The whole path, from the outbox to a server that writes down every byte.
@Suite(.serialized, .enabled(if: RecordingSink.isAvailable, "skipped: no python3"), .timeLimit(.minutes(10)))
struct OutboxOverSMTPTests {
    /// Looks on while another transport works.
    private final class Observed: MailTransport {
        private let transport: any MailTransport
        /// Is called with the tickets whose dots are about to be sent.
        var beforeDots: ([DeliveryTicket]) throws -> Void = { _ in }
        var error: (any Error)?

        init(_ transport: any MailTransport) {
            self.transport = transport
        }

        var takesRepeats: Bool { transport.takesRepeats }
        var capacity: Int { transport.capacity }
        var isReachable: Bool { transport.isReachable }
        func begin(_ message: RenderedMessage, as ticket: DeliveryTicket) { transport.begin(message, as: ticket) }
        func breakOff(_ tickets: [DeliveryTicket]) { transport.breakOff(tickets) }
        func events(waitingMilliseconds: Int) -> [DeliveryEvent] {
            transport.events(waitingMilliseconds: waitingMilliseconds)
        }
        func complete(_ tickets: [DeliveryTicket]) {
            do { try beforeDots(tickets) } catch { self.error = error }
            transport.complete(tickets)
        }
    }

    private func transport(
        _ sink: RecordingSink, connections: Int = 8, replyTimeoutSeconds: Int = 20
    ) throws -> Observed {
        let settings = try SMTPSettings(
            host: "127.0.0.1", port: sink.port, tls: .none, replyTimeoutSeconds: replyTimeoutSeconds)
        let mail = MailSettings(
            delivery: .smtp(settings), sender: try EmailAddress("tally@steward.example"), connections: connections)
        return Observed(try mail.makeTransport())
    }

    private func states(_ store: Store) throws -> [String: Int] {
        var states: [String: Int] = [:]
        try store.read {
            try $0.forEach("SELECT state, COUNT(*) FROM outbox_delivery GROUP BY state") {
                states[try $0.text(0)] = Int(try $0.int(1))
            }
        }
        return states
    }

    private func identifier(_ number: Int64) -> String { "<tally.\(number - 1)@steward.example>" }

    @Test(arguments: Database.available, [[], ["--pipelining"]])
    func `when a row is at the barrier the server has everything but the dot`(
        database: Database, arguments: [String]
    ) throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, arguments)
            try Workshop.with(database) { shop throws in
                _ = try shop.run(["mails": "20"])
                let transport = try transport(sink, connections: 4)
                var seen: Set<Int64> = []
                transport.beforeDots = { tickets in
                    let accepted = Set(try sink.accepted)
                    for ticket in tickets {
                        let id = OutboxMessageID(rawValue: ticket.number)
                        let details = try shop.store.read { try Outbox.details(of: id, in: $0) }
                        #expect(details.item.state == .dotPending && details.item.attempts == 1)
                        #expect(details.events.last?.to == .dotPending)
                        #expect(!accepted.contains(identifier(ticket.number)))
                        // Some connection ends with the whole message, once the server has read what was sent.
                        let end = Array("\r\n\r\nCounted.\r\n".utf8)
                        let name = identifier(ticket.number)
                        func isThere() throws -> Bool {
                            try (1...sink.connectionCount).contains { number in
                                let bytes = try sink.bytes(of: number)
                                let text = String(decoding: bytes, as: UTF8.self)
                                guard let start = text.range(of: "DATA\r\n", options: .backwards) else { return false }
                                return bytes.suffix(end.count) == end[...] && text[start.upperBound...].contains(name)
                            }
                        }
                        let deadline = ContinuousClock.now + .seconds(10)
                        while try !isThere(), ContinuousClock.now < deadline { usleep(1_000) }
                        #expect(try isThere(), "\(name)")
                        seen.insert(ticket.number)
                    }
                }
                let courier = OutboxCourier(store: shop.store, transport: transport, clock: FixedClock(Workshop.now))
                #expect(try courier.deliverDue() == OutboxCounts(sent: 20))
                #expect(transport.error == nil)
                #expect(seen == Set(1...20))
                #expect(try sink.accepted.sorted() == (1...20).map(identifier).sorted())
                #expect(try sink.connectionCount == 4)
                let answered = try shop.store.read {
                    try $0.first("SELECT COUNT(DISTINCT queue_id) FROM outbox_delivery") { try $0.int(0) }
                }
                #expect(answered == 20)
            }
        }
    }

    @Test(arguments: Database.available)
    func `where answers get lost just those messages are in doubt, and nothing is sent twice`(
        database: Database
    ) throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--silent", "0.2", "--defer", "0.2", "--pipelining"])
            try Workshop.with(database) { shop throws in
                _ = try shop.run(["mails": "60"])
                var now = Workshop.now
                for _ in 0..<30 {
                    let courier = OutboxCourier(
                        store: shop.store, transport: try transport(sink), clock: FixedClock(now))
                    try courier.deliverDue()
                    now = now.adding(seconds: 3_600)
                }
                let states = try states(shop.store)
                #expect(states["sent", default: 0] + states["in_doubt", default: 0] == 60, "\(states)")
                #expect(states["in_doubt", default: 0] > 0)
                // The server took every one of them once: those in doubt, too, here.
                #expect(try sink.accepted.sorted() == (1...60).map(identifier).sorted())
            }
        }
    }

    @Test func `a message whose policy is to resend arrives at least once, under one name`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--silent", "0.3"])
            try Workshop.with(.sqlite) { shop throws in
                _ = try shop.run(["mails": "20"])
                try shop.store.write { _ = try $0.execute("UPDATE outbox_message SET on_doubt = 'resend'") }
                var now = Workshop.now
                for _ in 0..<30 {
                    let courier = OutboxCourier(
                        store: shop.store, transport: try transport(sink), clock: FixedClock(now))
                    try courier.deliverDue()
                    now = now.adding(seconds: 3_600)
                }
                #expect(try states(shop.store) == ["sent": 20])
                let accepted = try sink.accepted
                #expect(Set(accepted) == Set((1...20).map(identifier)))
                #expect(accepted.count > 20)
            }
        }
    }

    @Test func `a server that accepts connections and says nothing defers the mail and loses none`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--dead", "1"])
            try Workshop.with(.sqlite) { shop throws in
                _ = try shop.run(["mails": "3"])
                let transport = try transport(sink, connections: 1, replyTimeoutSeconds: 1)
                let courier = OutboxCourier(store: shop.store, transport: transport, clock: FixedClock(Workshop.now))
                #expect(try courier.deliverDue() == OutboxCounts(deferred: 1))
                #expect(try states(shop.store) == ["deferred": 1, "pending": 2])
                #expect(try courier.deliverNow(of: RunID(rawValue: 1)) == OutboxCounts(sent: 3))
                #expect(try sink.accepted.count == 3)
            }
        }
    }
}
