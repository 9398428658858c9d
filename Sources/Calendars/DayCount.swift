import Amounts

/// How the days between two dates are counted, and what part of a year they are.
///
/// Sources: ISDA 2006 Definitions, section 4.16; ICMA rule 251; Association Française des Banques, Master Agreement of
/// 1994. Where those leave room, as QuantLib does (`ql/time/daycounters`). The raw values are the names used in
/// configuration. The first day is counted and the last is not; from a later to an earlier day is the exact negative.
package enum DayCount: String, CaseIterable, Sendable {
    /// One year, whatever the dates. ISDA 4.16(a).
    case oneToOne = "1/1"
    /// The days in leap years over 366 and the others over 365. ISDA 4.16(b).
    case actualActualISDA = "Actual/Actual ISDA"
    /// By the regular periods of a bond: the days over those of their period, times its part of a year. ICMA rule 251.
    case actualActualISMA = "Actual/Actual ISMA"
    /// Whole years counted back from the end, the days before them over 366 where they hold a 29 February. AFB.
    case actualActualAFB = "Actual/Actual AFB"
    /// ISDA 4.16(d).
    case actual365Fixed = "Actual/365 Fixed"
    /// As `actual365Fixed`, with every 29 February left out: it counts as the 28th.
    case actual365NoLeap = "Actual/365 No Leap"
    /// ISDA 4.16(e).
    case actual360 = "Actual/360"
    /// Months of 30 days; a first day of 31 is 30, and a last day of 31 is 30 where the first is. ISDA 4.16(f).
    case thirty360BondBasis = "30/360 Bond Basis"
    /// As `thirty360BondBasis`, with the last of February counted as the 30th. SIA, "Standard Securities Calculation
    /// Methods" (1993).
    case thirty360US = "30/360 US"
    /// Months of 30 days; the 31st is the 30th. ISDA 4.16(g).
    case thirtyE360 = "30E/360 Eurobond Basis"
    /// Months of 30 days; the last of every month is the 30th, but for the termination date in February. ISDA 4.16(h).
    case thirtyE360ISDA = "30E/360 ISDA"

    /// The days counted from `start` to `end`.
    ///
    /// - Parameter termination: the day on which the contract ends; only `thirtyE360ISDA` asks for it.
    package func days(from start: CalendarDate, to end: CalendarDate, termination: CalendarDate? = nil) -> Int {
        guard start != end else { return 0 }
        guard start < end else { return -days(from: end, to: start, termination: termination) }
        switch self {
        case .oneToOne, .actualActualISDA, .actualActualISMA, .actualActualAFB, .actual365Fixed, .actual360:
            return start.days(until: end)
        case .actual365NoLeap:
            return start.days(until: end) - Self.leapDays(after: start, through: end)
        case .thirty360BondBasis, .thirty360US, .thirtyE360, .thirtyE360ISDA:
            let (startDay, endDay) = daysOfThirty(start, end, termination: termination)
            let (from, to) = (start.parts, end.parts)
            return 360 * (to.year - from.year) + 30 * (to.month - from.month) + endDay - startDay
        }
    }

    /// The part of a year from `start` to `end`, exactly.
    ///
    /// - Parameters:
    ///   - reference: the regular period of interest that the dates lie in or next to; only `actualActualISMA` asks for
    ///     it, and takes `start` to `end` as one regular period where it is nil.
    ///   - termination: the day on which the contract ends; only `thirtyE360ISDA` asks for it.
    /// - Throws: `DayCountError` for a reference period that the dates cannot be measured by.
    package func yearFraction(
        from start: CalendarDate, to end: CalendarDate, reference: ReferencePeriod? = nil,
        termination: CalendarDate? = nil
    ) throws -> Fraction {
        guard start != end else { return self == .oneToOne ? .one : .zero }
        guard start < end else {
            return try yearFraction(from: end, to: start, reference: reference, termination: termination).negated()
        }
        switch self {
        case .oneToOne: return .one
        case .actualActualISDA: return try Self.isda(from: start, to: end)
        case .actualActualISMA: return try Self.isma(from: start, to: end, reference: reference)
        case .actualActualAFB: return try Self.afb(from: start, to: end)
        case .actual365Fixed, .actual365NoLeap: return try Fraction(Int64(days(from: start, to: end)), over: 365)
        case .actual360, .thirty360BondBasis, .thirty360US, .thirtyE360, .thirtyE360ISDA:
            return try Fraction(Int64(days(from: start, to: end, termination: termination)), over: 360)
        }
    }

    /// The days of the month of both dates as a month of 30 days has them.
    private func daysOfThirty(
        _ start: CalendarDate, _ end: CalendarDate, termination: CalendarDate?
    ) -> (start: Int, end: Int) {
        var (first, last) = (start.day, end.day)
        switch self {
        case .thirty360US:
            if start.isLastOfFebruary {
                if end.isLastOfFebruary { last = 30 }
                first = 30
            }
            if last == 31, first >= 30 { last = 30 }
            first = min(first, 30)
        case .thirtyE360:
            first = min(first, 30)
            last = min(last, 30)
        case .thirtyE360ISDA:
            first = start.isLastOfFebruary ? 30 : min(first, 30)
            last = end.isLastOfFebruary && end != termination ? 30 : min(last, 30)
        default:
            first = min(first, 30)
            if last == 31, first == 30 { last = 30 }
        }
        return (first, last)
    }

    /// How often 29 February comes after `start` and up to `end`: it counts as the 28th.
    private static func leapDays(after start: CalendarDate, through end: CalendarDate) -> Int {
        func leapDays(through date: CalendarDate) -> Int {
            // Those of the years before, and this year's where it has come.
            let (year, month, day) = date.parts
            let last = year - 1
            let hasCome = CalendarDate.isLeapYear(year) && (month, day) >= (2, 29)
            return last / 4 - last / 100 + last / 400 + (hasCome ? 1 : 0)
        }
        return leapDays(through: end) - leapDays(through: start)
    }
}

/// A regular period of interest: from one coupon day to the next.
package struct ReferencePeriod: Hashable, Sendable {
    package var start: CalendarDate
    package var end: CalendarDate

    package init(from start: CalendarDate, to end: CalendarDate) {
        self.start = start
        self.end = end
    }
}

extension CalendarDate {
    fileprivate var isLastOfFebruary: Bool { month == 2 && self == lastOfMonth }
}
