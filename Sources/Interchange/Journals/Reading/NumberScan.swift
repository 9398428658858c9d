import Amounts

/// The digits and marks of a number as they stand, before it is known which mark is the decimal one.
struct NumberScan {
    /// All digits in one, without any mark.
    var coefficient: Int128 = 0
    var digits = 0
    var dots = 0
    var commas = 0
    var spaces = 0
    /// The last mark; a space stands for every kind of space.
    var lastMark: UInt8 = 0
    var digitsBehindLastMark = 0
    var startsWithMark = false
    var exponent = 0
    var range = 0..<0

    var marks: Int { dots + commas + spaces }

    static let maximumDigits = 36

    /// Reads the number here; it begins with a digit, or with a mark before a digit.
    static func read(
        _ cursor: inout LineCursor, allowsSpaces: Bool, allowsExponent: Bool
    ) throws(TextSyntaxError) -> NumberScan {
        var scan = NumberScan()
        let start = cursor.position
        var small: UInt64 = 0
        loop: while cursor.position < cursor.end {
            let byte = cursor.bytes[cursor.position]
            if byte.isDigit {
                // 18 digits fit 64 bits, in which nearly every number ends.
                if scan.digits < 18 {
                    small = small &* 10 &+ UInt64(byte & 0x0F)
                } else {
                    guard scan.digits < maximumDigits else { throw tooLong(cursor, start) }
                    if scan.digits == 18 { scan.coefficient = Int128(small) }
                    scan.coefficient = scan.coefficient &* 10 &+ Int128(byte & 0x0F)
                }
                scan.digits += 1
                scan.digitsBehindLastMark += 1
                cursor.position += 1
                continue
            }
            switch byte {
            case UInt8(ascii: "."): scan.dots += 1
            case UInt8(ascii: ","): scan.commas += 1
            default:
                let width = allowsSpaces && scan.digits > 0 ? cursor.groupSpaceWidth() : 0
                guard width > 0, cursor.byte(after: width).isDigit else { break loop }
                scan.spaces += 1
                cursor.position += width - 1
            }
            scan.lastMark = byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") ? byte : UInt8(ascii: " ")
            if scan.digits == 0 { scan.startsWithMark = true }
            scan.digitsBehindLastMark = 0
            cursor.position += 1
        }
        if scan.digits <= 18 { scan.coefficient = Int128(small) }
        scan.range = start..<cursor.position
        guard scan.digits > 0 else {
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(start..<cursor.position))) is not a number", expected: "e.g. 1250.00",
                at: start)
        }
        if allowsExponent { try scan.readExponent(&cursor) }
        return scan
    }

    private mutating func readExponent(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        guard cursor.byte | 0x20 == UInt8(ascii: "e") else { return }
        var ahead = cursor
        ahead.position += 1
        let isNegative = ahead.byte == UInt8(ascii: "-")
        if isNegative || ahead.byte == UInt8(ascii: "+") { ahead.position += 1 }
        guard ahead.byte.isDigit else { return }
        var value = 0
        while ahead.byte.isDigit {
            value = min(value * 10 + Int(ahead.byte & 0x0F), 1_000)
            ahead.position += 1
        }
        exponent = isNegative ? -value : value
        range = range.lowerBound..<ahead.position
        cursor = ahead
    }

    /// The number, when its last `places` digits stand behind the decimal mark.
    ///
    /// - Parameter isPrice: whether more decimal places than are held are rounded instead of refused: prices that a
    ///   program has divided have any number of them.
    func quantity(
        decimalPlaces places: Int, isNegative: Bool, isPrice: Bool = false
    ) throws(TextSyntaxError) -> ExactDecimal {
        var coefficient = isNegative ? -coefficient : coefficient
        var scale = places - exponent
        while scale < 0 {
            let (product, overflow) = coefficient.multipliedReportingOverflow(by: 10)
            guard !overflow else {
                throw TextSyntaxError("the number is too large", expected: "at most 36 digits", at: range.lowerBound)
            }
            coefficient = product
            scale += 1
        }
        while scale > Int(ExactDecimal.maximumScale), coefficient % 10 == 0 {
            coefficient /= 10
            scale -= 1
        }
        if isPrice, scale > Int(ExactDecimal.maximumScale) {
            while scale > Int(ExactDecimal.maximumScale) + 1 {
                coefficient /= 10
                scale -= 1
            }
            // Half away from zero.
            coefficient = (coefficient + (isNegative ? -5 : 5)) / 10
            return ExactDecimal(coefficient: coefficient, scale: ExactDecimal.maximumScale).normalized
        }
        guard scale <= Int(ExactDecimal.maximumScale) else {
            throw TextSyntaxError(
                "the number has \(scale) decimal places", expected: "at most \(ExactDecimal.maximumScale)",
                at: range.lowerBound)
        }
        return ExactDecimal(coefficient: coefficient, scale: UInt8(scale))
    }

    private static func tooLong(_ cursor: LineCursor, _ start: Int) -> TextSyntaxError {
        TextSyntaxError(
            "the number \(ShownText.quoted(cursor.slice(start..<cursor.position)))… is too long",
            expected: "at most \(maximumDigits) digits", at: start)
    }
}

extension LineCursor {
    /// How many bytes the space here has that may stand between groups of digits; 0 where there is none.
    ///
    /// A plain space, U+00A0, U+2000 to U+200A, U+202F, U+205F.
    func groupSpaceWidth() -> Int {
        switch byte {
        case 0x20: return 1
        case 0xC2: return byte(after: 1) == 0xA0 ? 2 : 0
        case 0xE2:
            let second = byte(after: 1)
            let third = byte(after: 2)
            let isSpace =
                (second == 0x80 && ((0x80...0x8A).contains(third) || third == 0xAF))
                || (second == 0x81 && third == 0x9F)
            return isSpace ? 3 : 0
        default: return 0
        }
    }
}
