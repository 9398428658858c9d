import Amounts

extension TextPosting {
    /// What the posting counts when its transaction is balanced: its amount at cost, or else at its price.
    ///
    /// The product is exact where it has at most 18 decimal places; else the price is rounded to 12 or fewer before.
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

    /// The product, exact where 18 decimal places and 38 digits hold it; else of the price rounded to the places that
    /// are left.
    private static func product(
        _ quantity: ExactDecimal, _ price: ExactDecimal
    ) throws(ArithmeticError) -> ExactDecimal {
        if let exact = try? quantity.multiplied(by: price) { return exact }
        let quantity = quantity.normalized
        let places = min(ExactDecimal.maximumScale - quantity.scale, 12)
        return try quantity.multiplied(by: price.rounded(.halfAwayFromZero, places: places))
    }
}
