import Amounts
import Calendars

/// What stands between the braces of a Beancount posting: `{10.00 USD, 2026-11-21, "lot"}`.
struct BeancountCost {
    /// Each unit; for `{{ }}` nil.
    var perUnit: ExactDecimal?
    /// In all: of `{{ }}`, or behind `#`.
    var total: ExactDecimal?
    var commodity: TextCommodityID?
    var date: CalendarDate?
    var label: String?

    /// Reads it from its first brace to the last.
    static func read(_ cursor: inout LineCursor, _ parser: BeancountParser) throws(TextSyntaxError) -> BeancountCost {
        let start = cursor.position
        let isTotal = cursor.take("{{")
        if !isTotal { cursor.position += 1 }
        var cost = BeancountCost()
        cursor.skipBlanks()
        while !cursor.isAtEnd, cursor.byte != UInt8(ascii: "}") {
            try cost.readPart(&cursor, parser, isTotal: isTotal)
            cursor.skipBlanks()
            if cursor.take(",") || (cursor.byte == UInt8(ascii: "/") && cursor.take("/")) { cursor.skipBlanks() }
        }
        guard isTotal ? cursor.take("}}") : cursor.take("}") else {
            throw TextSyntaxError("the cost is not closed", expected: isTotal ? "}}" : "}", at: start)
        }
        return cost
    }

    private mutating func readPart(
        _ cursor: inout LineCursor, _ parser: BeancountParser, isTotal: Bool
    ) throws(TextSyntaxError) {
        let place = cursor.position
        if BeancountScanner.isTextStart(cursor) {
            label = try BeancountScanner.text(&cursor)
            return
        }
        if cursor.byte == UInt8(ascii: "*") {
            throw TextSyntaxError("merging lots (*) is not read", expected: "the cost of the lot", at: place)
        }
        if Self.isDate(cursor) {
            date = try BeancountScanner.date(&cursor)
            return
        }
        if let symbol = parser.commodity(&cursor) {
            commodity = symbol
            return
        }
        if cursor.take("#") {
            cursor.skipBlanks()
            total = try BeancountExpression.read(&cursor)
        } else {
            guard BeancountExpression.starts(at: cursor), perUnit == nil, total == nil else {
                throw TextSyntaxError(
                    "\(ShownText.quoted(cursor.slice(place..<cursor.end))) is no part of a cost",
                    expected: "an amount, a date or a text", at: place)
            }
            let number = try BeancountExpression.read(&cursor)
            if isTotal { total = number } else { perUnit = number }
        }
    }

    private static func isDate(_ cursor: LineCursor) -> Bool {
        for offset in 0..<4 where !cursor.byte(after: offset).isDigit { return false }
        let separator = cursor.byte(after: 4)
        guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/") else { return false }
        return cursor.byte(after: 5).isDigit
            && (cursor.byte(after: 7) == separator || cursor.byte(after: 6) == separator)
    }

    /// The cost of `quantity` units; nil where it is left open.
    func cost(of quantity: ExactDecimal, _ place: Int) throws(TextSyntaxError) -> TextCost? {
        guard let commodity, perUnit != nil || total != nil else { return nil }
        guard let total else {
            return perUnit.map { TextCost(.perUnit, TextAmount($0, commodity), date: date, label: label) }
        }
        guard let perUnit else { return TextCost(.total, TextAmount(total, commodity), date: date, label: label) }
        do throws(ArithmeticError) {
            let magnitude = quantity.isNegative ? try quantity.negated() : quantity
            let sum = try perUnit.multiplied(by: magnitude).adding(total)
            return TextCost(.total, TextAmount(sum, commodity), date: date, label: label)
        } catch {
            throw TextSyntaxError("the cost has too many digits", expected: "at most 18 decimal places", at: place)
        }
    }

    /// What each unit costs.
    func unitCost(_ cost: TextCost, of quantity: ExactDecimal) throws(ArithmeticError) -> TextAmount {
        guard cost.kind == .total else { return cost.amount }
        let magnitude = quantity.isNegative ? try quantity.negated() : quantity
        let unit = try cost.amount.quantity.divided(by: magnitude, rounding: .halfEven, places: 12)
        return TextAmount(unit.normalized, cost.amount.commodity)
    }
}
