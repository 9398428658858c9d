import Amounts

/// The units and roundings of HMRC's routines, on whole numbers of known scale.
///
/// A rule takes `Money`, works on these, and gives `Money`. Every amount that enters is checked to be within
/// `maximumPounds`, so that no product below can overflow 64 bits: 2 × 10^8 pounds at 10^4 times a rate at 10^6 is
/// 2 × 10^18.
enum FixedPoint {
    /// The largest amount, up or down, that a GB rule accepts for one person and one year.
    static let maximumPounds: Int64 = 100_000_000
    static let maximumPence = maximumPounds * 100

    /// Pounds at four decimal places, in which the PAYE routines truncate: 1.2345 is 12,345.
    static let unitsPerPound: Int64 = 10_000

    /// `numerator / denominator` rounded towards −∞.
    @inline(__always)
    static func floor(_ numerator: Int64, _ denominator: Int64) -> Int64 {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// `numerator / denominator` rounded towards +∞.
    @inline(__always)
    static func ceiling(_ numerator: Int64, _ denominator: Int64) -> Int64 {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return remainder > 0 ? quotient + 1 : quotient
    }

    /// Pounds × `numerator` / `denominator`, cut off after four decimal places.
    @inline(__always)
    static func trunc4(pounds: Int64, times numerator: Int64, over denominator: Int64) -> Int64 {
        floor(pounds * unitsPerPound * numerator, denominator)
    }

    /// Four decimal places, up to the penny.
    @inline(__always)
    static func ceilPenny(_ units: Int64) -> Int64 { ceiling(units, 100) }

    /// Four decimal places, down to the penny.
    @inline(__always)
    static func floorPenny(_ units: Int64) -> Int64 { floor(units, 100) }

    /// Four decimal places, up to the pound; in pounds.
    @inline(__always)
    static func ceilPound(_ units: Int64) -> Int64 { ceiling(units, unitsPerPound) }

    /// Pence, down to the pound; in pounds.
    @inline(__always)
    static func floorPound(pence: Int64) -> Int64 { floor(pence, 100) }
}

/// A rate as the rules apply it: parts of a million, so 8 % is 80,000.
struct FixedRate: Hashable, Sendable {
    let perMillion: Int64

    static let one: Int64 = 1_000_000

    /// Nil when the rate is negative, above 100 %, or has more than six decimal places (8.1234 %).
    init?(_ rate: Rate) {
        guard let scaled = try? rate.decimal.multiplied(by: ExactDecimal(Self.one)),
            let whole = try? scaled.rounded(.towardZero, places: 0), whole == scaled,
            let perMillion = Int64(exactly: whole.coefficient), (0...Self.one).contains(perMillion)
        else { return nil }
        self.perMillion = perMillion
    }

    init(perMillion: Int64) {
        self.perMillion = perMillion
    }

    /// Four-decimal units × the rate, cut off after four decimal places.
    @inline(__always)
    func trunc4(of units: Int64) -> Int64 { FixedPoint.floor(units * perMillion, Self.one) }

    /// `20%`.
    var percentText: String {
        Rate(ExactDecimal(coefficient: Int128(perMillion), scale: 6)).percentText
    }
}
