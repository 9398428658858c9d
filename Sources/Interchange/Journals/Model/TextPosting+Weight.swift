import Amounts

extension TextPosting {
    /// What the posting counts when its transaction is balanced: its amount at cost, or else at its price.
    ///
    /// The product is exact where it has at most 18 decimal places, and else rounded to 18, half away from zero.
    ///
    /// - Throws: `overflow` where the product has more than 38 digits.
    package var weight: TextAmount {
        get throws(ArithmeticError) {
            if let cost { return try Self.exchanged(amount.quantity, cost.kind, cost.amount) }
            if let price { return try Self.exchanged(amount.quantity, price.kind, price.amount) }
            return amount
        }
    }

    private static func exchanged(
        _ quantity: ExactDecimal, _ kind: TextPrice.Kind, _ amount: TextAmount
    ) throws(ArithmeticError) -> TextAmount {
        switch kind {
        case .perUnit: TextAmount(try product(quantity, amount.quantity), amount.commodity)
        case .total: quantity.isNegative ? TextAmount(try amount.quantity.negated(), amount.commodity) : amount
        }
    }

    private static func product(
        _ quantity: ExactDecimal, _ price: ExactDecimal
    ) throws(ArithmeticError) -> ExactDecimal {
        if let exact = try? quantity.multiplied(by: price) { return exact }
        let places = Int(quantity.scale) + Int(price.scale)
        guard places > Int(ExactDecimal.maximumScale) else { throw .overflow }
        var divisor: UInt128 = 1
        for _ in Int(ExactDecimal.maximumScale)..<places { divisor *= 10 }
        let whole = quantity.coefficient.magnitude.multipliedFullWidth(by: price.coefficient.magnitude)
        guard whole.high < divisor else { throw .overflow }
        let (quotient, remainder) = divisor.dividingFullWidth(whole)
        let rounded = remainder >= divisor - remainder ? quotient + 1 : quotient
        guard let coefficient = Int128(exactly: rounded) else { throw .overflow }
        let isNegative = quantity.isNegative != price.isNegative
        return ExactDecimal(coefficient: isNegative ? -coefficient : coefficient, scale: ExactDecimal.maximumScale)
    }
}
