import Testing

@testable import Spreadsheets

@Suite struct CellTextTests {
    @Test(arguments: [
        "=1+1", "+44 20 7946 0000", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "0042", "1e5", "2026-11-21", "TRUE",
        "http://example.org", "{=A1}", "  two  spaces  ", "<b>&amp;\"'", "é ü 漢字 🇬🇧", "_x", "_x00G1_", "a_b",
    ]) func `text is read back as it was`(text: String) throws {
        let (cells, notes) = try writtenColumn(.text("Text"), [.text(text)])
        #expect(cells["A2"] == .init(type: "inlineStr", value: text, numberFormat: "General"))
        #expect(notes.isEmpty)
    }

    @Test(arguments: [
        ("a\u{0}b\u{1}c\u{1F}", "a\u{FFFD}b\u{FFFD}c\u{FFFD}", true), ("a\r\nb\rc\n", "a\nb\nc\n", false),
        ("\u{FFFE}\u{FFFF}\u{FFFD}\u{FEFF}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FEFF}", true),
        ("_x0041_ _x005F_", "_x005F_x0041_ _x005F_x005F_", false), ("_x_x000d_", "_x_x005F_x000d_", false),
    ]) func `what Excel refuses or would decode is made harmless`(
        text: String, written: String, isNoted: Bool
    ) throws {
        let (cells, notes) = try writtenColumn(.text("Text"), [.text(text), .text("next")])
        #expect(cells["A2"]?.value == written)
        #expect(cells["A3"]?.value == "next")
        #expect(notes.map(\.kind) == (isNoted ? [.charactersReplaced] : []))
    }

    /// The eight-byte scan must see a special byte wherever it stands.
    @Test(arguments: 0..<40) func `a control character is found at every place`(place: Int) {
        let scratch = CellText()
        let text = String(repeating: "x", count: place) + "\u{1}" + String(repeating: "é", count: 39 - place)
        var result = ""
        let change = scratch.withCString(text) { result = String(cString: $0) }
        #expect(result == text.replacing("\u{1}", with: "\u{FFFD}"))
        #expect(change == .replaced)
    }

    @Test(arguments: 0..<40) func `a text of every length passes the buffer unchanged`(length: Int) {
        let scratch = CellText()
        _ = scratch.withCString(String(repeating: "y", count: 100)) { _ in }
        let text = String(repeating: "z", count: length)
        var result = "?"
        let change = scratch.withCString(text) { result = String(cString: $0) }
        #expect(result == text)
        #expect(change == [])
    }

    @Test(arguments: [
        (String(repeating: "a", count: 32_767), false), (String(repeating: "a", count: 32_768), true),
        (String(repeating: "é", count: 32_767), false), (String(repeating: "😀", count: 16_383), false),
        (String(repeating: "😀", count: 16_384), true), (String(repeating: "👨‍👩‍👧‍👦", count: 9_000), true),
        (String(repeating: "_x0041_", count: 4_681), true),
    ]) func `a text too long for a cell is cut, with a mark at its end`(text: String, isCut: Bool) throws {
        let (cells, notes) = try writtenColumn(.text("Text"), [.text(text)])
        let value = try #require(cells["A2"]?.value)
        #expect(value.utf16.count <= ExcelLimits.textUnits)
        #expect(value.hasSuffix(CellText.cutMark) == isCut)
        #expect(notes.map(\.kind) == (isCut ? [.textCut] : []))
        if isCut {
            #expect(value.utf16.count > ExcelLimits.textUnits - 40)
        } else {
            #expect(value == text)
        }
    }

    @Test(arguments: [
        ("Register", "Register"), ("2026/11 [GB]: a*b?", "2026-11 -GB-- a-b-"), ("", "Sheet"), ("'''", "Sheet"),
        ("  'quoted'  ", "quoted"), ("History", "History_"), ("a\u{0}b\nc", "a-b-c"),
        (String(repeating: "x", count: 40), String(repeating: "x", count: 31)),
        (String(repeating: "😀", count: 20), String(repeating: "😀", count: 15)),
        (String(repeating: "y", count: 30) + "'z", String(repeating: "y", count: 30)), ("O'Neill", "O'Neill"),
    ]) func `a sheet gets the allowed name nearest to the one asked for`(wanted: String, name: String) throws {
        #expect(SheetName.allowed(wanted, taken: []) == name)
        // The library agrees.
        let (workbook, notes) = try written { _ = try $0.addTable(named: wanted, columns: [.text("A")]) }
        #expect(workbook.sheetNames == [name])
        #expect(notes.map(\.kind) == (wanted == name ? [] : [.renamed(from: wanted)]))
    }

    @Test func `sheets of the same name are numbered`() throws {
        let long = String(repeating: "x", count: 31)
        let (workbook, _) = try written { workbook in
            for name in ["Pay", "PAY", "pay", long, long] {
                _ = try workbook.addTable(named: name, columns: [.text("A")])
            }
        }
        let cut = String(repeating: "x", count: 27) + " (2)"
        #expect(workbook.sheetNames == ["Pay", "PAY (2)", "pay (3)", long, cut])
    }
}
