import Amounts
import Calendars

/// One row of a schedule that spreads an amount over time: depreciation, a deferred income, a prepaid cost. Schedules
/// are stored as rows, so that what will be posted can be read, and is not computed anew.
package struct ScheduleRow: Hashable, Sendable {
    /// 1, 2, 3 …
    package let number: Int
    /// The last day of what the row covers: the day on which it is due to be posted.
    package let date: CalendarDate
    package let amount: Money
    /// What has been spread up to this row, with what was before the schedule began.
    package let accumulated: Money

    package init(number: Int, date: CalendarDate, amount: Money, accumulated: Money) {
        self.number = number
        self.date = date
        self.amount = amount
        self.accumulated = accumulated
    }
}

/// Puts rows together so that they never exceed their total and the last one takes the rest.
struct ScheduleRows {
    private(set) var rows: [ScheduleRow] = []
    private(set) var accumulated: Money
    /// What is still to be spread; has the sign of the total, or is zero.
    private(set) var rest: Money

    /// - Parameter accumulated: what was spread before; `total` is with it.
    init(total: Money, accumulated: Money) throws(ArithmeticError) {
        self.accumulated = accumulated
        rest = try total - accumulated
    }

    /// Adds a row of `amount`, or of the rest where that is less; a row of nothing is left out.
    mutating func add(_ amount: Money, on date: CalendarDate) throws(ArithmeticError) {
        let isBeyond = try rest.isNegative ? amount.compared(to: rest) < 0 : amount.compared(to: rest) > 0
        let share = isBeyond ? rest : amount
        guard !share.isZero else { return }
        accumulated = try accumulated + share
        rest = try rest - share
        rows.append(ScheduleRow(number: rows.count + 1, date: date, amount: share, accumulated: accumulated))
    }

    mutating func addRest(on date: CalendarDate) throws(ArithmeticError) {
        try add(rest, on: date)
    }
}

extension CalendarDate {
    var isLastOfMonth: Bool { self == lastOfMonth }

    /// The day `months` later; where this is the last day of its month, the last day of that one.
    func addingKeepingMonthEnd(months: Int) -> CalendarDate {
        let moved = adding(months: months)
        return isLastOfMonth ? moved.lastOfMonth : moved
    }
}
