import Diagnostics

/// A formula's text with the place where it stands in its file.
struct SourceText: Sendable {
    let bytes: [UInt8]
    private let start: SourceLocation

    init(_ text: String, at start: SourceLocation) {
        bytes = Array(text.utf8)
        self.start = start
    }

    func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The text of a sub-expression on one line.
    func excerpt(_ range: Range<Int>) -> String {
        let words = string(range).split { $0 == " " || $0 == "\t" || $0.isNewline }
        let line = words.joined(separator: " ")
        return line.count <= 120 ? line : line.prefix(119) + "…"
    }

    /// The place of a byte in the file. Lines after the first begin in the column of the first, as they do in a block
    /// of YAML.
    func location(_ offset: Int) -> SourceLocation {
        let before = bytes[..<min(offset, bytes.count)]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before[..<lineStart].count { $0 == UInt8(ascii: "\n") }
        guard let column = start.column else {
            return SourceLocation(file: start.file, line: start.line + line)
        }
        return SourceLocation(
            file: start.file, line: start.line + line,
            column: column + String(decoding: before[lineStart...], as: UTF8.self).count)
    }
}
