/// Writes CSV (RFC 4180) into memory.
///
/// ```swift
/// var csv = CSVWriter(for: .programs)
/// csv.write(["employee_id", "name", "gross"])
/// csv.write([.text("E014"), .text("Müller, Jörg"), .number("3541.67")])
/// // employee_id,name,gross
/// // E014,"Müller, Jörg",3541.67
/// ```
package struct CSVWriter: Sendable {
    package enum Audience: Sendable {
        /// The values exactly, LF at line ends, no byte order mark: what `CSVTable` reads back unchanged.
        case programs
        /// A byte order mark, which Excel needs to see UTF-8, CR LF at line ends, and no text that a spreadsheet would
        /// run as a formula.
        ///
        /// Source of the guard: OWASP, "CSV Injection": text that begins with `=`, `+`, `-`, `@`, a tab, CR or LF, or
        /// with the full-width forms of the signs, gets an apostrophe before it. Numbers keep their sign.
        case spreadsheets
    }

    /// One value of a row.
    package enum Field: Hashable, Sendable, ExpressibleByStringLiteral {
        /// Text, perhaps from outside.
        case text(String)
        /// A number, date or code that Steward itself wrote, which the guard leaves alone.
        case number(String)
        case empty

        package init(stringLiteral value: String) { self = .text(value) }
    }

    /// What was written and not yet taken.
    package private(set) var bytes: [UInt8]
    private let audience: Audience

    package init(for audience: Audience) {
        self.audience = audience
        bytes = audience == .spreadsheets ? [0xEF, 0xBB, 0xBF] : []
    }

    package mutating func write(_ row: [Field]) {
        for (index, field) in row.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            switch field {
            case .empty: break
            case .number(let text): append(text, isGuarded: false)
            case .text(let text): append(text, isGuarded: audience == .spreadsheets && Self.looksLikeFormula(text))
            }
        }
        // A row of one empty field would be an empty line, which readers pass over.
        if row.count == 1, case .empty = row[0] { bytes.append(contentsOf: "\"\"".utf8) }
        if row.count == 1, case .text("") = row[0] { bytes.append(contentsOf: "\"\"".utf8) }
        if audience == .spreadsheets { bytes.append(UInt8(ascii: "\r")) }
        bytes.append(UInt8(ascii: "\n"))
    }

    package mutating func write(_ row: [String]) {
        write(row.map { Field.text($0) })
    }

    /// Hands over what was written so far and goes on empty: for files larger than memory.
    package mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    private mutating func append(_ text: String, isGuarded: Bool) {
        let needsQuotes =
            isGuarded || text.utf8.first == UInt8(ascii: " ") || text.utf8.last == UInt8(ascii: " ")
            || text.utf8.first == UInt8(ascii: "#") || text.utf8.starts(with: [0xEF, 0xBB, 0xBF])
            || text.utf8.contains { byte in
                byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
                    || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\t")
            }
        guard needsQuotes else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        if isGuarded { bytes.append(UInt8(ascii: "'")) }
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func looksLikeFormula(_ text: String) -> Bool {
        switch text.unicodeScalars.first {
        case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }
}
