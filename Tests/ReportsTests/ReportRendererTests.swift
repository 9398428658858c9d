import Amounts
import Calendars
import Crypto
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Reports

/// The files that reports become.
struct ReportRendererTests {
    private static func render(_ format: ReportFormat, sheet: String? = nil, in directory: URL) throws -> Data {
        let file = directory.appending(path: "sample.\(format.fileExtension)")
        try SampleReport.render(to: format.renderer(path: file.path, sheet: sheet))
        return try Data(contentsOf: file)
    }

    @Test func `text is aligned for the terminal`() throws {
        try withTemporaryDirectory { directory in
            let text = String(decoding: try Self.render(.text, in: directory), as: UTF8.self)
            let expected = """
                Payroll cost, April 2026, in GBP, Thistle & Tide Ltd

                Cost by cost centre, April 2026, in GBP
                EMPLOYEE  NAME              STARTED     HOURS  PAY GROSS  PAY EMPLOYER   SHARE  PAYSLIPS  LEAVER

                Workshop
                0001      =1+1 Ailsa Munro  2019-03-04  162.5   3,250.00        448.50   47.1%         1  no
                0002      عمر خالد          2019-03-04  150.0    -123.45          0.00   10.0%         1  yes
                Workshop                                312.5   3,126.55        448.50   57.1%         2

                Shops & <stalls>
                0003      Zoë 🌊 O'Neill    2019-03-04  151.7   2,500.00        338.10   42.9%         1  no
                Shops & <stalls>                        151.7   2,500.00        338.10   42.9%         1
                Total                                   464.2   5,626.55        786.60  100.0%         3

                Hours are those of the time sheets.

                Result, April 2026, in GBP
                                  2026-04    2026-03

                Revenue
                4000 Sales      12,500.00  11,000.00
                Revenue         12,500.00  11,000.00

                Cost of sales
                5000 Materials  -4,000.00  -3,500.50
                Cost of sales   -4,000.00  -3,500.50
                Gross profit     8,500.00   7,499.50

                Set aside
                Those set aside are paid by the next run.

                """
            #expect(text.components(separatedBy: "\n") == expected.components(separatedBy: "\n"))
        }
    }

    @Test func `CSV is the rows of one sheet, plain`() throws {
        try withTemporaryDirectory { directory in
            let text = String(decoding: try Self.render(.csv, sheet: "Cost", in: directory), as: UTF8.self)
            #expect(
                text == """
                    employee,name,started,hours,gross,employer,share,payslips,leaver
                    0001,=1+1 Ailsa Munro,2019-03-04,162.5,3250.00,448.50,0.4712,1,false
                    0002,عمر خالد,2019-03-04,150,-123.45,0.00,0.1,1,true
                    0003,Zoë 🌊 O'Neill,2019-03-04,151.7,2500.00,338.10,0.4288,1,false

                    """)
            #expect(refusalOf { _ = try Self.render(.csv, in: directory) }?.contains("more than one sheet") == true)
            #expect(
                refusalOf { _ = try Self.render(.csv, sheet: "X", in: directory) }?.contains("no sheet \"X\"") == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["sample.csv"])
        }
    }

    private func refusalOf(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? Failure)?.summary
        }
    }

    @Test(arguments: [40, 60, 80, 200])
    func `on a terminal no line is longer than it, and every figure is shown`(characters: Int) throws {
        let sink = ReportFileSink.inMemory()
        try SampleReport.render(to: TextRenderer(to: sink, lineCharacters: characters))
        let text = String(decoding: sink.bytes, as: UTF8.self)
        let wide = ReportFileSink.inMemory()
        try SampleReport.render(to: TextRenderer(to: wide))
        let notes = ["Hours are those", "Those set aside"]
        for line in text.split(separator: "\n").dropFirst() where !notes.contains(where: line.hasPrefix) {
            #expect(TerminalText.width(String(line)) <= characters, "\(line)")
        }
        func figures(_ text: String) -> Set<Substring> {
            Set(text.split { $0 == " " || $0 == "\n" }.filter { $0.contains(where: \.isNumber) })
        }
        #expect(figures(text) == figures(String(decoding: wide.bytes, as: UTF8.self)))
        // Each band begins with the words that say of whom its figures are.
        let bands = text.components(separatedBy: "\n").filter { $0.hasPrefix("EMPLOYEE") }.count
        #expect(text.components(separatedBy: "\n0001").count - 1 == bands, "\(text)")
    }

    @Test(arguments: [
        ("a\u{1B}[31mb", 7, "a\u{FFFD}[31mb"), ("a\tb\nc", 5, "a b c"), ("x\u{202E}y", 3, "x\u{FFFD}y"),
        ("日本", 4, "日本"),
        ("🌊", 2, "🌊"), ("é", 1, "é"), ("e\u{301}", 1, "e\u{301}"), ("عمر", 3, "عمر"),
    ])
    func `a text takes as many cells as it is wide, and commands nothing`(text: String, width: Int, shown: String) {
        #expect(TerminalText.clean(text) == shown)
        #expect(TerminalText.width(shown) == width)
        #expect(TerminalText.fitting(shown, width) == shown)
        #expect(TerminalText.width(TerminalText.fitting(shown, width - 1)) <= width - 1)
    }

    @Test func `JSON is read by other programs`() throws {
        try withTemporaryDirectory { directory in
            let object = try #require(
                try JSONSerialization.jsonObject(with: Self.render(.json, in: directory)) as? [String: Any])
            #expect(object["report"] as? String == "payroll-cost" && object["run"] as? Int == 12)
            let sheets = try #require(object["sheets"] as? [[String: Any]])
            #expect(sheets.map { $0["sheet"] as? String } == ["Cost", "Result", "Set aside"])
            let rows = try #require(sheets[0]["rows"] as? [[String: Any]])
            #expect(rows.count == 8 && rows[1]["name"] as? String == "=1+1 Ailsa Munro")
            #expect((rows[1]["gross"] as? [String: String]) == ["amount": "3250.00", "currency": "GBP"])
        }
    }

    @Test func `the workbook is the same to the byte, and every sum is a formula with its value`() throws {
        try withTemporaryDirectory { directory in
            let first = try Self.render(.xlsx, in: directory)
            #expect(try Self.render(.xlsx, in: directory) == first)
            let book = try WorkbookReader(directory.appending(path: "sample.xlsx"))
            #expect(book.names == ["Cover", "Cost", "Result", "Set aside"])
            let cost = try #require(book.sheets["Cost"])
            #expect(cost.cells["B3"] == "=1+1 Ailsa Munro" && cost.formulas["B3"] == nil)
            #expect(cost.formulas["E5"] == "SUBTOTAL(9,E3:E4)" && cost.cells["E5"] == "3126.55")
            #expect(cost.formulas["E9"] == "SUBTOTAL(9,E2:E8)" && cost.cells["E9"] == "5626.55")
            #expect(cost.cells["A9"] == "Total" && cost.cells["A10"] == "Hours are those of the time sheets.")
            let result = try #require(book.sheets["Result"])
            let gross = try #require(result.cells.first { $0.value == "Gross profit" }?.key)
            let cell = "B" + gross.dropFirst()
            #expect(result.cells[cell] == "8500" && result.formulas[cell]?.hasPrefix("SUBTOTAL(9,B") == true)
            #expect(book.sheets["Set aside"]?.cells["A2"] == "Those set aside are paid by the next run.")
            let cover = try #require(book.sheets["Cover"]).cells.values
            for part in ["Payroll cost", "2026-04", "12", "5626.55", "Gross by cost centre"] {
                #expect(cover.contains(part), "\(part)")
            }
        }
    }

    @Test func `hostile contents stay contents`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "hostile.xlsx").path
            let renderer = WorkbookRenderer(path: path)
            renderer.maximumRows = 6
            let texts = [
                "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\u{1}\u{7}\u{1B}[31m", String(repeating: "x", count: 40_000),
                "🌊 مرحبا\u{202E}abc", "_x0041_", "<b>&\"'",
            ]
            try renderer.begin(
                ReportHeading(name: "=x", title: "=1+1 & \u{1}", company: "@A", asOf: Instant(microseconds: 0)))
            for name in ["a/b:c?*[x]", "a/b:c?*[x]", String(repeating: "n", count: 60), ""] {
                try renderer.beginSheet(
                    ReportSheetHeading(
                        name: name, title: "=1",
                        columns: [
                            ReportColumn("a", "=1", .text), ReportColumn("b", "B", .integer, total: .sum),
                        ]))
                for text in texts { try renderer.row(ReportRow(.row, values: [.text(text), .integer(1)])) }
                try renderer.row(ReportRow(.total, text: "=Total", values: [.empty, .integer(10)]))
                try renderer.endSheet(ReportSheetEnd(rowCount: texts.count, notes: ["=note"]))
            }
            let notes = try renderer.finish(ReportEnd(digest: "0", rowCount: 40))
            #expect(notes.contains { $0.contains("its rows go on in sheet") } && notes.contains { $0.contains("cut") })
            let book = try WorkbookReader(URL(filePath: path))
            #expect(book.names.count == 13, "\(book.names)")
            #expect(Set(book.names.map { $0.lowercased() }).count == book.names.count)
            let formulas = Set(book.sheets.values.flatMap(\.formulas.values))
            #expect(!formulas.isEmpty && formulas.allSatisfy { $0.hasPrefix("SUBTOTAL(109,") })
            let total = book.sheets.values.flatMap { sheet in sheet.formulas.keys.map { sheet.cells[$0] ?? "" } }
            #expect(total.allSatisfy { $0 == "10" })
        }
    }

    @Test func `an error leaves nothing of a file`() throws {
        try withTemporaryDirectory { directory in
            for format in ReportFormat.allCases {
                let renderer = try format.renderer(path: directory.appending(path: "x.\(format.fileExtension)").path)
                try renderer.begin(SampleReport.heading)
                try renderer.beginSheet(SampleReport.cost)
                renderer.discard()
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
        }
    }
}
