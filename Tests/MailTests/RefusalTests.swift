import Calendars
import Diagnostics
import Testing

@testable import Mail

@Suite struct RefusalTests {
    /// Each way to write a second header, or to steer a terminal, through each field.
    static let injections = [
        "x\r\nBcc: eve@example.com", "x\nBcc: eve@example.com", "x\rBcc: eve@example.com", "x\r\n\r\nbody", "x\u{0}",
        "x\ty",
        "x\u{1B}[2J", "x\u{7F}", "x\u{85}Bcc: y", "x\u{2028}y", "x\u{2029}y", "\r\n",
    ]

    @Test(arguments: injections)
    func `no field lets a header in`(_ text: String) throws {
        func fields(_ change: (inout MailMessage) -> Void) throws -> [String]? {
            var message = try sampleMessage()
            change(&message)
            return #expect(throws: InvalidMail.self) { try message.rendered() }?.faults.map(\.field)
        }
        #expect(try fields { $0.subject = text } == ["subject"])
        #expect(try fields { $0.headers = [HeaderField("X-A", text)] } == ["headers[0].value"])
        #expect(try fields { $0.headers = [HeaderField(text, "a")] } == ["headers[0].name"])
        #expect(
            try fields { $0.attachments = [.init(name: text, mediaType: "text/csv", bytes: [])] } == [
                "attachments[0].name"
            ])
        #expect(
            try fields { $0.attachments = [.init(name: "a", mediaType: "text/" + text, bytes: [])] } == [
                "attachments[0].mediaType"
            ])
        #expect(throws: InvalidMail.self) { try EmailAddress("ann@example.com", name: text + "x") }
        #expect(throws: InvalidMail.self) { try EmailAddress(text + "@example.com") }
        #expect(throws: InvalidMail.self) { try EmailAddress("ann@" + text) }
        #expect(throws: InvalidMail.self) { try EmailAddress.parse("Ann \(text) y <ann@example.com>") }
        #expect(throws: InvalidMail.self) { try MessageID(localPart: text, domain: "example.com") }
        #expect(throws: InvalidMail.self) { try MessageID(localPart: "a", domain: text) }
    }

    @Test func `an injected value is shown without its controls`() throws {
        var message = try sampleMessage()
        message.subject = "Hi\r\nBcc: eve@example.com\u{1B}"
        let error = #expect(throws: InvalidMail.self) { try message.rendered() }
        #expect(
            error?.description == """
                subject: "Hi\\u{D}\\u{A}Bcc: eve@example.com\\u{1B}" holds U+000D (carriage return) \
                (expected text on one line without control characters)
                1 error; no mail was made.
                """)
        #expect(error?.failure.exitCode == .usage)
    }

    @Test(arguments: [
        "From", "to", "BCC", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
        "content-transfer-encoding", "Received",
        "Return-Path", "Sender", "Auto-Submitted", "Reply-To", "", "X A", "X:A", "Ünder", "X\u{7F}",
    ])
    func `a further header may not stand in for one of the message`(_ name: String) throws {
        var message = try sampleMessage()
        message.headers = [HeaderField(name, "x")]
        #expect(
            #expect(throws: InvalidMail.self) { try message.rendered() }?.faults.map(\.field) == ["headers[0].name"])
    }

    @Test(arguments: [
        "", ".", "..", "a/b", "../../etc/passwd", "C:\\x", "exe.\u{202E}fdp", String(repeating: "x", count: 256),
        "a/\u{338}b",
    ])
    func `a file name is a name and no path`(_ name: String) throws {
        var message = try sampleMessage()
        message.attachments = [.init(name: name, mediaType: "text/csv", bytes: [])]
        #expect(
            #expect(throws: InvalidMail.self) { try message.rendered() }?.faults.first?.field == "attachments[0].name")
    }

    @Test(arguments: [
        "", "text", "text/", "/csv", "text/csv; charset=x", "text/csv/x", "te xt/csv", "message/rfc822",
        "multipart/mixed", "text/.x",
    ])
    func `a media type has two parts and no parameters`(_ type: String) throws {
        var message = try sampleMessage()
        message.attachments = [.init(name: "a", mediaType: type, bytes: [])]
        #expect(
            #expect(throws: InvalidMail.self) { try message.rendered() }?.faults.map(\.field) == [
                "attachments[0].mediaType"
            ])
    }

    @Test func `a header value with a word beyond 998 bytes is refused, one that just fits is not`() throws {
        var message = try sampleMessage()
        message.headers = [HeaderField("X-Long", String(repeating: "x", count: 990))]
        #expect(lines(try message.rendered()).contains { $0.utf8.count == 998 })
        message.headers = [HeaderField("X-Long", String(repeating: "x", count: 991))]
        #expect(
            #expect(throws: InvalidMail.self) { try message.rendered() }?.faults.map(\.field) == ["headers[0].value"])
    }

    @Test func `every limit is kept, and what just fits is taken`() throws {
        let limits = MailLimits(
            maximumRecipients: 2, maximumAttachments: 1, maximumAttachmentBytes: 10, maximumMessageBytes: 1_400,
            maximumSubjectBytes: 5)
        var message = try sampleMessage(subject: "12345")
        message.cc = [try EmailAddress("bob@example.com")]
        message.attachments = [.init(name: "a", mediaType: "text/csv", bytes: Array(repeating: 0, count: 10))]
        let size = try message.rendered(limits: limits).bytes.count
        #expect(size < 1_400)

        var large = message
        large.cc.append(try EmailAddress("eve@example.com"))
        large.subject = "123456"
        large.attachments.append(.init(name: "b", mediaType: "text/csv", bytes: Array(repeating: 0, count: 11)))
        let error = #expect(throws: InvalidMail.self) { try large.rendered(limits: limits) }
        #expect(error?.faults.map(\.field) == ["to", "subject", "attachments", "attachments[1]"])

        message.text = String(repeating: "x", count: 1_400 - size)
        #expect(throws: InvalidMail.self) { try message.rendered(limits: limits) }
        message.text = String(repeating: "x", count: 2_000)
        #expect(throws: InvalidMail.self) { try message.rendered(limits: limits) }
    }

    @Test func `a message to nobody is refused`() throws {
        var message = try sampleMessage()
        message.to = []
        #expect(#expect(throws: InvalidMail.self) { try message.rendered() }?.faults.map(\.field) == ["to"])
    }

    @Test func `each recipient is in the envelope once`() throws {
        var message = try sampleMessage()
        message.cc = try [
            EmailAddress("ann@EXAMPLE.com"), EmailAddress("bob@example.com"), EmailAddress("bob@example.com"),
        ]
        #expect(try message.rendered().envelope.recipients.map(\.address) == ["ann@example.com", "bob@example.com"])
    }

    @Test(arguments: [
        ("", "no end"), ("Subject: x", "no end"), ("a\nb\r\n", "lone LF"), ("a\rb\r\n", "lone CR"),
        ("a\r\n.\n\r\n", "line 2"), ("a\r", "lone CR"),
        ("é\r\n", "byte 195"), ("a\u{0}\r\n", "byte 0"), (String(repeating: "x", count: 999) + "\r\n", "999 bytes"),
    ])
    func `stored bytes that could smuggle a second message are refused`(_ text: String, reason: String) throws {
        let sample = try sampleMessage().rendered()
        let error = #expect(throws: InvalidMail.self) {
            try RenderedMessage(id: sample.id, date: sample.date, envelope: sample.envelope, bytes: Array(text.utf8))
        }
        #expect(error?.description.contains(reason) == true)
    }
}
