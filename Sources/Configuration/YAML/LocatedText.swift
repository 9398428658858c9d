import Diagnostics

/// A text of a YAML file with the place of its first character, laid out so that a reader of it can name places inside.
///
/// Line breaks stand where they stand in the file, also where YAML would fold them to spaces (`>` blocks and texts that
/// go on in the next line): line `n` of the text is line `location.line + n − 1` of the file, and column `c` is column
/// `location.column + c − 1`. For a formula a line break and a space are the same.
///
/// A continuation line that begins left of the first character, and what follows an escape in quotes, have the right
/// line and a column that is off by that difference.
package struct LocatedText: Hashable, Sendable {
    package let text: String
    package let location: SourceLocation

    package init(text: String, location: SourceLocation) {
        self.text = text
        self.location = location
    }

    init(_ scalar: YAMLNode.Scalar, at place: SourceLocation, in source: SourceText) {
        let column = place.column ?? 1
        switch scalar.style {
        case .literal, .folded:
            let (text, indentation) = Self.block(scalar, at: place, in: source)
            self.init(
                text: text,
                location: SourceLocation(file: place.file, line: place.line + 1, column: indentation + 1))
        case .plain:
            self.init(text: Self.laidOut(source.bytes[scalar.byteRange], column: column), location: place)
        case .singleQuoted, .doubleQuoted:
            let inside = source.bytes[scalar.byteRange].dropFirst().dropLast()
            let hasEscapes = inside.contains(UInt8(ascii: scalar.style == .singleQuoted ? "'" : "\\"))
            self.init(
                text: hasEscapes ? scalar.text : Self.laidOut(inside, column: column + 1),
                location: SourceLocation(file: place.file, line: place.line, column: column + 1))
        }
    }

    /// The lines of a block without their common indentation, and that indentation.
    private static func block(
        _ scalar: YAMLNode.Scalar, at place: SourceLocation, in source: SourceText
    ) -> (text: String, indentation: Int) {
        // The header, `|` or `>`, stands on the line of the place; the text begins on the next.
        var lines: [Substring] = []
        var indentation: Int?
        var line = place.line + 1
        while let bytes = source.line(line), source.lineStarts[line - 1] < scalar.byteRange.upperBound {
            let text = String(decoding: bytes, as: UTF8.self)
            let spaces = text.prefix { $0 == " " }.count
            let isBlank = spaces == text.count
            if !isBlank {
                if let indentation, spaces < indentation { break }  // a comment behind the block
                indentation = indentation ?? spaces
            }
            lines.append(isBlank ? "" : text.dropFirst(indentation ?? 0))
            line += 1
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return (lines.joined(separator: "\n"), indentation ?? 0)
    }

    /// The lines, those after the first moved so that their columns count from `column`.
    private static func laidOut(_ bytes: ArraySlice<UInt8>, column: Int) -> String {
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        guard let first = lines.first, lines.count > 1 else { return lines.first.map(String.init) ?? "" }
        let others = lines.dropFirst().map { line in
            let text = line.drop { $0 == " " || $0 == "\t" }
            let spaces = line.count - text.count
            return String(repeating: " ", count: max(0, spaces + 1 - column)) + text
        }
        return ([String(first)] + others).joined(separator: "\n")
    }
}
