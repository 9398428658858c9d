import Amounts

/// A quantity of a commodity, exactly as written: `10.00 EUR` keeps its two decimal places.
package struct TextAmount: Hashable, Sendable {
    package var quantity: ExactDecimal
    package var commodity: TextCommodityID

    package init(_ quantity: ExactDecimal, _ commodity: TextCommodityID) {
        self.quantity = quantity
        self.commodity = commodity
    }
}
