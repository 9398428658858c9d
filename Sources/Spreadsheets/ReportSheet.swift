import Amounts
import CXLSXWriter

/// A page of figures to be read from the top to the bottom: a title, groups of columns, lines with sums.
///
/// ```swift
/// let sheet = try workbook.addReport(named: "Profit and loss", title: "Profit and loss", subtitle: "April 2026, in GBP",
///     columns: [.init(.text("")), .init(.money("2026-04", .gbp), group: "Month"), .spacer, …])
/// try sheet.append(.part, [.text("Revenue")])
/// try sheet.append(.line(level: 1), [.text("Sales"), .money(sales)], linkedTo: .cell(sheet: "Trial balance", row: 9, column: 0))
/// try sheet.append(.total, [.text("Profit"), .money(profit)])
/// ```
/// It is kept in memory, so it can be added first and filled when the rows of other sheets are known.
package final class ReportSheet {
    /// A column, with the words that stand above it and its neighbours.
    package struct Column: Sendable {
        package let column: Spreadsheets.Column
        package let group: String
        let isSpacer: Bool

        package init(_ column: Spreadsheets.Column, group: String = "") {
            // A report is full of differences; red would be everywhere.
            self.column = column.quiet
            self.group = group
            isSpacer = false
        }

        private init(spacerOf width: Double) {
            column = .text("", width: width)
            group = ""
            isSpacer = true
        }

        /// A narrow empty column between two groups.
        package static let spacer = Column(spacerOf: 1.5)
    }

    package enum RowStyle: Hashable, Sendable {
        /// Where a part of the report begins.
        case part
        /// - level: steps to the right.
        case line(level: Int)
        case subtotal, total

        var role: CellStyle.Role {
            switch self {
            case .part: .part
            case .line: .line
            case .subtotal: .subtotal
            case .total: .total
            }
        }

        var indent: Int { if case .line(let level) = self { level } else { 0 } }
    }

    private let writer: WorkbookWriter
    private let part: SheetPart
    private let columns: [Column]
    private var states: [ColumnState] = []
    private var row = 0
    private let headerRow: Int
    private static let partHeight = 21.0

    init(
        writer: WorkbookWriter, name: String, title: String, subtitle: String, columns: [Column], page: PageSetup
    ) throws(SpreadsheetError) {
        try writer.requireOpen()
        guard (1...ExcelLimits.columns).contains(columns.count) else {
            throw .unusableColumnCount(sheet: name, count: columns.count)
        }
        self.writer = writer
        self.columns = columns
        part = try writer.addPart(named: name, isStreamed: false)
        if part.name != name { writer.notes.add(.renamed(from: name), sheet: part.name) }
        let hasGroups = columns.contains { !$0.group.isEmpty }
        headerRow = hasGroups ? 4 : 3
        for column in columns { states.append(try writer.columnState(column.column, role: .line)) }
        try writeHead(title, subtitle, hasGroups: hasGroups)
        row = headerRow + 1
        var page = page
        page.header = page.header ?? ""
        let repeated = (lxw_row_t(hasGroups ? 3 : headerRow), lxw_row_t(headerRow))
        try page.apply(to: part.worksheet, properties: writer.properties, repeatedRows: 0) {
            [part] (error, operation) throws(SpreadsheetError) in
            try writer.check(error, "sheet \(part.name), \(operation)")
        }
        try writer.check(
            worksheet_repeat_rows(part.worksheet, repeated.0, repeated.1), "sheet \(part.name), the repeated rows")
        worksheet_freeze_panes(part.worksheet, lxw_row_t(row), 1)
    }

    /// The name of the sheet, as allowed.
    package var name: String { part.name }

    /// The row that the next `append` writes, counted from 0: for links to it.
    package var nextRow: Int { row }

    private func writeHead(_ title: String, _ subtitle: String, hasGroups: Bool) throws(SpreadsheetError) {
        try writer.text(title, part, 0, 0, writer.formats.format(CellStyle(role: .title)))
        try setHeight(28, of: 0)
        try writer.text(subtitle, part, 1, 0, writer.formats.format(CellStyle(role: .subtitle)))
        if hasGroups {
            // The words stand in the first column of a group and run over the others, which are blank.
            let format = try writer.formats.format(CellStyle(role: .group, alignment: .centre))
            var last = ""
            for (index, column) in columns.enumerated() where !column.isSpacer {
                if !column.group.isEmpty {
                    try writer.text(column.group == last ? "" : column.group, part, 3, index, format)
                }
                last = column.group
            }
        }
        for (index, column) in columns.enumerated() where !column.isSpacer {
            let format = try writer.formats.format(CellStyle(role: .header, alignment: column.column.alignment))
            try writer.text(column.column.title, part, headerRow, index, format)
        }
        try setHeight(Double(titleLines) * TitleLines.pointsPerLine + 4, of: headerRow)
    }

    private var titleLines: Int { TitleLines.count(for: columns.map(\.column.title)) }

    // MARK: Rows

    /// Writes one row; spacers take no cell, and cells that are left out at the end are empty.
    ///
    /// - Parameter link: where the first cell, a text, leads.
    package func append(_ style: RowStyle, _ cells: [Cell], linkedTo link: Link? = nil) throws(SpreadsheetError) {
        try writer.requireOpen()
        guard row < ExcelLimits.rows else { throw .tooManyCells(sheet: name, row: row + 1, columns: columns.count) }
        var rest = cells[...]
        for (index, column) in columns.enumerated() {
            if column.isSpacer { continue }
            let cell = rest.popFirst() ?? .empty
            let isFirst = index == 0
            let base = CellStyle(
                role: style.role, alignment: column.column.alignment, indent: isFirst ? style.indent : 0)
            var numbers = base
            numbers.numberFormat = column.column.numberFormat
            states[index].format = try writer.formats.format(numbers)
            states[index].textFormat = try writer.formats.format(base)
            if isFirst, let link, case .text(let text) = cell {
                var linked = base
                linked.isLink = true
                states[index].count(textBytes: text.utf8.count + 3 * style.indent)
                try writer.link(link, text, linked, plain: states[index].textFormat, title: "", part, row, index)
            } else if style == .part, case .empty = cell {
                continue
            } else {
                if isFirst, case .text(let text) = cell {
                    states[index].count(textBytes: text.utf8.count + 3 * style.indent)
                }
                try writer.write(cell, &states[index], part, row, index)
            }
        }
        guard rest.isEmpty else { throw .tooManyCells(sheet: name, row: row + 1, columns: columns.count) }
        if style == .part { try setHeight(Self.partHeight, of: row) }
        row += 1
    }

    /// An empty row, then words that run over the columns: what a reader should know of the figures.
    package func appendNote(_ text: String) throws(SpreadsheetError) {
        try writer.requireOpen()
        row += 1
        try writer.text(text, part, row, 0, writer.formats.format(CellStyle(role: .subtitle)))
        row += 1
    }

    private func setHeight(_ points: Double, of row: Int) throws(SpreadsheetError) {
        try writer.check(
            worksheet_set_row(part.worksheet, lxw_row_t(row), points, nil), "sheet \(name), the height of a row")
    }

    func finish() throws(SpreadsheetError) {
        for (index, state) in states.enumerated() {
            let column = lxw_col_t(index)
            let width =
                columns[index].isSpacer
                ? columns[index].column.width ?? 1 : state.width(hasFilter: false, titleLines: titleLines)
            try writer.check(
                worksheet_set_column(part.worksheet, column, column, width, nil), "sheet \(name), the width of a column"
            )
        }
        let all = "A1:\(CellReference.cell(row: max(row - 1, 0), column: columns.count - 1))"
        try writer.check(
            worksheet_ignore_errors(part.worksheet, UInt8(LXW_IGNORE_NUMBER_STORED_AS_TEXT.rawValue), all),
            "sheet \(name), the warnings")
    }
}
