/// Splits SQL into what may be rewritten and what may not.
enum SQLTokens {
    struct Token: Hashable {
        var kind: Kind
        var text: String
    }

    enum Kind {
        /// A keyword or a name.
        case word
        /// One character.
        case symbol
        /// White space or a comment.
        case space
        /// A string, a quoted name or a number.
        case literal
    }

    /// All tokens; put together they are the text again.
    static func all(in sql: String) -> [Token] {
        var tokens: [Token] = []
        let bytes = Array(sql.utf8)
        var start = 0
        while start < bytes.count {
            let (kind, end) = token(bytes, start)
            tokens.append(Token(kind: kind, text: String(decoding: bytes[start..<end], as: UTF8.self)))
            start = end
        }
        return tokens
    }

    private static func token(_ bytes: [UInt8], _ start: Int) -> (Kind, end: Int) {
        let next = start + 1 < bytes.count ? bytes[start + 1] : 0
        switch bytes[start] {
        case UInt8(ascii: "'"): return (.literal, closing(bytes, start, UInt8(ascii: "'")))
        case UInt8(ascii: "\""): return (.literal, closing(bytes, start, UInt8(ascii: "\"")))
        case UInt8(ascii: "-") where next == UInt8(ascii: "-"):
            return (.space, end(bytes, start) { $0 != UInt8(ascii: "\n") })
        case UInt8(ascii: "/") where next == UInt8(ascii: "*"): return (.space, comment(bytes, start))
        case let byte where isSpace(byte): return (.space, end(bytes, start, isSpace))
        case let byte where isWord(byte) && !isDigit(byte): return (.word, end(bytes, start, isWord))
        case let byte where isDigit(byte): return (.literal, end(bytes, start, isWord))
        default: return (.symbol, start + 1)
        }
    }

    private static func end(_ bytes: [UInt8], _ start: Int, _ belongs: (UInt8) -> Bool) -> Int {
        var end = start + 1
        while end < bytes.count, belongs(bytes[end]) { end += 1 }
        return end
    }

    /// After the closing quote; a doubled one stands for itself.
    private static func closing(_ bytes: [UInt8], _ start: Int, _ quote: UInt8) -> Int {
        var end = start + 1
        while end < bytes.count {
            if bytes[end] == quote {
                guard end + 1 < bytes.count, bytes[end + 1] == quote else { return end + 1 }
                end += 1
            }
            end += 1
        }
        return end
    }

    private static func comment(_ bytes: [UInt8], _ start: Int) -> Int {
        var end = start + 2
        while end + 1 < bytes.count {
            if bytes[end] == UInt8(ascii: "*"), bytes[end + 1] == UInt8(ascii: "/") { return end + 2 }
            end += 1
        }
        return bytes.count
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (9...13).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
