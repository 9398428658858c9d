import Amounts

extension AmountReading {
    /// Brackets and signs within each other.
    private static let maximumDepth = 32

    /// Ledger's amount in brackets: sums, products and quotients of amounts and numbers, `($5.00 * 2)`.
    ///
    /// Names and functions are not known. A quotient that does not come out even in 18 decimal places is refused.
    mutating func expression(_ cursor: inout LineCursor, depth: Int = 0) throws(TextSyntaxError) -> TextAmount {
        let start = cursor.position
        guard depth < Self.maximumDepth else {
            throw TextSyntaxError(
                "the amount has too many brackets", expected: "at most \(Self.maximumDepth)", at: start)
        }
        cursor.position += 1
        let value = try sum(&cursor, depth: depth)
        cursor.skipBlanks()
        guard cursor.take(")") else {
            throw TextSyntaxError(
                "the amount \(ShownText.quoted(cursor.slice(start..<cursor.end))) is an expression, which is not read",
                expected: "numbers and amounts with + - * / between them, or the amount that it comes to", at: start)
        }
        return value
    }

    private mutating func sum(_ cursor: inout LineCursor, depth: Int) throws(TextSyntaxError) -> TextAmount {
        var result = try product(&cursor, depth: depth)
        while true {
            cursor.skipBlanks()
            let place = cursor.position
            let isMinus = cursor.byte == UInt8(ascii: "-")
            guard isMinus || cursor.byte == UInt8(ascii: "+") else { return result }
            cursor.position += 1
            let other = try product(&cursor, depth: depth)
            guard result.commodity == other.commodity else {
                throw TextSyntaxError(
                    "amounts of two commodities are added up", expected: "amounts of one", at: place)
            }
            do throws(ArithmeticError) {
                result.quantity =
                    isMinus
                    ? try result.quantity.subtracting(other.quantity) : try result.quantity.adding(other.quantity)
            } catch {
                throw tooManyDigits(place)
            }
        }
    }

    private mutating func product(_ cursor: inout LineCursor, depth: Int) throws(TextSyntaxError) -> TextAmount {
        var result = try term(&cursor, depth: depth)
        while true {
            cursor.skipBlanks()
            let place = cursor.position
            let isQuotient = cursor.byte == UInt8(ascii: "/")
            guard isQuotient || cursor.byte == UInt8(ascii: "*") else { return result }
            cursor.position += 1
            let other = try term(&cursor, depth: depth)
            guard other.commodity == .none || (result.commodity == .none && !isQuotient) else {
                throw TextSyntaxError(
                    "two amounts are multiplied or divided", expected: "an amount and a number", at: place)
            }
            if result.commodity == .none { result.commodity = other.commodity }
            result.quantity =
                try isQuotient
                ? quotient(result.quantity, other.quantity, place) : multiplied(result.quantity, other.quantity, place)
        }
    }

    private mutating func term(_ cursor: inout LineCursor, depth: Int) throws(TextSyntaxError) -> TextAmount {
        cursor.skipBlanks()
        if cursor.byte == UInt8(ascii: "(") { return try expression(&cursor, depth: depth + 1) }
        if cursor.byte == UInt8(ascii: "-"), cursor.byte(after: 1) == UInt8(ascii: "(") {
            let place = cursor.position
            cursor.position += 1
            var value = try expression(&cursor, depth: depth + 1)
            guard let negated = try? value.quantity.negated() else { throw tooManyDigits(place) }
            value.quantity = negated
            return value
        }
        return try amount(&cursor, isOfPosting: true)
    }

    private func multiplied(
        _ a: ExactDecimal, _ b: ExactDecimal, _ place: Int
    ) throws(TextSyntaxError) -> ExactDecimal {
        guard let product = try? a.multiplied(by: b) else { throw tooManyDigits(place) }
        return product
    }

    private func quotient(
        _ a: ExactDecimal, _ b: ExactDecimal, _ place: Int
    ) throws(TextSyntaxError) -> ExactDecimal {
        guard !b.isZero else {
            throw TextSyntaxError("a division by zero", expected: "another divisor", at: place)
        }
        guard
            let quotient = try? a.divided(by: b, rounding: .halfEven, places: ExactDecimal.maximumScale).normalized,
            let back = try? quotient.multiplied(by: b), back == a
        else {
            throw TextSyntaxError(
                "the quotient has no end", expected: "the amount that it comes to, rounded as it is to be booked",
                at: place)
        }
        return quotient
    }

    private func tooManyDigits(_ place: Int) -> TextSyntaxError {
        TextSyntaxError(
            "the amount has too many digits", expected: "at most 18 decimal places and 36 digits", at: place)
    }
}
