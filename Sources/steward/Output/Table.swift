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
        var visibility: Visibility

        init(
            _ title: String, key: String? = nil, _ alignment: Alignment = .left, visibility: Visibility = .always
        ) {
            self.title = title
            self.key = key ?? title.lowercased().replacing(" ", with: "_")
            self.alignment = alignment
            self.visibility = visibility
        }
    }

    enum Alignment {
        case left, right
    }

    /// When people see a column; programs always do.
    enum Visibility {
        case always
        /// Where a row has something in it.
        case whereFilled
        case never
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
        let all = self.columns
        let shown = all.indices.filter { index in
            switch all[index].visibility {
            case .always: true
            case .whereFilled: rows.contains { !$0[index].text.isEmpty }
            case .never: false
            }
        }
        let columns = shown.map { all[$0] }
        let body = rows.map { row in shown.map { row[$0].text } }
        let footer = totals.map { totals in shown.map { totals[$0].text } }
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
