import CXLSXWriter

/// Rows of a table that are not its data: headings of groups, sums between, words.
extension TableSheet {
    /// A place between two rows, from which on a sum is taken.
    package struct Place: Sendable {
        var part: Int
        var row: Int
    }

    /// Where the next row stands.
    package var nextPlace: Place { Place(part: parts.count - 1, row: part.rowCount) }

    /// How a sum over the rows is taken: hidden rows count where they can be folded away, and not where they are filtered.
    var subtotalFunction: Int { layout.outlineLevels > 0 ? 9 : 109 }

    /// Writes a row of cells, some of them marked; it is folded away with the groups that it is in.
    ///
    /// - Parameter marks: one for each column, or none at all.
    package func append(_ cells: [Cell], marks: [CellMark], level: Int) throws(SpreadsheetError) {
        try beginRow()
        try setLevel(level)
        let own = marks.isEmpty ? [] : try setFormats(role: .body, marks: marks)
        var row = Row(sheet: self)
        for cell in cells { row.cell(cell) }
        try row.finish()
        restore(own)
        endRow()
    }

    /// Writes the heading of a group of rows.
    package func appendHeading(_ text: String, level: Int) throws(SpreadsheetError) {
        try appendWords(text, role: .groupRow, level: level)
    }

    /// Writes words over all columns.
    package func appendNote(_ text: String) throws(SpreadsheetError) {
        // Words may stand below the totals, rows may not.
        let hadTotals = hasTotals
        if rowCount > 0 || hadTotals { try setFilterBeforeWords() }
        hasTotals = false
        try appendWords(text, role: .subtitle, level: 0)
        hasTotals = hadTotals
    }

    /// The filter ends above the first words and above the totals.
    private func setFilterBeforeWords() throws(SpreadsheetError) {
        guard !isFilterSet else { return }
        isFilterSet = true
        try setFilter()
    }

    private func appendWords(_ text: String, role: CellStyle.Role, level: Int) throws(SpreadsheetError) {
        try beginRow()
        try setLevel(level)
        let format = try writer.formats.format(CellStyle(role: role, indent: level))
        let blank = try writer.formats.format(CellStyle(role: role))
        try writer.text(text, part, part.rowCount, 0, format)
        if role != .subtitle {
            for column in columns.indices.dropFirst() { try writer.blank(part, part.rowCount, column, blank) }
        }
        endRow()
        rowCount -= 1
    }

    /// Writes a row of sums over the rows from a place on. Sums of columns are formulas that carry the exact sum as their
    /// value; sums within those rows do not count twice.
    ///
    /// - Parameters:
    ///   - cells: the sums as computed exactly; of columns that are not totalled, what is shown as it is.
    ///   - isLast: whether it is the row of totals; nothing but words follows it.
    package func appendSums(
        _ label: String, _ cells: [Cell], from place: Place, level: Int, marks: [CellMark] = [], isLast: Bool = false
    ) throws(SpreadsheetError) {
        try beginRow()
        if isLast { try setFilterBeforeWords() }
        try setLevel(level)
        let row = part.rowCount
        let labelColumn = columns.indices.first { index in
            if case .empty = cells[index] { true } else { false }
        }
        for (index, column) in columns.enumerated() {
            let indent = index == labelColumn ? level : Self.indent(of: index, in: columns)
            var state = try writer.columnState(
                column, role: isLast ? .total : .groupRow, indent: indent,
                mark: marks.indices.contains(index) ? marks[index] : .none)
            if case .empty = cells[index] {
                // The label may be longer than its column: it begins at its left and runs on over cells that hold nothing.
                let isLabel = index == labelColumn
                let format =
                    isLabel
                    ? try writer.formats.format(CellStyle(role: isLast ? .total : .groupRow, indent: level))
                    : state.textFormat
                try writer.text(isLabel ? label : "", part, row, index, format)
                continue
            }
            try writer.write(cells[index], &state, part, row, index)
            if column.isTotalled, !states[index].isBeyondExcel, !state.isBeyondExcel,
                let formula = sumFormula(index, from: place)
            {
                try writer.formulaCell(formula, result: cells[index], state.format, part, row, index)
            }
            if let value = number(cells[index]) { states[index].count(value) }
        }
        endRow()
        rowCount -= 1
        if isLast {
            hasTotals = true
            totalsRow = row
        }
    }

    private func sumFormula(_ column: Int, from place: Place) -> String? {
        let ranges = parts.enumerated().compactMap { index, other -> String? in
            guard index >= place.part else { return nil }
            let first = index == place.part ? place.row : 1
            let last = other.rowCount - 1
            guard last >= first else { return nil }
            let range = CellReference.range(
                column: column, rows: first...last, sheet: other === part ? nil : other.name)
            return "SUBTOTAL(\(subtotalFunction),\(range))"
        }
        return ranges.isEmpty ? nil : ranges.joined(separator: "+")
    }

    /// The row that is being written can be folded away with this many groups around it.
    private func setLevel(_ level: Int) throws(SpreadsheetError) {
        guard layout.outlineLevels > 0, level > 0 else { return }
        var options = lxw_row_col_options()
        options.level = UInt8(clamping: min(level, 7))
        // The height is that of all rows (WorkbookWriter.addPart).
        try writer.check(
            worksheet_set_row_opt(part.worksheet, lxw_row_t(part.rowCount), 16.5, nil, &options),
            "sheet \(part.name), the outline")
    }

    private func setFormats(
        role: CellStyle.Role, marks: [CellMark]
    ) throws(SpreadsheetError) -> [(format: CellFormats.Format, textFormat: CellFormats.Format)] {
        let own = states.map { (format: $0.format, textFormat: $0.textFormat) }
        for (index, mark) in marks.enumerated() where mark != .none && index < columns.count {
            let marked = try writer.columnState(
                columns[index], role: role, indent: Self.indent(of: index, in: columns), mark: mark)
            states[index].format = marked.format
            states[index].textFormat = marked.textFormat
        }
        return own
    }

    private func restore(_ formats: [(format: CellFormats.Format, textFormat: CellFormats.Format)]) {
        for (index, own) in formats.enumerated() {
            states[index].format = own.format
            states[index].textFormat = own.textFormat
        }
    }

    /// Bars behind the numbers of a column.
    func addBars(to part: SheetPart, column: Int, lastRow: Int) throws(SpreadsheetError) {
        var bars = lxw_conditional_format()
        bars.type = UInt8(LXW_CONDITIONAL_DATA_BAR.rawValue)
        bars.bar_color = Palette.bar
        bars.bar_solid = 1
        bars.data_bar_2010 = 1
        try writer.check(
            worksheet_conditional_format_range(
                part.worksheet, 1, lxw_col_t(column), lxw_row_t(lastRow), lxw_col_t(column), &bars),
            "sheet \(part.name), the bars")
    }
}
