import Amounts
import Calendars

/// How one currency becomes another on a day, exactly: an inverse or a cross rate is kept as a ratio and never rounded.
package struct ConversionRate: Hashable, Sendable {
    package let from: Currency
    package let to: Currency
    /// The day of the oldest rate that it is made of.
    package let date: CalendarDate
    package let derivation: Derivation
    /// Minor units of `to` for minor units of `from`, in lowest terms, both positive.
    private let numerator: Int128
    private let denominator: Int128

    package enum Derivation: Hashable, Sendable {
        /// The two currencies are the same.
        case identity
        case direct
        case inverse
        /// By way of a third currency.
        case cross(Currency)
    }

    /// A currency for itself.
    package init(identity currency: Currency, on date: CalendarDate) {
        from = currency
        to = currency
        self.date = date
        derivation = .identity
        numerator = 1
        denominator = 1
    }

    /// 1 `from` is `numerator / denominator` of `to`.
    ///
    /// - Throws: `divisionByZero` where one of them is not positive; `overflow`.
    init(
        from: Currency, to: Currency, numerator: ExactDecimal, denominator: ExactDecimal, on date: CalendarDate,
        _ derivation: Derivation
    ) throws(ArithmeticError) {
        let (top, bottom) = (numerator.normalized, denominator.normalized)
        guard top.coefficient > 0, bottom.coefficient > 0 else { throw .divisionByZero }
        let ratio = Self.reduced(top.coefficient, bottom.coefficient)
        let (n, d) = try Self.shifted(
            ratio.0, ratio.1, by: Int(to.exponent) - Int(from.exponent) + Int(bottom.scale) - Int(top.scale))
        self.from = from
        self.to = to
        self.date = date
        self.derivation = derivation
        (self.numerator, self.denominator) = Self.reduced(n, d)
    }

    /// What `money` is worth, rounded once.
    ///
    /// - Throws: `currencyMismatch` for money that is not of `from`; `overflow`.
    package func convert(_ money: Money, rounding: Rounding = .halfAwayFromZero) throws(ArithmeticError) -> Money {
        guard money.currency == from else { throw .currencyMismatch(money.currency, from) }
        let (product, overflow) = Int128(money.minorUnits).multipliedReportingOverflow(by: numerator)
        guard !overflow, let minor = Int64(exactly: try rounding.quotient(product, by: denominator)) else {
            throw .overflow
        }
        return Money(minorUnits: minor, to)
    }

    /// The rate as a decimal number of `to` for 1 `from`: for people, and never to compute with.
    package func decimal(
        places: UInt8 = 8, rounding: Rounding = .halfAwayFromZero
    ) throws(ArithmeticError) -> ExactDecimal {
        let (n, d) = try Self.shifted(numerator, denominator, by: Int(from.exponent) - Int(to.exponent))
        return try ExactDecimal(coefficient: n, scale: 0).divided(
            by: ExactDecimal(coefficient: d, scale: 0), rounding: rounding, places: places)
    }

    /// The ratio `a / b` times ten to the power of `shift`, reduced on the way so that only a ratio that is too large
    /// overflows.
    private static func shifted(
        _ a: Int128, _ b: Int128, by shift: Int
    ) throws(ArithmeticError) -> (Int128, Int128) {
        var (n, d) = (a, b)
        for _ in 0..<abs(shift) {
            var overflow = false
            if shift > 0 {
                if d % 10 == 0 { d /= 10 } else { (n, overflow) = n.multipliedReportingOverflow(by: 10) }
            } else {
                if n % 10 == 0 { n /= 10 } else { (d, overflow) = d.multipliedReportingOverflow(by: 10) }
            }
            guard !overflow else { throw .overflow }
        }
        return (n, d)
    }

    private static func reduced(_ a: Int128, _ b: Int128) -> (Int128, Int128) {
        var (x, y) = (a, b)
        while y != 0 { (x, y) = (y, x % y) }
        return (a / x, b / x)
    }
}
