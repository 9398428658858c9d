import TestSupport
import Testing

@testable import Documents

@Suite(.enabled(if: WrittenPDF.isReaderInstalled)) struct HostileTextTests {
    @Test func `text of many scripts is found again in the order in which it is read`() throws {
        let texts = [
            "Ewa Wiśniewska", "Иван Петров", "Γεωργία", "دانة الكعبي", "דנה כהן", "fi ffl é", "e\u{301}a\u{308}",
            "=SUM(A1)", "+1", "-1", "@x", "<b>&amp;</b>",
        ]
        let document = try TestDocument.list(texts)
        let text = try WrittenPDF(document.pdf()).text
        for wanted in texts where !wanted.unicodeScalars.contains(where: { (0x590...0x6FF).contains($0.value) }) {
            #expect(text.contains(wanted))
        }
        // Without the marks of direction that the reader puts around what runs from right to left.
        let plain = String(text.unicodeScalars.filter { !(0x202A...0x202E).contains($0.value) })
        #expect(plain.contains("דנה כהן"))
        #expect(plain.contains("دانة الكعبي"))
        #expect(document.notes.isEmpty)
    }

    @Test func `control characters are shown, line breaks break`() throws {
        let document = try TestDocument.list(["a\u{0}b\u{1B}[31mc\u{7F}", "one\r\ntwo\rthree\u{2028}four\tfive"])
        let pdf = try WrittenPDF(document.pdf())
        let lines = pdf.lines(ofPage: 1)
        #expect(lines.contains("a\u{FFFD}b\u{FFFD}[31mc\u{FFFD}"))
        for line in ["one", "two", "three", "four five"] { #expect(lines.contains(line)) }
        #expect(
            document.notes.map(\.description) == ["Table \"List\": 1 text with control characters, shown as U+FFFD."])
    }

    @Test func `a text of 32,767 characters goes on from page to page, and a longer one is cut with a mark`() throws {
        let words = (0..<5_461).map { String($0 + 10_000) }.joined(separator: " ")
        #expect(words.utf16.count == 32_765)
        let whole = try TestDocument.list(["before", words, "after"])
        #expect(whole.notes.isEmpty)
        let text = try WrittenPDF(whole.pdf()).text.split(whereSeparator: \.isWhitespace).map(String.init)
        let numbers = text.compactMap(Int.init).filter { $0 >= 10_000 }
        #expect(numbers == Array(10_000..<15_461))
        #expect(text.contains("before") && text.contains("after"))

        let cut = try TestDocument.list([words + words])
        #expect(cut.notes.map(\.kind) == [.textCut])
        #expect(try WrittenPDF(cut.pdf()).text.contains("[cut]"))
    }

    @Test func `one word without end is broken`() throws {
        let document = try TestDocument.list([String(repeating: "W", count: 2_000)])
        let count = try WrittenPDF(document.pdf()).text.count { $0 == "W" }
        #expect(count == 2_000)
    }

    @Test func `characters that no font has are boxes with a note, and no error`() throws {
        // A script for which nobody has a font: a plane of its own, for private use.
        let document = try TestDocument.list(["a\u{10FFFD}b"])
        #expect(document.notes.map(\.kind) == [.charactersMissing])
        #expect(try WrittenPDF(document.pdf()).pages.count == 1)
        let typesetter = try Typesetter()
        for wanted in [[DocumentNote.Kind.charactersMissing], [.charactersMissing]] {
            let again = try DocumentWriter.document(TestDocument.properties, typesetter: typesetter) { document in
                try document.paragraph("a\u{10FFFD}b")
            }
            #expect(again.notes.map(\.kind) == wanted)
        }
        let plain = try DocumentWriter.document(TestDocument.properties, typesetter: typesetter) { document in
            try document.paragraph("ab")
        }
        #expect(plain.notes.isEmpty)
    }

    @Test func `emoji, joiners, towers of accents and marks of direction are no error`() throws {
        let tower = "z" + String(repeating: "\u{300}", count: 400)
        let texts = ["👩‍👩‍👧‍👦 🇬🇧 👍🏽", tower, "a\u{202E}cba\u{202C}d", "\u{200F}\u{200E}\u{200B}", " ", "\n\n", "\u{FEFF}"]
        let document = try TestDocument.list(texts)
        #expect(try WrittenPDF(document.pdf()).pages.count == 1)
    }

    @Test func `a figure that is too wide for its column is set smaller, not broken`() throws {
        let figure = "-123,456,789,012.00"
        let document = try DocumentWriter.document(TestDocument.properties) { document in
            let table = try document.table(
                named: "Figures", columns: (1...12).map { TableColumn.figure("Column \($0)", isTotalled: true) })
            for _ in 0..<DocumentLimits.measuredRows { try table.append(.body, (1...12).map { _ in "1.00" }) }
            try table.append(.total, (1...12).map { _ in TableCell(figure) })
            try table.end()
        }
        let pdf = try WrittenPDF(document.pdf())
        #expect(pdf.text.components(separatedBy: figure).count == 13)
    }

    @Test(arguments: [300, DocumentLimits.measuredRows + 50])
    func `a word that comes late is not broken where the page has room`(rows: Int) throws {
        let document = try DocumentWriter.document(TestDocument.properties) { document in
            let table = try document.table(
                named: "Accounts",
                columns: [.text("Account"), .text("Type"), .figure("Balance", isTotalled: true)])
            for row in 0..<rows { try table.append(.body, [TableCell("\(row)"), "asset", "1,234.00"]) }
            for row in 0..<20 { try table.append(.body, [TableCell("\(row)"), "expense", "1,234.00"]) }
            try table.end()
        }
        let pdf = try WrittenPDF(document.pdf())
        #expect(pdf.text.components(separatedBy: "expense").count == 21)
    }

    @Test func `a link leads to its address, and one that may not be a link is none`() throws {
        #expect(WebAddress("javascript:alert(1)") == nil)
        #expect(WebAddress("https://example.com/a b") == nil)
        #expect(WebAddress("https://example.com/\n") == nil)
        let address = try #require(WebAddress("https://example.com/it's\\(1)"))
        #expect(address.linkAttributes == "uri='https://example.com/it\\'s\\\\(1)'")
        let document = try DocumentWriter.document(TestDocument.properties) { document in
            let table = try document.table(named: "Links", columns: [.text("Link")])
            try table.append(.body, [TableCell("shown", link: address)])
            try table.end()
        }
        let bytes = try document.pdf()
        #expect(String(decoding: bytes, as: UTF8.self).contains("https://example.com/it's"))
    }

    @Test(arguments: [
        ("plain", "plain", 0), ("a\tb", "a b", 0), ("a\r\n\r\nb", "a\n\nb", 0), ("\u{85}", "\u{FFFD}", 1),
        ("\u{FFFE}\u{FFFF}", "\u{FFFD}\u{FFFD}", 1), ("", "", 0), ("é", "é", 0),
    ])
    func `text is cleaned`(text: String, clean: String, change: UInt8) {
        let (cleaned, found) = DocumentText.cleaned(text)
        #expect(cleaned == clean)
        #expect(found.rawValue == change)
    }

    @Test func `a text is cut between characters`() {
        let text = String(repeating: "👍", count: 20_000)
        let (cut, change) = DocumentText.cleaned(text)
        #expect(change == .cut)
        #expect(cut.utf16.count <= DocumentLimits.textUnits)
        #expect(cut.utf16.count >= DocumentLimits.textUnits - 1)
        #expect(cut.hasSuffix("👍" + DocumentText.cutMark))
    }
}
