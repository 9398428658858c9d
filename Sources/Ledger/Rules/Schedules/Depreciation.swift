import Amounts
import Calendars

extension DepreciationPlan {
    /// The rows of the schedule. They add up to the cost less the salvage value, exactly.
    ///
    /// - A row covers the days after the row before it up to its own date, both in the books of that day; the first one
    ///   begins with the first day of use.
    /// - Where the asset came into use within a row's length, that row gets its part by days (counted with both ends,
    ///   over the days of the full length), and a further row at the end of the useful life takes what is left: life
    ///   is counted from the first day of use, and the further row has the date on which it has passed. Where an asset
    ///   had rows before this schedule, its first row is a full one.
    /// - Each row is rounded by itself and none exceeds what is left; the last one takes the rest.
    /// - Declining balance never goes below the salvage value; it may be reached before the last row.
    ///
    /// Source of the conventions: ERPNext's asset depreciation, against whose tests they are checked. Its choice of
    /// which day the last row has, and that a declining balance by days is measured on the value at the start of the
    /// year in which the row's date lies, over the days of that year, are followed here.
    package func rows() throws -> [ScheduleRow] {
        var rows = try ScheduleRows(total: try cost - salvage, accumulated: openingAccumulated)
        let base = try cost - salvage
        let firstLength = firstRowLength
        let limit = count - openingCount + (firstLength.isPart ? 1 : 0)
        let lifeEnd = inUseFrom.adding(months: count * monthsBetween)
        var yearStartValue = try cost - openingAccumulated
        var year = cycle.year(containing: firstDate)
        var last = openingCount == 0 ? inUseFrom.adding(days: -1) : date(of: -1)
        for index in 0..<limit {
            let date = date(of: index)
            if index == limit - 1 || date >= lifeEnd.adding(days: -1) {
                // A row of full length ends on the last day of life; a further one has the day after.
                try rows.addRest(on: min(date, lifeEnd))
                break
            }
            let left = try cost - rows.accumulated
            let rowYear = cycle.year(containing: date)
            if rowYear != year {
                year = rowYear
                yearStartValue = left
            }
            let days = Int64(last.days(until: date))
            let part = index == 0 && openingCount == 0 ? firstLength : .full
            let amount =
                switch method {
                case .straightLine:
                    try base.multiplied(by: part.days, over: Int64(count) * part.of, rounding: rounding)
                case .straightLineByDaysOfYear:
                    try base.multiplied(by: try lifeFraction(after: last, through: date), rounding: rounding)
                case .straightLineByDaysOfLife:
                    try base.multiplied(by: days, over: Int64(inUseFrom.days(until: lifeEnd)), rounding: rounding)
                case .decliningBalance(let rate):
                    try left.share(rate, part.days, over: part.of, rounding)
                case .decliningBalanceByDays(let rate):
                    try yearStartValue.share(rate, days, over: Int64(year.dayCount), rounding)
                case .decliningThenStraightLine(let rate):
                    try larger(
                        left.share(rate, part.days, over: part.of, rounding),
                        straight(rows.rest, row: openingCount + index, firstLength))
                case .sumOfDigits:
                    try sumOfDigits(base, row: openingCount + index, firstLength)
                }
            try rows.add(amount, on: date)
            last = date
        }
        return rows.rows
    }

    private func date(of index: Int) -> CalendarDate {
        firstDate.addingKeepingMonthEnd(months: index * monthsBetween)
    }

    /// A part of a full row, by days.
    private struct Length {
        let days: Int64
        let of: Int64
        var isPart: Bool { days < of }
        static let full = Length(days: 1, of: 1)
    }

    /// How much of the very first row, which may be before this schedule, the asset was in use.
    private var firstRowLength: Length {
        let first = date(of: -openingCount)
        let all = date(of: -openingCount - 1).days(until: first)
        let inUse = inUseFrom.days(until: first) + 1
        return inUse > 0 && inUse < all ? Length(days: Int64(inUse), of: Int64(all)) : .full
    }

    /// The part of the useful life that lies after `start` and through `end`, where a year is one whatever its days.
    private func lifeFraction(after start: CalendarDate, through end: CalendarDate) throws -> Fraction {
        var years = Fraction.zero
        var day = start.adding(days: 1)
        while day <= end {
            let year = cycle.year(containing: day)
            let last = min(end, year.lastDay)
            years = try years + Fraction(Int64(day.days(until: last) + 1), over: Int64(year.dayCount))
            guard last < end else { break }
            day = last.adding(days: 1)
        }
        return try Fraction(years.numerator * 12, over: years.denominator * Int64(count * monthsBetween))
    }

    private func larger(_ a: Money, _ b: Money) throws(ArithmeticError) -> Money {
        try a.compared(to: b) < 0 ? b : a
    }

    /// What is left of the cost, evenly over what is left of the useful life.
    private func straight(_ rest: Money, row: Int, _ first: Length) throws -> Money {
        guard row > 0 else {
            return try rest.multiplied(by: first.days, over: Int64(count) * first.of, rounding: rounding)
        }
        let left = Int64(count - row + 1) * first.of - first.days
        return try rest.multiplied(by: first.of, over: left, rounding: rounding)
    }

    /// Where the first row is a part, each year of use is divided between the two rows that it falls into.
    private func sumOfDigits(_ base: Money, row: Int, _ first: Length) throws -> Money {
        let digits = Int64(count - row)
        let parts =
            row == 0 ? digits * first.days : digits * first.of + (first.of - first.days)
        let sum = Int64(count) * Int64(count + 1) / 2
        return try base.multiplied(by: parts, over: sum * first.of, rounding: rounding)
    }
}

extension Money {
    /// `self × rate × days / all`, rounded once.
    fileprivate func share(
        _ rate: Rate, _ days: Int64, over all: Int64, _ rounding: Rounding
    ) throws(ArithmeticError) -> Money {
        let (scaled, overflow) = Int128(days).multipliedReportingOverflow(by: rate.decimal.coefficient)
        let (product, overflowed) = Int128(minorUnits).multipliedReportingOverflow(by: scaled)
        guard !overflow, !overflowed else { throw .overflow }
        var unit = Int128(all)
        for _ in 0..<rate.decimal.scale { unit *= 10 }
        guard let minor = Int64(exactly: try rounding.quotient(product, by: unit)) else { throw .overflow }
        return Money(minorUnits: minor, currency)
    }
}
