import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Mail

@Suite(.enabled(if: SMTPSink.isAvailable, "skipped: no python3-aiosmtpd"), .timeLimit(.minutes(10)))
struct SMTPTransportTests {
    static func settings(
        _ sink: SMTPSink, host: String = "127.0.0.1", tls: SMTPSettings.Security = .none, caFile: String? = nil,
        user: String? = nil,
        clientName: String? = nil, replyTimeoutSeconds: Int = 20
    ) throws -> SMTPSettings {
        try SMTPSettings(
            host: host, port: sink.port, tls: tls, caFile: caFile,
            login: user.map { .init(user: $0, password: .environment(name: "UNUSED")) }, clientName: clientName,
            connectTimeoutSeconds: 10, replyTimeoutSeconds: replyTimeoutSeconds, deliveryTimeoutSeconds: 30)
    }

    // MARK: - Taken

    @Test func `a message arrives byte for byte, and the receipt holds the server's words`() throws {
        try withSink { sink, _ in
            var message = try sampleMessage(
                subject: "給与", text: ".\n..\n.a\nFrom x\n" + String(repeating: "x ", count: 300))
            message.cc = [try EmailAddress("bob@example.com", name: "Bob")]
            message.attachments = [
                .init(
                    name: "ä.bin", mediaType: "application/octet-stream", bytes: (0..<300_000).map { UInt8($0 & 0xFF) })
            ]
            let rendered = try message.rendered()
            let receipt = try SMTPTransport(Self.settings(sink, clientName: "client.test"), password: nil).deliver(
                rendered)
            #expect(receipt.reply?.description == "250 2.0.0 OK queued as Q1")
            #expect(receipt.reply?.enhancedStatus == "2.0.0")
            #expect(receipt.id == rendered.id)
            #expect(receipt.place == .server("127.0.0.1:\(sink.port)"))
            #expect(try sink.bytes(1) == rendered.bytes)
            let received = try sink.received(1)
            #expect(received.sender == "payroll@steward.example")
            #expect(received.recipients == ["ann@example.com", "bob@example.com"])
            #expect(received.options == ["SIZE=\(rendered.bytes.count)"])
            #expect(received.clientName == "client.test")
        }
    }

    @Test(arguments: [
        ".\r\n", "..\r\n.\r\n", "a\r\n.\r\n\r\n.\r\n", ".a\r\n.b\r\n..c\r\n", "\r\n", "a\r\n\r\n",
        "a\r\n.\r\nMAIL FROM:<eve@example.com>\r\n",
    ])
    func `a stored message with dots at line starts arrives byte for byte`(_ text: String) throws {
        try withSink { sink, _ in
            let sample = try sampleMessage().rendered()
            let transport = try SMTPTransport(Self.settings(sink), password: nil)
            for bytes in [Array(text.utf8), Array(String(repeating: text, count: 5_000).utf8)] {
                let message = try RenderedMessage(
                    id: sample.id, date: sample.date, envelope: sample.envelope, bytes: bytes)
                _ = try transport.deliver(message)
                #expect(try sink.bytes(sink.count) == bytes)
            }
        }
    }

    @Test func `many messages go over one connection`() throws {
        try withSink { sink, _ in
            let transport = try SMTPTransport(Self.settings(sink), password: nil)
            for number in 1...20 {
                let message = try sampleMessage(id: "m\(number)").rendered()
                #expect(try transport.deliver(message).reply?.text == "2.0.0 OK queued as Q\(number)")
                #expect(try sink.bytes(number) == message.bytes)
            }
            #expect(try sink.received(20).connections == 1)
        }
    }

    @Test(arguments: ["once:421 4.4.2 Idle too long", "once:close"])
    func `a kept connection that the server has closed is opened anew`(_ fault: String) throws {
        try withSink(["--fault", "mail second@example.com=\(fault)"]) { sink, _ in
            let transport = try SMTPTransport(Self.settings(sink), password: nil)
            _ = try transport.deliver(try sampleMessage(id: "a").rendered())
            var second = try sampleMessage(id: "b")
            second.from = try EmailAddress("second@example.com")
            #expect(try transport.deliver(second.rendered()).reply?.code == 250)
            #expect(try sink.count == 2)
            #expect(try sink.received(2).connections == 2)
        }
    }

    @Test func `a server that speaks IPv6 is reached by its literal address`() throws {
        try withSink(["--host", "::1"]) { sink, _ in
            for host in ["::1", "[::1]"] {
                let transport = try SMTPTransport(Self.settings(sink, host: host), password: nil)
                #expect(try transport.deliver(sampleMessage().rendered()).reply?.code == 250)
            }
        }
    }

    // MARK: - TLS and login

    @Test(arguments: [SMTPSettings.Security.starttls, .implicit])
    func `a message goes over TLS and a login`(_ tls: SMTPSettings.Security) throws {
        try withTemporaryDirectory { folder in
            let (certificate, key) = try makeCertificate(in: folder)
            let arguments = [
                "--tls", tls.rawValue, "--certificate", certificate, "--key", key, "--user", "payroll", "--password",
                "pä ss\"w\\ord",
            ]
            try withSink(arguments) { sink, _ in
                let settings = try Self.settings(sink, tls: tls, caFile: certificate, user: "payroll")
                let transport = SMTPTransport(settings, password: Secret("pä ss\"w\\ord"))
                for number in 1...3 {
                    let message = try sampleMessage(id: "m\(number)").rendered()
                    _ = try transport.deliver(message)
                    #expect(try sink.bytes(number) == message.bytes)
                }
                let received = try sink.received(3)
                #expect(received.isSecure)
                #expect(received.isLoggedIn)
                #expect(received.connections == 1)
            }
        }
    }

    @Test(arguments: [SMTPSettings.Security.starttls, .implicit])
    func `a wrong password is told as such, and is not in the error`(_ tls: SMTPSettings.Security) throws {
        try withTemporaryDirectory { folder in
            let (certificate, key) = try makeCertificate(in: folder)
            let arguments = [
                "--tls", tls.rawValue, "--certificate", certificate, "--key", key, "--user", "payroll", "--password",
                "right",
            ]
            try withSink(arguments) { sink, _ in
                let settings = try Self.settings(sink, tls: tls, caFile: certificate, user: "payroll")
                let transport = SMTPTransport(settings, password: Secret("wrong-password"))
                let error = #expect(throws: MailError.self) { try transport.deliver(sampleMessage().rendered()) }
                guard case .notAuthenticated(_, let reason) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(reason.hasPrefix("535 5.7.8"))
                #expect(error?.remedy == .mendSettings)
                #expect(!String(reflecting: error).contains("wrong-password"))
                #expect(try sink.count == 0)
            }
        }
    }

    @Test func `a login on this machine needs no TLS`() throws {
        try withSink(["--user", "payroll", "--password", "right"]) { sink, _ in
            let transport = try SMTPTransport(Self.settings(sink, user: "payroll"), password: Secret("right"))
            _ = try transport.deliver(sampleMessage().rendered())
            #expect(try sink.received(1).isLoggedIn)
        }
    }

    @Test func `without a login the server's demand for one is told as such`() throws {
        try withSink(["--user", "payroll", "--password", "right"]) { sink, _ in
            let transport = try SMTPTransport(Self.settings(sink), password: nil)
            let error = #expect(throws: MailError.self) { try transport.deliver(sampleMessage().rendered()) }
            guard case .notAuthenticated = error else { Issue.record("\(String(describing: error))"); return }
        }
    }

    @Test func `a server that takes no login gets no message`() throws {
        try withSink { sink, _ in
            let transport = try SMTPTransport(Self.settings(sink, user: "payroll"), password: Secret("right"))
            let error = #expect(throws: MailError.self) { try transport.deliver(sampleMessage().rendered()) }
            guard case .notAuthenticated = error else { Issue.record("\(String(describing: error))"); return }
            #expect(try sink.count == 0)
        }
    }

    @Test func `a server without STARTTLS is refused where STARTTLS is asked for`() throws {
        try withSink { sink, _ in
            let transport = try SMTPTransport(Self.settings(sink, tls: .starttls), password: nil)
            let error = #expect(throws: MailError.self) { try transport.deliver(sampleMessage().rendered()) }
            guard case .insecure = error else { Issue.record("\(String(describing: error))"); return }
            #expect(try sink.count == 0)
        }
    }

    @Test(arguments: [SMTPSettings.Security.starttls, .implicit])
    func `a certificate that is not trusted, or is another's, is refused`(_ tls: SMTPSettings.Security) throws {
        try withTemporaryDirectory { folder in
            let (certificate, key) = try makeCertificate(
                in: folder, name: "other.example", addresses: "DNS:other.example")
            try withSink(["--tls", tls.rawValue, "--certificate", certificate, "--key", key]) { sink, _ in
                for caFile in [nil, certificate, folder.appending(path: "missing.pem").path] {
                    let transport = try SMTPTransport(Self.settings(sink, tls: tls, caFile: caFile), password: nil)
                    let error = #expect(throws: MailError.self) { try transport.deliver(sampleMessage().rendered()) }
                    guard case .insecure = error else {
                        Issue.record("\(caFile ?? "-"): \(String(describing: error))"); return
                    }
                }
                #expect(try sink.count == 0)
            }
        }
    }

    // MARK: - Refused and deferred

    static let stages: [(fault: String, stage: SMTPStage)] = [
        ("greeting", .greeting), ("mail", .sender), ("rcpt", .recipient), ("data", .data), ("dot", .content),
    ]

    @Test(
        arguments: stages,
        ["451 4.3.0 Come later", "421 4.7.0 Busy", "554 5.7.1 We do not want it", "550 No such user here"])
    func `a refusal at any stage is told with its stage and the server's words`(
        _ place: (fault: String, stage: SMTPStage), _ words: String
    ) throws {
        try withSink(["--fault", "\(place.fault)=\(words)"]) { sink, _ in
            let transport = try SMTPTransport(Self.settings(sink), password: nil)
            let error = #expect(throws: MailError.self) { try transport.deliver(sampleMessage().rendered()) }
            switch error {
            case .refused(_, let stage, let reply, let recipients):
                #expect(words.hasPrefix("5"))
                #expect(stage == place.stage)
                #expect(reply.description == words)
                #expect(recipients.map(\.address) == (stage == .recipient ? ["ann@example.com"] : []))
                // One that refuses everybody has refused no message.
                #expect(error?.remedy == (stage == .greeting ? .mendSettings : .giveUp))
            case .deferred(_, let stage, let reply, _):
                #expect(words.hasPrefix("4"))
                #expect(stage == place.stage)
                #expect(reply.description == words)
                #expect(error?.remedy == .retryLater)
            default: Issue.record("\(String(describing: error))")
            }
            #expect(error?.description.contains(words) == true)
        }
    }

    @Test func `a message is sent to all its recipients or to none, and all the refused are named`() throws {
        let faults = [
            "--fault", "rcpt bob@example.com=451 4.2.1 Later", "--fault", "rcpt eve@example.com=550 5.1.1 No Eve here",
        ]
        try withSink(faults) { sink, _ in
            var message = try sampleMessage()
            message.cc = try ["bob", "cleo", "eve"].map { try EmailAddress("\($0)@example.com") }
            let transport = try SMTPTransport(Self.settings(sink), password: nil)
            let error = #expect(throws: MailError.self) { try transport.deliver(message.rendered()) }
            guard case .refused(_, .recipient, let reply, let recipients) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reply.code == 550)
            #expect(
                recipients.map(\.description) == [
                    "bob@example.com: 451 4.2.1 Later", "eve@example.com: 550 5.1.1 No Eve here",
                ])
            #expect(try sink.count == 0)

            message.cc.removeLast()
            let second = #expect(throws: MailError.self) { try transport.deliver(message.rendered()) }
            guard case .deferred(_, .recipient, _, let waiting) = second else {
                Issue.record("\(String(describing: second))")
                return
            }
            #expect(waiting.map(\.address) == ["bob@example.com"])

            message.cc = [try EmailAddress("cleo@example.com")]
            _ = try transport.deliver(message.rendered())
            #expect(try sink.received(1).recipients == ["ann@example.com", "cleo@example.com"])
        }
    }

    @Test func `a message too large for the server is refused before it is sent`() throws {
        try withSink(["--limit", "1000"]) { sink, _ in
            let transport = try SMTPTransport(Self.settings(sink), password: nil)
            let message = try sampleMessage(text: String(repeating: "x", count: 2_000)).rendered()
            let error = #expect(throws: MailError.self) { try transport.deliver(message) }
            guard case .refused(_, .sender, let reply, _) = error else {
                Issue.record("\(String(describing: error))"); return
            }
            #expect(reply.code == 552)
        }
    }

    // MARK: - Broken off

    @Test(arguments: ["greeting", "hello", "mail", "rcpt", "data", "content"], ["close", "hang"])
    func `a connection lost before the message is complete is no delivery`(_ stage: String, _ fault: String) throws {
        try withSink(["--fault", "\(stage)=\(fault)"]) { sink, _ in
            let sample = try sampleMessage().rendered()
            // More than the buffers between two processes hold, so that the message cannot be complete.
            let lineCount = stage == "content" ? 80_000 : 1
            let line = Array((String(repeating: "x", count: 98) + "\r\n").utf8)
            let bytes = Array(repeatElement(line, count: lineCount).joined())
            let message = try RenderedMessage(id: sample.id, date: sample.date, envelope: sample.envelope, bytes: bytes)
            let settings = try SMTPSettings(
                host: "127.0.0.1", port: sink.port, tls: .none, connectTimeoutSeconds: 2, replyTimeoutSeconds: 1,
                deliveryTimeoutSeconds: 3)
            let transport = SMTPTransport(settings, password: nil)
            let error = #expect(throws: MailError.self) { try transport.deliver(message) }
            guard case .unreachable = error else { Issue.record("\(String(describing: error))"); return }
            #expect(error?.remedy == .retryLater)
            #expect(try sink.count == 0)
        }
    }

    @Test(arguments: ["close", "hang"])
    func `a message whose last dot is not answered is in doubt`(_ fault: String) throws {
        try withSink(["--fault", "dot=\(fault)"]) { sink, _ in
            let transport = try SMTPTransport(Self.settings(sink, replyTimeoutSeconds: 1), password: nil)
            let error = #expect(throws: MailError.self) { try transport.deliver(sampleMessage().rendered()) }
            guard case .inDoubt = error else { Issue.record("\(String(describing: error))"); return }
            #expect(error?.remedy == .decide)
            // It is in doubt for a reason: this server has it.
            #expect(try sink.count == 1)
        }
    }

    @Test(arguments: ["250-queued\r\n", "garbage\r\n", "333 What?\r\n"])
    func `an answer to the last dot that is none leaves the message in doubt`(_ words: String) throws {
        try withSink(["--fault", "dot=\(words.trimmingCharacters(in: .newlines))"]) { sink, _ in
            let transport = try SMTPTransport(Self.settings(sink, replyTimeoutSeconds: 1), password: nil)
            let error = #expect(throws: MailError.self) { try transport.deliver(sampleMessage().rendered()) }
            guard case .inDoubt = error else { Issue.record("\(String(describing: error))"); return }
        }
    }

    @Test func `a server that is not there is unreachable`() throws {
        let port = try withSink { sink, _ in sink.port }
        let settings = try SMTPSettings(host: "127.0.0.1", port: port, tls: .none, connectTimeoutSeconds: 2)
        let error = #expect(throws: MailError.self) {
            try SMTPTransport(settings, password: nil).deliver(sampleMessage().rendered())
        }
        guard case .unreachable(let server, .connection, _) = error else {
            Issue.record("\(String(describing: error))"); return
        }
        #expect(server == "127.0.0.1:\(port)")
        #expect(error?.failure.exitCode == .failed)
    }

    @Test func `after each fault the same transport delivers again`() throws {
        let faults = ["mail", "rcpt", "data", "dot"].flatMap { ["--fault", "\($0)=once:451 4.3.0 Later"] }
        try withSink(faults) { sink, _ in
            let transport = try SMTPTransport(Self.settings(sink), password: nil)
            var errorCount = 0
            for _ in 0..<4 {
                do { _ = try transport.deliver(sampleMessage().rendered()) } catch is MailError { errorCount += 1 }
            }
            #expect(errorCount == 4)
            #expect(try transport.deliver(sampleMessage().rendered()).reply?.code == 250)
        }
    }

    @Test func `control characters in the server's words do not reach a terminal`() {
        let reply = ServerReply(code: 550, text: "No\u{1B}[2J\r\n\u{7}way" + String(repeating: "x", count: 5_000))
        #expect(reply.text.hasPrefix("No [2J   way"))
        #expect(reply.text.utf8.count == ServerReply.maximumTextBytes)
        #expect(reply.enhancedStatus == nil)
    }
}
