import Amounts
import Diagnostics

/// A day count that has no answer.
package enum DayCountError: ReportableError, Hashable {
    /// The period is empty, runs backwards, ends before the interest begins, or begins too late to count on from.
    case unusableReferencePeriod(ReferencePeriod, start: CalendarDate, end: CalendarDate)

    package var failure: Failure {
        switch self {
        case .unusableReferencePeriod(let reference, let start, let end):
            Failure(
                .failed,
                "\(start) to \(end) cannot be measured by the reference period \(reference.start) to \(reference.end)",
                advice: "Give the regular period of interest in which these days lie.")
        }
    }
}

// Each takes `start` before `end`.
extension DayCount {
    static func isda(from start: CalendarDate, to end: CalendarDate) throws(ArithmeticError) -> Fraction {
        func daysInYear(_ date: CalendarDate) -> Int64 { CalendarDate.isLeapYear(date.year) ? 366 : 365 }
        let (first, last) = (start.year, end.year)
        guard first != last else { return try Fraction(Int64(start.days(until: end)), over: daysInYear(start)) }
        // Counted from one, the days past in a year are one less than the day of the year.
        let before = daysInYear(start) - Int64(start.dayOfYear - 1)
        let after = Int64(end.dayOfYear - 1)
        return try Fraction(before, over: daysInYear(start)) + Fraction(after, over: daysInYear(end))
            + Fraction(Int64(last - first - 1))
    }

    static func afb(from start: CalendarDate, to end: CalendarDate) throws(ArithmeticError) -> Fraction {
        // Whole years back from the end, one at a time; a year back from the last of February is the last of February.
        var wholeYears: Int64 = 0
        var rest = end
        while rest.year > 1 {
            var earlier = rest.adding(years: -1)
            if earlier.month == 2, earlier.day == 28, CalendarDate.isLeapYear(earlier.year) {
                earlier = earlier.adding(days: 1)
            }
            guard earlier >= start else { break }
            wholeYears += 1
            rest = earlier
        }
        let leapDay =
            CalendarDate(year: rest.year, month: 2, day: 29) ?? CalendarDate(year: start.year, month: 2, day: 29)
        let holdsLeapDay = leapDay.map { start <= $0 && $0 < rest } ?? false
        return try Fraction(Int64(start.days(until: rest)), over: holdsLeapDay ? 366 : 365) + Fraction(wholeYears)
    }

    static func isma(
        from start: CalendarDate, to end: CalendarDate, reference: ReferencePeriod?
    ) throws -> Fraction {
        var period = reference ?? ReferencePeriod(from: start, to: end)
        guard period.start < period.end, start < period.end else {
            throw DayCountError.unusableReferencePeriod(period, start: start, end: end)
        }
        // Months in a regular period, to the nearest; no length is halfway, for 24 × days is no odd multiple of 365.
        var months = (24 * period.start.days(until: period.end) + 365) / 730
        if months == 0 {
            // Too short for a regular period: a year from the start is taken.
            period = ReferencePeriod(from: start, to: start.adding(years: 1))
            months = 12
        }
        if end > period.end, start < period.start {
            throw DayCountError.unusableReferencePeriod(period, start: start, end: end)
        }
        let regular = try Fraction(Int64(months), over: 12)
        var total = Fraction.zero

        /// What the days from `from` to `to` within `period` are worth.
        func part(from: CalendarDate, to: CalendarDate, of period: ReferencePeriod) throws -> Fraction {
            try Fraction(
                Int64(months) * Int64(from.days(until: to)), over: 12 * Int64(period.start.days(until: period.end)))
        }

        if end > period.end {
            // From the start to the end of the period, then regular periods on from there, then the days that are left.
            total = try part(from: start, to: period.end, of: period)
            let anchor = period.end
            var count = 0
            var next = ReferencePeriod(from: anchor, to: anchor.adding(months: months))
            while next.end <= end, next.start < next.end {
                total = try total + regular
                count += 1
                next = ReferencePeriod(
                    from: anchor.adding(months: months * count), to: anchor.adding(months: months * (count + 1)))
            }
            guard next.start < end else { return total }
            return try total + part(from: next.start, to: end, of: next)
        }
        // Regular periods back from the end until one holds the start.
        var upTo = end
        while start < period.start {
            if upTo > period.start {
                total = try total + part(from: period.start, to: upTo, of: period)
                upTo = period.start
            }
            let previous = ReferencePeriod(from: period.start.adding(months: -months), to: period.start)
            guard previous.start < previous.end else {
                throw DayCountError.unusableReferencePeriod(period, start: start, end: end)
            }
            period = previous
        }
        return try total + part(from: start, to: upTo, of: period)
    }
}
