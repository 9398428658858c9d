import Diagnostics

/// The whole report as JSON, for programs. Amounts and other decimals are texts, so that no reader rounds them.
package final class JSONRenderer: ReportRenderer {
    private let sink: ReportFileSink
    private var columns: [ReportColumn] = []
    /// By column; each once, and none that says what a row is.
    private var keys: [String] = []
    private var isFirstSheet = true
    private var isFirstRow = true

    package init(to sink: ReportFileSink) { self.sink = sink }

    package func begin(_ heading: ReportHeading) throws {
        var lines = ["{"]
        lines.append("  \"report\": \(Self.quoted(heading.name)),")
        lines.append("  \"title\": \(Self.quoted(heading.title)),")
        lines.append("  \"company\": \(Self.quoted(heading.company)),")
        let facts = heading.parameters.map { "\(Self.quoted($0.label)): \(Self.quoted($0.value))" }
        lines.append("  \"parameters\": {\(facts.joined(separator: ", "))},")
        lines.append("  \"as_of\": \(Self.quoted("\(heading.asOf)")),")
        if let run = heading.run { lines.append("  \"run\": \(run),") }
        lines.append("  \"sheets\": [")
        try sink.write(lines.joined(separator: "\n"))
    }

    package func beginSheet(_ sheet: ReportSheetHeading) throws {
        columns = sheet.columns
        keys = []
        for column in columns {
            var (key, number) = (column.key, 1)
            while Self.wordsOfRow.contains(key) || keys.contains(key) {
                number += 1
                key = "\(column.key)_\(number)"
            }
            keys.append(key)
        }
        let names = zip(columns, keys).map { column, key in
            "{\"key\": \(Self.quoted(key)), \"title\": \(Self.quoted(column.title)), "
                + "\"type\": \(Self.quoted(Self.type(column.content)))}"
        }
        try sink.write(
            "\(isFirstSheet ? "" : ",")\n    {\n      \"sheet\": \(Self.quoted(sheet.name)),\n"
                + "      \"columns\": [\(names.joined(separator: ", "))],\n      \"rows\": [")
        isFirstSheet = false
        isFirstRow = true
    }

    private static let wordsOfRow: Set<String> = ["kind", "level", "text"]

    private static func type(_ content: ReportColumn.Content) -> String {
        switch content {
        case .text: "text"
        case .date: "date"
        case .instant: "instant"
        case .money(let currency): "money" + (currency.map { " \($0.code)" } ?? "")
        case .number: "number"
        case .percent: "rate"
        case .integer: "integer"
        case .boolean: "boolean"
        }
    }

    package func row(_ row: ReportRow) throws {
        var parts: [String] = []
        switch row.kind {
        case .row: parts.append("\"kind\": \"row\"")
        case .groupHeading(let level): parts.append("\"kind\": \"group\", \"level\": \(level)")
        case .subtotal(let level): parts.append("\"kind\": \"subtotal\", \"level\": \(level)")
        case .running: parts.append("\"kind\": \"running\"")
        case .total: parts.append("\"kind\": \"total\"")
        case .note: parts.append("\"kind\": \"note\"")
        }
        if !row.text.isEmpty { parts.append("\"text\": \(Self.quoted(row.text))") }
        for (key, value) in zip(keys, row.values) where row.kind == .row || !value.isEmpty {
            parts.append("\(Self.quoted(key)): \(Self.json(value))")
        }
        try sink.write("\(isFirstRow ? "" : ",")\n        {\(parts.joined(separator: ", "))}")
        isFirstRow = false
    }

    private static func json(_ value: ReportValue) -> String {
        switch value {
        case .empty: "null"
        case .integer(let integer): "\(integer)"
        case .boolean(let boolean): "\(boolean)"
        case .money(let money): "{\"amount\": \"\(money.plainText)\", \"currency\": \"\(money.currency.code)\"}"
        default: quoted(value.plainText)
        }
    }

    package func endSheet(_ end: ReportSheetEnd) throws {
        try sink.write("\(isFirstRow ? "" : "\n      ")],\n      \"row_count\": \(end.rowCount)\n    }")
    }

    package func finish(_ end: ReportEnd) throws -> [String] {
        let figures = end.figures.map { "\(Self.quoted($0.label)): \(Self.json($0.value))" }
        try sink.write(
            "\n  ],\n  \"figures\": {\(figures.joined(separator: ", "))},\n  \"digest\": \(Self.quoted(end.digest))\n}\n"
        )
        try sink.finish()
        return []
    }

    package func discard() { sink.discard() }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
