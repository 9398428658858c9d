import Calendars
import Foundation
import TestSupport
import Testing

@testable import Mail

@Suite struct RenderingTests {
    @Test func `a small message is rendered to the letter`() throws {
        var message = try sampleMessage(subject: "Größe")
        message.replyTo = try EmailAddress("office@steward.example", name: "Smith, Ann")
        message.text = "Hello =\n.dot\nFrom here \n"
        message.html = "<p>Hello</p>"
        message.attachments = [MailAttachment(name: "a.csv", mediaType: "text/csv", bytes: Array("id\n1\n".utf8))]
        message.headers = [HeaderField("X-Steward-Run", "42")]
        let expected = """
            Date: Sat, 21 Nov 2026 20:14:04 +0000
            From: Payroll <payroll@steward.example>
            To: Ann Smith <ann@example.com>
            Reply-To: "Smith, Ann" <office@steward.example>
            Subject: =?UTF-8?B?R3LDtsOfZQ==?=
            Message-ID: <5f2c9d@steward.example>
            Auto-Submitted: auto-generated
            X-Steward-Run: 42
            MIME-Version: 1.0
            Content-Type: multipart/mixed;
             boundary="BOUNDARY_m"

            --BOUNDARY_m
            Content-Type: multipart/alternative;
             boundary="BOUNDARY_a"

            --BOUNDARY_a
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Hello =3D
            =2Edot
            =46rom here=20

            --BOUNDARY_a
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            <p>Hello</p>

            --BOUNDARY_a--

            --BOUNDARY_m
            Content-Type: text/csv; name="a.csv"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename="a.csv"

            aWQKMQo=

            --BOUNDARY_m--

            """
        let rendered = lines(try message.rendered()).joined(separator: "\n")
        let boundary = try #require(rendered.firstMatch(of: /boundary="(=_[0-9a-f]{16})_m"/)?.output.1)
        #expect(rendered == expected.replacing("BOUNDARY", with: boundary))
    }

    @Test func `the same message gives the same bytes, and another id another boundary`() throws {
        var message = try sampleMessage()
        message.html = "<p>x</p>"
        #expect(try message.rendered() == message.rendered())
        let other = try MessageID(localPart: "other", domain: "steward.example")
        let first = lines(try message.rendered())
        message.id = other
        #expect(
            first.first { $0.contains("boundary") } != lines(try message.rendered()).first { $0.contains("boundary") })
    }

    @Test(arguments: [
        (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (951_782_399, "Mon, 28 Feb 2000 23:59:59 +0000"),
        (-1, "Wed, 31 Dec 1969 23:59:59 +0000"), (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 +0000"),
    ])
    func `the date is that of the message in UTC`(_ seconds: Int, text: String) {
        #expect(MessageRenderer.date(Instant(microseconds: Int64(seconds) * 1_000_000)) == text)
    }

    static let names = [
        "Ann", "Smith, Ann", "Ann \"Annie\" O'Neil", "back\\slash", "a  b", "Dr. Ann", "山田 太郎", "محمد الأمين",
        "Ann =?UTF-8?Q?x?=", "Größe ✓", "👨‍👩‍👧‍👦 family", "(comment)", "<ann@evil.example>", "a@b.c", "Ann:Group;",
        "e\u{301}te\u{301}",
        String(repeating: "Aristoteles ", count: 12).trimmingCharacters(in: .whitespaces),
        String(repeating: "長", count: 150),
        String(repeating: "x", count: 300), "=?", "Ann\u{A0}Smith",
    ]

    @Test func `names in every script come back as they were`() throws {
        let messages = try Self.names.map { name in
            var message = try sampleMessage()
            message.from = try EmailAddress("from@example.com", name: name)
            message.to = try [
                EmailAddress("to1@example.com", name: name), EmailAddress("to2@example.com"),
                EmailAddress("to3@example.com", name: name),
            ]
            message.cc = [try EmailAddress("cc@example.com", name: name)]
            message.replyTo = try EmailAddress("reply@example.com", name: name)
            return try message.rendered()
        }
        for ((name, message), parsed) in zip(zip(Self.names, messages), try ParsedMessage.parse(messages)) {
            #expect(parsed.defects == [])
            #expect(parsed.from == [.init(name: name, address: "from@example.com")])
            #expect(
                parsed.to == [
                    .init(name: name, address: "to1@example.com"), .init(name: "", address: "to2@example.com"),
                    .init(name: name, address: "to3@example.com"),
                ])
            #expect(parsed.cc == [.init(name: name, address: "cc@example.com")])
            #expect(parsed.replyTo == [.init(name: name, address: "reply@example.com")])
            expectWellFormedLines(message)
        }
    }

    static let subjects = [
        "", "x", "Payroll register 2026-11", "Größe", "給与明細 2026年11月", "كشف الرواتب لشهر نوفمبر",
        String(repeating: "👨‍👩‍👧‍👦", count: 20), String(repeating: "🇬🇧🇯🇵", count: 30), " leading", "trailing ",
        "a  double  space",
        "=?UTF-8?Q?not_encoded?=", "a = ? b", String(repeating: "word ", count: 60) + "end",
        String(repeating: "x", count: 900),
        String(repeating: "é", count: 480), "e" + String(repeating: "\u{301}", count: 200),
        "a" + String(repeating: " ", count: 150) + "b",
        "Ünicode and " + String(repeating: "plain words ", count: 20) + "end", "#!$%&'*+-/^_`{|}~()<>[]:;@\\,.\"",
        "\u{FEFF}bom", " ",
    ]

    @Test func `subjects of any length and script come back as they were`() throws {
        let messages = try Self.subjects.map { try sampleMessage(subject: $0).rendered() }
        for ((subject, message), parsed) in zip(zip(Self.subjects, messages), try ParsedMessage.parse(messages)) {
            #expect(Array(parsed.subject.unicodeScalars) == Array(subject.unicodeScalars), "\(subject)")
            #expect(parsed.defects == [])
            expectWellFormedLines(message)
        }
    }

    @Test func `an encoded subject is cut between characters as people see them`() throws {
        let subject = String(repeating: "👨‍👩‍👧‍👦", count: 12)
        for word in EncodedWords.words(for: subject, firstRoom: 66) {
            let payload = try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
            let text = try #require(String(data: payload, encoding: .utf8))
            #expect(text.allSatisfy { $0 == "👨‍👩‍👧‍👦" })
        }
    }

    static let fileNames = [
        "register.xlsx", "Müller \"GmbH\" 2026.xlsx", "給与台帳.xlsx", "a b.csv", "50% off; x=y.pdf", "it's*.txt",
        "'quoted'.txt",
        String(repeating: "long-name-", count: 20) + ".pdf", String(repeating: "é", count: 100) + ".xlsx",
        "=?UTF-8?Q?x?=.txt", "😀.png",
        "كشف.xlsx", "semi;colon.txt", ".hidden",
    ]

    @Test func `attachments come back with their names, types and bytes`() throws {
        let contents: [[UInt8]] = [
            [], [0], [0, 1], [0, 1, 2], Array(repeating: 0xFF, count: 57), Array(repeating: 10, count: 58),
            Array((0...255).map { UInt8($0) }),
        ]
        let messages = try Self.fileNames.enumerated().map { index, name in
            var message = try sampleMessage()
            message.attachments = contents.map { .init(name: name, mediaType: MailAttachment.xlsxMediaType, bytes: $0) }
            if index % 2 == 0 { message.html = "<p>x</p>" }
            return try message.rendered()
        }
        for ((name, message), parsed) in zip(zip(Self.fileNames, messages), try ParsedMessage.parse(messages)) {
            #expect(parsed.defects == [])
            #expect(parsed.attachments.map(\.name) == contents.map { _ in name })
            #expect(parsed.attachments.map(\.base64) == contents.map { Data($0).base64EncodedString() })
            #expect(parsed.attachments.allSatisfy { $0.mediaType == MailAttachment.xlsxMediaType })
            #expect(parsed.attachments.allSatisfy { $0.disposition == "attachment" })
            #expect(
                parsed.attachments.allSatisfy { $0.fallbackName == name },
                "\(name) \(parsed.attachments.map(\.fallbackName))")
            expectWellFormedLines(message)
        }
    }

    static let texts: [(text: String, read: String)] = [
        ("", ""), ("a", "a\n"), ("a\n", "a\n"), ("a\r\nb\rc\nd", "a\nb\nc\nd\n"), ("\n\n\n", "\n\n\n"), ("\r", "\n"),
        ("a \nb\t\n c \n\t\n", "a \nb\t\n c \n\t\n"), (".\n..\n.a\n", ".\n..\n.a\n"),
        ("From me\nFrom\n>From x\n", "From me\nFrom\n>From x\n"),
        ("100 % = x =3D =\n", "100 % = x =3D =\n"), ("日本語\nالعربية\n😀\n", "日本語\nالعربية\n😀\n"),
        ("nul\u{0}bell\u{7}\n", "nul\u{0}bell\u{7}\n"),
        ("--=_\n--\n", "--=_\n--\n"),
        (String(repeating: "x", count: 5_000), String(repeating: "x", count: 5_000) + "\n"),
        (String(repeating: ".", count: 400) + "\n", String(repeating: ".", count: 400) + "\n"),
        (String(repeating: "From ", count: 200) + "\n", String(repeating: "From ", count: 200) + "\n"),
        (String(repeating: " ", count: 200) + "\n", String(repeating: " ", count: 200) + "\n"),
        (String(repeating: "é", count: 999), String(repeating: "é", count: 999) + "\n"),
    ]

    @Test func `texts come back with every line, and travel in lines that no server alters`() throws {
        let messages = try Self.texts.map { text, _ in
            var message = try sampleMessage(text: text)
            message.html = text
            return try message.rendered()
        }
        for ((expected, message), parsed) in zip(
            zip(Self.texts.map(\.read), messages), try ParsedMessage.parse(messages))
        {
            #expect(parsed.text == expected)
            #expect(parsed.html == expected)
            #expect(parsed.defects == [])
            #expect(parsed.structure == ["multipart/alternative", "text/plain", "text/html"])
            #expect(lines(message).allSatisfy { $0.utf8.count <= 78 && !$0.hasPrefix(".") && !$0.hasPrefix("From ") })
            #expect(
                lines(message).allSatisfy { $0.hasPrefix("Subject: ") || (!$0.hasSuffix(" ") && !$0.hasSuffix("\t")) })
        }
    }

    @Test func `a text that holds the boundary of its message does not end its part`() throws {
        var message = try sampleMessage()
        message.html = "<p>x</p>"
        let rendered = lines(try message.rendered()).joined(separator: "\n")
        let boundary = try #require(rendered.firstMatch(of: /boundary="([^"]+)"/)?.output.1)
        message.text = "--\(boundary)\n--\(boundary)--\n"
        #expect(try ParsedMessage.parse(message.rendered()).text == message.text)
    }

    @Test func `random messages come back as they were`() throws {
        var generator = SeededGenerator(state: 42)
        let alphabet = Array("abc XYZ.,=?_-\"\\<>()@:;%'*éßж中あ한ع😀👨‍👩‍👧‍👦\u{301}")
        func text(_ maximum: Int) -> String {
            String(
                (0..<Int.random(in: 1...maximum, using: &generator)).compactMap { _ in
                    alphabet.randomElement(using: &generator)
                })
        }
        let messages = try (0..<150).map { _ in
            var message = try sampleMessage(subject: text(150), text: text(400) + "\n")
            message.to = try (0..<3).map { try EmailAddress("to\($0)@example.com", name: text(60)) }
            message.attachments = [
                MailAttachment(name: text(60), mediaType: "text/plain", bytes: Array(text(200).utf8))
            ]
            message.attachments[0].name.removeAll { $0 == "/" || $0 == "\\" || $0 == "." }
            message.attachments[0].name = "x\(message.attachments[0].name)x"
            return message
        }
        let rendered = try messages.map { try $0.rendered() }
        for (index, parsed) in try ParsedMessage.parse(rendered).enumerated() {
            let message = messages[index]
            #expect(parsed.defects == [], "\(message)")
            #expect(Array(parsed.subject.unicodeScalars) == Array(message.subject.unicodeScalars))
            #expect(parsed.text == message.text)
            #expect(parsed.to == message.to.map { .init(name: $0.name ?? "", address: $0.address) })
            #expect(parsed.attachments.map(\.name) == message.attachments.map(\.name))
            expectWellFormedLines(rendered[index])
        }
    }

    @Test func `long links in further headers stay whole`() throws {
        var message = try sampleMessage()
        let link = "<https://example.com/u/" + String(repeating: "a1", count: 300) + ">"
        message.headers = [
            HeaderField("List-Unsubscribe", link), HeaderField("X-Note", "für Ann"), HeaderField("X-Empty", ""),
        ]
        let rendered = try message.rendered()
        #expect(lines(rendered).contains("List-Unsubscribe: " + link))
        let parsed = try ParsedMessage.parse(rendered)
        #expect(parsed.header("X-Note") == "für Ann")
        #expect(parsed.header("X-Empty") == "")
        #expect(parsed.header("Auto-Submitted") == "auto-generated")
    }

    /// Lines within their limits, ASCII, encoded words of at most 75 bytes.
    private func expectWellFormedLines(_ message: RenderedMessage, sourceLocation: SourceLocation = #_sourceLocation) {
        for line in lines(message) {
            // Only a word that stands alone after its header's name may reach further.
            let mayBeLong = line.hasPrefix("Content-Type: ") && line.count { $0 == " " } == 1
            #expect(line.utf8.count <= 78 || mayBeLong, "\(line)", sourceLocation: sourceLocation)
            for word in line.split(separator: " ") where word.hasPrefix("=?UTF-8?") {
                #expect(word.utf8.count <= 76, "\(line)", sourceLocation: sourceLocation)
            }
            if line.hasPrefix(" ") {
                #expect(!line.allSatisfy { $0 == " " }, "blank folded line", sourceLocation: sourceLocation)
            }
        }
    }
}

struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
    }
}
