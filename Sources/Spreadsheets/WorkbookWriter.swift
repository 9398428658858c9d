import Amounts
import CXLSXWriter
import Calendars

/// The library's workbook, and the one way to put a cell into it: no error of the library is passed over.
final class WorkbookWriter {
    let workbook: UnsafeMutablePointer<lxw_workbook>
    let path: String
    let properties: WorkbookProperties
    let notes = NoteList()
    var formats: CellFormats
    /// False after the workbook was closed or thrown away; then the pointers lead nowhere.
    var isOpen = true
    private(set) var parts: [SheetPart] = []
    private var takenNames: Set<String> = []
    private let text = CellText()

    init(workbook: UnsafeMutablePointer<lxw_workbook>, path: String, properties: WorkbookProperties) {
        self.workbook = workbook
        self.path = path
        self.properties = properties
        formats = CellFormats(workbook: workbook, path: path)
    }

    func requireOpen() throws(SpreadsheetError) {
        guard isOpen else { throw .closed(path: path) }
    }

    func check(_ error: lxw_error, _ operation: @autoclosure () -> String) throws(SpreadsheetError) {
        guard error != LXW_NO_ERROR else { return }
        let reason = lxw_strerror(error).map { String(cString: $0) } ?? "error \(error.rawValue)"
        throw .library(path: path, operation: operation(), reason: reason)
    }

    /// A new sheet after those there are.
    ///
    /// - Parameter isStreamed: rows go to a temporary file as they come, and cannot be changed any more. Otherwise the
    ///   sheet is kept in memory, so that its cells can be written in any order and charts can show them.
    func addPart(named wanted: String, isStreamed: Bool) throws(SpreadsheetError) -> SheetPart {
        try requireOpen()
        let name = SheetName.allowed(wanted, taken: takenNames)
        // The library decides by its options when a sheet is added; so one workbook can have both kinds.
        workbook.pointee.options.constant_memory = isStreamed ? 1 : 0
        guard let worksheet = workbook_add_worksheet(workbook, name) else {
            throw .library(path: path, operation: "adding sheet \(name)", reason: "the library refused it")
        }
        takenNames.insert(name.lowercased())
        let part = SheetPart(worksheet: worksheet, name: name, number: parts.count + 1)
        parts.append(part)
        // 0: no lines on the screen, none on paper; the cells have their own.
        worksheet_gridlines(worksheet, UInt8(LXW_HIDE_ALL_GRIDLINES.rawValue))
        // Points; Excel's own 15 are tight between hairlines.
        worksheet_set_default_row(worksheet, 16.5, 0)
        return part
    }

    func columnState(
        _ column: Column, role: CellStyle.Role, indent: Int = 0, mark: CellMark = .none
    ) throws(SpreadsheetError) -> ColumnState {
        let style = CellStyle(
            role: role, mark: mark, numberFormat: column.numberFormat, alignment: column.alignment, indent: indent)
        let textStyle = CellStyle(role: role, mark: mark, alignment: column.alignment, indent: indent)
        return ColumnState(column, format: try formats.format(style), textFormat: try formats.format(textStyle))
    }

    // MARK: Cells without a column

    @inline(__always)
    private func checkCell(
        _ error: lxw_error, _ part: SheetPart, _ row: Int, _ column: Int
    ) throws(SpreadsheetError) {
        guard error == LXW_NO_ERROR else {
            return try check(error, "sheet \(part.name), cell \(CellReference.cell(row: row, column: column))")
        }
    }

    @inline(__always)
    func text(
        _ value: String, _ part: SheetPart, _ row: Int, _ column: Int, _ format: CellFormats.Format, title: String = ""
    ) throws(SpreadsheetError) {
        guard !value.isEmpty else { return try blank(part, row, column, format) }
        var error = LXW_NO_ERROR
        let change = text.withCString(value) {
            error = worksheet_write_string(part.worksheet, lxw_row_t(row), lxw_col_t(column), $0, format)
        }
        try checkCell(error, part, row, column)
        if !change.isEmpty { note(change, part, row, column, title: title) }
    }

    private func note(_ change: CellText.Change, _ part: SheetPart, _ row: Int, _ column: Int, title: String) {
        let cell = CellReference.cell(row: row, column: column)
        if change.contains(.replaced) { notes.add(.charactersReplaced, sheet: part.name, column: title, cell: cell) }
        if change.contains(.cut) { notes.add(.textCut, sheet: part.name, column: title, cell: cell) }
    }

    @inline(__always)
    func number(
        _ value: Double, _ part: SheetPart, _ row: Int, _ column: Int, _ format: CellFormats.Format
    ) throws(SpreadsheetError) {
        try checkCell(
            worksheet_write_number(part.worksheet, lxw_row_t(row), lxw_col_t(column), value, format), part, row, column)
    }

    func blank(
        _ part: SheetPart, _ row: Int, _ column: Int, _ format: CellFormats.Format
    ) throws(SpreadsheetError) {
        try checkCell(
            worksheet_write_blank(part.worksheet, lxw_row_t(row), lxw_col_t(column), format), part, row, column)
    }

    /// Makes one cell of several side by side, before its first one is written. Not on a streamed sheet.
    func merge(
        _ part: SheetPart, _ row: Int, columns: ClosedRange<Int>, _ format: CellFormats.Format
    ) throws(SpreadsheetError) {
        let (line, first, last) = (lxw_row_t(row), lxw_col_t(columns.lowerBound), lxw_col_t(columns.upperBound))
        try checkCell(
            worksheet_merge_range(part.worksheet, line, first, line, last, "", format), part, row, columns.lowerBound)
    }

    // MARK: Cells of a column

    @inline(__always)
    func money(
        _ money: Money, _ state: inout ColumnState, _ part: SheetPart, _ row: Int, _ column: Int
    ) throws(SpreadsheetError) {
        let format: CellFormats.Format
        switch state.column.kind {
        case .money(money.currency):
            format = state.format
            state.add(money.minorUnits)
        case .anyMoney:
            format = try formats.format(
                CellStyle(
                    role: .body, numberFormat: NumberFormat.moneyWithCode(money.currency), alignment: .right))
        default: throw unsuitable(.money(money), state, part, row, column)
        }
        guard let value = CellNumber.money(money) else {
            return try longNumber(money.groupedText, &state, part, row, column)
        }
        state.count(value)
        try number(value, part, row, column, format)
    }

    func write(
        _ cell: Cell, _ state: inout ColumnState, _ part: SheetPart, _ row: Int, _ column: Int
    ) throws(SpreadsheetError) {
        switch (cell, state.column.kind) {
        case (.empty, _): try blank(part, row, column, state.format)
        case (.text(let value), let kind):
            state.count(textBytes: value.utf8.count)
            if kind != .text { state.isBeyondExcel = true }
            try text(
                value, part, row, column, kind == .text ? state.format : state.textFormat, title: state.column.title)
        case (.money(let value), _): try money(value, &state, part, row, column)
        case (.date(let value), .date):
            guard let serial = CellNumber.date(value) else {
                return try early(value.description, &state, part, row, column)
            }
            try number(serial, part, row, column, state.format)
        case (.instant(let value), .instant):
            guard let serial = CellNumber.instant(value) else {
                return try early(value.description, &state, part, row, column)
            }
            try number(serial, part, row, column, state.format)
        case (.rate(let value), .rate(let places)):
            try decimal(value.decimal, places: places + 2, &state, part, row, column)
        case (.quantity(let value), .quantity(let places)):
            do throws(ArithmeticError) { try state.add(value) } catch {
                throw .totalOverflow(sheet: part.name, column: state.column.title)
            }
            try decimal(value.decimal, places: places, &state, part, row, column)
        case (.integer(let value), .integer):
            state.add(value)
            guard let number = CellNumber.integer(value) else {
                return try longNumber(String(value), &state, part, row, column)
            }
            state.count(number)
            try self.number(number, part, row, column, state.format)
        case (.boolean(let value), .boolean):
            let error = worksheet_write_boolean(
                part.worksheet, lxw_row_t(row), lxw_col_t(column), value ? 1 : 0, state.format)
            try checkCell(error, part, row, column)
        case (.formula(let formula, let result), _):
            try self.formula(formula, result: result, &state, part, row, column)
        case (.link(let link, let shown), .text):
            state.count(textBytes: shown.utf8.count)
            try self.link(link, shown, state, part, row, column)
        default: throw unsuitable(cell, state, part, row, column)
        }
    }

    private func decimal(
        _ decimal: ExactDecimal, places: Int, _ state: inout ColumnState, _ part: SheetPart, _ row: Int, _ column: Int
    ) throws(SpreadsheetError) {
        guard let value = CellNumber.decimal(decimal, places: places) else {
            return try longNumber(decimal.description, &state, part, row, column)
        }
        state.count(value)
        try number(value, part, row, column, state.format)
    }

    /// A formula in place of a value: its result counts in the column's total like any other.
    private func formula(
        _ formula: String, result: Cell, _ state: inout ColumnState, _ part: SheetPart, _ row: Int, _ column: Int
    ) throws(SpreadsheetError) {
        if case .formula = result { throw unsuitable(result, state, part, row, column) }
        // The value goes first, which checks its kind and adds it up; the formula then takes its place.
        try write(result, &state, part, row, column)
        try formulaCell(formula, result: result, state.format, part, row, column)
    }

    /// A formula with its value; a value that Excel cannot hold as a number stays as text, without the formula.
    func formulaCell(
        _ formula: String, result: Cell, _ format: CellFormats.Format, _ part: SheetPart, _ row: Int, _ column: Int
    ) throws(SpreadsheetError) {
        let (line, place) = (lxw_row_t(row), lxw_col_t(column))
        let value: Double? =
            switch result {
            case .money(let money): CellNumber.money(money)
            case .date(let date): CellNumber.date(date)
            case .instant(let instant): CellNumber.instant(instant)
            case .rate(let rate): CellNumber.decimal(rate.decimal, places: 0)
            case .quantity(let quantity): CellNumber.decimal(quantity.decimal, places: 0)
            case .integer(let integer): CellNumber.integer(integer)
            case .boolean(let boolean): boolean ? 1 : 0
            case .text, .link, .empty, .formula: nil
            }
        if let value {
            try checkCell(
                worksheet_write_formula_num(part.worksheet, line, place, "=\(formula)", format, value),
                part, row, column)
        } else if case .text(let shown) = result {
            var error = LXW_NO_ERROR
            _ = text.withCString(shown) {
                error = worksheet_write_formula_str(part.worksheet, line, place, "=\(formula)", format, $0)
            }
            try checkCell(error, part, row, column)
        }
    }

    private func link(
        _ link: Link, _ shown: String, _ state: ColumnState, _ part: SheetPart, _ row: Int, _ column: Int
    ) throws(SpreadsheetError) {
        try self.link(
            link, shown, CellStyle(role: .body, isLink: true), plain: state.format, title: state.column.title, part,
            row,
            column)
    }

    /// A link, or plain text where it cannot be one.
    func link(
        _ link: Link, _ shown: String, _ style: CellStyle, plain: CellFormats.Format, title: String, _ part: SheetPart,
        _ row: Int, _ column: Int
    ) throws(SpreadsheetError) {
        guard let target = link.target, part.linkCount < ExcelLimits.linksPerSheet, !shown.isEmpty else {
            notes.add(
                .linkAsText, sheet: part.name, column: title, cell: CellReference.cell(row: row, column: column))
            return try text(shown, part, row, column, plain, title: title)
        }
        part.linkCount += 1
        let format = try formats.format(style)
        var error = LXW_NO_ERROR
        let change = text.withCString(shown) {
            error = worksheet_write_url_opt(
                part.worksheet, lxw_row_t(row), lxw_col_t(column), target, format, $0, nil)
        }
        try checkCell(error, part, row, column)
        if !change.isEmpty { note(change, part, row, column, title: title) }
    }

    // MARK: What Excel does not have

    private func longNumber(
        _ shown: String, _ state: inout ColumnState, _ part: SheetPart, _ row: Int, _ column: Int
    ) throws(SpreadsheetError) {
        state.isBeyondExcel = true
        state.count(textBytes: shown.utf8.count)
        notes.add(
            .numberAsText, sheet: part.name, column: state.column.title,
            cell: CellReference.cell(row: row, column: column))
        try text(shown, part, row, column, state.textFormat)
    }

    private func early(
        _ shown: String, _ state: inout ColumnState, _ part: SheetPart, _ row: Int, _ column: Int
    ) throws(SpreadsheetError) {
        notes.add(
            .dateAsText, sheet: part.name, column: state.column.title,
            cell: CellReference.cell(row: row, column: column))
        try text(shown, part, row, column, state.textFormat)
    }

    private func unsuitable(
        _ cell: Cell, _ state: ColumnState, _ part: SheetPart, _ row: Int, _ column: Int
    ) -> SpreadsheetError {
        .unsuitableCell(
            sheet: part.name, cell: CellReference.cell(row: row, column: column), column: state.column.title,
            expected: state.column.expectation, found: cell.kindName)
    }
}
