import Amounts
import CXLSXWriter

/// A sheet of rows that are written as they come: a header that stays in sight, filters, and totals at the end.
///
/// ```swift
/// try register.append { row in
///     row.text(employee.code)
///     row.date(payslip.payDate)
///     row.money(payslip.gross)
/// }
/// try register.appendTotals(label: "Total")
/// ```
/// Memory does not grow with the rows. A table of more rows than a sheet has goes on in "Register (2)", with its header,
/// and a note says so. When an append throws, its row is half written; then nothing more can be written, the workbook
/// cannot be closed, and nothing is left of it.
package final class TableSheet {
    package let columns: [Column]
    /// Rows of data so far, over all sheets that they fill.
    package internal(set) var rowCount = 0

    let writer: WorkbookWriter
    let layout: TableLayout
    var parts: [SheetPart] = []
    var part: SheetPart
    var states: [ColumnState]
    var hasTotals = false
    /// The row of the totals on the last sheet, counted from 0.
    var totalsRow: Int?
    /// Whether the filter of the last sheet stands already.
    var isFilterSet = false
    /// True from the first cell of a row to its end; still true after an error.
    var isRowOpen = false
    private let headerFormats: [CellFormats.Format]

    init(writer: WorkbookWriter, name: String, columns: [Column], layout: TableLayout) throws(SpreadsheetError) {
        try writer.requireOpen()
        guard (1...ExcelLimits.columns).contains(columns.count) else {
            throw .unusableColumnCount(sheet: name, count: columns.count)
        }
        self.writer = writer
        self.columns = columns
        self.layout = layout
        var states: [ColumnState] = []
        var headerFormats: [CellFormats.Format] = []
        for (index, column) in columns.enumerated() {
            let indent = Self.indent(of: index, in: columns)
            headerFormats.append(
                try writer.formats.format(CellStyle(role: .header, alignment: column.alignment, indent: indent)))
            states.append(try writer.columnState(column, role: .body, indent: indent))
        }
        self.states = states
        self.headerFormats = headerFormats
        part = try writer.addPart(named: name, isStreamed: true)
        if part.name != name { writer.notes.add(.renamed(from: name), sheet: part.name) }
        parts = [part]
        try beginPart()
    }

    /// A text beside a number stands a little away from it.
    static func indent(of index: Int, in columns: [Column]) -> Int {
        index > 0 && columns[index].alignment == .left && columns[index - 1].alignment == .right ? 1 : 0
    }

    /// The name of the sheet, as allowed; of the first, where there are several.
    package var name: String { parts[0].name }

    /// Where the row stands that was written last, for links to it; nil before the first one.
    package internal(set) var lastRow: (sheet: String, row: Int)?

    /// The exact total of a column so far; nil where its kind has none.
    package func total(of title: String) throws(SpreadsheetError) -> Cell? {
        guard let index = columns.firstIndex(where: { $0.title == title }) else {
            throw .unknownColumn(sheet: name, column: title)
        }
        return states[index].totalCell
    }

    // MARK: Rows

    /// Writes one row; cells that `fill` leaves out at its end are empty.
    package func append(_ fill: (inout Row) throws -> Void) throws {
        try beginRow()
        var row = Row(sheet: self)
        try fill(&row)
        try row.finish()
        endRow()
    }

    /// Writes one row of cells.
    package func append(_ cells: [Cell]) throws(SpreadsheetError) {
        try beginRow()
        var row = Row(sheet: self)
        for cell in cells { row.cell(cell) }
        try row.finish()
        endRow()
    }

    func beginRow() throws(SpreadsheetError) {
        precondition(!hasTotals, "a row after the totals")
        try writer.requireOpen()
        guard !isRowOpen else { throw .closed(path: writer.path) }
        isRowOpen = true
        if part.rowCount == layout.maximumRows {
            try setFilter()
            try continueInNextPart()
        }
    }

    /// Writes one row that begins a group of rows and stands out from them.
    package func appendGroupRow(_ fill: (inout Row) throws -> Void) throws {
        let own = states.map { (format: $0.format, textFormat: $0.textFormat) }
        for (index, column) in columns.enumerated() {
            let group = try writer.columnState(
                column, role: .groupRow, indent: Self.indent(of: index, in: columns))
            states[index].format = group.format
            states[index].textFormat = group.textFormat
        }
        try append(fill)
        for (index, formats) in own.enumerated() {
            states[index].format = formats.format
            states[index].textFormat = formats.textFormat
        }
    }

    func endRow() {
        lastRow = (part.name, part.rowCount)
        part.rowCount += 1
        rowCount += 1
        isRowOpen = false
    }

    private func continueInNextPart() throws(SpreadsheetError) {
        isFilterSet = false
        let next = try writer.addPart(named: name, isStreamed: true)
        writer.notes.add(.continued(in: next.name), sheet: part.name)
        part = next
        parts.append(next)
        try beginPart()
    }

    private var titleLines: Int { TitleLines.count(for: columns.map(\.title)) }

    /// Sets up the current sheet and writes its header.
    private func beginPart() throws(SpreadsheetError) {
        for (index, column) in columns.enumerated() {
            try writer.text(column.title, part, 0, index, headerFormats[index], title: column.title)
        }
        let height = Double(titleLines) * TitleLines.pointsPerLine + 2
        try writer.check(worksheet_set_row(part.worksheet, 0, height, nil), "sheet \(part.name), the header")
        part.rowCount = 1
        if layout.outlineLevels > 0 { worksheet_outline_settings(part.worksheet, 1, 1, 0, 0) }
        worksheet_freeze_panes(part.worksheet, 1, lxw_col_t(min(layout.frozenColumns, columns.count)))
        try layout.page.apply(to: part.worksheet, properties: writer.properties, repeatedRows: 1) {
            (error, operation) throws(SpreadsheetError) in try writer.check(error, "sheet \(part.name), \(operation)")
        }
    }

    // MARK: Cells, for Row

    func cell(_ cell: Cell, at column: Int) throws(SpreadsheetError) {
        try requireColumn(column)
        try writer.write(cell, &states[column], part, part.rowCount, column)
    }

    @inline(__always)
    func money(_ money: Money, at column: Int) throws(SpreadsheetError) {
        try requireColumn(column)
        try writer.money(money, &states[column], part, part.rowCount, column)
    }

    @inline(__always)
    func text(_ text: String, at column: Int) throws(SpreadsheetError) {
        try requireColumn(column)
        guard columns[column].kind == .text else { return try cell(.text(text), at: column) }
        states[column].count(textBytes: text.utf8.count)
        try writer.text(text, part, part.rowCount, column, states[column].format, title: columns[column].title)
    }

    /// The name of a cell of the row that is being written: `D12`.
    func reference(_ title: String) throws(SpreadsheetError) -> String {
        guard let index = columns.firstIndex(where: { $0.title == title }) else {
            throw .unknownColumn(sheet: part.name, column: title)
        }
        return CellReference.cell(row: part.rowCount, column: index)
    }

    @inline(__always)
    private func requireColumn(_ column: Int) throws(SpreadsheetError) {
        guard column < columns.count else {
            throw .tooManyCells(sheet: part.name, row: part.rowCount + 1, columns: columns.count)
        }
    }

    // MARK: Totals and end

    /// Writes the row of totals below the data; it is the last row.
    ///
    /// Each total is a formula, `SUBTOTAL(109, …)`, so that it follows the filter, and carries the exact sum as its value.
    /// Where a cell of the column stands as text because it is too long for Excel, the exact sum stands as a value.
    package func appendTotals(label: String) throws(SpreadsheetError) {
        precondition(!hasTotals, "a table has one row of totals")
        try beginRow()
        try setFilter()
        let row = part.rowCount
        let labelColumn = columns.firstIndex { $0.kind == .text }
        for (index, column) in columns.enumerated() {
            var state = try writer.columnState(column, role: .total, indent: Self.indent(of: index, in: columns))
            if column.isTotalled {
                guard let total = states[index].totalCell else {
                    throw .totalOverflow(sheet: part.name, column: column.title)
                }
                try writer.write(total, &state, part, row, index)
                if !states[index].isBeyondExcel, !state.isBeyondExcel, rowCount > 0 {
                    try writer.formulaCell(totalFormula(index), result: total, state.format, part, row, index)
                }
                if let value = number(total) { states[index].count(value) }
            } else {
                try writer.text(index == labelColumn ? label : "", part, row, index, state.format)
            }
        }
        totalsRow = row
        part.rowCount += 1
        hasTotals = true
        isRowOpen = false
    }

    func number(_ cell: Cell) -> Double? {
        switch cell {
        case .money(let money): CellNumber.money(money)
        case .integer(let integer): CellNumber.integer(integer)
        case .quantity(let quantity): CellNumber.decimal(quantity.decimal, places: 0)
        default: nil
        }
    }

    private func totalFormula(_ column: Int) -> String {
        parts.compactMap { other in
            let last = other === part ? part.rowCount - 1 : other.rowCount - 1
            guard last >= 1 else { return nil }
            let range = CellReference.range(
                column: column, rows: 1...last, sheet: other === part ? nil : other.name)
            return "SUBTOTAL(\(subtotalFunction),\(range))"
        }.joined(separator: "+")
    }

    /// A filter over the rows so far. The library refuses rows that it has let go, so this comes before the totals.
    func setFilter() throws(SpreadsheetError) {
        guard layout.hasFilter else { return }
        try writer.check(
            worksheet_autofilter(
                part.worksheet, 0, 0, lxw_row_t(part.rowCount - 1), lxw_col_t(columns.count - 1)),
            "sheet \(part.name), the filter")
    }

    /// Prints the sheet on pages side by side, with the columns that stay in sight on each.
    private func spread(_ part: SheetPart, over pages: Int) throws(SpreadsheetError) {
        worksheet_fit_to_pages(part.worksheet, UInt16(clamping: pages), 0)
        guard layout.frozenColumns > 0 else { return }
        try writer.check(
            worksheet_repeat_columns(part.worksheet, 0, lxw_col_t(min(layout.frozenColumns, columns.count) - 1)),
            "sheet \(part.name), the repeated columns")
    }

    /// Of the last column: a long text there would run on beyond the header and the lines.
    private static let widestLastColumn = 100.0

    private func width(of index: Int) -> Double {
        states[index].width(
            hasFilter: layout.hasFilter, titleLines: titleLines,
            widest: index == states.count - 1 ? Self.widestLastColumn : Column.widths.upperBound)
    }

    /// Filter and widths, which need to know all rows.
    func finish() throws(SpreadsheetError) {
        guard !isRowOpen else { throw .closed(path: writer.path) }
        if !hasTotals, !isFilterSet { try setFilter() }
        let pagesAcross = layout.page.pagesAcross(
            states.indices.map(width).reduce(0, +))
        for part in parts {
            if pagesAcross > 1 { try spread(part, over: pagesAcross) }
            let lastColumn = columns.count - 1
            for (index, state) in states.enumerated() {
                let column = lxw_col_t(index)
                try writer.check(
                    worksheet_set_column(part.worksheet, column, column, width(of: index), nil),
                    "sheet \(part.name), the width of column \(state.column.title)")
            }
            // Beside its total each number would be small.
            let lastRow = (part === self.part ? totalsRow : nil).map { $0 - 1 } ?? part.rowCount - 1
            for column in layout.barColumns where lastRow >= 1 {
                try addBars(to: part, column: column, lastRow: lastRow)
            }
            // Codes such as 0042 are text and meant to be; no green corner says otherwise.
            let all = "A1:\(CellReference.cell(row: max(part.rowCount - 1, 0), column: lastColumn))"
            try writer.check(
                worksheet_ignore_errors(part.worksheet, UInt8(LXW_IGNORE_NUMBER_STORED_AS_TEXT.rawValue), all),
                "sheet \(part.name), the warnings")
        }
    }
}

/// How a table stands on its sheet.
package struct TableLayout: Sendable {
    /// Columns at the left that stay in sight while the others scroll: the employee and the name.
    package var frozenColumns: Int
    package var hasFilter: Bool
    package var page: PageSetup
    /// Levels of groups that can be folded away; 0: none.
    package var outlineLevels = 0
    /// Columns with a bar behind each number that shows its size.
    package var barColumns: [Int] = []
    /// Rows of one sheet, the header included; fewer than Excel's only in tests.
    package var maximumRows = ExcelLimits.rows

    package init(frozenColumns: Int = 0, hasFilter: Bool = true, page: PageSetup = PageSetup()) {
        self.frozenColumns = frozenColumns
        self.hasFilter = hasFilter
        self.page = page
    }
}
