import Diagnostics

/// Prints what a command found, in the form that was asked for.
struct Printer {
    enum Format {
        case text, json, csv
    }

    let format: Format

    func print(_ table: Table) {
        switch format {
        case .text: Terminal.print(table.text)
        case .json: Terminal.print(table.json.text)
        case .csv: Terminal.print(table.csv)
        }
    }

    /// People get a sentence in the place of a table without rows.
    func print(_ table: Table, orSay sentence: String) {
        if format == .text, table.rows.isEmpty { say(sentence) } else { print(table) }
    }

    func print(_ details: Details) {
        switch format {
        case .text: Terminal.print(details.text)
        case .json: Terminal.print(details.json.text)
        case .csv: Terminal.print(details.csv)
        }
    }

    /// A sentence for people: what was done, what to do next. Programs do not get it.
    func say(_ text: String) {
        if format == .text { Terminal.print(text) }
    }
}

/// One thing with its properties, and lists that belong to it.
struct Details {
    private struct Property {
        var label: String
        var key: String
        /// For people; nil where there is nothing to say.
        var text: String?
        /// For programs.
        var json: JSONValue
    }

    private struct Section {
        var title: String
        var key: String
        var table: Table
        var json: JSONValue
    }

    private var properties: [Property] = []
    private var sections: [Section] = []
    /// What the whole is about, where it is a list: the rows of its CSV.
    var mainSection: String?

    mutating func add(_ label: String, key: String? = nil, _ value: String?) {
        add(label, key: key, text: value, json: JSONValue(value))
    }

    mutating func add(_ label: String, key: String? = nil, _ value: Int) {
        add(label, key: key, text: String(value), json: .integer(value))
    }

    /// A property that people and programs read differently. Without text it is for programs alone.
    mutating func add(_ label: String, key: String? = nil, text: String?, json: JSONValue) {
        properties.append(Property(label: label, key: key ?? Self.key(for: label), text: text, json: json))
    }

    /// A list; people do not see an empty one.
    ///
    /// - Parameter json: for programs, in the place of the rows.
    mutating func add(section title: String, key: String, _ table: Table, json: JSONValue? = nil) {
        sections.append(Section(title: title, key: key, table: table, json: json ?? table.json))
    }

    /// `employer's cost` becomes `employers_cost`.
    private static func key(for label: String) -> String {
        String(
            label.lowercased().replacing("'", with: "").map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    var text: String {
        let shown = properties.compactMap { property in property.text.map { (property.label, $0) } }
        let width = shown.map(\.0.count).max() ?? 0
        let lines = shown.map { label, value in
            label + String(repeating: " ", count: width - label.count) + "  " + value
        }
        let parts =
            [lines.joined(separator: "\n")]
            + sections.filter { !$0.table.rows.isEmpty }.map { "\($0.title)\n\($0.table.text)" }
        return parts.joined(separator: "\n\n")
    }

    var json: JSONValue {
        .object(properties.map { ($0.key, $0.json) } + Self.merged(sections))
    }

    /// Sections with the same key become one list.
    private static func merged(_ sections: [Section]) -> [(String, JSONValue)] {
        var merged: [(String, JSONValue)] = []
        for section in sections {
            if let index = merged.firstIndex(where: { $0.0 == section.key }),
                case .array(let before) = merged[index].1, case .array(let more) = section.json
            {
                merged[index].1 = .array(before + more)
            } else {
                merged.append((section.key, section.json))
            }
        }
        return merged
    }

    /// The main list, or else the properties as two columns.
    var csv: String {
        if let main = sections.first(where: { $0.key == mainSection }) { return main.table.csv }
        var table = Table(columns: [.init("property"), .init("value")])
        for property in properties {
            guard let text = property.json.plainText ?? property.text else { continue }
            table.rows.append([.text(property.key), .text(text)])
        }
        return table.csv
    }
}
