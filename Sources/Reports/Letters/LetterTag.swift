import Diagnostics

/// A tag of a template, `{{name}}` or `{{#name}}`, with its place.
///
/// swift-mustache reads the template; the names are its own affair, which it looks for when it renders, and an unknown one
/// is nothing to it. So the tags are read here once more, for their names.
struct LetterTag {
    enum Kind: Equatable {
        case value, section, inverted, end, comment
        /// Partials, delimiters and the like.
        case other(Character)
    }

    var kind: Kind
    var name: String
    var location: SourceLocation

    /// The tags of a text that begins at a place, in their order.
    static func all(in text: Substring, from origin: SourceLocation) -> [LetterTag] {
        var tags: [LetterTag] = []
        var (line, column) = (origin.line, origin.column ?? 1)
        var rest = text
        func advance(_ part: Substring) {
            for character in part {
                if character.isNewline {
                    line += 1
                    column = 1
                } else {
                    column += 1
                }
            }
        }
        while let open = rest.firstRange(of: "{{") {
            advance(rest[..<open.lowerBound])
            let location = SourceLocation(file: origin.file, line: line, column: column)
            rest = rest[open.lowerBound...]
            guard let close = rest.firstRange(of: "}}") else { break }
            tags.append(tag(rest[open.upperBound..<close.lowerBound], at: location))
            advance(rest[..<close.upperBound])
            rest = rest[close.upperBound...]
        }
        return tags
    }

    private static func tag(_ content: Substring, at location: SourceLocation) -> LetterTag {
        let kind: Kind
        var content = content
        switch content.first {
        case "#": kind = .section
        case "^": kind = .inverted
        case "/": kind = .end
        case "!": kind = .comment
        case "&", "{": kind = .value
        case let other? where "<>=%$".contains(other): kind = .other(other)
        default: return LetterTag(kind: .value, name: String(content).trimmingBlanks, location: location)
        }
        content = content.dropFirst()
        return LetterTag(kind: kind, name: String(content).trimmingBlanks, location: location)
    }
}
