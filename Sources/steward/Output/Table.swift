import Amounts
import Calendars
import Interchange

/// Rows for people and for programs: the one way in which commands print lists.
struct Table {
    struct Column {
        /// The heading for people.
        var title: String
        /// The name for programs.
        var key: String
        var alignment: Alignment

        init(_ title: String, key: String? = nil, _ alignment: Alignment = .left) {
            self.title = title
            self.key = key ?? title.lowercased().replacing(" ", with: "_")
            self.alignment = alignment
        }
    }

    enum Alignment {
        case left, right
    }

    enum Cell {
        case text(String)
        case integer(Int)
        /// Grouped for people, plain for programs; the currency is in the heading or in a column of its own.
        case money(Money)
        case none

        /// For people.
        var text: String {
            switch self {
            case .text(let text): text
            case .integer(let value): String(value)
            case .money(let money): money.groupedText
            case .none: ""
            }
        }

        /// For programs.
        var plainText: String {
            if case .money(let money) = self { money.plainText } else { text }
        }
    }

    var columns: [Column]
    var rows: [[Cell]] = []
    /// Printed below, for people only.
    var totals: [Cell]?

    /// Aligned columns, two spaces between them.
    var text: String {
        let body = rows.map { $0.map(\.text) }
        let footer = totals.map { $0.map(\.text) }
        let headings = columns.map { $0.title.uppercased() }
        let lines = [headings] + body + (footer.map { [$0] } ?? [])
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = columns.indices.map { index in
                let space = String(repeating: " ", count: widths[index] - cells[index].count)
                return columns[index].alignment == .right ? space + cells[index] : cells[index] + space
            }
            let joined = padded.joined(separator: "  ")
            return String(joined[..<(joined.lastIndex { $0 != " " }.map(joined.index(after:)) ?? joined.startIndex)])
        }
        var result = ([headings] + body).map(line)
        if let footer {
            result.append(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "))
            result.append(line(footer))
        }
        return result.joined(separator: "\n")
    }

    /// One object a row.
    var json: JSONValue {
        .array(rows.map { row in .object(zip(columns, row).map { ($0.key, JSONValue($1)) }) })
    }

    var csv: String {
        var writer = CSVWriter(for: .programs)
        writer.write(columns.map(\.key))
        for row in rows { writer.write(row.map(\.plainText)) }
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }
}
