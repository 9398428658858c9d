import Amounts
import Testing

@testable import Spreadsheets

@Suite struct TableTests {
    private func pounds(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .gbp) }

    @Test func `totals are formulas that follow the filter and carry the exact sum`() throws {
        let (workbook, _) = try written { workbook in
            let table = try workbook.addTable(
                named: "Register",
                columns: [
                    .text("Employee"), .money("Gross", .gbp), .rate("Rate"), .quantity("Hours"), .integer("Lines"),
                ])
            for index in 1...10 {
                try table.append { row in
                    row.text("E\(index)")
                    row.money(pounds(10))
                    row.rate(try #require(Rate("5%")))
                    row.quantity(try #require(Quantity("0.1")))
                    row.integer(index)
                }
            }
            #expect(try table.total(of: "Gross") == .money(pounds(100)))
            #expect(try table.total(of: "Employee") == nil)
            try table.appendTotals(label: "Total")
            #expect(table.rowCount == 10)
        }
        let cells = workbook.cells()
        #expect(cells["A12"]?.value == "Total")
        #expect(cells["B12"]?.formula == "SUBTOTAL(109,B2:B11)")
        #expect(cells["B12"]?.value == "1")
        #expect(cells["C12"]?.value == "")
        #expect(cells["D12"]?.formula == "SUBTOTAL(109,D2:D11)")
        #expect(cells["D12"]?.value == "1")
        #expect(cells["E12"]?.formula == nil)
        let sheet = workbook.text("xl/worksheets/sheet1.xml")
        #expect(sheet.contains("<autoFilter ref=\"A1:E11\"/>"))
    }

    @Test func `a table without rows has its header and totals of nothing`() throws {
        let (workbook, _) = try written { workbook in
            let table = try workbook.addTable(named: "Empty", columns: [.text("Employee"), .money("Gross", .gbp)])
            try table.appendTotals(label: "Total")
        }
        let cells = workbook.cells()
        #expect(cells["B1"]?.value == "Gross")
        #expect(cells["B2"]?.value == "0")
        #expect(cells["B2"]?.formula == nil)
        #expect(workbook.text("xl/worksheets/sheet1.xml").contains("<autoFilter ref=\"A1:B1\"/>"))
    }

    @Test func `a total that Excel could not compute stands as a value`() throws {
        let (cells, notes) = try writtenColumn(
            .money("Gross", .gbp),
            [.money(pounds(600_000_000_000_000)), .money(pounds(600_000_000_000_000))], totals: "Total")
        #expect(cells["A4"]?.formula == nil)
        #expect(cells["A4"]?.value == "12,000,000,000,000.00")
        #expect(notes.map(\.kind) == [.numberAsText])
        // A text among the numbers would be left out by Excel's sum, so the exact sum stands there.
        let mixed = try writtenColumn(
            .money("Gross", .gbp), [.money(pounds(.max)), .money(pounds(-.max)), .money(pounds(7))], totals: "Total")
        #expect(mixed.cells["A5"]?.formula == nil)
        #expect(mixed.cells["A5"].flatMap { Double($0.value) } == 0.07)
    }

    @Test func `a total beyond what is computed exactly is an error`() throws {
        #expect(throws: SpreadsheetError.totalOverflow(sheet: "Test", column: "Gross")) {
            try writtenColumn(.money("Gross", .gbp), [.money(pounds(.max)), .money(pounds(1))], totals: "Total")
        }
    }

    @Test func `a full sheet goes on in a next one, and totals span them`() throws {
        let (workbook, notes) = try written { workbook in
            var layout = TableLayout()
            layout.maximumRows = 5
            let table = try workbook.addTable(
                named: "Rows 'a'", columns: [.text("Employee"), .money("Gross", .gbp)], layout: layout)
            for index in 1...8 {
                try table.append([.text("E\(index)"), .money(pounds(Int64(index) * 100))])
            }
            try table.appendTotals(label: "Total")
        }
        #expect(workbook.sheetNames == ["Rows 'a", "Rows 'a (2)", "Rows 'a (3)"])
        #expect(workbook.cells(1)["A5"]?.value == "E4")
        #expect(workbook.cells(2)["A1"]?.value == "Employee")
        #expect(workbook.cells(2)["A2"]?.value == "E5")
        #expect(workbook.cells(2)["A5"]?.value == "E8")
        #expect(workbook.cells(2)["A6"] == nil)
        let total = workbook.cells(3)["B2"]
        #expect(total?.formula == "SUBTOTAL(109,'Rows ''a'!B2:B5)+SUBTOTAL(109,'Rows ''a (2)'!B2:B5)")
        #expect(total?.value == "36")
        #expect(notes.map(\.kind).contains(.continued(in: "Rows 'a (2)")))
        #expect(notes.map(\.description).contains("Sheet Rows 'a: full; its rows go on in sheet Rows 'a (2)."))
        for sheet in 1...2 {
            #expect(workbook.text("xl/worksheets/sheet\(sheet).xml").contains("<autoFilter ref=\"A1:B5\"/>"))
        }
    }

    @Test func `a cell of another kind than its column is refused without its value`() throws {
        let wrong: [(Column, Cell, String)] = [
            (.money("Gross", .gbp), .money(Money(minorUnits: 123_456, .eur)), "an amount in EUR"),
            (.money("Gross", .gbp), .integer(123_456), "a whole number"),
            (.date("Day"), .money(pounds(123_456)), "an amount in GBP"),
            (.text("Name"), .money(pounds(123_456)), "an amount in GBP"),
            (.rate("Rate"), .quantity(try #require(Quantity("123456"))), "a quantity"),
            (.integer("Lines"), .formula("A1", result: .date(day("2026-01-01"))), "a date"),
            (
                .integer("Lines"), .formula("A1", result: .formula("A2", result: .integer(1))),
                "a formula of a whole number"
            ),
        ]
        for (column, cell, found) in wrong {
            let error = try #require(throws: SpreadsheetError.self) { try writtenColumn(column, [cell]) }
            let expected = SpreadsheetError.unsuitableCell(
                sheet: "Test", cell: "A2", column: column.title, expected: column.expectation, found: found)
            #expect(error == expected)
            #expect(!error.failure.description.contains("123"))
        }
    }

    @Test func `text may stand in a column of numbers, and then has no part in its sum`() throws {
        let (cells, _) = try writtenColumn(.money("Gross", .gbp), [.text("n/a"), .money(pounds(5))], totals: "Total")
        #expect(cells["A2"]?.value == "n/a")
        #expect(cells["A2"]?.type == "inlineStr")
        #expect(cells["A4"]?.value == "0.05")
    }

    @Test func `too many cells, no columns and unknown columns are named`() throws {
        #expect(throws: SpreadsheetError.tooManyCells(sheet: "Test", row: 2, columns: 1)) {
            try written { workbook in
                try workbook.addTable(named: "Test", columns: [.text("A")]).append([.text("1"), .text("2")])
            }
        }
        #expect(throws: SpreadsheetError.unusableColumnCount(sheet: "Test", count: 0)) {
            try written { _ = try $0.addTable(named: "Test", columns: []) }
        }
        #expect(throws: SpreadsheetError.unusableColumnCount(sheet: "Test", count: 16_385)) {
            let columns = [Column](repeating: .text("A"), count: 16_385)
            try written { _ = try $0.addTable(named: "Test", columns: columns) }
        }
        #expect(throws: SpreadsheetError.unknownColumn(sheet: "Test", column: "B")) {
            try written { _ = try $0.addTable(named: "Test", columns: [.text("A")]).total(of: "B") }
        }
    }

    @Test func `the sheet is set up for the screen and for paper`() throws {
        let (workbook, _) = try written { workbook in
            let layout = TableLayout(frozenColumns: 1, page: PageSetup(.landscape, footer: "Run A&B 42"))
            let table = try workbook.addTable(
                named: "Register", columns: [.text("Employee"), .money("Gross", .gbp)], layout: layout)
            try table.append([.text("Bartholomew Hughes-Pritchard"), .money(pounds(99_999_999_999_999))])
        }
        let sheet = workbook.text("xl/worksheets/sheet1.xml")
        for part in [
            "<pane xSplit=\"1\" ySplit=\"1\" topLeftCell=\"B2\" activePane=\"bottomRight\" state=\"frozen\"/>",
            "<pageSetUpPr fitToPage=\"1\"/>",
            "<pageSetup paperSize=\"9\" fitToHeight=\"0\" orientation=\"landscape\"/>",
            "<oddHeader>&amp;L&amp;\"-,Bold\"Payroll register&amp;RHarbour &amp;&amp; Vale Ltd</oddHeader>",
            "<oddFooter>&amp;LRun A&amp;&amp;B 42&amp;RPage &amp;P of &amp;N</oddFooter>", "showGridLines=\"0\"",
            "numberStoredAsText=\"1\"",
        ] { #expect(sheet.contains(part), "\(part)") }
        #expect(workbook.text("xl/workbook.xml").contains("localSheetId=\"0\">Register!$1:$1</definedName>"))
        // Wide enough that no number is shown as ####: "999,999,999,999.99" and some room.
        let widths = sheet.matches(of: /<col min="(\d)" max="\d" width="([0-9.]+)"/).compactMap { Double($0.2) }
        #expect(widths.count == 2)
        #expect(widths[0] > 28)
        #expect(widths[1] > 19)
    }

    @Test func `a table too wide to be read on one page is printed on pages side by side`() throws {
        func sheet(columns count: Int) throws -> (sheet: String, workbook: String) {
            let (workbook, _) = try written { workbook in
                let columns = [Column.text("Employee")] + (1...count).map { Column.money("Component \($0)", .gbp) }
                let table = try workbook.addTable(
                    named: "Register", columns: columns, layout: TableLayout(frozenColumns: 1))
                try table.append([.text("E1")] + (1...count).map { .money(pounds(Int64($0) * 1_000_000)) })
            }
            return (workbook.text("xl/worksheets/sheet1.xml"), workbook.text("xl/workbook.xml"))
        }
        let narrow = try sheet(columns: 8)
        #expect(!narrow.sheet.contains("fitToWidth"))
        #expect(narrow.workbook.contains(">Register!$1:$1</definedName>"))
        let wide = try sheet(columns: 30)
        #expect(wide.sheet.contains("fitToWidth=\"2\" fitToHeight=\"0\""), "\(wide.sheet.suffix(600))")
        // Who it is about stands on each.
        #expect(wide.workbook.contains(">Register!$A:$A,Register!$1:$1</definedName>"), "\(wide.workbook)")
    }

    @Test func `bars compare the rows, and not the rows with their total`() throws {
        for hasFilter in [true, false] {
            let (workbook, _) = try written { workbook in
                var layout = TableLayout(hasFilter: hasFilter)
                layout.barColumns = [1]
                let table = try workbook.addTable(
                    named: "Register", columns: [.text("Employee"), .money("Gross", .gbp)], layout: layout)
                let begin = table.nextPlace
                for index in 1...3 { try table.append([.text("E\(index)"), .money(pounds(100))]) }
                try table.appendSums(
                    "Total", [.empty, .money(pounds(300))], from: begin, level: 0, isLast: true)
                try table.appendNote("Words below.")
            }
            #expect(
                workbook.text("xl/worksheets/sheet1.xml").contains("<conditionalFormatting sqref=\"B2:B4\">"))
        }
    }

    @Test func `a page header too long for Excel is shortened`() throws {
        let (workbook, _) = try written { workbook in
            let page = PageSetup(
                header: String(repeating: "&", count: 400), footer: String(repeating: "é\n", count: 300))
            _ = try workbook.addTable(named: "A", columns: [.text("A")], layout: TableLayout(page: page))
        }
        #expect(workbook.text("xl/worksheets/sheet1.xml").contains("Page &amp;P of &amp;N</oddFooter>"))
    }
}
