import Amounts
import CXLSXWriter

/// A page to read first: a title, facts, small tables and charts, one below the other.
///
/// ```swift
/// let summary = try workbook.addSummary(named: "Summary", title: "Payroll register", subtitle: "November 2026, monthly")
/// try summary.addFacts([("Employees", .integer(40)), ("Gross pay", .money(gross))])
/// let departments = try summary.addTable("By department", columns: […], rows: […], totals: "Total")
/// try summary.addChart(.bar, "Net pay by department", of: departments, categories: "Department", values: ["Net"])
/// ```
/// It is kept in memory, so it can be added first and filled when the rows of other sheets are known.
package final class SummarySheet {
    private let writer: WorkbookWriter
    private let part: SheetPart
    private var row = 0
    /// With more rows than this the summary is printed on several pages.
    private static let maximumRowsOfOnePage = 100
    private var widths: [Int: Double] = [:]
    /// Blocks begin in column B; A is a margin.
    private static let firstColumn = 1
    private static let marginWidth = 2.0
    private static let defaultWidth = 15.0
    private static let firstWidth = 26.0
    private static let leastColumns = 5
    /// Of a text beside its name; a digest stands on one line.
    private static let charactersOfLine = 66
    /// Excel's rows are no higher than 409 points.
    private static let maximumLinesOfText = 25
    /// In points.
    private static let lineHeight = 15.0
    private static let figureHeight = 24.0
    /// How much larger than others the digits of a figure are.
    private static let figureScale = 1.4

    init(
        writer: WorkbookWriter, name: String, title: String, subtitle: String, page: PageSetup
    ) throws(SpreadsheetError) {
        self.writer = writer
        part = try writer.addPart(named: name, isStreamed: false)
        if part.name != name { writer.notes.add(.renamed(from: name), sheet: part.name) }
        var page = page
        page.header = page.header ?? ""
        try page.apply(to: part.worksheet, properties: writer.properties, repeatedRows: 0) {
            [part] (error, operation) throws(SpreadsheetError) in
            try writer.check(error, "sheet \(part.name), \(operation)")
        }
        row = 1
        let first = Self.firstColumn
        try writer.text(title, part, row, first, writer.formats.format(CellStyle(role: .title)))
        try setHeight(28)
        row += 1
        if !subtitle.isEmpty {
            try writer.text(subtitle, part, row, first, writer.formats.format(CellStyle(role: .subtitle)))
            row += 1
        }
        row += 1
    }

    /// The name of the sheet, as allowed.
    package var name: String { part.name }

    /// The row in which the next block begins, counted from 0.
    package var nextRow: Int { row }

    // MARK: Facts

    /// The figures that matter, one below the other, larger than all else.
    package func addFigures(_ figures: [(name: String, value: Cell)]) throws(SpreadsheetError) {
        guard !figures.isEmpty else { return }
        try addFacts(figures, label: .figureLabel, value: .figure, height: Self.figureHeight)
    }

    /// Names and values, one pair a row.
    package func addFacts(_ facts: [(name: String, value: Cell)]) throws(SpreadsheetError) {
        try addFacts(facts, label: .label, value: .fact, height: nil)
    }

    private func addFacts(
        _ facts: [(name: String, value: Cell)], label: CellStyle.Role, value: CellStyle.Role, height: Double?
    ) throws(SpreadsheetError) {
        try writer.requireOpen()
        let first = Self.firstColumn
        for fact in facts {
            let kind = fact.value.columnKind
            let lines = Self.lines(of: fact.value)
            let role = lines > 1 ? .longFact : value
            // A figure has its sign; red would say that it is wrong.
            let style = CellStyle(role: role, numberFormat: Column("", kind).quiet.numberFormat)
            let format = try writer.formats.format(style)
            var state = ColumnState(Column(fact.name, kind), format: format, textFormat: format)
            try writer.text(fact.name, part, row, first, writer.formats.format(CellStyle(role: label)))
            let others = (first + 2)..<(first + Self.leastColumns)
            if lines > 1 {
                // Not beyond the right edge, where it would make the printed page smaller.
                try writer.merge(part, row, columns: (first + 1)...(others.upperBound - 1), format)
                try setHeight(Double(lines) * Self.lineHeight + 2)
            } else {
                let blank = try writer.formats.format(CellStyle(role: role))
                for column in others { try writer.blank(part, row, column, blank) }
                if let height { try setHeight(height) }
            }
            try writer.write(fact.value, &state, part, row, first + 1)
            widen(first, to: Double(fact.name.count) + 2)
            // A text may run on to the right, a number may not.
            if kind != .text {
                widen(first + 1, to: state.width(hasFilter: false) * (value == .figure ? Self.figureScale : 1))
            }
            row += 1
        }
        row += 1
    }

    /// The lines that a text takes beside its name.
    private static func lines(of cell: Cell) -> Int {
        guard case .text(let text) = cell else { return 1 }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).reduce(0) {
            $0 + max(1, ($1.count + charactersOfLine - 1) / charactersOfLine)
        }
        return min(lines, maximumLinesOfText)
    }

    // MARK: Tables

    /// A small table with its heading; `totals` names the row of sums, nil is none.
    ///
    /// - Returns: the table, to make charts of.
    @discardableResult
    package func addTable(
        _ heading: String, columns: [Column], rows: [[Cell]], totals: String? = nil
    ) throws(SpreadsheetError) -> SummaryTable {
        try writer.requireOpen()
        guard (1..<ExcelLimits.columns).contains(columns.count) else {
            throw .unusableColumnCount(sheet: name, count: columns.count)
        }
        let first = Self.firstColumn
        try writer.text(heading, part, row, first, writer.formats.format(CellStyle(role: .heading)))
        try setHeight(22)
        row += 1
        var states: [ColumnState] = []
        for (index, column) in columns.enumerated() {
            let format = try writer.formats.format(CellStyle(role: .header, alignment: column.alignment))
            try writer.text(column.title, part, row, first + index, format)
            states.append(try writer.columnState(column, role: .body))
        }
        row += 1
        let table = SummaryTable(
            sheet: name, columns: columns, firstColumn: first, headerRow: row - 1, rowCount: rows.count)
        for cells in rows {
            guard cells.count <= columns.count else {
                throw .tooManyCells(sheet: name, row: row + 1, columns: columns.count)
            }
            for index in columns.indices {
                let cell = index < cells.count ? cells[index] : .empty
                try writer.write(cell, &states[index], part, row, first + index)
            }
            row += 1
        }
        if let totals { try addTotals(totals, &states, of: table) }
        for (index, state) in states.enumerated() { widen(first + index, to: state.width(hasFilter: false)) }
        row += 1
        return table
    }

    private func addTotals(
        _ label: String, _ states: inout [ColumnState], of table: SummaryTable
    ) throws(SpreadsheetError) {
        let first = table.firstColumn
        for (index, column) in table.columns.enumerated() {
            var state = try writer.columnState(column, role: .total)
            if column.isTotalled {
                guard let total = states[index].totalCell else {
                    throw .totalOverflow(sheet: name, column: column.title)
                }
                try writer.write(total, &state, part, row, first + index)
                if let rows = table.rows, !states[index].isBeyondExcel, !state.isBeyondExcel {
                    let range = CellReference.range(column: first + index, rows: rows)
                    try writer.formulaCell("SUM(\(range))", result: total, state.format, part, row, first + index)
                }
                widen(first + index, to: state.width(hasFilter: false))
            } else {
                try writer.text(index == 0 ? label : "", part, row, first + index, state.format)
            }
        }
        row += 1
    }

    // MARK: Charts

    /// A chart of columns of a table of this sheet, as wide as the sheet, below what stands there.
    package func addChart(
        _ kind: SheetChart.Kind, _ title: String, of table: SummaryTable, categories: String, values: [String]
    ) throws(SpreadsheetError) {
        try writer.requireOpen()
        guard table.rows != nil else { return }
        let chart = SheetChart(kind: kind, title: title, table: table)
        let width = (0..<Self.leastColumns).reduce(0) { $0 + pixels($1 + Self.firstColumn) }
        let rows = chart.heightInRows
        try chart.insert(
            into: part, at: row, Self.firstColumn, widthPixels: width, categories: categories, values: values,
            writer: writer)
        row += rows + 1
    }

    /// Excel's width of a column in pixels, with its default font.
    private func pixels(_ column: Int) -> Int {
        Int((width(of: column) * 7 + 5).rounded())
    }

    private func width(of column: Int) -> Double {
        max(widths[column] ?? 0, column == Self.firstColumn ? Self.firstWidth : Self.defaultWidth)
    }

    private func widen(_ column: Int, to width: Double) {
        widths[column] = min(max(widths[column] ?? 0, width), Column.widths.upperBound)
    }

    private func setHeight(_ points: Double) throws(SpreadsheetError) {
        try writer.check(
            worksheet_set_row(part.worksheet, lxw_row_t(row), points, nil), "sheet \(name), the height of a row")
    }

    func finish() throws(SpreadsheetError) {
        // Reduced a little, a page of facts is easier to read than two; a long one stays legible on several.
        worksheet_fit_to_pages(part.worksheet, 1, row <= Self.maximumRowsOfOnePage ? 1 : 0)
        let last = max(Self.firstColumn + Self.leastColumns - 1, widths.keys.max() ?? 0)
        for column in 0...last {
            let width = column < Self.firstColumn ? Self.marginWidth : width(of: column)
            let number = lxw_col_t(column)
            try writer.check(
                worksheet_set_column(part.worksheet, number, number, width, nil), "sheet \(name), the width of a column"
            )
        }
    }
}

/// A table that stands on a summary sheet.
package struct SummaryTable: Sendable {
    let sheet: String
    package let columns: [Column]
    let firstColumn: Int
    let headerRow: Int
    package let rowCount: Int

    /// The rows of data, counted from 0; nil when there are none.
    var rows: ClosedRange<Int>? { rowCount > 0 ? (headerRow + 1)...(headerRow + rowCount) : nil }

    func column(_ title: String) throws(SpreadsheetError) -> Int {
        guard let index = columns.firstIndex(where: { $0.title == title }) else {
            throw .unknownColumn(sheet: sheet, column: title)
        }
        return firstColumn + index
    }
}

extension Cell {
    /// The kind of column that such a cell stands in.
    var columnKind: Column.Kind {
        switch self {
        case .empty, .text, .link: .text
        case .money(let money): .money(money.currency)
        case .date: .date
        case .instant: .instant
        case .rate: .rate(places: 2)
        case .quantity: .quantity(places: 2)
        case .integer: .integer
        case .boolean: .boolean
        case .formula(_, let result): result.columnKind
        }
    }
}
