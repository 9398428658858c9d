import Configuration
import Diagnostics
import Testing

@testable import Interchange

/// SplitMix64: the same numbers on every machine.
private struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private func rows(of bytes: [UInt8], columns: Int) -> (rows: [[String]], problems: [Problem]) {
    var list = ProblemList()
    let names = (1...columns).map { "c\($0)" }
    let table = CSVTable(bytes: bytes, shownAs: "x.csv", columns: names.map { .required($0) }, problems: &list)
    let rows = table.map(&list) { row in names.map { row.text($0) } }
    return (rows, list.problems)
}

@Suite struct CSVWriterTests {
    @Test func `values are quoted where they must be, and nowhere else`() {
        var csv = CSVWriter(for: .programs)
        csv.write(["id", "name", "gross"])
        csv.write([.text("E1"), .text("Müller, \"Jörg\""), .number("-3541.67")])
        csv.write([.text("a\nb"), .text("=SUM(A1)"), .empty])
        #expect(
            String(decoding: csv.bytes, as: UTF8.self) == """
                id,name,gross
                E1,"Müller, ""Jörg""\",-3541.67
                "a
                b",=SUM(A1),

                """)
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"])
    func `text for a spreadsheet never begins a formula, and numbers keep their sign`(text: String) {
        var csv = CSVWriter(for: .spreadsheets)
        csv.write([.text(text), .number("-1.50"), .text("a=b")])
        #expect(String(decoding: csv.bytes, as: UTF8.self) == "\u{FEFF}\"'\(text)\",-1.50,a=b\r\n")
    }

    @Test(arguments: 0..<50) func `what is written is read back unchanged`(seed: UInt64) {
        var numbers = SeededNumbers(state: seed)
        let alphabet: [String] = [
            "a", "B", "7", " ", ",", "\"", "\"\"", "\n", "\r\n", "\r", ";", "'", "=", "#", "é", "e\u{301}", "李", "👩‍👩‍👧",
            "\t",
        ]
        let columns = Int.random(in: 1...5, using: &numbers)
        var expected: [[String]] = []
        var csv = CSVWriter(for: .programs)
        csv.write((1...columns).map { "c\($0)" })
        for _ in 0..<40 {
            let row = (0..<columns).map { _ in
                (0..<Int.random(in: 0...6, using: &numbers)).map { _ in alphabet.randomElement(using: &numbers) ?? "" }
                    .joined()
            }
            csv.write(row)
            // A row without any value is refused by the reader, unless it has one column.
            if columns == 1 || row.contains(where: { !$0.isEmpty }) { expected.append(row) }
        }
        let (read, problems) = rows(of: csv.bytes, columns: columns)
        #expect(read.map { $0.map { Array($0.utf8) } } == expected.map { $0.map { Array($0.utf8) } })
        #expect(problems.allSatisfy { $0.message == "the row has no values, only commas" })
    }

    @Test(arguments: 0..<200) func `no bytes make the reader fail`(seed: UInt64) {
        var numbers = SeededNumbers(state: seed &+ 1_000)
        let alphabet: [UInt8] = [
            0x22, 0x22, 0x2C, 0x2C, 0x0A, 0x0D, 0x61, 0x20, 0x00, 0xC3, 0xA9, 0xEF, 0xBB, 0xBF, 0xFF, 0x3B,
        ]
        let bytes = (0..<200).map { _ in alphabet.randomElement(using: &numbers) ?? 0 }
        let (first, problems) = rows(of: Array("c1,c2\n".utf8) + bytes, columns: 2)
        #expect(first.allSatisfy { $0.count == 2 })
        #expect(problems.allSatisfy { $0.location != nil })
    }
}
