import Configuration
import Diagnostics

/// A query of a report, or a condition of one, in which every parameter stands by its name: `day <= :period_last`.
///
/// Read strictly: one SELECT over views and over what it names itself by WITH, without a function or a word that could
/// do anything but read. What a name of a table can be is looked at behind FROM and JOIN, which are the only places
/// where one can stand in what is let through.
package struct QueryText: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case text(String)
        case parameter(String, SourceLocation?)
    }

    enum Kind { case query, condition }

    let parts: [Part]
    /// The views that it reads, in order of appearance, each once.
    let views: [String]
    /// The names that it gives to columns itself, by AS.
    let aliases: Set<String>
    /// As it is written; nil for one of our own.
    let source: LocatedText?

    var location: SourceLocation? { source?.location }

    /// One of our own, which is not checked.
    static func trusted(_ text: String) -> QueryText {
        var scanner = QueryScanner(LocatedText(text: text, location: SourceLocation(file: "", line: 1, column: 1)))
        var parts: [Part] = []
        while let token = scanner.next() {
            if case .parameter(let name) = token.kind {
                parts.append(.parameter(name, nil))
            } else if case .text(let before)? = parts.last {
                parts[parts.count - 1] = .text(before + token.text)
            } else {
                parts.append(.text(token.text))
            }
        }
        return QueryText(parts: parts, views: [], aliases: [], source: nil)
    }

    /// Reads a text and reports everything that is wrong with it.
    static func read(_ text: LocatedText, _ kind: Kind, problems: inout ProblemList) -> QueryText? {
        var reader = QueryReader(text, kind)
        let query = reader.read()
        problems.add(contentsOf: reader.problems)
        return reader.problems.isEmpty ? query : nil
    }

    /// The parameters that a text names, whether or not it is a query, with their places.
    static func parameters(in text: LocatedText) -> [(name: String, location: SourceLocation)] {
        var scanner = QueryScanner(text)
        var found: [(name: String, location: SourceLocation)] = []
        while let token = scanner.next() {
            if case .parameter(let name) = token.kind { found.append((name, token.location)) }
        }
        return found
    }
}

/// Splits SQL into tokens that know their places.
struct QueryScanner {
    struct Token {
        enum Kind: Equatable {
            case word, number, string, space, symbol
            case parameter(String)
            /// A quote or a comment without an end.
            case unclosed
        }

        var kind: Kind
        var text: String
        var location: SourceLocation
    }

    private let scalars: [Unicode.Scalar]
    private let origin: SourceLocation
    private var index = 0
    private var line = 0
    private var column = 0

    init(_ text: LocatedText) {
        scalars = Array(text.text.unicodeScalars)
        origin = text.location
    }

    private var location: SourceLocation {
        SourceLocation(file: origin.file, line: origin.line + line, column: (origin.column ?? 1) + column)
    }

    private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
        index + offset < scalars.count ? scalars[index + offset] : nil
    }

    mutating func next() -> Token? {
        guard let first = peek() else { return nil }
        let start = location
        let begin = index
        let kind: Token.Kind
        if first.properties.isWhitespace {
            take { $0.properties.isWhitespace }
            kind = .space
        } else if first == "-", peek(1) == "-" {
            take { $0 != "\n" }
            kind = .space
        } else if first == "'" {
            kind = takeString() ? .string : .unclosed
        } else if Self.isWord(first), !Self.isDigit(first) {
            take(Self.isWord)
            kind = .word
        } else if Self.isDigit(first) {
            take { Self.isDigit($0) || $0 == "." }
            kind = .number
        } else if first == ":", let second = peek(1), Self.isWord(second), !Self.isDigit(second) {
            advance()
            take(Self.isWord)
            kind = .parameter(text(from: begin + 1))
        } else {
            advance()
            kind = .symbol
        }
        return Token(kind: kind, text: text(from: begin), location: start)
    }

    private func text(from begin: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[begin..<index])
        return String(view)
    }

    private mutating func advance() {
        if scalars[index] == "\n" {
            line += 1
            column = 0
        } else {
            column += 1
        }
        index += 1
    }

    private mutating func take(_ belongs: (Unicode.Scalar) -> Bool) {
        while let scalar = peek(), belongs(scalar) { advance() }
    }

    private mutating func takeString() -> Bool {
        advance()
        while let scalar = peek() {
            advance()
            if scalar == "'" {
                guard peek() == "'" else { return true }
                advance()
            }
        }
        return false
    }

    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
