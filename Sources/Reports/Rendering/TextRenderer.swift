/// The report in aligned columns, for the terminal.
///
/// The widths of columns come from the rows that are kept first; in what follows a longer text is cut.
package final class TextRenderer: ReportRenderer {
    private let sink: ReportFileSink
    private var sheet: ReportSheetHeading?
    private var kept: [ReportRow] = []
    private var widths: [Int] = []
    private var isMeasured = false
    private var isFirst = true

    /// Rows that are kept to find the widths.
    static let maximumKeptRows = 2_000
    /// A text is shown in full up to this, and cut beyond.
    static let maximumWidth = 40

    package init(to sink: ReportFileSink) { self.sink = sink }

    package func begin(_ heading: ReportHeading) throws {
        try sink.write(
            [heading.title, heading.subtitle, heading.company].filter { !$0.isEmpty }.joined(separator: ", "))
        try sink.write("\n")
    }

    package func beginSheet(_ sheet: ReportSheetHeading) throws {
        self.sheet = sheet
        kept = []
        isMeasured = false
        try sink.write(
            "\n\(Self.clean(sheet.title))\(sheet.subtitle.isEmpty ? "" : ", " + Self.clean(sheet.subtitle))\n")
    }

    package func row(_ row: ReportRow) throws {
        if isMeasured {
            try sink.write(line(row))
        } else {
            kept.append(row)
            if kept.count >= Self.maximumKeptRows { try measure() }
        }
    }

    private func measure() throws {
        guard let sheet else { return }
        let titles = sheet.columns.map { Self.title(of: $0) }
        widths = sheet.columns.indices.map { index in
            let cells = kept.map { row in
                row.values.indices.contains(index) ? Self.cell(sheet.columns[index], row.values[index]).count : 0
            }
            let widest = max(titles[index].count, cells.max() ?? 0)
            return sheet.columns[index].isNumeric ? widest : min(widest, Self.maximumWidth)
        }
        isMeasured = true
        if kept.contains(where: { $0.kind != .note }) {
            try sink.write(aligned(titles.map { $0.uppercased() }, sheet.columns))
        }
        for row in kept { try sink.write(line(row)) }
        kept = []
    }

    private static func title(of column: ReportColumn) -> String {
        clean(column.fullTitle)
    }

    private static func cell(_ column: ReportColumn, _ value: ReportValue) -> String { clean(column.text(of: value)) }

    private func line(_ row: ReportRow) -> String {
        guard let sheet else { return "" }
        switch row.kind {
        case .note: return "\(Self.clean(row.text))\n"
        case .groupHeading(let level):
            return "\(level == 0 ? "\n" : "")\(String(repeating: "  ", count: level))\(Self.clean(row.text))\n"
        case .row: return aligned(zip(sheet.columns, row.values).map { Self.cell($0, $1) }, sheet.columns)
        case .subtotal, .running, .total:
            var cells = zip(sheet.columns, row.values).map { Self.cell($0, $1) }
            // The words run on over the columns that hold nothing.
            let free = row.values.prefix { $0.isEmpty }.count
            let room = widths.prefix(max(free, 1)).reduce(0, +) + 2 * max(free - 1, 0)
            let text = Self.fitting(Self.clean(row.text), max(room, 0))
            guard free > 0 else { return aligned(cells, sheet.columns) }
            cells.removeFirst(free)
            let rest = aligned(cells, Array(sheet.columns.dropFirst(free)), Array(widths.dropFirst(free)))
            return text + String(repeating: " ", count: max(0, room - text.count)) + (cells.isEmpty ? "" : "  ") + rest
        }
    }

    private func aligned(_ cells: [String], _ columns: [ReportColumn], _ widths: [Int]? = nil) -> String {
        let widths = widths ?? self.widths
        var line = ""
        for (index, cell) in cells.enumerated() {
            let width = widths[index]
            let text = columns[index].isNumeric ? cell : Self.fitting(cell, width)
            let space = String(repeating: " ", count: max(0, width - text.count))
            if index > 0 { line += "  " }
            line += columns[index].alignment == .right ? space + text : text + space
        }
        while line.hasSuffix(" ") { line.removeLast() }
        return line + "\n"
    }

    private static func fitting(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
    }

    /// One line, without what a terminal would obey.
    private static func clean(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }) else {
            return text
        }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            result.append(isControl ? (scalar == "\n" || scalar == "\t" ? " " : "\u{FFFD}") : scalar)
        }
        return String(result)
    }

    package func endSheet(_ end: ReportSheetEnd) throws {
        if !isMeasured { try measure() }
        for note in end.notes { try sink.write("\n\(Self.clean(note))\n") }
    }

    package func finish(_ end: ReportEnd) throws -> [String] {
        try sink.finish()
        return []
    }

    package func discard() { sink.discard() }
}
