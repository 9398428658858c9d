import Amounts
import Calendars
import Diagnostics

/// How the cost of an asset is spread over its useful life.
///
/// ```swift
/// let plan = try DepreciationPlan(
///     cost: cost, salvage: salvage, inUseFrom: day, firstDate: yearEnd, count: 3, monthsBetween: 12,
///     method: .straightLine)
/// let rows = try plan.rows()
/// ```
package struct DepreciationPlan: Hashable, Sendable {
    package let cost: Money
    /// What it will be worth at the end; never depreciated.
    package let salvage: Money
    /// The first day that counts.
    package let inUseFrom: CalendarDate
    /// The date of the first row to be made. Where it is the last day of a month, all are.
    package let firstDate: CalendarDate
    /// The useful life, in rows of full length.
    package let count: Int
    package let monthsBetween: Int
    package let method: Method
    /// Rows that were booked before this schedule begins, and what they came to.
    package let openingCount: Int
    package let openingAccumulated: Money
    /// The years of the books: what the daily methods measure by.
    package let cycle: AnnualCycle
    package let rounding: Rounding

    package static let maximumCount = 1_200
    package static let maximumMonthsBetween = 120

    package enum Method: Hashable, Sendable {
        /// The same for each row.
        case straightLine
        /// The same for each day of a year: a full year's part by the days of the row over those of the year, 365 or
        /// 366.
        case straightLineByDaysOfYear
        /// The same for each day of the useful life.
        case straightLineByDaysOfLife
        /// A rate for each row, on what is left of the cost; also called written down value. See
        /// `doubleDecliningRate`, `writtenDownRate`.
        case decliningBalance(Rate)
        /// A rate for a year, on what was left of the cost when the year of the books began, by the days of the row
        /// over those of the year.
        case decliningBalanceByDays(Rate)
        /// A declining balance at this rate for each row, until what is left over the rest of the useful life is more;
        /// from there on that, the same for each row. Source: IRS, Publication 946, "Figuring the deduction without
        /// using the tables".
        case decliningThenStraightLine(Rate)
        /// Count, count − 1 … 1 parts of the sum of these numbers.
        case sumOfDigits
    }

    /// - Throws: everything that is wrong with the plan.
    package init(
        cost: Money, salvage: Money, inUseFrom: CalendarDate, firstDate: CalendarDate, count: Int, monthsBetween: Int,
        method: Method, openingCount: Int = 0, openingAccumulated: Money? = nil, cycle: AnnualCycle = .calendarYear,
        rounding: Rounding = .halfAwayFromZero
    ) throws(Failure) {
        self.cost = cost
        self.salvage = salvage
        self.inUseFrom = inUseFrom
        self.firstDate = firstDate
        self.count = count
        self.monthsBetween = monthsBetween
        self.method = method
        self.openingCount = openingCount
        self.openingAccumulated = openingAccumulated ?? .zero(cost.currency)
        self.cycle = cycle
        self.rounding = rounding
        var problems = ProblemList()
        check(&problems)
        try problems.throwIfAny(consequence: "there is no schedule")
    }

    private func check(_ problems: inout ProblemList) {
        if salvage.currency != cost.currency || openingAccumulated.currency != cost.currency {
            problems.add("the amounts are of several currencies", expected: "all in \(cost.currency)")
        } else {
            if cost.isNegative { problems.add("the cost is \(cost)", expected: "zero or more") }
            if salvage.isNegative || salvage.minorUnits > cost.minorUnits {
                problems.add("the salvage value is \(salvage)", expected: "zero to the cost, \(cost)")
            } else if openingAccumulated.isNegative
                || openingAccumulated.minorUnits > cost.minorUnits - salvage.minorUnits
            {
                problems.add(
                    "the depreciation before the schedule is \(openingAccumulated)",
                    expected: "zero to the cost less the salvage value")
            }
        }
        if !(1...Self.maximumCount).contains(count) {
            problems.add("the useful life has \(count) rows", expected: "1 to \(Self.maximumCount)")
        } else if !(0..<count).contains(openingCount) {
            problems.add("\(openingCount) rows were booked before", expected: "0 to \(count - 1)")
        }
        if !(1...Self.maximumMonthsBetween).contains(monthsBetween) {
            problems.add("the rows are \(monthsBetween) months apart", expected: "1 to \(Self.maximumMonthsBetween)")
        } else if openingCount == 0 {
            let latest = inUseFrom.adding(months: monthsBetween)
            if firstDate < inUseFrom || firstDate > latest {
                problems.add("the first date is \(firstDate)", expected: "\(inUseFrom) to \(latest), one row's length")
            }
        }
        switch method {
        case .decliningBalance(let rate) where rate <= .zero || rate > .one,
            .decliningBalanceByDays(let rate) where rate <= .zero || rate > .one,
            .decliningThenStraightLine(let rate) where rate <= .zero || rate > .one:
            problems.add("the rate is \(rate.percentText)", expected: "more than 0% and at most 100%")
        default: break
        }
    }
}
