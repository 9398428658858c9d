import Calendars
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Documents

/// What the tests of documents share.
enum TestDocument {
    static let properties = DocumentProperties(
        title: "Register", subject: "payroll@2026-11", keywords: "pay",
        created: Instant(startOf: CalendarDate(dayNumber: 20_786)))

    static let columns: [TableColumn] = [
        .text("Employee"), .code("Joined"), .figure("Gross", isTotalled: true),
    ]

    /// A register of `rows` rows in groups of `groupSize`.
    static func register(
        rows: Int, groupSize: Int = 10, setup: PageSetup = PageSetup(headerLeft: "Register", footer: "run 7")
    ) throws -> PagedDocument {
        try DocumentWriter.document(properties, setup) { document in
            try document.title("Register", subtitle: "November 2026")
            try document.facts([("Run", "7"), ("Pay group", "monthly")])
            let table = try document.table(named: "Rows", columns: columns)
            for row in 0..<rows {
                if row % groupSize == 0 {
                    try table.append(TableRow(.groupHeading(level: 0), text: "Group \(row / groupSize)"))
                }
                try table.append(.body, [TableCell("Employee \(row)"), "2024-03-01", "1,250.00"])
                if row % groupSize == groupSize - 1 {
                    try table.append(
                        TableRow(.subtotal(level: 0), text: "Sum \(row / groupSize)", cells: ["", "", "12,500.00"]))
                }
            }
            try table.append(TableRow(.total, text: "Total", cells: ["", "", "99,000.00"]))
            try table.end()
        }
    }

    /// One table of one column with these texts.
    static func list(_ texts: [String], setup: PageSetup = PageSetup()) throws -> PagedDocument {
        try DocumentWriter.document(properties, setup) { document in
            let table = try document.table(named: "List", columns: [.text("Text")])
            for text in texts { try table.append(.body, [TableCell(text)]) }
            try table.end()
        }
    }
}

@Suite(.enabled(if: WrittenPDF.isReaderInstalled)) struct PDFTests {
    @Test func `the same document gives the same bytes, and says when its data were made`() throws {
        let bytes = try (0..<2).map { _ in try TestDocument.register(rows: 60).pdf() }
        #expect(bytes[0] == bytes[1])
        let properties = try WrittenPDF(bytes[0]).properties
        #expect(properties["Title"] == "Register")
        #expect(properties["Subject"] == "payroll@2026-11")
        #expect(properties["Keywords"] == "pay")
        #expect(properties["Author"] == "Steward")
        #expect(properties["CreationDate"] == "2026-11-29T00:00:00Z")
        #expect(properties["ModDate"] == "2026-11-29T00:00:00Z")
    }

    @Test func `every page has its number, the header of its table, and the group that goes on`() throws {
        let document = try TestDocument.register(rows: 150, groupSize: 70)
        let pdf = try WrittenPDF(document.pdf())
        #expect(pdf.pages.count == document.pageCount)
        #expect(document.pageCount > 2)
        for number in 1...pdf.pages.count {
            let lines = pdf.lines(ofPage: number)
            #expect(lines.last == "run 7 Page \(number) of \(pdf.pages.count)")
            #expect(lines.contains("Employee Joined Gross"))
            if number > 1 { #expect(lines.first == "Register · Rows") }
        }
        #expect(pdf.lines(ofPage: 2).contains("Group 0 (continued)"))
    }

    @Test func `every row is there, once and in its order`() throws {
        let pdf = try WrittenPDF(TestDocument.register(rows: 500).pdf())
        let numbers = pdf.text.split(separator: "\n").compactMap { line -> Int? in
            let words = line.split(separator: " ")
            return words.count == 4 && words[0] == "Employee" ? Int(words[1]) : nil
        }
        #expect(numbers == Array(0..<500))
    }

    @Test(arguments: 24..<36)
    func `no heading ends a page and no sum begins one`(rows: Int) throws {
        let pdf = try WrittenPDF(TestDocument.register(rows: rows, groupSize: 3).pdf())
        for number in 1...pdf.pages.count {
            let lines = pdf.lines(ofPage: number).dropLast()
            #expect(lines.last?.hasPrefix("Group") == false)
            let header = try #require(lines.firstIndex(of: "Employee Joined Gross"))
            let first = lines[(header + 1)...].first { !$0.hasSuffix("(continued)") }
            #expect(first?.hasPrefix("Sum") == false)
            #expect(first?.hasPrefix("Total") == false)
        }
    }

    @Test func `a document longer than the memory for its pages is the same`() throws {
        let spool = ByteSpool(memoryLimitBytes: 1_000)
        let pieces = (0..<300).map { number in [UInt8](repeating: UInt8(number % 251), count: number) }
        for piece in pieces { try spool.append(piece) }
        let all = pieces.flatMap { $0 }
        #expect(spool.count == all.count)
        for (offset, count) in [(0, 10), (990, 30), (all.count - 500, 500), (all.count - 20_000, 20_000), (5, 0)] {
            let read = try spool.read(from: offset, count: count) { Array($0) }
            #expect(read == Array(all[offset..<(offset + count)]))
        }
        var again: [UInt8] = []
        try spool.readAll { again.append(contentsOf: $0) }
        #expect(again == all)
    }

    @Test func `a narrow table stands upright, a wide one across, a very wide one on pages side by side`() throws {
        func document(columns count: Int) throws -> PagedDocument {
            try DocumentWriter.document(TestDocument.properties) { document in
                try document.title("Wide")
                let columns = [TableColumn.text("Name")] + (1...count).map { TableColumn.figure("Component \($0)") }
                let table = try document.table(named: "Wide", columns: columns)
                for row in 0..<100 {
                    let figures = (1...count).map { TableCell("\(row).\($0),000.00") }
                    try table.append(.body, [TableCell("Person \(row)")] + figures)
                }
                try table.end()
            }
        }
        let narrow = try document(columns: 3)
        #expect(try WrittenPDF(narrow.pdf()).properties["Page size"] == "595.276 x 841.89 pts (A4)")
        #expect(narrow.notes.isEmpty)
        let wide = try document(columns: 9)
        #expect(try WrittenPDF(wide.pdf()).properties["Page size"] == "841.89 x 595.276 pts (A4)")
        #expect(wide.notes.isEmpty)
        let widest = try document(columns: 30)
        let note = try #require(widest.notes.first)
        guard case .columnsSplit(let count) = note.kind else {
            Issue.record("\(note)")
            return
        }
        #expect(count > 1)
        let pdf = try WrittenPDF(widest.pdf())
        let lines = pdf.text.split(separator: "\n")
        let figures = lines.flatMap { $0.split(separator: " ") }.filter { $0.hasSuffix(",000.00") }
        #expect(figures.count == 3_000)
        #expect(Set(figures).count == 3_000)
        // The name on each of the pages side by side.
        let names = lines.filter { $0.hasPrefix("Person") || $0.hasPrefix(" Person") }
        #expect(names.count == 100 * count)
        #expect(pdf.text.contains("this is 2 of \(count)"))
        // They begin below the title, and not on a page of their own.
        #expect(pdf.lines(ofPage: 1).contains { $0.hasPrefix("Person 0 ") })
    }

    @Test func `letter and A4, upright and across`() throws {
        let cases: [(PageSetup.Paper, PageSetup.Orientation, String)] = [
            (.a4, .portrait, "595.276 x 841.89 pts (A4)"), (.a4, .landscape, "841.89 x 595.276 pts (A4)"),
            (.letter, .portrait, "612 x 792 pts (letter)"), (.letter, .landscape, "792 x 612 pts (letter)"),
        ]
        for (paper, orientation, size) in cases {
            let pdf = try WrittenPDF(TestDocument.list(["x"], setup: PageSetup(paper, orientation)).pdf())
            #expect(pdf.properties["Page size"] == size)
        }
    }

    @Test func `figures that are known at the end stand at the beginning, and leave no gap where there are none`()
        throws
    {
        func lines(_ figures: [(label: String, value: String)]) throws -> [String] {
            let document = try DocumentWriter.document(TestDocument.properties) { document in
                try document.title("Register")
                try document.reserveFigures(1)
                try document.paragraph("What follows.")
                document.fillFigures(figures)
            }
            return try WrittenPDF(document.pdf()).lines(ofPage: 1)
        }
        let filled = try lines([("Gross", "GBP 12.00")])
        #expect(filled.prefix(4) == ["Register", "Gross", "GBP 12.00", "What follows."])
        #expect(try lines([]).prefix(2) == ["Register", "What follows."])
    }

    @Test(arguments: [PageSetup.Orientation.portrait, .landscape], [1, 4, 5, 12])
    func `every figure stands on the first page, and what follows stands below them`(
        orientation: PageSetup.Orientation, count: Int
    ) throws {
        let figures = (1...count).map { (label: "Figure \($0)", value: "GBP \($0),234,567.89") }
        let document = try DocumentWriter.document(TestDocument.properties, PageSetup(.a4, orientation)) { document in
            try document.title("Register")
            try document.reserveFigures(count)
            try document.paragraph("What follows.")
            document.fillFigures(figures)
        }
        let lines = try WrittenPDF(document.pdf()).lines(ofPage: 1)
        let text = lines.joined(separator: "\n")
        for figure in figures {
            #expect(text.contains(figure.label), "\(text)")
            #expect(text.contains(figure.value), "\(text)")
        }
        let last = try #require(lines.lastIndex { $0.contains("Figure") || $0.contains("GBP") })
        #expect(lines.firstIndex(of: "What follows.").map { $0 > last } == true, "\(text)")
    }

    @Test func `an empty table says so and is a whole document`() throws {
        let document = try DocumentWriter.document(TestDocument.properties) { document in
            try document.table(named: "Rows", columns: TestDocument.columns).end(emptyText: "Nobody joined.")
        }
        let lines = try WrittenPDF(document.pdf()).lines(ofPage: 1)
        #expect(lines == ["Rows", "Employee Joined Gross", "Nobody joined.", "Page 1 of 1"])
        #expect(try WrittenPDF(DocumentWriter.document(TestDocument.properties) { _ in }.pdf()).pages.count == 1)
    }

    @Test func `a page says in which part of the document it begins`() throws {
        let document = try DocumentWriter.document(TestDocument.properties, PageSetup(headerLeft: "Head")) { document in
            for (name, rows) in [("First", 60), ("Second", 60)] {
                let table = try document.table(named: name, columns: [.text("Text")])
                for row in 0..<rows { try table.append(.body, [TableCell("row \(row)")]) }
                try table.end()
            }
        }
        let pdf = try WrittenPDF(document.pdf())
        // The second part begins in the middle of the second page.
        #expect(pdf.lines(ofPage: 2).contains("Second"))
        #expect(pdf.lines(ofPage: 2).first == "Head · First")
        #expect(pdf.lines(ofPage: 3).first == "Head · Second")
    }

    @Test func `titles and the words over groups of columns are never cut`() throws {
        let document = try DocumentWriter.document(TestDocument.properties) { document in
            let groups = ["Last month", "Year to date", "Budget of the year"]
            let columns =
                [TableColumn.text("Account")]
                + groups.map {
                    TableColumn("2026-03", group: $0, alignment: .right, isTabular: true)
                }
            let table = try document.table(named: "Statement", columns: columns)
            try table.append(.body, ["1000", "1.00", "2.00", "3.00"])
            try table.end()
        }
        let lines = try WrittenPDF(document.pdf()).lines(ofPage: 1)
        #expect(
            lines.prefix(3) == [
                "Statement", "Last month Year to date Budget of the year",
                "Account 2026-03 2026-03 2026-03",
            ])
    }

    @Test func `charts show their names and figures`() throws {
        for kind in [Chart.Kind.bar, .column, .line] {
            let chart = Chart(
                kind, title: "Pay", categories: ["North", "South"],
                series: [
                    Chart.Series("Gross", [Chart.Value(1_500, "1,500.00"), Chart.Value(-20, "-20.00")]),
                    Chart.Series("Net", [Chart.Value(.nan, "?"), nil]),
                ])
            let pdf = try WrittenPDF(DocumentWriter.document(TestDocument.properties) { try $0.chart(chart) }.pdf())
            for word in ["Pay", "North", "South", "Gross", "Net"] { #expect(pdf.text.contains(word)) }
            #expect(pdf.text.contains(kind == .bar ? "1,500.00" : "1,000"))
        }
    }
}
