import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import TestSupport
import Testing

@testable import Reports

/// The workbooks of all standard reports, read by openpyxl, which knows nothing of how they were made.
struct OtherReaderTests {
    /// A cell as openpyxl has it: n number, s text, d date or time, b yes or no, e error, f formula without a value.
    private struct Cell: Decodable, Equatable {
        var kind: String
        var value: String
        var hasFormula: Bool
    }

    private struct Expected {
        var sheet: String
        var cell: String
        var column: ReportColumn
        var value: ReportValue
        var rowKind: ReportRow.Kind
    }

    private static let isInstalled = FileManager.default.fileExists(
        atPath: "/usr/lib/python3/dist-packages/openpyxl/__init__.py")

    @Test(.enabled(if: isInstalled, "python3-openpyxl is not installed"))
    func `every cell of every standard report is read as what it is`() throws {
        try StandardReports.withCompany { demo in
            var expected: [String: [Expected]] = [:]
            for name in StandardReports.names {
                let renderer = WorkbookRenderer(path: demo.directory.appending(path: "\(name).xlsx").path)
                var cells: [Expected] = []
                _ = try StandardReports.engine(name, demo).render(to: renderer, in: demo.store) {
                    _, plan, row, origin in
                    guard let last = renderer.lastRow else { return }
                    let shown = plan.columns.indices.filter { !plan.columns[$0].isHidden }.map { plan.shown[$0] }
                    for place in 0..<200 {
                        guard let index = renderer.column(at: place), row.values.indices.contains(index) else {
                            continue
                        }
                        cells.append(
                            Expected(
                                sheet: last.sheet, cell: Self.name(place, last.row), column: shown[index],
                                value: row.values[index], rowKind: origin.kind))
                    }
                }
                expected[name] = cells
            }
            let read = try Self.read(StandardReports.names.map { demo.directory.appending(path: "\($0).xlsx").path })
            var compared = 0
            for name in StandardReports.names {
                let workbook = try #require(read[name])
                for (sheet, cells) in workbook {
                    for (place, cell) in cells {
                        #expect(!["e", "f"].contains(cell.kind), "\(name) \(sheet)!\(place) is \(cell)")
                        #expect(!cell.value.hasSuffix("[cut]"), "\(name) \(sheet)!\(place) is cut")
                    }
                }
                for one in try #require(expected[name]) where !one.value.isEmpty && one.value != .text("") {
                    let cell = try #require(workbook[one.sheet]?[one.cell], "\(name) \(one.sheet)!\(one.cell)")
                    #expect(Self.agree(cell, one), "\(name) \(one.sheet)!\(one.cell): \(cell) is not \(one.value)")
                    // What is the sum of rows is a formula, so that it goes on being one.
                    if case .total = one.rowKind, one.column.total == .sum {
                        #expect(cell.hasFormula, "\(name) \(one.sheet)!\(one.cell) is no formula")
                    }
                    compared += 1
                }
                #expect(workbook["Cover"]?.isEmpty == false)
            }
            #expect(compared > 2_000, "\(compared)")
        }
    }

    private static func agree(_ cell: Cell, _ expected: Expected) -> Bool {
        switch expected.value {
        case .empty: true
        case .text(let text): cell.kind == "s" && cell.value == text
        case .date(let date): cell.kind == "d" && cell.value == "\(date)T00:00:00"
        case .instant(let instant): cell.kind == "d" && "\(cell.value)Z" == "\(instant)"
        case .boolean(let boolean): cell.kind == "b" && cell.value == "\(boolean)".capitalized
        case .money, .integer, .number, .percent:
            cell.kind == "n"
                && abs((Double(cell.value) ?? .nan) - (Double(expected.value.plainText) ?? .infinity)) < 1e-9
        }
    }

    private static func name(_ column: Int, _ row: Int) -> String {
        var letters = ""
        var rest = column + 1
        while rest > 0 {
            letters = String(UnicodeScalar(UInt8(65 + (rest - 1) % 26))) + letters
            rest = (rest - 1) / 26
        }
        return "\(letters)\(row)"
    }

    /// All files in one process, by the name of the file, the sheet and the cell.
    private static func read(_ paths: [String]) throws -> [String: [String: [String: Cell]]] {
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/python3")
        python.arguments = ["-I", "-W", "ignore", "-c", script] + paths
        let output = Pipe()
        python.standardOutput = output
        try python.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        guard python.terminationStatus == 0 else { throw Failure(.failed, "openpyxl refuses a workbook") }
        return try JSONDecoder().decode([String: [String: [String: Cell]]].self, from: bytes)
    }

    private static let script = """
        import datetime, json, os, sys, openpyxl
        books = {}
        for path in sys.argv[1:]:
            values, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
            book = books[os.path.basename(path)[:-5]] = {}
            for sheet in values:
                cells = book[sheet.title] = {}
                for row in sheet.iter_rows():
                    for cell in row:
                        has_formula = formulas[sheet.title][cell.coordinate].data_type == 'f'
                        value = cell.value
                        if value is None and not has_formula: continue
                        kind = 'f' if value is None else 'e' if cell.data_type == 'e' else 'd' if isinstance(
                            value, datetime.datetime) else 'b' if isinstance(value, bool) else 's' if isinstance(
                            value, str) else 'n'
                        cells[cell.coordinate] = {
                            'kind': kind, 'value': value.isoformat() if kind == 'd' else repr(value) if kind == 'n' else
                            str(value), 'hasFormula': has_formula}
        json.dump(books, sys.stdout)
        """
}
