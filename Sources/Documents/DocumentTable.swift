/// A table that is being written: row by row, over as many pages as it takes, its header on each.
///
/// The first rows are looked at before its columns get their widths; then a page of rows is all that is in memory.
package final class DocumentTable {
    private let writer: DocumentWriter
    private let name: String
    private let subtitle: String
    private let columns: [TableColumn]
    private let keyColumns: Int
    private var rowCount = 0
    private var hasEnded = false
    /// Rows that wait for the widths of the columns.
    private var waiting: [TableRow] = []
    private var waitingBytes = 0
    private var flow: TableFlow?

    init(
        in writer: DocumentWriter, name: String, subtitle: String, columns: [TableColumn], keyColumns: Int
    ) {
        self.writer = writer
        self.name = name
        self.subtitle = subtitle
        self.columns = columns
        self.keyColumns = keyColumns
    }

    package func append(_ row: TableRow) throws {
        guard !hasEnded else { throw DocumentError.outOfOrder(operation: "a row of table \"\(name)\"") }
        rowCount += 1
        guard row.cells.count <= columns.count else {
            throw DocumentError.tooManyCells(table: name, row: rowCount, columns: columns.count)
        }
        let row = cleaned(row)
        if let flow { return try flow.add(row) }
        waiting.append(row)
        waitingBytes += row.cells.reduce(row.text.utf8.count) { $0 + $1.text.utf8.count }
        if waiting.count >= DocumentLimits.measuredRows || waitingBytes >= DocumentLimits.measuredBytes {
            try begin(isWhole: false)
        }
    }

    package func append(_ role: TableRow.Role = .body, _ cells: [TableCell]) throws {
        try append(TableRow(role, cells: cells))
    }

    /// - Parameter emptyText: what is said in place of rows where there were none.
    package func end(emptyText: String = "Nothing to report.") throws {
        guard !hasEnded else { return }
        if rowCount == 0 { try append(TableRow(.note, text: emptyText)) }
        if flow == nil { try begin(isWhole: true) }
        try flow?.end()
        hasEnded = true
        writer.tableEnded()
    }

    private func cleaned(_ row: TableRow) -> TableRow {
        var row = row
        row.text = writer.clean(row.text, name)
        for index in row.cells.indices where !row.cells[index].text.isEmpty {
            row.cells[index].text = writer.clean(row.cells[index].text, name)
        }
        return row
    }

    // MARK: - Widths

    private func begin(isWhole: Bool) throws {
        let orientation = writer.setup.orientation
        let portrait = PageSize(writer.setup, isLandscape: false).bodyWidth
        let landscape = PageSize(writer.setup, isLandscape: true).bodyWidth
        let choice = ColumnWidths(needs: needs(isWhole: isWhole), keyColumns: keyColumns).choice(
            portrait: orientation == .landscape ? nil : portrait,
            landscape: orientation == .portrait ? nil : landscape)
        try writer.use(isLandscape: choice.isLandscape)
        if choice.slices.count > 1 { writer.notes.add(.columnsSplit(pages: choice.slices.count), table: name) }
        let flow = TableFlow(writer, name: name, subtitle: subtitle, columns: columns, choice: choice)
        self.flow = flow
        try flow.begin()
        let rows = waiting
        waiting = []
        for row in rows { try flow.add(row) }
    }

    /// How much longer than those that were looked at the words of later rows may be.
    private static let reserveOfTexts = 1.25
    /// Of a column of texts, in points: longer ones stand on several lines.
    private static let widestText = 260.0

    /// - Parameter isWhole: whether all rows of the table are known; otherwise sums and words may come that are wider than
    ///   all of them.
    private func needs(isWhole: Bool) -> [ColumnWidths.Need] {
        let plain = TextStyle(size: 10)
        let bold = TextStyle(size: 10, isBold: true)
        let needs = columns.enumerated().map { index, column in
            let title = DocumentText.oneLine(column.title)
            var need = ColumnWidths.Need(least: longestWord(title, bold, isBrokenAtHyphens: false), natural: 0)
            // A title may stand on two lines.
            need.natural = max(need.least, writer.typesetter.width(title, bold) * 0.6)
            for row in waiting where row.cells.indices.contains(index) && !row.cells[index].text.isEmpty {
                let text = row.cells[index].text
                let style = row.role == .body ? plain : bold
                if column.isTabular {
                    let width = writer.typesetter.tabularLine(text, style).width
                    need.least = max(need.least, min(width, 170))
                    need.natural = max(need.natural, width)
                } else {
                    need.natural = max(need.natural, min(naturalWidth(text, style), Self.widestText))
                    need.least = max(need.least, min(longestWord(text, style), 100))
                }
            }
            if column.isTotalled, !isWhole {
                // Room for sums of a thousand times as much.
                let reserve = writer.typesetter.tabularLine(",000", bold).width
                need.least += reserve
                need.natural += reserve
            } else if !column.isTabular, !isWhole {
                need.natural = min(need.natural * Self.reserveOfTexts, max(need.natural, Self.widestText))
            }
            return need
        }
        return widened(needs, bold)
    }

    /// With room for the words over groups of columns.
    private func widened(_ needs: [ColumnWidths.Need], _ bold: TextStyle) -> [ColumnWidths.Need] {
        var needs = needs
        var start = 0
        while start < columns.count {
            let group = columns[start].group
            let end = columns[start...].firstIndex { $0.group != group } ?? columns.count
            defer { start = end }
            guard !group.isEmpty else { continue }
            // What stands between its columns is room, too.
            let between = Double(end - start - 1) * 2 * ColumnWidths.padding
            // Set smaller it may be wider by a rounding than it was measured, and would be cut.
            let wanted = min(writer.typesetter.width(DocumentText.oneLine(group), bold) + 1, 150) - between
            let lacking = (wanted - needs[start..<end].reduce(0) { $0 + $1.least }) / Double(end - start)
            guard lacking > 0 else { continue }
            for column in start..<end {
                needs[column].least += lacking
                needs[column].natural = max(needs[column].natural, needs[column].least)
            }
        }
        return needs
    }

    private static let measuredBytes = 120

    private func naturalWidth(_ text: String, _ style: TextStyle) -> Double {
        text.utf8.count > Self.measuredBytes ? .infinity : writer.typesetter.width(text, style)
    }

    private func longestWord(_ text: String, _ style: TextStyle, isBrokenAtHyphens: Bool = true) -> Double {
        guard text.utf8.count <= Self.measuredBytes else { return 60 }
        return text.split(whereSeparator: { $0.isWhitespace || (isBrokenAtHyphens && $0 == "-") })
            .reduce(0) { max($0, writer.typesetter.width(String($1), style)) }
    }
}
