/// A ratio of two whole numbers held exactly, in lowest terms: the part of a year that a period of days is.
///
/// ```swift
/// let share = try DayCount.actual365Fixed.fraction(from: start, to: end)   // 182/365
/// let interest = try annualInterest.multiplied(by: share, rounding: .halfAwayFromZero)
/// ```
package struct Fraction: Hashable, Sendable, CustomStringConvertible {
    package let numerator: Int64
    /// Always positive.
    package let denominator: Int64

    package static let zero = Fraction(0)
    package static let one = Fraction(1)

    package init(_ whole: Int64) {
        numerator = whole
        denominator = 1
    }

    /// `numerator / denominator`, in lowest terms.
    ///
    /// - Throws: `divisionByZero` for a denominator of zero; `overflow` when the lowest terms are beyond 64 bits.
    package init(_ numerator: Int64, over denominator: Int64) throws(ArithmeticError) {
        try self.init(reducing: Int128(numerator), over: Int128(denominator))
    }

    /// - Precondition: neither number is the smallest of its type.
    private init(reducing numerator: Int128, over denominator: Int128) throws(ArithmeticError) {
        guard denominator != 0 else { throw .divisionByZero }
        let divisor = Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
        let sign: Int128 = denominator < 0 ? -1 : 1
        guard let top = Int64(exactly: sign * numerator / Int128(divisor)),
            let bottom = Int64(exactly: sign * denominator / Int128(divisor))
        else { throw .overflow }
        self.numerator = top
        self.denominator = bottom
    }

    private static func greatestCommonDivisor(_ a: UInt128, _ b: UInt128) -> UInt128 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    /// `2/3`; a whole number without its denominator.
    package var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}

extension Fraction {
    package static func + (a: Fraction, b: Fraction) throws(ArithmeticError) -> Fraction {
        // Each product is at most 2^126, so that their sum is within 128 bits.
        try Fraction(
            reducing: Int128(a.numerator) * Int128(b.denominator) + Int128(b.numerator) * Int128(a.denominator),
            over: Int128(a.denominator) * Int128(b.denominator))
    }

    package func negated() throws(ArithmeticError) -> Fraction {
        try Fraction(reducing: -Int128(numerator), over: Int128(denominator))
    }

    /// The value as a decimal, rounded once.
    ///
    /// - Precondition: `places` is at most `ExactDecimal.maximumScale`.
    package func decimal(_ rounding: Rounding, places: UInt8) throws(ArithmeticError) -> ExactDecimal {
        try ExactDecimal(numerator).divided(by: ExactDecimal(denominator), rounding: rounding, places: places)
    }
}

extension Fraction: Comparable {
    package static func < (a: Fraction, b: Fraction) -> Bool {
        Int128(a.numerator) * Int128(b.denominator) < Int128(b.numerator) * Int128(a.denominator)
    }
}
