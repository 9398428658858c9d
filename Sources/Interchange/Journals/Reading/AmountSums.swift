import Amounts

/// Sums by commodity, for the few commodities of one transaction.
struct AmountSums {
    private(set) var amounts: [TextAmount] = []

    mutating func removeAll() {
        amounts.removeAll(keepingCapacity: true)
    }

    mutating func add(_ amount: TextAmount) throws(ArithmeticError) {
        for index in amounts.indices where amounts[index].commodity == amount.commodity {
            amounts[index].quantity = try amounts[index].quantity.adding(amount.quantity)
            return
        }
        amounts.append(amount)
    }

    subscript(commodity: TextCommodityID) -> ExactDecimal {
        amounts.first { $0.commodity == commodity }?.quantity ?? .zero
    }

    var isZero: Bool { amounts.allSatisfy { $0.quantity.isZero } }

    /// Those that are not zero, in the order in which they were met.
    var nonzero: [TextAmount] { amounts.filter { !$0.quantity.isZero } }
}
