/// The report in aligned columns, for the terminal.
///
/// The widths of columns come from the rows that are kept first; in what follows a longer text is cut. Where a table is
/// wider than the terminal, it is shown in bands below each other, each of which begins with the first columns.
package final class TextRenderer: ReportRenderer {
    private let sink: ReportFileSink
    private let lineCharacters: Int?
    private var sheet: ReportSheetHeading?
    private var kept: [ReportRow] = []
    private var widths: [Int] = []
    /// The columns that stand side by side.
    private var bands: [[Int]] = []
    private var isMeasured = false

    /// Rows that are kept to find the widths. A table of more is not shown in bands.
    static let maximumKeptRows = 2_000
    /// A text is shown in full up to this, and cut beyond.
    static let maximumWidth = 40
    /// Between columns.
    private static let gap = 2

    /// - Parameter lineCharacters: those of a line of the terminal; nil: lines are as long as they are.
    package init(to sink: ReportFileSink, lineCharacters: Int? = nil) {
        self.sink = sink
        self.lineCharacters = lineCharacters
    }

    package func begin(_ heading: ReportHeading) throws {
        try sink.write(
            [heading.title, heading.subtitle, heading.company].filter { !$0.isEmpty }.map(TerminalText.clean)
                .joined(separator: ", "))
        try sink.write("\n")
    }

    package func beginSheet(_ sheet: ReportSheetHeading) throws {
        self.sheet = sheet
        kept = []
        isMeasured = false
        try sink.write(
            "\n\(TerminalText.clean(sheet.title))"
                + "\(sheet.subtitle.isEmpty ? "" : ", " + TerminalText.clean(sheet.subtitle))\n")
    }

    package func row(_ row: ReportRow) throws {
        if isMeasured {
            try sink.write(line(row, bands[0]))
        } else {
            kept.append(row)
            if kept.count >= Self.maximumKeptRows { try measure(isWhole: false) }
        }
    }

    private func measure(isWhole: Bool) throws {
        guard let sheet else { return }
        let titles = sheet.columns.map { TerminalText.clean($0.fullTitle).uppercased() }
        widths = sheet.columns.indices.map { index in
            let cells = kept.map { row in
                row.values.indices.contains(index)
                    ? TerminalText.width(Self.cell(sheet.columns[index], row.values[index])) : 0
            }
            let widest = max(TerminalText.width(titles[index]), cells.max() ?? 0)
            return sheet.columns[index].isNumeric ? widest : min(widest, Self.maximumWidth)
        }
        isMeasured = true
        bands = isWhole ? bands(of: sheet) : [Array(sheet.columns.indices)]
        for (number, band) in bands.enumerated() {
            if number > 0 { try sink.write("\n") }
            if kept.contains(where: { $0.kind != .note }) {
                try sink.write(aligned(band.map { titles[$0] }, band))
            }
            for row in kept where row.kind != .note || number == 0 { try sink.write(line(row, band)) }
        }
        kept = []
    }

    /// All columns where they fit side by side, or as many as do behind those that stay in sight.
    private func bands(of sheet: ReportSheetHeading) -> [[Int]] {
        let all = Array(sheet.columns.indices)
        func width(_ columns: [Int]) -> Int { columns.reduce(-Self.gap) { $0 + widths[$1] + Self.gap } }
        guard let lineCharacters, width(all) > lineCharacters else { return [all] }
        // What sums are called stands in each band.
        let labels = kept.map {
            $0.kind == .row || $0.kind == .note ? 0 : TerminalText.width(TerminalText.clean($0.text))
        }
        widths[0] = max(widths[0], min(labels.max() ?? 0, lineCharacters / 3))
        var keys = Array(all.prefix(max(1, sheet.frozenColumns)))
        while keys.count > 1, width(keys) > lineCharacters / 2 { keys.removeLast() }
        var bands: [[Int]] = []
        var band = keys
        for column in all.dropFirst(keys.count) {
            if band.count > keys.count, width(band + [column]) > lineCharacters {
                bands.append(band)
                band = keys
            }
            band.append(column)
        }
        return bands + [band]
    }

    private static func cell(_ column: ReportColumn, _ value: ReportValue) -> String {
        TerminalText.clean(column.text(of: value))
    }

    private func line(_ row: ReportRow, _ band: [Int]) -> String {
        guard let sheet else { return "" }
        switch row.kind {
        case .note: return "\(TerminalText.clean(row.text))\n"
        case .groupHeading(let level):
            return
                "\(level == 0 ? "\n" : "")\(String(repeating: "  ", count: level))\(TerminalText.clean(row.text))\n"
        case .row: return aligned(cells(row, band, sheet), band)
        case .subtotal, .running, .total:
            // The words run on over the columns that hold nothing.
            let free = band.prefix { !row.values.indices.contains($0) || row.values[$0].isEmpty }
            guard !free.isEmpty else { return aligned(cells(row, band, sheet), band) }
            let room = free.reduce(-Self.gap) { $0 + widths[$1] + Self.gap }
            let text = TerminalText.fitting(TerminalText.clean(row.text), room)
            let rest = Array(band.dropFirst(free.count))
            guard !rest.isEmpty else { return text + "\n" }
            return text + String(repeating: " ", count: room - TerminalText.width(text) + Self.gap)
                + aligned(cells(row, rest, sheet), rest)
        }
    }

    private func cells(_ row: ReportRow, _ band: [Int], _ sheet: ReportSheetHeading) -> [String] {
        band.map { row.values.indices.contains($0) ? Self.cell(sheet.columns[$0], row.values[$0]) : "" }
    }

    private func aligned(_ cells: [String], _ band: [Int]) -> String {
        guard let sheet else { return "" }
        var line = ""
        for (position, (cell, column)) in zip(cells, band).enumerated() {
            let text = sheet.columns[column].isNumeric ? cell : TerminalText.fitting(cell, widths[column])
            let space = String(repeating: " ", count: max(0, widths[column] - TerminalText.width(text)))
            if position > 0 { line += String(repeating: " ", count: Self.gap) }
            line += sheet.columns[column].alignment == .right ? space + text : text + space
        }
        while line.hasSuffix(" ") { line.removeLast() }
        return line + "\n"
    }

    package func endSheet(_ end: ReportSheetEnd) throws {
        if !isMeasured { try measure(isWhole: true) }
        for note in end.notes { try sink.write("\n\(TerminalText.clean(note))\n") }
    }

    package func finish(_ end: ReportEnd) throws -> [String] {
        try sink.finish()
        return []
    }

    package func discard() { sink.discard() }
}
