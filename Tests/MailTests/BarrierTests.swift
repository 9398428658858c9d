import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Mail

/// Everything but the last dot, then the last dot: seen from a server that writes down every byte.
@Suite(.enabled(if: RecordingSink.isAvailable, "skipped: no python3"), .timeLimit(.minutes(10)))
struct BarrierTests {
    private static func transport(
        _ port: Int, connections: Int = 8, replyTimeoutSeconds: Int = 20
    ) throws -> SMTPTransport {
        let settings = try SMTPSettings(
            host: "127.0.0.1", port: port, tls: .none, connectTimeoutSeconds: 10,
            replyTimeoutSeconds: replyTimeoutSeconds, deliveryTimeoutSeconds: 30)
        return SMTPTransport(settings, password: nil, connections: connections)
    }

    private static func message(_ number: Int, text: String = "Hello.\n.\n..dots\n") throws -> RenderedMessage {
        try sampleMessage(id: "m\(number)", text: text).rendered()
    }

    /// Works until so many events have come.
    private static func events(_ transport: SMTPTransport, _ count: Int) -> [DeliveryEvent] {
        var events: [DeliveryEvent] = []
        let deadline = ContinuousClock.now + .seconds(30)
        while events.count < count, ContinuousClock.now < deadline {
            events += transport.events(waitingMilliseconds: 50)
        }
        return events
    }

    private static func standing(_ events: [DeliveryEvent]) -> [DeliveryTicket] {
        events.compactMap { event in
            if case .standing(let ticket) = event { ticket } else { nil }
        }
    }

    private static func results(_ events: [DeliveryEvent]) -> [Int64: Result<DeliveryReceipt, MailError>] {
        var results: [Int64: Result<DeliveryReceipt, MailError>] = [:]
        for case .ended(let ticket, let result) in events { results[ticket.number] = result }
        return results
    }

    /// What the server has when all of the message has come but its end: a dot before each line with a dot.
    private static func stuffed(_ message: RenderedMessage) -> String {
        String(decoding: message.bytes, as: UTF8.self).components(separatedBy: "\r\n")
            .map { $0.hasPrefix(".") ? "." + $0 : $0 }.joined(separator: "\r\n")
    }

    @Test(arguments: [[], ["--pipelining"]])
    func `a message that stands at the barrier lacks its last dot and nothing else`(_ arguments: [String]) throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, arguments)
            let transport = try Self.transport(sink.port)
            let messages = try (1...8).map { try Self.message($0) }
            for (index, message) in messages.enumerated() {
                transport.begin(message, as: DeliveryTicket(Int64(index + 1)))
            }
            #expect(transport.capacity == 0)
            let tickets = Self.standing(Self.events(transport, 8))
            #expect(Set(tickets.map(\.number)) == Set(1...8))
            // Nothing more comes however long they stand.
            #expect(transport.events(waitingMilliseconds: 100).isEmpty)
            #expect(try sink.connectionCount == 8)
            let received = try (1...8).map { String(decoding: try sink.bytes(of: $0), as: UTF8.self) }
            for message in messages {
                let content = "DATA\r\n" + Self.stuffed(message)
                let matching = try #require(received.first { $0.hasSuffix(content) }, "\(message.id)")
                #expect(matching.contains("MAIL FROM:<payroll@steward.example> SIZE=\(message.bytes.count)\r\n"))
                #expect(matching.contains("RCPT TO:<ann@example.com>\r\n"))
            }
            #expect(try sink.accepted.isEmpty)

            transport.complete(tickets)
            let results = Self.results(Self.events(transport, 8))
            #expect(results.count == 8)
            for result in results.values {
                #expect(try result.get().reply?.queueIdentifier?.hasPrefix("R") == true)
            }
            #expect(Set(try sink.accepted) == Set(messages.map { "\($0.id)" }))
            let complete = try (1...8).map { String(decoding: try sink.bytes(of: $0), as: UTF8.self) }
            for (before, after) in zip(received, complete) { #expect(after == before + ".\r\n") }
        }
    }

    @Test func `what is broken off at the barrier never arrives, and the connection's place is free again`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder)
            let transport = try Self.transport(sink.port, connections: 2)
            transport.begin(try Self.message(1), as: DeliveryTicket(1))
            transport.begin(try Self.message(2), as: DeliveryTicket(2))
            #expect(Self.standing(Self.events(transport, 2)).count == 2)
            transport.breakOff([DeliveryTicket(1)])
            #expect(transport.capacity == 1)
            transport.complete([DeliveryTicket(1), DeliveryTicket(2)])
            let results = Self.results(Self.events(transport, 1))
            #expect(Array(results.keys) == [2])
            transport.begin(try Self.message(3), as: DeliveryTicket(3))
            transport.complete(Self.standing(Self.events(transport, 1)))
            #expect(Self.results(Self.events(transport, 1)).keys.contains(3))
            #expect(try sink.accepted == ["<m2@steward.example>", "<m3@steward.example>"])
        }
    }

    @Test func `one connection that is dead does not hold up the others`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--dead", "2"])
            // Longer than this test may take: whoever waited for the dead one would end nothing.
            let transport = try Self.transport(sink.port, connections: 4, replyTimeoutSeconds: 600)
            let ended = try Self.deliver(30, over: transport, until: 29)
            #expect(ended.count == 29 && ended.values.allSatisfy { (try? $0.get()) != nil })
        }
    }

    @Test func `a connection that is dead is given up without a word on the message`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--dead", "1"])
            let transport = try Self.transport(sink.port, connections: 1, replyTimeoutSeconds: 1)
            let ended = try Self.deliver(1, over: transport, until: 1)
            guard case .failure(.unreachable(_, let stage, _))? = ended[1] else {
                Issue.record("\(ended)"); return
            }
            #expect(!stage.isAboutMessage)
        }
    }

    /// Begins messages wherever there is room, until so many have ended.
    private static func deliver(
        _ count: Int64, over transport: SMTPTransport, until enough: Int
    ) throws -> [Int64: Result<DeliveryReceipt, MailError>] {
        var ended: [Int64: Result<DeliveryReceipt, MailError>] = [:]
        var next: Int64 = 1
        let deadline = ContinuousClock.now + .seconds(60)
        while ended.count < enough, ContinuousClock.now < deadline {
            while transport.capacity > 0, next <= count {
                transport.begin(try message(Int(next)), as: DeliveryTicket(next))
                next += 1
            }
            let events = transport.events(waitingMilliseconds: 20)
            transport.complete(standing(events))
            ended.merge(results(events)) { _, new in new }
        }
        return ended
    }

    @Test func `slow answers to the last dot are waited for on all connections at once`() throws {
        try withTemporaryDirectory { folder in
            // It answers none of the dots before all have come: whoever waited for one answer would wait for ever.
            let sink = try RecordingSink(in: folder, ["--answer-from", "8"])
            let transport = try Self.transport(sink.port, connections: 8)
            for number in 1...8 {
                transport.begin(try Self.message(number), as: DeliveryTicket(Int64(number)))
            }
            transport.complete(Self.standing(Self.events(transport, 8)))
            #expect(Self.results(Self.events(transport, 8)).count == 8)
        }
    }

    @Test func `a server that takes only so many connections is served by those`() throws {
        try withTemporaryDirectory { folder in
            let sink = try RecordingSink(in: folder, ["--connections", "2"])
            let transport = try Self.transport(sink.port, connections: 6)
            var delivered = 0
            var turnedAway: [Int] = []
            var waiting = Array(1...20)
            let deadline = ContinuousClock.now + .seconds(30)
            while delivered < 20, ContinuousClock.now < deadline {
                while transport.capacity > 0, !waiting.isEmpty {
                    let number = waiting.removeFirst()
                    transport.begin(try Self.message(number), as: DeliveryTicket(Int64(number)))
                }
                let events = transport.events(waitingMilliseconds: 20)
                transport.complete(Self.standing(events))
                for (number, result) in Self.results(events) {
                    switch result {
                    case .success: delivered += 1
                    case .failure(let error):
                        #expect(error.isAboutServer)
                        turnedAway.append(Int(number))
                        waiting.append(Int(number))
                    }
                }
            }
            #expect(delivered == 20)
            // Until it has taken one connection nobody knows that it takes any.
            #expect(turnedAway.count <= 12, "it is not asked again and again: \(turnedAway)")
        }
    }

    @Test func `a server that goes away while messages stand leaves no doubt`() throws {
        try withTemporaryDirectory { folder in
            var sink: RecordingSink? = try RecordingSink(in: folder)
            let transport = try Self.transport(try #require(sink).port, connections: 2)
            transport.begin(try Self.message(1), as: DeliveryTicket(1))
            let tickets = Self.standing(Self.events(transport, 1))
            sink = nil
            transport.complete(tickets)
            let result = Self.results(Self.events(transport, 1))[1]
            guard case .failure(.unreachable(_, .content, _))? = result else {
                Issue.record("\(String(describing: result))"); return
            }
        }
    }
}
