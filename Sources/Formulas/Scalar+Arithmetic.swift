import Amounts
import Calendars

/// Exact arithmetic on scalars. Every function has a short path for the common case, 64-bit coefficients, and a long one
/// for the rest; both give the same number.
extension Scalar {
    /// 10^0 to 10^18. A literal, so that it is laid out by the compiler and not at first use.
    static let powersOfTen64: [Int64] = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ]

    /// - Precondition: `exponent` is 0 to 36.
    static func powerOfTen(_ exponent: Int) -> Int128 {
        exponent <= 18
            ? Int128(powersOfTen64[exponent])
            : Int128(powersOfTen64[18]) * Int128(powersOfTen64[exponent - 18])
    }

    // MARK: Sums

    @inline(__always)
    static func sum(_ a: Scalar, _ b: Scalar) throws(Stop) -> Scalar {
        guard a.scale == b.scale else { return try sumAcrossScales(a, b) }
        let (sum, overflow) = a.coefficient.addingReportingOverflow(b.coefficient)
        guard !overflow else { throw .overflow }
        return Scalar(sum, scale: a.scale)
    }

    @inline(__always)
    static func difference(_ a: Scalar, _ b: Scalar) throws(Stop) -> Scalar {
        guard a.scale == b.scale else { return try sumAcrossScales(a, negated(b)) }
        let (difference, overflow) = a.coefficient.subtractingReportingOverflow(b.coefficient)
        guard !overflow else { throw .overflow }
        return Scalar(difference, scale: a.scale)
    }

    @inline(never)
    private static func sumAcrossScales(_ a: Scalar, _ b: Scalar) throws(Stop) -> Scalar {
        guard a.scale < b.scale else { return try sumAcrossScales(b, a) }
        guard let scaled = a.scaledUp(to: b.scale) else { throw .overflow }
        let (sum, overflow) = scaled.addingReportingOverflow(b.coefficient)
        guard !overflow else { throw .overflow }
        return Scalar(sum, scale: b.scale)
    }

    /// The coefficient of the same number at a larger scale; nil beyond 128 bits.
    @inline(__always)
    private func scaledUp(to scale: UInt8) -> Int128? {
        let power = Self.powersOfTen64[Int(scale &- self.scale)]
        // The low word alone is multiplied: a full 128-bit multiplication is a call.
        if let short = Int64(exactly: coefficient) { return Int128(short) &* Int128(power) }
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: Int128(power))
        return overflow ? nil : product
    }

    @inline(__always)
    static func negated(_ a: Scalar) throws(Stop) -> Scalar {
        guard a.coefficient != .min else { throw .overflow }
        return Scalar(0 &- a.coefficient, scale: a.scale)
    }

    @inline(__always)
    static func magnitude(_ a: Scalar) throws(Stop) -> Scalar {
        a.coefficient < 0 ? try negated(a) : a
    }

    // MARK: Products

    /// The exact product up to 18 decimal places; a longer one is rounded half to even to 18.
    @inline(__always)
    static func product(_ a: Scalar, _ b: Scalar) throws(Stop) -> Scalar {
        let scale = a.scale &+ b.scale
        if scale <= FormulaLimits.productPlaces, let x = Int64(exactly: a.coefficient),
            let y = Int64(exactly: b.coefficient)
        {
            return Scalar(Int128(x) &* Int128(y), scale: scale)
        }
        return try longProduct(a, b)
    }

    @inline(never)
    private static func longProduct(_ a: Scalar, _ b: Scalar) throws(Stop) -> Scalar {
        let scale = Int(a.scale) + Int(b.scale)
        let places = Int(FormulaLimits.productPlaces)
        guard scale > places else {
            let (product, overflow) = a.coefficient.multipliedReportingOverflow(by: b.coefficient)
            guard !overflow else { throw .overflow }
            return Scalar(product, scale: UInt8(scale))
        }
        guard let quotient = quotient(a.coefficient, times: b.coefficient, over: powerOfTen(scale - places)) else {
            throw .overflow
        }
        return Scalar(quotient.value, scale: FormulaLimits.productPlaces)
    }

    /// `a × b / divisor` through 256 bits, rounded half to even; nil when that is beyond 128 bits.
    ///
    /// - Precondition: `divisor` is not zero.
    static func quotient(
        _ a: Int128, times b: Int128, over divisor: Int128
    ) -> (value: Int128, isExact: Bool)? {
        let product = a.magnitude.multipliedFullWidth(by: b.magnitude)
        let divisorMagnitude = divisor.magnitude
        guard product.high < divisorMagnitude else { return nil }
        var (quotient, remainder) = divisorMagnitude.dividingFullWidth(product)
        let rest = divisorMagnitude - remainder
        if remainder > rest || (remainder == rest && quotient & 1 != 0) { quotient += 1 }
        guard let value = Int128(exactly: quotient) else { return nil }
        let isNegative = ((a < 0) != (b < 0)) != (divisor < 0)
        return (isNegative ? -value : value, remainder == 0)
    }

    // MARK: Quotients

    /// The quotient to 12 decimal places, rounded half to even; exact where it ends within them.
    static func quotient(_ a: Scalar, _ b: Scalar) throws(Stop) -> Scalar {
        guard b.coefficient != 0 else { throw .divisionByZero }
        // Whole at the scale at hand: 1200.00 / 12.
        if a.scale >= b.scale, a.scale &- b.scale <= FormulaLimits.quotientPlaces,
            let x = Int64(exactly: a.coefficient), let y = Int64(exactly: b.coefficient), y > 0
        {
            let (quotient, remainder) = x.quotientAndRemainder(dividingBy: y)
            if remainder == 0 { return Scalar(Int128(quotient), scale: a.scale &- b.scale) }
        }
        // (a / 10^s) / (b / 10^t), in units of 10^−12, is a × 10^(12 + t − s) / b.
        let places = FormulaLimits.quotientPlaces
        let shift = Int(places) + Int(b.scale) - Int(a.scale)
        if (0...18).contains(shift), let x = Int64(exactly: a.coefficient), let y = Int64(exactly: b.coefficient),
            let numerator = Int64(exactly: Int128(x) &* Int128(powersOfTen64[shift])), y > 0
        {
            let (truncated, remainder) = numerator.quotientAndRemainder(dividingBy: y)
            guard remainder != 0 else { return withoutTrailingZeros(Int128(truncated), scale: places) }
            let rest = y.magnitude &- remainder.magnitude
            let isUp = remainder.magnitude > rest || (remainder.magnitude == rest && truncated & 1 != 0)
            let step: Int64 = isUp ? (numerator < 0 ? -1 : 1) : 0
            return Scalar(Int128(truncated &+ step), scale: places)
        }
        var divisor = b.coefficient
        if shift < 0 {
            let (scaled, overflow) = divisor.multipliedReportingOverflow(by: powerOfTen(-shift))
            guard !overflow else { throw .overflow }
            divisor = scaled
        }
        let factor = shift > 0 ? powerOfTen(shift) : 1
        guard let quotient = quotient(a.coefficient, times: factor, over: divisor) else { throw .overflow }
        return quotient.isExact
            ? withoutTrailingZeros(quotient.value, scale: places) : Scalar(quotient.value, scale: places)
    }

    /// Short coefficients keep what follows on the short path.
    private static func withoutTrailingZeros(_ coefficient: Int128, scale: UInt8) -> Scalar {
        Scalar(ExactDecimal(coefficient: coefficient, scale: scale).normalized)
    }

    // MARK: Rounding

    /// The number to `places` decimal places; negative places are tens, hundreds and so on.
    ///
    /// - Precondition: `places` is −18 to 18.
    @inline(__always)
    static func rounded(_ a: Scalar, places: Int, _ rounding: Rounding) throws(Stop) -> Scalar {
        guard places < Int(a.scale) else { return a }
        let cut = Int(a.scale) &- places
        guard places >= 0 else { return try roundedToPowerOfTen(a, cut: cut, power: -places, rounding) }
        // `cut` is at most 18 here, so the divisor is short.
        let divisor = Int128(powersOfTen64[cut])
        do throws(ArithmeticError) {
            return Scalar(try rounding.quotient(a.coefficient, by: divisor), scale: UInt8(truncatingIfNeeded: places))
        } catch {
            throw .overflow
        }
    }

    @inline(never)
    private static func roundedToPowerOfTen(
        _ a: Scalar, cut: Int, power: Int, _ rounding: Rounding
    ) throws(Stop) -> Scalar {
        do throws(ArithmeticError) {
            let quotient = try rounding.quotient(a.coefficient, by: powerOfTen(cut))
            let (whole, overflow) = quotient.multipliedReportingOverflow(by: powerOfTen(power))
            guard !overflow else { throw ArithmeticError.overflow }
            return Scalar(whole, scale: 0)
        } catch {
            throw .overflow
        }
    }

    // MARK: Comparison

    /// Whether `a` is less than `b`; exact for every pair of numbers, and right for dates and bools too.
    @inline(__always)
    static func isLess(_ a: Scalar, _ b: Scalar) -> Bool {
        if a.scale == b.scale { return a.coefficient < b.coefficient }
        if let x = Int64(exactly: a.coefficient), let y = Int64(exactly: b.coefficient) {
            return a.scale < b.scale
                ? Int128(x) &* Int128(powersOfTen64[Int(b.scale &- a.scale)]) < Int128(y)
                : Int128(x) < Int128(y) &* Int128(powersOfTen64[Int(a.scale &- b.scale)])
        }
        return order(a, b) < 0
    }

    @inline(__always)
    static func isEqual(_ a: Scalar, _ b: Scalar) -> Bool {
        a.scale == b.scale ? a.coefficient == b.coefficient : order(a, b) == 0
    }

    /// −1, 0, 1 as `a` is less than, equal to, more than `b`.
    @inline(never)
    static func order(_ a: Scalar, _ b: Scalar) -> Int {
        guard a.scale <= b.scale else { return -order(b, a) }
        // Too large to scale up means further from zero than anything of the larger scale.
        guard let scaled = a.scaledUp(to: b.scale) else { return a.coefficient < 0 ? -1 : 1 }
        return scaled < b.coefficient ? -1 : (scaled == b.coefficient ? 0 : 1)
    }

    // MARK: Dates

    /// The number as a whole `Int`; nil when it has a fraction or is too large.
    private var wholeNumber: Int? {
        let normal = decimal.normalized
        return normal.scale == 0 ? Int(exactly: normal.coefficient) : nil
    }

    static func day(_ date: Scalar, plus days: Scalar) throws(Stop) -> Scalar {
        guard let count = days.wholeNumber else { throw .notWhole }
        let (number, overflow) = Int(truncatingIfNeeded: date.coefficient).addingReportingOverflow(count)
        let days = Int(CalendarDate.earliest.dayNumber)...Int(CalendarDate.latest.dayNumber)
        guard !overflow, days.contains(number) else { throw .dateOutOfRange }
        return Scalar(Int128(number), scale: 0, .date)
    }

    /// The same day of the month that many months later, or that month's last day where it is shorter.
    static func day(_ date: Scalar, plusMonths months: Scalar) throws(Stop) -> Scalar {
        guard let count = months.wholeNumber else { throw .notWhole }
        let start = try calendarDate(date)
        // 9,998 years of months; more is out of range whatever the date.
        guard count.magnitude <= 9_998 * 12 else { throw .dateOutOfRange }
        let target = start.year * 12 + start.month - 1 + count
        guard (12..<120_000).contains(target) else { throw .dateOutOfRange }
        return Scalar(start.adding(months: count))
    }

    static func calendarDate(_ date: Scalar) throws(Stop) -> CalendarDate {
        guard let number = Int32(exactly: date.coefficient),
            (CalendarDate.earliest.dayNumber...CalendarDate.latest.dayNumber).contains(number)
        else { throw .dateOutOfRange }
        return CalendarDate(dayNumber: number)
    }

    /// Months completed from `start` to `end`; negative when `end` is earlier.
    ///
    /// A month is completed on the same day of the month, or on the last day of a month that has no such day.
    static func months(from start: Scalar, to end: Scalar) throws(Stop) -> Scalar {
        let first = try calendarDate(start)
        let last = try calendarDate(end)
        guard first <= last else { return try negated(months(from: end, to: start)) }
        let from = first.parts
        let to = last.parts
        let months = (to.year - from.year) * 12 + to.month - from.month
        let isCompleted = to.day >= from.day || last == last.lastOfMonth
        return .whole(isCompleted ? months : months - 1)
    }

    /// Years completed from `start` to `end`, as an age is counted; negative when `end` is earlier.
    static func years(from start: Scalar, to end: Scalar) throws(Stop) -> Scalar {
        let months = try months(from: start, to: end)
        return Scalar(months.coefficient / 12, scale: 0)
    }
}

// MARK: - Choices

extension Scalar {
    /// The lesser; the first of two equals.
    @inline(__always)
    static func least(_ a: Scalar, _ b: Scalar) -> Scalar { isLess(b, a) ? b : a }

    /// The greater; the first of two equals.
    @inline(__always)
    static func greatest(_ a: Scalar, _ b: Scalar) -> Scalar { isLess(a, b) ? b : a }
}
