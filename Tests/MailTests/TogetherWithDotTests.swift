import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Mail

/// The next message's commands, which leave together with the dot of the message before (RFC 2920, section 3.1).
@Suite(.enabled(if: RecordingSink.isAvailable, "skipped: no python3"), .timeLimit(.minutes(10)))
struct TogetherWithDotTests {
    private let first = DeliveryTicket(1)
    private let second = DeliveryTicket(2)

    private func transport(
        _ sink: RecordingSink, connections: Int = 1, replyTimeoutSeconds: Int = 20
    ) throws -> SMTPTransport {
        let settings = try SMTPSettings(
            host: "127.0.0.1", port: sink.port, tls: .none, replyTimeoutSeconds: replyTimeoutSeconds,
            deliveryTimeoutSeconds: 30)
        return SMTPTransport(settings, password: nil, connections: connections)
    }

    private func message(_ number: Int) throws -> RenderedMessage { try sampleMessage(id: "m\(number)").rendered() }

    /// Works until `isEnough`, and tells all that happened.
    private func work(
        _ transport: SMTPTransport, until isEnough: ([DeliveryEvent]) throws -> Bool
    ) rethrows -> [DeliveryEvent] {
        var events: [DeliveryEvent] = []
        let deadline = ContinuousClock.now + .seconds(30)
        while try !isEnough(events), ContinuousClock.now < deadline {
            events += transport.events(waitingMilliseconds: 20)
        }
        return events
    }

    private func isStanding(_ events: [DeliveryEvent], _ ticket: DeliveryTicket) -> Bool {
        events.contains { if case .standing(ticket) = $0 { true } else { false } }
    }

    private func result(
        _ events: [DeliveryEvent], _ ticket: DeliveryTicket
    ) -> Result<DeliveryReceipt, MailError>? {
        for case .ended(ticket, let result) in events { return result }
        return nil
    }

    /// One message whose dot was sent and not answered yet, and the next one's commands behind it.
    private func awaiting(_ transport: SMTPTransport, _ sink: RecordingSink) throws {
        transport.begin(try message(1), as: first)
        _ = work(transport) { isStanding($0, first) }
        transport.complete([first])
        #expect(transport.capacity == 1)
        transport.begin(try message(2), as: second)
        #expect(transport.capacity == 0)
        let events = try work(transport) { _ in try said(sink).hasSuffix("\r\n.\r\n" + Self.commands(try message(2))) }
        #expect(events.isEmpty)
    }

    private func said(_ sink: RecordingSink, connection: Int = 1) throws -> String {
        String(decoding: try sink.bytes(of: connection), as: UTF8.self)
    }

    private static func commands(_ message: RenderedMessage) -> String {
        "MAIL FROM:<payroll@steward.example> SIZE=\(message.bytes.count)\r\nRCPT TO:<ann@example.com>\r\nDATA\r\n"
    }

    @Test func `the content of the next message waits for the answer to the one before`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--pipelining", "--answer-after", "1"])
            let transport = try transport(sink)
            try awaiting(transport, sink)
            let events = work(transport) { isStanding($0, second) }
            #expect(try result(events, first)?.get().reply?.queueIdentifier == "R1")
            #expect(result(events, second) == nil)
            #expect(try sink.accepted == ["<m1@steward.example>"])
            transport.complete([second])
            #expect(try result(work(transport) { result($0, second) != nil }, second)?.get().wasThere == false)
            #expect(try sink.connectionCount == 1)
        }
    }

    @Test func `a server that does not offer it hears the next message after its answer`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder)
            let transport = try transport(sink)
            transport.begin(try message(1), as: first)
            _ = work(transport) { isStanding($0, first) }
            transport.complete([first])
            #expect(transport.capacity == 0)
            #expect(try result(work(transport) { !$0.isEmpty }, first)?.get() != nil)
            #expect(transport.capacity == 1)
            #expect(try said(sink).hasSuffix("\r\n.\r\n"))
        }
    }

    @Test func `what becomes of a message is nothing to the next`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--pipelining", "--defer", "0.5"])
            let transport = try transport(sink, connections: 2)
            var taken: [Int64] = []
            var deferred: [Int64] = []
            var next: Int64 = 1
            let deadline = ContinuousClock.now + .seconds(30)
            while taken.count + deferred.count < 40, ContinuousClock.now < deadline {
                while transport.capacity > 0, next <= 40 {
                    transport.begin(try message(Int(next)), as: DeliveryTicket(next))
                    next += 1
                }
                for event in transport.events(waitingMilliseconds: 20) {
                    switch event {
                    case .standing(let ticket): transport.complete([ticket])
                    case .ended(let ticket, .success): taken.append(ticket.number)
                    case .ended(let ticket, .failure(let error)):
                        #expect(error.remedy == .retryLater)
                        deferred.append(ticket.number)
                    }
                }
            }
            #expect(Set(taken).union(deferred) == Set(1...40))
            #expect(!taken.isEmpty && !deferred.isEmpty)
            #expect(try sink.accepted.sorted() == taken.map { "<m\($0)@steward.example>" }.sorted())
            #expect(try sink.connectionCount == 2)
        }
    }

    @Test(arguments: [["--silent", "1"], ["--hang", "1"]])
    func `where the answer is lost only that message is in doubt, and the next takes a new connection`(
        _ fault: [String]
    ) throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--pipelining", "--answer-after", "1"] + fault)
            let transport = try transport(sink, replyTimeoutSeconds: 3)
            try awaiting(transport, sink)
            let start = ContinuousClock.now
            let events = work(transport) { isStanding($0, second) }
            // What was said behind the dot gave it no more time.
            #expect(ContinuousClock.now - start < .seconds(10))
            guard case .failure(.inDoubt)? = result(events, first) else {
                Issue.record("\(events)"); return
            }
            #expect(result(events, second) == nil)
            #expect(try sink.accepted == ["<m1@steward.example>"])
            #expect(try sink.connectionCount == 2)
            #expect(try !said(sink).contains("<m2@steward.example>"))
            _ = try work(transport) { _ in try said(sink, connection: 2).contains("<m2@steward.example>") }
            #expect(try said(sink, connection: 2).contains("<m2@steward.example>"))
        }
    }

    @Test func `a message that is let go behind a dot never arrives, and that dot is answered`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--pipelining", "--answer-after", "1"])
            let transport = try transport(sink)
            try awaiting(transport, sink)
            transport.breakOff([second])
            #expect(transport.capacity == 0)
            #expect(try result(work(transport) { !$0.isEmpty }, first)?.get() != nil)
            #expect(transport.capacity == 1)
            transport.begin(try message(3), as: DeliveryTicket(3))
            _ = work(transport) { isStanding($0, DeliveryTicket(3)) }
            transport.complete([DeliveryTicket(3)])
            _ = work(transport) { result($0, DeliveryTicket(3)) != nil }
            #expect(try sink.accepted == ["<m1@steward.example>", "<m3@steward.example>"])
            #expect(try sink.connectionCount == 2)
        }
    }

    @Test func `where the message before is let go the next takes a new connection`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--pipelining", "--answer-after", "1"])
            let transport = try transport(sink)
            try awaiting(transport, sink)
            transport.breakOff([first])
            let events = work(transport) { isStanding($0, second) }
            #expect(result(events, first) == nil)
            transport.complete([second])
            #expect(try result(work(transport) { !$0.isEmpty }, second)?.get() != nil)
            #expect(try sink.connectionCount == 2)
        }
    }

    @Test func `dots leave with the next call of events where no message follows`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--pipelining"])
            let transport = try transport(sink)
            transport.begin(try message(1), as: first)
            _ = work(transport) { isStanding($0, first) }
            transport.complete([first])
            // A message whose dot has not left is let go in silence, and never arrives.
            transport.breakOff([first])
            transport.begin(try message(2), as: second)
            _ = work(transport) { isStanding($0, second) }
            transport.complete([second])
            _ = work(transport) { result($0, second) != nil }
            #expect(try sink.accepted == ["<m2@steward.example>"])
        }
    }
}
