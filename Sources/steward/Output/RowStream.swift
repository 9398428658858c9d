import Interchange

/// Rows that are printed as they come, in columns of fixed widths, for lists that are too long to be kept: the one way in
/// which commands print a journal.
struct RowStream {
    struct Column {
        var title: String
        var key: String
        var alignment: Table.Alignment
        /// Characters on the screen; nil where people do not see it. A longer text is cut, a longer number is not.
        var width: Int?

        init(_ title: String, key: String? = nil, _ alignment: Table.Alignment = .left, width: Int?) {
            self.title = title
            self.key = key ?? title.lowercased().replacing(" ", with: "_")
            self.alignment = alignment
            self.width = width
        }
    }

    private let columns: [Column]
    private let format: Printer.Format
    private var writer = CSVWriter(for: .programs)
    private var text = ""
    /// The last row as JSON; whether a comma follows it is known with the next.
    private var lastRow: String?
    private(set) var rowCount = 0
    /// Bytes that are collected before they are written.
    private static let chunkBytes = 65_536

    init(_ columns: [Column], to printer: Printer) {
        self.columns = columns
        format = printer.format
        switch format {
        case .text, .json: break
        case .csv: writer.write(columns.map(\.key))
        }
    }

    /// The headings, for people.
    mutating func header() {
        line(columns.map { .text($0.title.uppercased()) })
    }

    /// A line of its own, for people.
    mutating func say(_ sentence: String) {
        guard format == .text else { return }
        text += sentence
        text += "\n"
        flush(isLast: false)
    }

    /// A row for people alone: a total.
    mutating func line(_ cells: [Table.Cell]) {
        guard format == .text else { return }
        var line = ""
        for (column, cell) in zip(columns, cells) {
            guard let width = column.width else { continue }
            if !line.isEmpty { line += "  " }
            let cellText = Self.fitting(cell, width)
            let space = String(repeating: " ", count: max(0, width - cellText.count))
            line += column.alignment == .right ? space + cellText : cellText + space
        }
        while line.hasSuffix(" ") { line.removeLast() }
        text += line
        text += "\n"
        flush(isLast: false)
    }

    mutating func row(_ cells: [Table.Cell]) {
        switch format {
        case .text: line(cells)
        case .csv: writer.write(cells.map(\.plainText))
        case .json:
            text += lastRow.map { "  \($0),\n" } ?? "[\n"
            lastRow = JSONValue.object(zip(columns, cells).map { ($0.key, JSONValue($1)) }).lineText
        }
        rowCount += 1
        flush(isLast: false)
    }

    mutating func end() {
        if format == .json { text += lastRow.map { "  \($0)\n]\n" } ?? "[]\n" }
        flush(isLast: true)
    }

    private static func fitting(_ cell: Table.Cell, _ width: Int) -> String {
        let text = cell.text
        guard case .text = cell, text.count > width else { return text }
        return text.prefix(max(0, width - 1)) + "…"
    }

    private mutating func flush(isLast: Bool) {
        if format == .csv {
            guard isLast || writer.bytes.count >= Self.chunkBytes else { return }
            let bytes = writer.takeBytes()
            if !bytes.isEmpty { Terminal.print(String(decoding: bytes, as: UTF8.self)) }
        } else {
            guard isLast || text.utf8.count >= Self.chunkBytes else { return }
            if !text.isEmpty { Terminal.print(text) }
            text = ""
        }
    }
}
