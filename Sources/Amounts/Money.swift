/// An amount of money: a whole number of minor units of one currency.
///
/// ```swift
/// let gross = Money(minorUnits: 125_000, .gbp)                      // GBP 1,250.00
/// let contribution = try gross.multiplied(by: Rate("5%")!, rounding: .halfAwayFromZero)
/// ```
/// Money is not a number: adding another currency throws, overflow throws, and a product says how it is rounded.
package struct Money: Hashable, Sendable {
    /// Whole minor units: pence, cents, yen, fils.
    package let minorUnits: Int64
    package let currency: Currency

    @inlinable
    package init(minorUnits: Int64, _ currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    @inlinable
    package static func zero(_ currency: Currency) -> Money {
        Money(minorUnits: 0, currency)
    }

    /// Reads `1250.5` as an amount of `currency`; nil when it is not a plain decimal, has more decimal places than the
    /// currency, or is too large. Nothing is rounded.
    package init?(_ text: some StringProtocol, _ currency: Currency) {
        guard let decimal = ExactDecimal(text), let money = try? Money(exactly: decimal, currency) else { return nil }
        self = money
    }

    /// `decimal` major units, when that is a whole number of minor units; nil otherwise.
    ///
    /// - Throws: `ArithmeticError.overflow` when it is beyond 64 bits of minor units.
    package init?(exactly decimal: ExactDecimal, _ currency: Currency) throws(ArithmeticError) {
        let rounded = try decimal.rounded(.towardZero, places: currency.exponent)
        guard rounded == decimal else { return nil }
        try self.init(rounding: rounded, .towardZero, currency)
    }

    /// `decimal` major units, rounded once to the minor unit.
    @inlinable
    package init(rounding decimal: ExactDecimal, _ rounding: Rounding, _ currency: Currency) throws(ArithmeticError) {
        let rounded = try decimal.rounded(rounding, places: currency.exponent)
        guard let minor = Int64(exactly: try rounded.coefficient(atScale: currency.exponent)) else { throw .overflow }
        self.init(minorUnits: minor, currency)
    }

    /// The amount in major units: 1250.50.
    @inlinable
    package var decimal: ExactDecimal {
        ExactDecimal(coefficient: Int128(minorUnits), scale: currency.exponent)
    }

    @inlinable package var isZero: Bool { minorUnits == 0 }
    @inlinable package var isNegative: Bool { minorUnits < 0 }
    @inlinable package var isPositive: Bool { minorUnits > 0 }
}

// MARK: - Arithmetic

extension Money {
    @inlinable
    func requireSameCurrency(_ other: Money) throws(ArithmeticError) {
        guard currency == other.currency else { throw .currencyMismatch(currency, other.currency) }
    }

    @inlinable
    package static func + (a: Money, b: Money) throws(ArithmeticError) -> Money {
        try a.requireSameCurrency(b)
        let (sum, overflow) = a.minorUnits.addingReportingOverflow(b.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(minorUnits: sum, a.currency)
    }

    @inlinable
    package static func - (a: Money, b: Money) throws(ArithmeticError) -> Money {
        try a.requireSameCurrency(b)
        let (difference, overflow) = a.minorUnits.subtractingReportingOverflow(b.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(minorUnits: difference, a.currency)
    }

    @inlinable
    package func negated() throws(ArithmeticError) -> Money {
        guard minorUnits != .min else { throw .overflow }
        return Money(minorUnits: -minorUnits, currency)
    }

    @inlinable
    package func magnitude() throws(ArithmeticError) -> Money {
        isNegative ? try negated() : self
    }

    /// The product, computed through 128 bits and rounded once to the minor unit.
    @inlinable
    package func multiplied(by rate: Rate, rounding: Rounding) throws(ArithmeticError) -> Money {
        try multiplied(by: rate.decimal, rounding: rounding)
    }

    /// The product, computed through 128 bits and rounded once to the minor unit.
    @inlinable
    package func multiplied(by quantity: Quantity, rounding: Rounding) throws(ArithmeticError) -> Money {
        try multiplied(by: quantity.decimal, rounding: rounding)
    }

    @inlinable
    func multiplied(by factor: ExactDecimal, rounding: Rounding) throws(ArithmeticError) -> Money {
        let (product, overflow) = Int128(minorUnits).multipliedReportingOverflow(by: factor.coefficient)
        guard !overflow else { throw .overflow }
        let quotient = try rounding.quotient(product, by: ExactDecimal.powersOfTen[Int(factor.scale)])
        guard let minor = Int64(exactly: quotient) else { throw .overflow }
        return Money(minorUnits: minor, currency)
    }

    /// `self × numerator / denominator`, through 128 bits, rounded once: a share of days, a rate per period.
    @inlinable
    package func multiplied(
        by numerator: Int64, over denominator: Int64, rounding: Rounding
    ) throws(ArithmeticError) -> Money {
        guard denominator != 0 else { throw .divisionByZero }
        let quotient = try rounding.quotient(Int128(minorUnits) * Int128(numerator), by: Int128(denominator))
        guard let minor = Int64(exactly: quotient) else { throw .overflow }
        return Money(minorUnits: minor, currency)
    }

    /// The product, through 128 bits and rounded once: an annual amount by the fraction of the year.
    @inlinable
    package func multiplied(by fraction: Fraction, rounding: Rounding) throws(ArithmeticError) -> Money {
        try multiplied(by: fraction.numerator, over: fraction.denominator, rounding: rounding)
    }

    /// The amount at a multiple of `10^power` minor units: power 2 of a GBP amount is whole pounds. A power of zero or
    /// less changes nothing.
    ///
    /// - Throws: `overflow` when the multiple is beyond 64 bits, e.g. 1 rounded up to a multiple of 10^19.
    package func rounded(_ rounding: Rounding, toPowerOfTen power: Int) throws(ArithmeticError) -> Money {
        guard power > 0 else { return self }
        // Beyond 10^38 nothing changes any more: every amount lies between zero and half of the unit.
        let unit = ExactDecimal.powersOfTen[min(power, ExactDecimal.powersOfTen.count - 1)]
        let (product, overflow) = try rounding.quotient(Int128(minorUnits), by: unit)
            .multipliedReportingOverflow(by: unit)
        guard !overflow, let minor = Int64(exactly: product) else { throw .overflow }
        return Money(minorUnits: minor, currency)
    }

    /// −1, 0 or 1 as `self` is less than, equal to or more than `other`.
    @inlinable
    package func compared(to other: Money) throws(ArithmeticError) -> Int {
        try requireSameCurrency(other)
        return minorUnits < other.minorUnits ? -1 : (minorUnits == other.minorUnits ? 0 : 1)
    }
}

extension Sequence<Money> {
    /// The sum, in `currency` when there are no items.
    package func sum(_ currency: Currency) throws(ArithmeticError) -> Money {
        var total = Money.zero(currency)
        for money in self { total = try total + money }
        return total
    }
}

// MARK: - Text

extension Money: CustomStringConvertible {
    /// `GBP 1250.50`: for machines and logs.
    package var description: String { "\(currency.code) \(plainText)" }

    /// `1250.50`: the number alone, for files.
    package var plainText: String { ExactDecimal.text(coefficient: Int128(minorUnits), scale: currency.exponent) }

    /// `1,250.50`: the number alone with groups of three, for people.
    package var groupedText: String {
        let plain = plainText
        let sign = plain.hasPrefix("-") ? "-" : ""
        let unsigned = plain.dropFirst(sign.count)
        let point = unsigned.firstIndex(of: ".") ?? unsigned.endIndex
        var grouped = ""
        for (index, digit) in unsigned[..<point].enumerated() {
            if index > 0, (unsigned.distance(from: unsigned.startIndex, to: point) - index) % 3 == 0 {
                grouped.append(",")
            }
            grouped.append(digit)
        }
        return sign + grouped + unsigned[point...]
    }
}
