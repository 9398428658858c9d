import Calendars
import Foundation
import TestSupport

@testable import Spreadsheets

/// Properties of a workbook of the tests, made on 2026-11-21 at 20:14:04 UTC.
let testProperties = WorkbookProperties(
    title: "Payroll register", subject: "payroll@2026-11", company: "Harbour & Vale Ltd",
    created: Instant("2026-11-21T20:14:04Z") ?? Instant(microseconds: 0),
    custom: [
        ("Run", .text("payroll@2026-11")), ("Employees", .integer(40)), ("Final", .boolean(true)),
        ("Pay date", .date(day("2026-11-27"))),
    ])

func day(_ text: String) -> CalendarDate { CalendarDate(text) ?? .earliest }

/// Writes a workbook into a temporary directory and reads it back.
@discardableResult
func written(
    _ body: (Workbook) throws -> Void
) throws -> (workbook: WrittenWorkbook, notes: [SpreadsheetNote]) {
    try withTemporaryDirectory { directory in
        let file = directory.appending(path: "test.xlsx")
        let notes = try Workbook.write(to: file.path, testProperties, body)
        return (try WrittenWorkbook(file), notes)
    }
}

/// Writes one column of cells below its title; the first stands in A2.
@discardableResult
func writtenColumn(
    _ column: Column, _ cells: [Cell], totals: String? = nil
) throws -> (cells: [String: WrittenWorkbook.WrittenCell], notes: [SpreadsheetNote]) {
    let (workbook, notes) = try written { workbook in
        let table = try workbook.addTable(named: "Test", columns: [column])
        for cell in cells { try table.append([cell]) }
        if let totals { try table.appendTotals(label: totals) }
    }
    return (workbook.cells(), notes)
}
