import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import Testing

@testable import Reports

/// Any cell of a workbook leads to its rows, or says what is there instead.
struct TraceTests {
    @Test func `figures of the cover lead to the cells that they repeat, in whatever capitals`() throws {
        try StandardReports.withCompany { demo in
            for name in ["payroll-cost", "profit-and-loss", "general-ledger"] {
                let engine = try StandardReports.engine(name, demo)
                let path = demo.directory.appending(path: "\(name).xlsx").path
                let renderer = WorkbookRenderer(path: path)
                let figures = try engine.render(to: renderer, in: demo.store).end.figures
                let first = try #require(renderer.firstFigureRow)
                for (index, figure) in figures.enumerated() {
                    let cell = try CellAddress("cover!C\(first + index)")
                    let trace = try ReportTrace.follow(cell, in: engine, store: demo.store)
                    #expect(trace.value == figure.value, "\(name): \(figure.label)")
                    // The profit of a statement is no row of its own.
                    guard let place = trace.repeated else {
                        #expect(name == "profit-and-loss")
                        continue
                    }
                    let repeated = try ReportTrace.follow(CellAddress(place), in: engine, store: demo.store)
                    #expect(repeated.value == figure.value && repeated.repeated == nil, "\(name): \(figure.label)")
                    #expect(repeated.rows == trace.rows)
                }
                let beyond = refusal {
                    _ = try ReportTrace.follow(CellAddress("Cover!C\(first + 50)"), in: engine, store: demo.store)
                }
                #expect(beyond?.advice?.contains("Name C\(first)") == true, "\(beyond as Any)")
            }
        }
    }

    @Test func `the workbook says how a cell of it is followed, and that leads to rows`() throws {
        try StandardReports.withCompany { demo in
            let engine = try StandardReports.engine("payroll-cost", demo)
            let file = demo.directory.appending(path: "cost.xlsx")
            _ = try engine.render(to: WorkbookRenderer(path: file.path), in: demo.store)
            let cells = try #require(try WorkbookReader(file).sheets["Cover"]).cells.values
            let command = try #require(cells.first { $0.hasPrefix("steward report trace ") }, "\(cells)")
            #expect(
                command
                    == "steward report trace payroll-cost 'Month!C2' --period 2026-04 --as-of \(DemoCompany.now)")
            let trace = try ReportTrace.follow(CellAddress("Month!C2"), in: engine, store: demo.store)
            #expect(trace.rows.count == 1)
        }
    }

    @Test func `a formula shows what it reads and nothing that merely has letters of it`() throws {
        try StandardReports.withCompany { demo in
            let engine = try StandardReports.engine("payroll-variance", demo)
            var found = 0
            for column in 1...12 {
                let letter = ["", "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"][column]
                guard let sheet = engine.report.sheets.first,
                    let trace = try? ReportTrace.follow(
                        CellAddress("\(sheet.name)!\(letter)2"), in: engine, store: demo.store),
                    let formula = trace.formula
                else { continue }
                found += 1
                let words = Set(formula.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
                #expect(trace.inputs.allSatisfy { words.contains($0.column.key) }, "\(formula)")
            }
            #expect(found > 0)
        }
    }

    @Test func `amounts of documents are shown in their currencies, and a row by what tells it from others`() throws {
        try StandardReports.withCompany { demo in
            let report = try PivotTests.report(
                query:
                    "SELECT entry, line, description, currency, amount, base FROM ledger_posting WHERE account = '1200'",
                columns: ["{column: entry}", "{column: line}", "{column: amount}", "{column: base}"],
                rest: ["key: [entry, line]"])
            let engine = try ReportEngine(report, given: [:], of: demo.company, asOf: DemoCompany.now)
            let trace = try ReportTrace.follow(CellAddress("One!C2"), in: engine, store: demo.store)
            #expect(trace.row == "1, 4")
            let place = try #require(trace.columns.firstIndex { $0.key == "amount" })
            #expect(trace.rows.count == 1 && trace.rows[0][place] == trace.value)
            #expect(trace.columns[place].text(of: trace.value) == "GBP 90,412.37")
        }
    }
}
