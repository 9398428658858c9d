import Amounts
import Calendars
import Diagnostics

/// An income or a cost that belongs to the days of a service: recognised month by month, and what is not yet recognised
/// is deferred.
package struct Deferral: Hashable, Sendable {
    /// Negative for a credit note.
    package let amount: Money
    /// The days of the service, both ends with it.
    package let service: ClosedRange<CalendarDate>
    package let method: Method
    package let rounding: Rounding

    package static let maximumMonths = 1_200

    package enum Method: String, CaseIterable, Sendable {
        /// Each whole month the same; a month in part, its days over the days of the month.
        case months
        /// Each day the same.
        case days
    }

    /// - Throws: for a service of more than `maximumMonths`.
    package init(
        amount: Money, service: ClosedRange<CalendarDate>, method: Method, rounding: Rounding = .halfAwayFromZero
    ) throws(Failure) {
        guard service.upperBound < service.lowerBound.adding(months: Self.maximumMonths) else {
            throw Failure(
                .usage,
                "The service from \(service.lowerBound) to \(service.upperBound) is longer than \(Self.maximumMonths) months.",
                advice: "Check its last day.")
        }
        self.amount = amount
        self.service = service
        self.method = method
        self.rounding = rounding
    }

    /// One row for each calendar month that the service touches, dated on its last day. Each is rounded by itself; the
    /// last one takes the rest.
    package func rows() throws -> [ScheduleRow] {
        var rows = try ScheduleRows(total: amount, accumulated: .zero(amount.currency))
        let months = self.months
        var all = Fraction.zero
        for month in months { all = try all + weight(month) }
        for month in months.dropLast() {
            let weight = try weight(month)
            let share = try Fraction(weight.numerator * all.denominator, over: weight.denominator * all.numerator)
            try rows.add(try amount.multiplied(by: share, rounding: rounding), on: month.upperBound.lastOfMonth)
        }
        try rows.addRest(on: service.upperBound.lastOfMonth)
        return rows.rows
    }

    /// What is still deferred at the end of `day`: all of it before the service, nothing after it. Within a month, the
    /// month's row is divided by days.
    package func remaining(after day: CalendarDate) throws -> Money {
        guard day >= service.lowerBound else { return amount }
        guard day < service.upperBound else { return .zero(amount.currency) }
        var remaining = amount
        for row in try rows() where row.date.firstOfMonth <= day {
            if row.date <= day {
                remaining = try remaining - row.amount
            } else {
                let first = max(service.lowerBound, row.date.firstOfMonth)
                let last = min(service.upperBound, row.date)
                remaining =
                    try remaining
                    - row.amount.multiplied(
                        by: Int64(first.days(until: day) + 1), over: Int64(first.days(until: last) + 1),
                        rounding: rounding)
            }
        }
        return remaining
    }

    /// The days of the service in each calendar month.
    private var months: [ClosedRange<CalendarDate>] {
        var months: [ClosedRange<CalendarDate>] = []
        var first = service.lowerBound
        while first <= service.upperBound {
            let last = min(first.lastOfMonth, service.upperBound)
            months.append(first...last)
            guard last < service.upperBound else { break }
            first = last.adding(days: 1)
        }
        return months
    }

    private func weight(_ month: ClosedRange<CalendarDate>) throws -> Fraction {
        let days = Int64(month.lowerBound.days(until: month.upperBound) + 1)
        switch method {
        case .days: return Fraction(days)
        case .months: return try Fraction(days, over: Int64(month.upperBound.lastOfMonth.day))
        }
    }
}
