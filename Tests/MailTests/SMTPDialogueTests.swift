import Testing

@testable import Mail

/// The conversation about one message, without a network.
@Suite struct SMTPDialogueTests {
    private static func dialogue(
        to recipients: Int = 1, isPipelined: Bool = false, needsReset: Bool = false
    ) throws -> SMTPDialogue {
        let message = try RenderedMessage(
            id: MessageID(localPart: "a", domain: "steward.example"), date: .init(microseconds: 0),
            envelope: Envelope(
                sender: EmailAddress("from@example.com"),
                recipients: try (1...recipients).map { try EmailAddress("to\($0)@example.com") }),
            bytes: Array("a\r\n".utf8))
        return SMTPDialogue(message, announcesSize: true, isPipelined: isPipelined, needsReset: needsReset)
    }

    private static func reply(_ text: String) -> ServerReply {
        ServerReply(code: Int(text.prefix(3)) ?? 0, text: String(text.dropFirst(4)))
    }

    /// What is said, a bar between what waits for an answer, and how it ends.
    private static func conversation(_ dialogue: SMTPDialogue, _ replies: [String]) -> String {
        var dialogue = dialogue
        var said: [String] = []
        func say() {
            while let command = dialogue.nextCommand() { said.append(command.replacing("\r\n", with: "")) }
        }
        say()
        for text in replies {
            said.append("|")
            switch dialogue.received(reply(text), from: "mx") {
            case .goOn: say()
            case .sendContent: return (said + ["content"]).joined(separator: " ")
            case .ended(let error, let afterwards):
                let kind =
                    switch error {
                    case .refused(_, let stage, let reply, let recipients):
                        "refused at \(stage.rawValue) \(reply.code) \(recipients.map(\.address))"
                    case .deferred(_, let stage, let reply, let recipients):
                        "deferred at \(stage.rawValue) \(reply.code) \(recipients.map(\.address))"
                    default: "\(error.remedy)"
                    }
                return (said + [kind, "\(afterwards)"]).joined(separator: " ")
            }
        }
        return (said + ["waits"]).joined(separator: " ")
    }

    private static let mail = "MAIL FROM:<from@example.com> SIZE=3"

    @Test func `without pipelining each command waits for the answer before it`() throws {
        #expect(
            Self.conversation(try Self.dialogue(to: 2), ["250 Ok", "250 Ok", "251 Forwarded", "354 Go"])
                == "\(Self.mail) | RCPT TO:<to1@example.com> | RCPT TO:<to2@example.com> | DATA | content")
    }

    @Test func `with pipelining all is said at once, but DATA for several recipients`() throws {
        #expect(
            Self.conversation(try Self.dialogue(isPipelined: true), ["250 Ok", "250 Ok", "354 Go"])
                == "\(Self.mail) RCPT TO:<to1@example.com> DATA | | | content")
        #expect(
            Self.conversation(try Self.dialogue(to: 2, isPipelined: true), ["250 Ok", "250 Ok", "250 Ok", "354 Go"])
                == "\(Self.mail) RCPT TO:<to1@example.com> RCPT TO:<to2@example.com> | | | DATA | content")
        #expect(
            Self.conversation(try Self.dialogue(isPipelined: true, needsReset: true), ["250 Ok", "250 Ok", "250 Ok"])
                == "RSET \(Self.mail) RCPT TO:<to1@example.com> DATA | | | waits")
    }

    @Test(arguments: [false, true])
    func `all the refused recipients are named, and nothing is sent to the others`(_ isPipelined: Bool) throws {
        let end = Self.conversation(
            try Self.dialogue(to: 3, isPipelined: isPipelined), ["250 Ok", "451 Later", "250 Ok", "550 No"])
        #expect(end.hasSuffix("refused at RCPT TO 550 [\"to1@example.com\", \"to3@example.com\"] reset"))
        #expect(!end.contains("DATA"))
    }

    @Test(arguments: [
        // The sender is refused; with pipelining the answers to what was said already are heard out.
        (false, ["550 No"], "refused at MAIL FROM 550 [] keep"),
        (true, ["550 No", "503 Bad sequence", "503 Bad sequence"], "refused at MAIL FROM 550 [] keep"),
        (
            true, ["250 Ok", "450 Later", "554 No valid recipients"],
            "deferred at RCPT TO 450 [\"to1@example.com\"] reset"
        ),
        // It would take a message for nobody: only an end of the connection helps.
        (true, ["250 Ok", "450 Later", "354 Go"], "deferred at RCPT TO 450 [\"to1@example.com\"] close"),
        (true, ["550 No", "503 Bad", "354 Go"], "refused at MAIL FROM 550 [] close"),
        (false, ["250 Ok", "250 Ok", "452 Full"], "deferred at DATA 452 [] reset"),
        (false, ["250 Ok", "250 Ok", "250 What?"], "retryLater reset"),
        (false, ["421 Bye"], "deferred at MAIL FROM 421 [] close"),
        (false, ["250 Ok", "421 Bye"], "deferred at RCPT TO 421 [] close"),
        (false, ["530 5.7.0 Authentication required"], "mendSettings keep"),
        (false, ["000 garbage"], "retryLater close"),
    ])
    func `a fault ends the conversation as far as it has gone`(
        isPipelined: Bool, replies: [String], expected: String
    ) throws {
        let end = Self.conversation(try Self.dialogue(isPipelined: isPipelined), replies)
        #expect(end.hasSuffix(expected), "\(end)")
    }

    // MARK: - Replies

    @Test(arguments: [
        (["250 Ok\r\n"], ["250 Ok"]), (["25", "0 O", "k\r", "\n"], ["250 Ok"]), (["250\r\n"], ["250"]),
        (["250-a\r\n250-b\r\n250 c\r\n"], ["250 a b c"]), (["250 a\r\n354 b\r\n"], ["250 a", "354 b"]),
        (["250 a\n"], ["250 a"]), (["hello\r\n"], ["0 hello"]), (["999 x\r\n"], ["0 999 x"]),
        (["250x\r\n"], ["0 250x"]),
        (["\r\n"], ["0"]), (["250-a\r\n"], []),
        ([String(repeating: "x", count: 70_000)], ["0 a line of more than 65536 bytes"]),
    ])
    func `replies are put together from what comes`(pieces: [String], expected: [String]) {
        var reader = SMTPReplyReader()
        var replies: [String] = []
        for piece in pieces {
            Array(piece.utf8).withUnsafeBytes { reader.append($0) }
            while let reply = reader.next() { replies.append("\(reply)") }
        }
        #expect(replies == expected)
    }

    @Test(arguments: [
        ("2.0.0 Ok: queued as 4F2A1B", "4F2A1B"), ("Ok: queued as <4F2A1B>", "4F2A1B"),
        ("OK id=1tFa2B-0001Xy-2C", "1tFa2B-0001Xy-2C"), ("2.0.0 4AL2xyz Message accepted for delivery", "4AL2xyz"),
        ("ok 1795292044 qp 17", "17"), ("2.0.0 OK  1795292044 a1si2.3 - gsmtp", "a1si2.3"),
        ("2.6.0 <x@y> [InternalId=17, Hostname=z] Queued mail for delivery", "17"),
    ])
    func `the server's name for a message is found in its words`(text: String, expected: String) {
        #expect(ServerReply(code: 250, text: text).queueIdentifier == expected)
    }

    @Test(arguments: ["", "Ok", "2.0.0 Ok", "queued as", "id=", "2.0.0 Message accepted", "gsmtp", "qp", "as"])
    func `words without a name give none`(text: String) {
        #expect(ServerReply(code: 250, text: text).queueIdentifier == nil)
    }

    // MARK: - Dots

    @Test(arguments: [
        ("a\r\n", "a\r\n"), (".\r\n", "..\r\n"), ("a\r\n.b\r\n..\r\n", "a\r\n..b\r\n...\r\n"), ("a.b\r\n", "a.b\r\n"),
    ])
    func `a line that begins with a dot gets another`(content: String, expected: String) {
        let buffer = SendBuffer()
        #expect(buffer.append(content: Array(content.utf8), from: 0) == content.utf8.count)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == expected)
    }

    @Test func `content that does not fit goes out in parts, whatever stands at the seams`() {
        for lead in 0..<6 {
            let content = Array(
                (String(repeating: "x", count: lead) + String(repeating: "\r\n.", count: 60_000) + "\r\n").utf8)
            var sent: [UInt8] = []
            var offset = 0
            let buffer = SendBuffer()
            while offset < content.count {
                offset = buffer.append(content: content, from: offset)
                sent += buffer.bytes
                buffer.removeAll()
            }
            let expected = String(repeating: "x", count: lead) + String(repeating: "\r\n..", count: 60_000) + "\r\n"
            #expect(sent == Array(expected.utf8))
        }
    }
}
