/// A decimal number held exactly: `coefficient × 10^−scale`.
///
/// The number inside rates, quantities and formulas. Sums and products are exact or throw; a quotient names its
/// rounding. Two values are equal when they are the same number: 1.50 == 1.5.
package struct ExactDecimal: Sendable {
    package let coefficient: Int128
    /// Decimal places, 0 to `maximumScale`.
    package let scale: UInt8

    package static let maximumScale: UInt8 = 18
    package static let zero = ExactDecimal(0)
    package static let one = ExactDecimal(1)

    /// - Precondition: `scale` is at most `maximumScale`.
    @inlinable
    package init(coefficient: Int128, scale: UInt8) {
        precondition(scale <= Self.maximumScale, "more decimal places than an exact decimal has")
        self.coefficient = coefficient
        self.scale = scale
    }

    @inlinable
    package init(_ whole: Int64) {
        self.init(coefficient: Int128(whole), scale: 0)
    }

    /// Reads `12`, `-0.5`, `1257.00`: an optional sign, digits, optionally a point and digits; nothing else.
    ///
    /// Nil for anything else: thousands separators, exponents, a bare point, more than 18 decimal places or 36 digits.
    package init?(_ text: some StringProtocol) {
        // Imports read millions of these: the digits are read from the bytes where they lie.
        guard let number = text.utf8.withContiguousStorageIfAvailable(Self.number) ?? Self.number(in: text.utf8) else {
            return nil
        }
        self = number
    }

    /// As `init(_:)`. A type of its own, for other modules cannot specialise what is generic here.
    package init?(_ text: String) {
        var text = text
        guard let number = text.withUTF8({ Self.number($0) }) else { return nil }
        self = number
    }

    private static func number(in bytes: some Sequence<UInt8>) -> ExactDecimal? {
        Array(bytes).withUnsafeBufferPointer(number)
    }

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> ExactDecimal? {
        var coefficient: Int128 = 0
        var scale: UInt8 = 0
        var isNegative = false
        var digits = 0
        var seenPoint = false
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: isNegative = true
            case UInt8(ascii: "+") where index == 0: break
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard digits < 36 else { return nil }
                coefficient = coefficient &* 10 &+ Int128(byte &- UInt8(ascii: "0"))
                digits += 1
                if seenPoint {
                    guard scale < Self.maximumScale else { return nil }
                    scale += 1
                }
            case UInt8(ascii: ".") where !seenPoint && digits > 0: seenPoint = true
            default: return nil
            }
        }
        guard digits > 0, !seenPoint || scale > 0 else { return nil }
        return ExactDecimal(coefficient: isNegative ? -coefficient : coefficient, scale: scale)
    }

    @inlinable package var isNegative: Bool { coefficient < 0 }
    @inlinable package var isZero: Bool { coefficient == 0 }

    @usableFromInline static let powersOfTen64: [Int64] = (0...18).map { exponent in
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
    @usableFromInline static let powersOfTen: [Int128] = (0...38).map { exponent in
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}

// MARK: - Arithmetic

extension ExactDecimal {
    /// The coefficient of the same number at a larger scale.
    @inlinable
    func coefficient(atScale wanted: UInt8) throws(ArithmeticError) -> Int128 {
        guard wanted > scale else { return coefficient }
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: Self.powersOfTen[Int(wanted - scale)])
        guard !overflow else { throw .overflow }
        return product
    }

    @inlinable
    package func adding(_ other: ExactDecimal) throws(ArithmeticError) -> ExactDecimal {
        let scale = max(scale, other.scale)
        let (sum, overflow) = try coefficient(atScale: scale).addingReportingOverflow(other.coefficient(atScale: scale))
        guard !overflow else { throw .overflow }
        return ExactDecimal(coefficient: sum, scale: scale)
    }

    @inlinable
    package func subtracting(_ other: ExactDecimal) throws(ArithmeticError) -> ExactDecimal {
        let scale = max(scale, other.scale)
        let (difference, overflow) = try coefficient(atScale: scale)
            .subtractingReportingOverflow(other.coefficient(atScale: scale))
        guard !overflow else { throw .overflow }
        return ExactDecimal(coefficient: difference, scale: scale)
    }

    @inlinable
    package func negated() throws(ArithmeticError) -> ExactDecimal {
        guard coefficient != .min else { throw .overflow }
        return ExactDecimal(coefficient: -coefficient, scale: scale)
    }

    /// The exact product. Beyond 18 decimal places trailing zeros are dropped; digits that count throw `overflow`.
    @inlinable
    package func multiplied(by other: ExactDecimal) throws(ArithmeticError) -> ExactDecimal {
        var (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
        guard !overflow else { throw .overflow }
        var scale = scale + other.scale
        while scale > Self.maximumScale {
            let (quotient, remainder) = product.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { throw .overflow }
            product = quotient
            scale -= 1
        }
        return ExactDecimal(coefficient: product, scale: scale)
    }

    /// The quotient, rounded once to `places` decimal places.
    @inlinable
    package func divided(
        by divisor: ExactDecimal, rounding: Rounding, places: UInt8
    ) throws(ArithmeticError) -> ExactDecimal {
        guard divisor.coefficient != 0 else { throw .divisionByZero }
        precondition(places <= Self.maximumScale, "more decimal places than an exact decimal has")
        // (a / 10^s) / (b / 10^t), in units of 10^−p, is a × 10^(p + t − s) / b.
        let shift = Int(places) + Int(divisor.scale) - Int(scale)
        var numerator = coefficient
        var denominator = divisor.coefficient
        var overflow = false
        if shift >= 0 {
            (numerator, overflow) = numerator.multipliedReportingOverflow(by: Self.powersOfTen[shift])
        } else {
            (denominator, overflow) = denominator.multipliedReportingOverflow(by: Self.powersOfTen[-shift])
        }
        guard !overflow else { throw .overflow }
        return ExactDecimal(coefficient: try rounding.quotient(numerator, by: denominator), scale: places)
    }

    /// The value brought to `places` decimal places; unchanged when it has no more than that.
    @inlinable
    package func rounded(_ rounding: Rounding, places: UInt8) throws(ArithmeticError) -> ExactDecimal {
        guard places < scale else { return self }
        let quotient = try rounding.quotient(coefficient, by: Self.powersOfTen[Int(scale - places)])
        return ExactDecimal(coefficient: quotient, scale: places)
    }
}

// MARK: - Comparison and text

extension ExactDecimal: Comparable, Hashable {
    /// −1, 0, 1 as `a` is less than, equal to, greater than `b`; exact for every pair of values.
    @inlinable
    static func compare(_ a: ExactDecimal, _ b: ExactDecimal) -> Int {
        if a.scale == b.scale { return a.coefficient < b.coefficient ? -1 : (a.coefficient == b.coefficient ? 0 : 1) }
        guard a.scale < b.scale else { return -compare(b, a) }
        let (scaled, overflow) = a.coefficient.multipliedReportingOverflow(by: powersOfTen[Int(b.scale - a.scale)])
        // Too large to scale up means further from zero than anything of the larger scale.
        if overflow { return a.coefficient < 0 ? -1 : 1 }
        return scaled < b.coefficient ? -1 : (scaled == b.coefficient ? 0 : 1)
    }

    @inlinable package static func == (a: ExactDecimal, b: ExactDecimal) -> Bool { compare(a, b) == 0 }
    @inlinable package static func < (a: ExactDecimal, b: ExactDecimal) -> Bool { compare(a, b) < 0 }

    package func hash(into hasher: inout Hasher) {
        let normal = normalized
        hasher.combine(normal.coefficient)
        hasher.combine(normal.scale)
    }

    /// The same number with no trailing zeros after the point.
    package var normalized: ExactDecimal {
        var coefficient = coefficient
        var scale = scale
        while scale > 0 {
            let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { break }
            coefficient = quotient
            scale -= 1
        }
        return ExactDecimal(coefficient: coefficient, scale: scale)
    }
}

extension ExactDecimal: CustomStringConvertible, LosslessStringConvertible {
    /// `-12.50`: all decimal places of its scale, a point, no separators.
    package var description: String {
        Self.text(coefficient: coefficient, scale: scale)
    }

    static func text(coefficient: Int128, scale: UInt8) -> String {
        let sign = coefficient < 0 ? "-" : ""
        guard scale > 0 else { return sign + String(coefficient.magnitude) }
        var digits = String(coefficient.magnitude)
        if digits.utf8.count <= Int(scale) {
            digits = String(repeating: "0", count: Int(scale) + 1 - digits.utf8.count) + digits
        }
        let point = digits.index(digits.endIndex, offsetBy: -Int(scale))
        return sign + digits[..<point] + "." + digits[point...]
    }
}
