import Foundation

/// A value on its way out as JSON, its keys in the order in which they were given.
///
/// Money and other decimals are strings, because a reader's number may not be exact.
enum JSONValue {
    case null
    case bool(Bool)
    case integer(Int)
    case string(String)
    case array([JSONValue])
    case object([(String, JSONValue)])

    init(_ cell: Table.Cell) {
        switch cell {
        case .text(let text): self = .string(text)
        case .integer(let value): self = .integer(value)
        case .money(let money): self = .string(money.plainText)
        case .none: self = .null
        }
    }

    init(_ text: String?) {
        self = text.map(JSONValue.string) ?? .null
    }

    /// The value of a cell of CSV; nil for lists and objects.
    var plainText: String? {
        switch self {
        case .null: ""
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .string(let text): text
        case .array, .object: nil
        }
    }

    /// The values of a list; of anything else none.
    var items: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }

    /// On one line, for output that comes bit by bit.
    var lineText: String {
        switch self {
        case .array(let items): "[" + items.map(\.lineText).joined(separator: ", ") + "]"
        case .object(let entries):
            "{" + entries.map { "\(Self.quoted($0)): \($1.lineText)" }.joined(separator: ", ") + "}"
        case .null, .bool, .integer, .string: text
        }
    }

    /// Indented by two spaces.
    var text: String { text(indent: "") }

    private func text(indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .string(let text): return Self.quoted(text)
        case .array(let items) where items.isEmpty: return "[]"
        case .array(let items):
            return "[\n" + items.map { inner + $0.text(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let entries) where entries.isEmpty: return "{}"
        case .object(let entries):
            let lines = entries.map { "\(inner)\(Self.quoted($0)): \($1.text(indent: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }

    /// The encoder of Foundation knows every escape.
    private static func quoted(_ text: String) -> String {
        // Most text has nothing to escape, and a long list is mostly text.
        let isPlain = text.utf8.allSatisfy {
            $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain { return "\"\(text)\"" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let data = try? encoder.encode(text) else { return "\"\"" }
        return String(decoding: data, as: UTF8.self)
    }
}
