import Amounts
import Calendars
import Diagnostics

/// The words that no input, formula or table may be called.
enum Keyword: String, CaseIterable, Sendable {
    case `if`, then, `else`, and, or, not, `in`, `true`, `false`
}

/// One token, with the bytes of the text that it takes.
struct Token: Sendable {
    enum Kind: Equatable, Sendable {
        case number(ExactDecimal)
        case percent(ExactDecimal)
        case text(String)
        case date(CalendarDate)
        case name(String)
        case keyword(Keyword)
        /// `+ - * / ( ) , = != < <= > >=`
        case symbol(Symbol)
        /// Something that is no token; it has been reported.
        case invalid
        case end
    }

    var kind: Kind
    var range: Range<Int>
}

enum Symbol: String, Sendable {
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"
    case open = "("
    case close = ")"
    case comma = ","
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case more = ">"
    case moreOrEqual = ">="
}

/// Cuts a formula into tokens and reports what is none.
struct Lexer {
    private let text: SourceText
    private var bytes: [UInt8] { text.bytes }
    private var position = 0
    private(set) var tokens: [Token] = []

    init(_ text: SourceText) {
        self.text = text
    }

    static func tokens(of text: SourceText, problems: inout ProblemList) -> [Token] {
        var lexer = Lexer(text)
        while let token = lexer.next(&problems) { lexer.tokens.append(token) }
        lexer.tokens.append(Token(kind: .end, range: text.bytes.count..<text.bytes.count))
        return lexer.tokens
    }

    static func isSmallLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    static func isNamePart(_ byte: UInt8) -> Bool {
        isSmallLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_")
    }

    private static func isWordPart(_ byte: UInt8) -> Bool {
        isNamePart(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte >= 0x80
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }
    private func byte(_ offset: Int) -> UInt8? { position + offset < bytes.count ? bytes[position + offset] : nil }

    private mutating func next(_ problems: inout ProblemList) -> Token? {
        skipBlanks()
        guard let first = current else { return nil }
        let start = position
        let kind: Token.Kind
        switch first {
        case _ where Self.isDigit(first): kind = number(&problems)
        case UInt8(ascii: "\""): kind = quoted(&problems)
        case _ where Self.isWordPart(first): kind = word(&problems)
        default: kind = symbol(first, &problems)
        }
        return Token(kind: kind, range: start..<position)
    }

    /// Blanks, line ends, and comments from `#` to the end of the line.
    private mutating func skipBlanks() {
        while let byte = current {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "#"):
                while let byte = current, byte != UInt8(ascii: "\n") {
                    _ = byte
                    position += 1
                }
            default: return
            }
        }
    }

    private mutating func skip(while condition: (UInt8) -> Bool) {
        while let byte = current, condition(byte) { position += 1 }
    }

    private func string(from start: Int) -> String { text.string(start..<position) }

    /// `1000`, `0.08`, `8%`, `2026-04-06`.
    private mutating func number(_ problems: inout ProblemList) -> Token.Kind {
        let start = position
        if let date = dateAhead() {
            position += 10
            guard let date = CalendarDate(date) else {
                problems.add("\(string(from: start)) is not a day of the calendar", at: text.location(start))
                return .invalid
            }
            return .date(date)
        }
        skip(while: Self.isDigit)
        if current == UInt8(ascii: "."), let digit = byte(1), Self.isDigit(digit) {
            position += 1
            skip(while: Self.isDigit)
        }
        let decimal = ExactDecimal(string(from: start))
        // Letters, a second point or a separator make it something that is no number.
        if let byte = current, Self.isWordPart(byte) || byte == UInt8(ascii: ".") {
            skip { Self.isWordPart($0) || $0 == UInt8(ascii: ".") }
            problems.add(
                "\(string(from: start)) is not a number", expected: "e.g. 1000, 0.08 or 8%", at: text.location(start))
            return .invalid
        }
        guard let decimal, current != UInt8(ascii: "%") || Int(decimal.scale) + 2 <= Int(ExactDecimal.maximumScale)
        else {
            problems.add(
                "the number \(string(from: start)) has too many digits",
                expected: "at most 36, of which 18 after the point", at: text.location(start))
            skip { $0 == UInt8(ascii: "%") }
            return .invalid
        }
        guard current == UInt8(ascii: "%") else { return .number(decimal) }
        position += 1
        return .percent(ExactDecimal(coefficient: decimal.coefficient, scale: decimal.scale + 2).normalized)
    }

    /// The ten characters ahead where they have the shape `dddd-dd-dd` and no word or number goes on behind them.
    private func dateAhead() -> String? {
        guard position + 10 <= bytes.count else { return nil }
        for (offset, byte) in bytes[position..<position + 10].enumerated() {
            guard offset == 4 || offset == 7 ? byte == UInt8(ascii: "-") : Self.isDigit(byte) else { return nil }
        }
        if let after = byte(10), Self.isWordPart(after) { return nil }
        return text.string(position..<position + 10)
    }

    /// A text in double quotes, on one line, with `\"`, `\\` and `\n`.
    private mutating func quoted(_ problems: inout ProblemList) -> Token.Kind {
        let start = position
        position += 1
        var content: [UInt8] = []
        while let byte = current, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return .text(String(decoding: content, as: UTF8.self))
            case UInt8(ascii: "\\"):
                switch current {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): content.append(current ?? byte)
                case UInt8(ascii: "n"): content.append(UInt8(ascii: "\n"))
                default:
                    problems.add(
                        "a backslash stands alone in a text", expected: "\\\", \\\\ or \\n",
                        at: text.location(position - 1))
                    continue
                }
                position += 1
            default: content.append(byte)
            }
        }
        problems.add(
            "a text begins here and does not end", expected: "a closing \" on the same line", at: text.location(start))
        return .invalid
    }

    private mutating func word(_ problems: inout ProblemList) -> Token.Kind {
        let start = position
        skip(while: Self.isWordPart)
        let word = string(from: start)
        guard bytes[start..<position].allSatisfy(Self.isNamePart), Self.isSmallLetter(bytes[start]) else {
            problems.add(
                "\"\(word)\" is not a name", expected: "small letters, digits and _, beginning with a letter",
                at: text.location(start))
            return .invalid
        }
        return Keyword(rawValue: word).map { .keyword($0) } ?? .name(word)
    }

    private mutating func symbol(_ first: UInt8, _ problems: inout ProblemList) -> Token.Kind {
        let start = position
        position += 1
        if current == UInt8(ascii: "=") {
            switch first {
            case UInt8(ascii: "="):
                position += 1
                return .symbol(.equal)
            case UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"):
                position += 1
                return Symbol(rawValue: string(from: start)).map { .symbol($0) } ?? .invalid
            default: break
            }
        }
        if first == UInt8(ascii: "<"), current == UInt8(ascii: ">") {
            position += 1
            problems.add("<> is not an operator", expected: "!=", at: text.location(start))
            return .symbol(.notEqual)
        }
        if let symbol = Symbol(rawValue: string(from: start)) { return .symbol(symbol) }
        let hint: String? =
            switch first {
            case UInt8(ascii: "&"): "and"
            case UInt8(ascii: "|"): "or"
            case UInt8(ascii: "!"): "not, or !="
            case UInt8(ascii: "'"): "double quotes round a text"
            case UInt8(ascii: "."): "a digit before the point: 0.5"
            case UInt8(ascii: "%"): "% only behind a number: 8%"
            default: nil
            }
        skip { $0 == first }
        problems.add(
            "\(Quoted.text(string(from: start))) is not part of the language", expected: hint, at: text.location(start))
        return .invalid
    }
}
