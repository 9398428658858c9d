import Amounts
import Testing

@testable import Spreadsheets

@Suite struct SummaryTests {
    private func pounds(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .gbp) }

    private func writeSummary(_ workbook: Workbook) throws {
        let summary = try workbook.addSummary(named: "Summary", title: "Payroll register", subtitle: "November 2026")
        let register = try workbook.addTable(named: "Register", columns: [.text("Employee"), .money("Gross", .gbp)])
        for index in 1...4 { try register.append([.text("E\(index)"), .money(pounds(Int64(index) * 100))]) }
        // The summary stands first and is filled last.
        try summary.addFacts([
            ("Employees", .integer(4)), ("Gross", try register.total(of: "Gross") ?? .empty),
            ("Pay date", .date(day("2026-11-27"))), ("Note", .text("=1+1")),
        ])
        let table = try summary.addTable(
            "By department", columns: [.text("Department"), .money("Gross", .gbp), .money("Net", .gbp)],
            rows: [
                [.text("Sales"), .money(pounds(300)), .money(pounds(250))],
                [.text("Finance"), .money(pounds(700)), .money(pounds(610))],
            ], totals: "Total")
        for kind in [SheetChart.Kind.column, .bar, .line] {
            try summary.addChart(kind, "Pay", of: table, categories: "Department", values: ["Gross", "Net"])
        }
    }

    @Test func `a summary has facts, a table with totals and charts`() throws {
        let (workbook, notes) = try written(writeSummary)
        #expect(workbook.sheetNames == ["Summary", "Register"])
        let cells = workbook.cells(1)
        #expect(cells["B2"]?.value == "Payroll register")
        #expect(cells["B3"]?.value == "November 2026")
        #expect(cells["B5"]?.value == "Employees")
        #expect(cells["C5"] == .init(value: "4", numberFormat: "#,##0;-#,##0"))
        #expect(cells["C6"] == .init(value: "10", numberFormat: "#,##0.00;-#,##0.00;\"–\""))
        #expect(cells["C7"] == .init(value: "46353", numberFormat: "yyyy-mm-dd"))
        #expect(cells["C8"]?.value == "=1+1")
        #expect(cells["C8"]?.formula == nil)
        #expect(cells["B10"]?.value == "By department")
        #expect(cells["B14"]?.value == "Total")
        #expect(cells["C14"]?.formula == "SUM(C12:C13)")
        #expect(cells["C14"]?.value == "10")
        #expect(cells["D14"]?.value == "8.6")
        #expect(notes.isEmpty)
    }

    @Test func `a long text beside its name takes several lines and no more columns`() throws {
        let command =
            "steward report run payroll-variance --period 2026-04 -p pay_group=monthly -p limit=100.00"
        let (workbook, _) = try written { workbook in
            let summary = try workbook.addSummary(named: "Summary", title: "T", subtitle: "S")
            try summary.addFigures([("Gross", .money(pounds(1_000))), ("Change", .money(pounds(-5)))])
            try summary.addFacts([
                ("Made by", .text(command)), ("Digest", .text(String(repeating: "a", count: 64))),
            ])
        }
        let cells = workbook.cells(1)
        #expect(cells["C5"]?.value == "10")
        #expect(cells["C6"] == .init(value: "-0.05", numberFormat: "#,##0.00;-#,##0.00;\"–\""))
        #expect(cells["C8"]?.value == command)
        #expect(
            workbook.text("xl/worksheets/sheet1.xml").contains("<mergeCells count=\"1\"><mergeCell ref=\"C8:F8\"/>"))
    }

    @Test func `a chart knows its cells and their values`() throws {
        let (workbook, _) = try written(writeSummary)
        for (number, element) in [(1, "<c:barDir val=\"col\"/>"), (2, "<c:barDir val=\"bar\"/>"), (3, "<c:lineChart>")]
        {
            let chart = workbook.text("xl/charts/chart\(number).xml")
            for part in [
                element, "<c:f>Summary!$B$12:$B$13</c:f>", "<c:f>Summary!$C$12:$C$13</c:f>",
                "<c:f>Summary!$D$12:$D$13</c:f>", "<c:f>Summary!$C$11</c:f>", "<c:v>Finance</c:v>", "<c:v>6.1</c:v>",
            ] { #expect(chart.contains(part), "\(part)") }
        }
    }

    @Test func `a chart of a table without rows is left out`() throws {
        let (workbook, _) = try written { workbook in
            let summary = try workbook.addSummary(named: "Summary", title: "Nothing")
            let table = try summary.addTable(
                "Empty", columns: [.text("Department"), .money("Gross", .gbp)], rows: [], totals: "Total")
            try summary.addChart(.column, "Pay", of: table, categories: "Department", values: ["Gross"])
        }
        #expect(workbook.members.keys.contains { $0.hasPrefix("xl/charts") } == false)
        #expect(workbook.cells()["C6"]?.value == "0")
    }

    @Test func `a chart of a column that is not there, and a row too long, are named`() throws {
        #expect(throws: SpreadsheetError.unknownColumn(sheet: "S", column: "Net")) {
            try written { workbook in
                let summary = try workbook.addSummary(named: "S", title: "T")
                let table = try summary.addTable("H", columns: [.text("A")], rows: [[.text("x")]])
                try summary.addChart(.bar, "C", of: table, categories: "A", values: ["Net"])
            }
        }
        #expect(throws: SpreadsheetError.tooManyCells(sheet: "S", row: 6, columns: 1)) {
            try written { workbook in
                let summary = try workbook.addSummary(named: "S", title: "T")
                try summary.addTable("H", columns: [.text("A")], rows: [[.text("x"), .text("y")]])
            }
        }
    }
}
