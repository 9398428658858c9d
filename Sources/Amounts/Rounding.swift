/// How a value between two neighbours is brought to one of them.
///
/// Every rounding in Steward names one of these, so that a rule says what the law says. The raw values are the names
/// used in configuration and formulas.
package enum Rounding: String, CaseIterable, Sendable, Hashable {
    /// To the nearest, a half away from zero: 2.5 → 3, −2.5 → −3. The commercial rounding.
    case halfAwayFromZero = "half_up"
    /// To the nearest, a half towards zero: 2.5 → 2, −2.5 → −2.
    case halfTowardZero = "half_down"
    /// To the nearest, a half to the even neighbour: 2.5 → 2, 3.5 → 4. Banker's rounding, IEEE 754 roundTiesToEven.
    case halfEven = "half_even"
    /// To the nearest, a half to the odd neighbour: 2.5 → 3, 3.5 → 3.
    case halfOdd = "half_odd"
    /// To the nearest, a half towards +∞: −2.5 → −2.
    case halfPositiveInfinity = "half_positive_infinity"
    /// To the nearest, a half towards −∞: −2.5 → −3.
    case halfNegativeInfinity = "half_negative_infinity"
    /// Away from zero: 2.1 → 3, −2.1 → −3.
    case awayFromZero = "up"
    /// Towards zero: 2.9 → 2, −2.9 → −2. Truncation.
    case towardZero = "down"
    /// Towards +∞: −2.9 → −2.
    case ceiling = "ceiling"
    /// Towards −∞: −2.1 → −3.
    case floor = "floor"

    /// `numerator / denominator` brought to a whole number.
    ///
    /// - Precondition: `denominator` is not zero.
    /// - Throws: `ArithmeticError.overflow` in the one case that has no answer: the smallest `Int128` over −1.
    @inlinable
    package func quotient(_ numerator: Int128, by denominator: Int128) throws(ArithmeticError) -> Int128 {
        precondition(denominator != 0, "the caller has checked the divisor")
        // 64-bit division is several times faster, and nearly every amount fits.
        if let n = Int64(exactly: numerator), let d = Int64(exactly: denominator), n != .min {
            let (quotient, remainder) = n.quotientAndRemainder(dividingBy: d)
            guard remainder != 0 else { return Int128(quotient) }
            return Int128(
                quotient
                    &+ step(
                        isNegative: (n < 0) != (d < 0), isOdd: quotient & 1 != 0,
                        half: Self.compare(remainder.magnitude, halfOf: d.magnitude)))
        }
        guard !(numerator == .min && denominator == -1) else { throw .overflow }
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        guard remainder != 0 else { return quotient }
        return quotient
            &+ Int128(
                step(
                    isNegative: (numerator < 0) != (denominator < 0), isOdd: quotient & 1 != 0,
                    half: Self.compare(remainder.magnitude, halfOf: denominator.magnitude)))
    }

    /// −1, 0 or 1 as twice `remainder` is less than, equal to or more than `divisor`; cannot overflow.
    @inlinable
    static func compare<Value: UnsignedInteger & FixedWidthInteger>(_ remainder: Value, halfOf divisor: Value) -> Int {
        let rest = divisor &- remainder
        return remainder < rest ? -1 : (remainder == rest ? 0 : 1)
    }

    /// What to add to a quotient that was truncated towards zero and left a remainder.
    @inlinable
    func step(isNegative: Bool, isOdd: Bool, half: Int) -> Int64 {
        let away: Int64 = isNegative ? -1 : 1
        switch self {
        case .towardZero: return 0
        case .awayFromZero: return away
        case .ceiling: return isNegative ? 0 : 1
        case .floor: return isNegative ? -1 : 0
        case .halfAwayFromZero: return half >= 0 ? away : 0
        case .halfTowardZero: return half > 0 ? away : 0
        case .halfEven: return half > 0 || (half == 0 && isOdd) ? away : 0
        case .halfOdd: return half > 0 || (half == 0 && !isOdd) ? away : 0
        case .halfPositiveInfinity: return half > 0 || (half == 0 && !isNegative) ? away : 0
        case .halfNegativeInfinity: return half > 0 || (half == 0 && isNegative) ? away : 0
        }
    }
}
