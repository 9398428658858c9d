import Amounts
import Calendars
import Configuration

/// The small words of Beancount's language: dates, accounts, numbers with arithmetic, commodities, texts.
///
/// Source: "Beancount Language Syntax", and the lexer of beancount 3 (`lexer.l`).
enum BeancountScanner {
    /// `2026-11-21` or `2026/11/21`.
    static func date(_ cursor: inout LineCursor) throws(TextSyntaxError) -> CalendarDate {
        let start = cursor.position
        func number(_ digits: ClosedRange<Int>) -> Int? {
            var value = 0
            var count = 0
            while cursor.byte.isDigit, count < digits.upperBound {
                value = value * 10 + Int(cursor.byte & 0x0F)
                count += 1
                cursor.position += 1
            }
            return digits.contains(count) ? value : nil
        }
        func separator() -> Bool { cursor.take("-") || cursor.take("/") }
        guard let year = number(4...4), separator(), let month = number(1...2), separator(), let day = number(1...2),
            !cursor.byte.isDigit
        else {
            _ = cursor.word()
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(start..<cursor.position))) is not a date",
                expected: "YYYY-MM-DD, e.g. 2026-11-21", at: start)
        }
        guard let date = CalendarDate(year: year, month: month, day: day) else {
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(start..<cursor.position))) is no day of the calendar",
                expected: "a day that exists", at: start)
        }
        return date
    }

    /// The bytes of the account that stands here, for instance `Assets:Bank`; nil where none does.
    static func account(_ cursor: inout LineCursor) -> UnsafeBufferPointer<UInt8>? {
        let start = cursor.position
        var hasColon = false
        while cursor.position < cursor.end {
            let byte = cursor.bytes[cursor.position]
            if byte == UInt8(ascii: ":") {
                hasColon = true
            } else if !byte.isASCIILetter, !byte.isDigit, byte != UInt8(ascii: "-"), byte < 0x80 {
                break
            }
            cursor.position += 1
        }
        guard hasColon, isAccount(cursor.slice(start..<cursor.position)) else {
            cursor.position = start
            return nil
        }
        return cursor.slice(start..<cursor.position)
    }

    /// Each part begins with a capital letter, a digit or a letter beyond ASCII.
    private static func isAccount(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var isFirst = true
        var parts = 1
        for byte in bytes {
            if byte == UInt8(ascii: ":") {
                if isFirst { return false }
                isFirst = true
                parts += 1
                continue
            }
            if isFirst {
                let isCapital = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                guard isCapital || byte >= 0x80 || (byte.isDigit && parts > 1) else { return false }
            }
            isFirst = false
        }
        return !isFirst && parts > 1
    }

    /// The commodity that stands here: capitals, digits and `'._-`, e.g. `USD`; nil where none does.
    static func commodity(_ cursor: inout LineCursor) -> UnsafeBufferPointer<UInt8>? {
        let start = cursor.position
        func isCapital(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
        guard isCapital(cursor.byte) || (cursor.byte == UInt8(ascii: "/") && !cursor.byte(after: 1).isBlank) else {
            return nil
        }
        cursor.position += 1
        while true {
            let byte = cursor.byte
            let isInner =
                isCapital(byte) || byte.isDigit || byte == UInt8(ascii: "'") || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            guard isInner else { break }
            cursor.position += 1
        }
        // It ends with a capital letter or a digit.
        while cursor.position > start + 1, !isCapital(cursor.bytes[cursor.position - 1]),
            !cursor.bytes[cursor.position - 1].isDigit
        {
            cursor.position -= 1
        }
        return cursor.slice(start..<cursor.position)
    }

    static func isTextStart(_ cursor: LineCursor) -> Bool { cursor.byte == UInt8(ascii: "\"") }

    /// A text in quotes, with `\"`, `\\`, `\n` and `\t` inside.
    static func text(_ cursor: inout LineCursor) throws(TextSyntaxError) -> String {
        let start = cursor.position
        cursor.position += 1
        var escaped: [UInt8]?
        let inner = cursor.position
        while cursor.position < cursor.end {
            let byte = cursor.bytes[cursor.position]
            if byte == UInt8(ascii: "\"") {
                let plain = cursor.slice(inner..<cursor.position)
                cursor.position += 1
                return escaped.map { String(decoding: $0, as: UTF8.self) } ?? plain.string
            }
            if byte == UInt8(ascii: "\\"), cursor.position + 1 < cursor.end {
                if escaped == nil { escaped = Array(cursor.slice(inner..<cursor.position)) }
                let next = cursor.bytes[cursor.position + 1]
                switch next {
                case UInt8(ascii: "n"): escaped?.append(0x0A)
                case UInt8(ascii: "t"): escaped?.append(0x09)
                case UInt8(ascii: "r"): escaped?.append(0x0D)
                default: escaped?.append(next)
                }
                cursor.position += 2
                continue
            }
            escaped?.append(byte)
            cursor.position += 1
        }
        throw TextSyntaxError("the quote is never closed", expected: "a closing \"", at: start)
    }

    /// The letters of a tag or link behind its `#` or `^`.
    static func label(_ cursor: inout LineCursor) -> String {
        let start = cursor.position
        while cursor.position < cursor.end {
            let byte = cursor.byte
            let isLetter =
                byte.isASCIILetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") || byte >= 0x80
            guard isLetter else { break }
            cursor.position += 1
        }
        return cursor.slice(start..<cursor.position).string
    }
}
