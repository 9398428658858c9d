import Amounts

/// Beancount's numbers: digits with commas between the thousands, and sums, products and quotients of them.
struct BeancountExpression {
    /// Brackets and signs within each other.
    static let maximumDepth = 32
    /// Decimal places of a quotient that does not end before.
    static let quotientPlaces: UInt8 = 18

    static func starts(at cursor: LineCursor) -> Bool {
        switch cursor.byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "("), UInt8(ascii: "-"), UInt8(ascii: "+"): true
        case UInt8(ascii: "."): cursor.byte(after: 1).isDigit
        default: false
        }
    }

    /// Reads the number here: `1,000.00`, `(10 + 2) * 3 / 4`.
    static func read(_ cursor: inout LineCursor) throws(TextSyntaxError) -> ExactDecimal {
        try sum(&cursor, depth: 0)
    }

    private static func sum(_ cursor: inout LineCursor, depth: Int) throws(TextSyntaxError) -> ExactDecimal {
        let start = cursor.position
        var result = try product(&cursor, depth: depth)
        while true {
            var ahead = cursor
            ahead.skipBlanks()
            let isMinus = ahead.byte == UInt8(ascii: "-")
            guard isMinus || ahead.byte == UInt8(ascii: "+") else { return result }
            ahead.position += 1
            ahead.skipBlanks()
            guard starts(at: ahead) else { return result }
            let other = try product(&ahead, depth: depth)
            cursor = ahead
            do throws(ArithmeticError) {
                result = isMinus ? try result.subtracting(other) : try result.adding(other)
            } catch {
                throw tooManyDigits(cursor, start)
            }
        }
    }

    private static func product(_ cursor: inout LineCursor, depth: Int) throws(TextSyntaxError) -> ExactDecimal {
        let start = cursor.position
        var result = try factor(&cursor, depth: depth)
        while true {
            var ahead = cursor
            ahead.skipBlanks()
            let isQuotient = ahead.byte == UInt8(ascii: "/")
            guard isQuotient || ahead.byte == UInt8(ascii: "*") else { return result }
            ahead.position += 1
            ahead.skipBlanks()
            guard starts(at: ahead) else { return result }
            let other = try factor(&ahead, depth: depth)
            cursor = ahead
            do throws(ArithmeticError) {
                if isQuotient {
                    result = try result.divided(by: other, rounding: .halfEven, places: quotientPlaces).normalized
                } else {
                    result = try result.multiplied(by: other)
                }
            } catch {
                guard !isQuotient || !other.isZero else {
                    throw TextSyntaxError("a division by zero", expected: "another divisor", at: start)
                }
                throw tooManyDigits(cursor, start)
            }
        }
    }

    private static func factor(_ cursor: inout LineCursor, depth: Int) throws(TextSyntaxError) -> ExactDecimal {
        let start = cursor.position
        guard depth < maximumDepth else {
            throw TextSyntaxError("the number has too many brackets", expected: "at most \(maximumDepth)", at: start)
        }
        if cursor.take("-") {
            cursor.skipBlanks()
            let value = try factor(&cursor, depth: depth + 1)
            guard let negated = try? value.negated() else { throw tooManyDigits(cursor, start) }
            return negated
        }
        if cursor.take("+") {
            cursor.skipBlanks()
            return try factor(&cursor, depth: depth + 1)
        }
        if cursor.take("(") {
            cursor.skipBlanks()
            let value = try sum(&cursor, depth: depth + 1)
            cursor.skipBlanks()
            guard cursor.take(")") else {
                throw TextSyntaxError("the bracket is not closed", expected: ")", at: cursor.position)
            }
            return value
        }
        guard cursor.byte.isDigit || (cursor.byte == UInt8(ascii: ".") && cursor.byte(after: 1).isDigit) else {
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(start..<cursor.end))) is not a number", expected: "e.g. 1,250.00",
                at: start)
        }
        let scan = try NumberScan.read(&cursor, allowsSpaces: false, allowsExponent: false)
        guard scan.dots <= 1, scan.commas == 0 || scan.lastMark == UInt8(ascii: ".") || scan.digitsBehindLastMark == 3,
            !(scan.commas > 0 && scan.startsWithMark)
        else {
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(scan.range))) is not a number", expected: "e.g. 1,250.00", at: start)
        }
        return try scan.quantity(decimalPlaces: scan.dots == 1 ? scan.digitsBehindLastMark : 0, isNegative: false)
    }

    private static func tooManyDigits(_ cursor: LineCursor, _ start: Int) -> TextSyntaxError {
        TextSyntaxError(
            "the number has too many digits: \(ShownText.quoted(cursor.slice(start..<cursor.position)))",
            expected: "at most 18 decimal places and 36 digits", at: start)
    }
}
