import Amounts
import Calendars

/// Where exact values become the floating-point numbers of an xlsx file: here and nowhere else.
///
/// A number passes when Excel shows it exactly, that is with at most 15 significant digits; the nearest `Double` to such
/// a number is unique and reads back as the same number. Anything longer is nil and is written as text.
enum CellNumber {
    /// 10^15: the first whole number with more digits than Excel keeps.
    static let limit: Int64 = 1_000_000_000_000_000

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    ]

    /// Major units. Both operands are exact, so the one division gives the nearest `Double`.
    @inline(__always)
    static func money(_ money: Money) -> Double? {
        guard money.minorUnits > -limit, money.minorUnits < limit else { return nil }
        return Double(money.minorUnits) / powersOfTen[Int(money.currency.exponent)]
    }

    static func integer(_ value: Int64) -> Double? {
        guard value > -limit, value < limit else { return nil }
        return Double(value)
    }

    /// The nearest `Double`; nil when the whole digits and the `places` that are shown are more than 15.
    ///
    /// - Parameter places: decimal places that the number format shows. Those beyond are not shown and may be rounded.
    static func decimal(_ decimal: ExactDecimal, places: Int) -> Double? {
        let coefficient = decimal.coefficient
        let scale = Int(decimal.scale)
        if coefficient > Int128(-limit), coefficient < Int128(limit) {
            return Double(Int64(coefficient)) / powersOfTen[scale]
        }
        let shown = (0..<min(max(places, 0), 18)).reduce(Int128(1)) { power, _ in power * 10 }
        let unit = (0..<scale).reduce(Int128(1)) { power, _ in power * 10 }
        let bound = Int128(limit) / shown
        let whole = coefficient / unit
        guard whole > -bound, whole < bound else { return nil }
        // A long tail of decimals: what lies beyond the fifteenth digit is not shown.
        var rest = coefficient
        var places = scale
        while rest <= Int128(-limit) || rest >= Int128(limit) {
            rest /= 10
            places -= 1
        }
        guard places >= 0,
            let rounded = try? decimal.rounded(.halfAwayFromZero, places: UInt8(places)),
            let digits = Int64(exactly: rounded.coefficient)
        else { return nil }
        return Double(digits) / powersOfTen[places]
    }

    /// The serial day of the 1900 date system; nil before 1900.
    ///
    /// Excel counts 29 February 1900, which never was, as day 60 (after Lotus 1-2-3); so the 59 days before it stand
    /// one lower than the distance from 1899-12-30.
    @inline(__always)
    static func date(_ date: CalendarDate) -> Double? {
        let serial = Int(date.dayNumber) + 25_569
        guard serial > 60 else { return serial >= 2 ? Double(serial - 1) : nil }
        return Double(serial)
    }

    /// The serial day and time in UTC, to the second; nil before 1900.
    static func instant(_ instant: Instant) -> Double? {
        let (day, microsecond) = instant.utc
        guard let serial = date(day) else { return nil }
        return serial + Double(microsecond / Instant.microsecondsPerSecond) / 86_400
    }
}
