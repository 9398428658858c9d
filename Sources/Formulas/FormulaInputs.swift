import Amounts
import Calendars

/// The values that one evaluation reads: one currency, and a value for each slot that has one.
///
/// Made once and refilled for each employee or customer, so that an evaluation allocates nothing.
package struct FormulaInputs: Sendable {
    /// The currency of every amount.
    package let currency: Currency
    private(set) var scalars: [Scalar]
    /// Texts by slot.
    private(set) var texts: [String]

    /// No values yet, for the inputs that `scope` declares now.
    package init(for scope: FormulaScope, currency: Currency) {
        self.currency = currency
        scalars = Array(repeating: .unset, count: scope.inputs.count)
        texts = scope.inputs.contains { $0.type == .text } ? Array(repeating: "", count: scope.inputs.count) : []
    }

    /// Gives the input a value. A value of another type than was declared is reported by the formula that reads it.
    ///
    /// - Precondition: the slot comes from the scope that these inputs were made for.
    package mutating func set(_ slot: FormulaSlot, _ value: FormulaValue) {
        switch value {
        case .money(let decimal): scalars[slot.index] = Scalar(decimal, .money)
        case .rate(let rate): scalars[slot.index] = Scalar(rate.decimal, .rate)
        case .quantity(let quantity): scalars[slot.index] = Scalar(quantity.decimal, .quantity)
        case .date(let date): scalars[slot.index] = Scalar(date)
        case .bool(let bool): scalars[slot.index] = Scalar(bool)
        case .text(let text):
            if texts.isEmpty { texts = Array(repeating: "", count: scalars.count) }
            texts[slot.index] = text
            scalars[slot.index] = Scalar(Int128(~slot.index), scale: 0, .text)
        }
    }

    /// - Throws: `ArithmeticError.currencyMismatch` when the amount is not of the inputs' currency.
    @inline(__always)
    package mutating func set(_ slot: FormulaSlot, _ money: Money) throws(ArithmeticError) {
        guard money.currency == currency else { throw .currencyMismatch(currency, money.currency) }
        scalars[slot.index] = Scalar(Int128(money.minorUnits), scale: money.currency.exponent, .money)
    }

    @inline(__always)
    package mutating func set(_ slot: FormulaSlot, _ rate: Rate) {
        scalars[slot.index] = Scalar(rate.decimal, .rate)
    }

    @inline(__always)
    package mutating func set(_ slot: FormulaSlot, _ quantity: Quantity) {
        scalars[slot.index] = Scalar(quantity.decimal, .quantity)
    }

    /// Takes the input's value away.
    package mutating func clear(_ slot: FormulaSlot) {
        scalars[slot.index] = .unset
    }

    /// Takes every value away, for the next employee or customer.
    package mutating func clear() {
        for index in scalars.indices { scalars[index] = .unset }
    }
}
