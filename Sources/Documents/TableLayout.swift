/// A row with its lines broken, for each of the pages side by side.
struct LaidRow {
    struct Cell {
        /// From the left end of the table, and the width of its column; in points.
        var x: Double
        var width: Double
        var alignment: TableColumn.Alignment
        var lines: [ShapedLine]
        var ink: Ink
        var fill: Ink?
        /// How much of the cell a bar fills.
        var bar = 0.0
        var link: WebAddress?
        /// How far its first line stands below the usual place.
        var drop = 0.0
    }

    var role: TableRow.Role
    /// Of a heading: what is said again on the next page.
    var text: String
    var isHeader = false
    var slices: [[Cell]]
    var lineCount: Int
    var height: Double

    /// Some lines of a row that is higher than a page.
    func part(_ lines: Range<Int>, _ layout: TableLayout) -> LaidRow {
        var part = self
        for slice in slices.indices {
            for cell in slices[slice].indices {
                let all = slices[slice][cell].lines
                part.slices[slice][cell].lines = Array(
                    all[min(lines.lowerBound, all.count)..<min(lines.upperBound, all.count)])
            }
        }
        part.lineCount = lines.count
        part.height = layout.height(lineCount: lines.count)
        return part
    }
}

/// Breaks the rows of a table into lines, and draws them.
struct TableLayout {
    let typesetter: Typesetter
    let columns: [TableColumn]
    let slices: [ColumnWidths.Slice]
    let style: TextStyle
    /// Of the page, in points.
    private let bodyWidth: Double
    private let bold: TextStyle

    private static let space = 2.4
    private static let indent = 9.0
    /// A figure that is wider than its column is set smaller, down to this size.
    private static let leastFigureTenths = 40

    init(typesetter: Typesetter, columns: [TableColumn], slices: [ColumnWidths.Slice], size: Double, bodyWidth: Double)
    {
        self.typesetter = typesetter
        self.columns = columns
        self.slices = slices
        self.bodyWidth = bodyWidth
        style = TextStyle(size: size)
        bold = TextStyle(size: size, isBold: true)
    }

    func height(lineCount: Int) -> Double { Double(max(lineCount, 1)) * style.lineHeight + 2 * Self.space }

    /// Lines that fit a height.
    func lines(in height: Double) -> Int { max(0, Int((height - 2 * Self.space) / style.lineHeight)) }

    // MARK: - Lines

    func header() -> LaidRow {
        let hasGroups = columns.contains { !$0.group.isEmpty }
        var cells: [[LaidRow.Cell]] = []
        var lineCount = 1
        for slice in slices {
            var own: [LaidRow.Cell] = []
            for (position, x) in zip(slice.columns.indices, slice.edges) {
                let column = columns[slice.columns[position]]
                let width = slice.widths[position]
                let lines = typesetter.lines(
                    DocumentText.cleaned(column.title).text, bold, width: width - 2 * ColumnWidths.padding)
                lineCount = max(lineCount, lines.count)
                own.append(
                    LaidRow.Cell(x: x, width: width, alignment: column.alignment, lines: lines, ink: .accent))
            }
            cells.append(own)
        }
        let groupHeight = hasGroups ? style.lineHeight + 2 : 0
        for slice in cells.indices {
            for cell in cells[slice].indices {
                // The titles stand on one line at the bottom.
                cells[slice][cell].drop =
                    groupHeight + Double(lineCount - cells[slice][cell].lines.count) * style.lineHeight
            }
            if hasGroups { cells[slice] += groupCells(slices[slice]) }
        }
        return LaidRow(
            role: .body, text: "", isHeader: true, slices: cells, lineCount: lineCount,
            height: height(lineCount: lineCount) + groupHeight + 1)
    }

    private func groupCells(_ slice: ColumnWidths.Slice) -> [LaidRow.Cell] {
        var cells: [LaidRow.Cell] = []
        var previous = ""
        for (position, x) in zip(slice.columns.indices, slice.edges) {
            let group = columns[slice.columns[position]].group
            if group == previous, !group.isEmpty, let last = cells.indices.last {
                cells[last].width += slice.widths[position]
            } else if !group.isEmpty {
                cells.append(
                    LaidRow.Cell(x: x, width: slice.widths[position], alignment: .centre, lines: [], ink: .muted))
            }
            previous = group
        }
        var index = 0
        previous = ""
        for position in slice.columns.indices {
            let group = columns[slice.columns[position]].group
            if !group.isEmpty, group != previous {
                let width = cells[index].width - 2 * ColumnWidths.padding
                cells[index].lines = [typesetter.fitted(DocumentText.oneLine(group), bold, width: width)]
                index += 1
            }
            previous = group
        }
        return cells
    }

    func row(_ row: TableRow) -> LaidRow {
        var laid = LaidRow(role: row.role, text: row.text, slices: [], lineCount: 1, height: 0)
        for slice in slices {
            let cells = self.cells(of: row, in: slice)
            for cell in cells { laid.lineCount = max(laid.lineCount, cell.lines.count) }
            laid.slices.append(cells)
        }
        laid.height = height(lineCount: laid.lineCount)
        return laid
    }

    private func cells(of row: TableRow, in slice: ColumnWidths.Slice) -> [LaidRow.Cell] {
        let style = row.role == .body || row.role == .note ? self.style : bold
        let ink: Ink = row.role == .note ? .muted : row.role.isHeading ? .accent : .ink
        var cells: [LaidRow.Cell] = []
        let edges = slice.edges
        var labelEnd = slice.width
        for (position, column) in slice.columns.enumerated() {
            guard row.cells.indices.contains(column),
                !row.cells[column].text.isEmpty || row.cells[column].tone.fill != nil
            else { continue }
            let definition = columns[column]
            let cell = row.cells[column]
            let shift = column == 0 && definition.alignment == .left ? Double(row.indent) * Self.indent : 0
            let inner = slice.widths[position] - shift - 2 * ColumnWidths.padding
            let lines =
                definition.isTabular
                ? figure(cell.text, style, width: inner) : typesetter.lines(cell.text, style, width: inner)
            labelEnd = min(labelEnd, edges[position])
            cells.append(
                LaidRow.Cell(
                    x: edges[position] + shift, width: slice.widths[position] - shift,
                    alignment: definition.alignment, lines: lines,
                    ink: cell.link == nil ? cell.tone.ink ?? ink : .link, fill: cell.tone.fill, bar: cell.bar,
                    link: cell.link))
        }
        if !row.text.isEmpty {
            let step = Self.indent * Double(row.role.level)
            let least = slice.widths.first ?? slice.width
            // A note is no cell: it has the whole page.
            let width = (row.role == .note ? max(bodyWidth, slice.width) : max(labelEnd, least)) - step
            let lines = typesetter.lines(row.text, style, width: width - 2 * ColumnWidths.padding)
            cells.append(LaidRow.Cell(x: step, width: width, alignment: .left, lines: lines, ink: ink))
        }
        return cells
    }

    /// A figure that is too wide is set smaller; it is broken only where it could not be read any more.
    private func figure(_ text: String, _ style: TextStyle, width: Double) -> [ShapedLine] {
        let line = typesetter.tabularLine(text, style)
        guard line.width > width + 0.01 else { return [line] }
        let tenths = Int(Double(style.tenths) * width / line.width)
        guard tenths >= Self.leastFigureTenths else { return typesetter.lines(text, style, width: width) }
        return [typesetter.tabularLine(text, TextStyle(size: Double(tenths) / 10, isBold: style.isBold))]
    }

    // MARK: - Drawing

    func draw(_ row: LaidRow, slice index: Int, x: Double, y: Double, on canvas: inout PageCanvas) {
        let width = slices[index].width
        let bottom = y + row.height
        if row.isHeader {
            canvas.rectangle(x: x, y: y, width: width, height: row.height, .headerFill)
        } else {
            switch row.role {
            case .body, .note: break
            case .groupHeading: canvas.rectangle(x: x, y: y, width: width, height: row.height, .groupFill)
            case .subtotal, .running: canvas.rule(x: x, y: y, width: width, thickness: 0.6, .accent)
            case .total:
                canvas.rectangle(x: x, y: y, width: width, height: row.height, .totalFill)
                canvas.rule(x: x, y: y, width: width, thickness: 0.6, .accent)
            }
        }
        for cell in row.slices[index] {
            draw(cell, height: row.height, x: x, y: y, isHeader: row.isHeader, on: &canvas)
        }
        switch row.role {
        case _ where row.isHeader: canvas.rule(x: x, y: bottom - 0.5, width: width, thickness: 1, .accent)
        case .total:
            canvas.rule(x: x, y: bottom - 2, width: width, thickness: 0.5, .accent)
            canvas.rule(x: x, y: bottom - 0.4, width: width, thickness: 0.5, .accent)
        default: canvas.rule(x: x, y: bottom, width: width, thickness: 0.4, .hairline)
        }
    }

    private func draw(
        _ cell: LaidRow.Cell, height: Double, x: Double, y: Double, isHeader: Bool, on canvas: inout PageCanvas
    ) {
        let left = x + cell.x
        if let fill = cell.fill {
            canvas.rectangle(x: left + 0.5, y: y + 0.5, width: cell.width - 1, height: height - 1, fill)
        }
        if cell.bar > 0 {
            let width = (cell.width - 2) * min(cell.bar, 1)
            canvas.rectangle(x: left + 1, y: y + 1.5, width: width, height: height - 3, .bar)
        }
        if isHeader, cell.ink == .muted {
            // The words over a group of columns.
            let line = y + Self.space + style.lineHeight + 1
            canvas.rule(
                x: left + ColumnWidths.padding, y: line, width: cell.width - 2 * ColumnWidths.padding, thickness: 0.5,
                .accent)
        }
        var top = y + Self.space + cell.drop
        for line in cell.lines {
            let inner = cell.width - 2 * ColumnWidths.padding
            let start: Double
            switch cell.alignment {
            case .left: start = line.isRightToLeft ? inner - line.width : 0
            case .right: start = inner - line.width
            case .centre: start = (inner - line.width) / 2
            }
            let at = left + ColumnWidths.padding + start
            let baseline = top + style.baseline
            if let link = cell.link {
                canvas.link(link) { $0.text(line, x: at, baseline: baseline, cell.ink) }
            } else {
                canvas.text(line, x: at, baseline: baseline, cell.ink)
            }
            top += style.lineHeight
        }
    }
}

extension ColumnWidths.Slice {
    /// Where each column begins, from the left end of the table.
    var edges: [Double] {
        var edge = 0.0
        return widths.map { width in
            defer { edge += width }
            return edge
        }
    }
}

extension TableRow.Role {
    var level: Int {
        switch self {
        case .groupHeading(let level), .subtotal(let level): level
        case .body, .running, .total, .note: 0
        }
    }
}

extension TableCell.Tone {
    var ink: Ink? {
        switch self {
        case .plain: nil
        case .muted: .muted
        case .good: .good
        case .warning: .caution
        case .bad, .negative: .warning
        }
    }

    var fill: Ink? {
        switch self {
        case .plain, .muted, .negative: nil
        case .good: .goodFill
        case .warning: .cautionFill
        case .bad: .warningFill
        }
    }
}
