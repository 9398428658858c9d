import Amounts
import Calendars
import Diagnostics

/// Employees who are paid together: how often, on which day, by which rules.
package struct PayGroup: Sendable {
    package let code: String
    package let name: String
    package let frequency: PayFrequency
    /// The first day of some pay period: it says which fortnights and four-weeks there are.
    package let anchor: CalendarDate
    package let payDay: PayDay
    /// The calendar that moves pay days off weekends and holidays.
    package let calendar: BusinessCalendar

    package struct PayDay: Hashable, Sendable {
        package let rule: Rule
        package let adjustment: DayAdjustment

        package enum Rule: Hashable, Sendable {
            /// A day of the month in which the period ends; the month's last where it is shorter.
            case dayOfMonth(Int)
            /// So many calendar days after the period's last day.
            case daysAfterEnd(Int)
        }
    }

    /// The length of the periods that runs of the group are named by: a month, or the week in which a period ends.
    package var granularity: Period.Granularity { frequency == .monthly ? .month : .week }
}

/// One pay period of a group.
package struct PayPeriod: Hashable, Sendable {
    /// What the run is for: `2026-04`, or the week in which the pay period ends.
    package let period: Period
    package let days: ClosedRange<CalendarDate>
    package let payDate: CalendarDate

    package var dayCount: Int { days.lowerBound.days(until: days.upperBound) + 1 }
}

extension PayGroup {
    /// The pay period that `period` names.
    ///
    /// - Throws: a failure when the group has none of that name, with the nearest ones; or when the calendar has no
    ///   holidays for the year.
    package func payPeriod(_ period: Period) throws -> PayPeriod {
        guard period.granularity == granularity else {
            throw Failure(
                .usage, "The pay group \(code) is paid \(frequency.rawValue); \(period) is no period of it.",
                advice: "Give a \(granularity.rawValue), for example \(granularity == .month ? "2026-04" : "2026-W15")."
            )
        }
        let days = try days(of: period)
        let nominal =
            switch payDay.rule {
            case .dayOfMonth(let day):
                days.upperBound.firstOfMonth.adding(
                    days: min(day, CalendarDate.daysInMonth(days.upperBound.month, year: days.upperBound.year)) - 1)
            case .daysAfterEnd(let count): days.upperBound.adding(days: count)
            }
        return PayPeriod(period: period, days: days, payDate: try calendar.adjusted(nominal, payDay.adjustment))
    }

    /// The pay period that follows; nil where the calendar ends.
    func payPeriod(after period: PayPeriod) -> PayPeriod? {
        let weeks = frequency.weeks.map(Int.init)
        let next =
            weeks.map { Period(.week, containing: period.days.upperBound.adding(days: 7 * $0)) } ?? period.period.next
        return try? payPeriod(next)
    }

    private func days(of period: Period) throws -> ClosedRange<CalendarDate> {
        guard let weeks = frequency.weeks.map(Int.init) else { return period.days }
        // The period of the group that holds the last day of the named week must end within that week.
        let length = 7 * weeks
        let offset = anchor.days(until: period.lastDay)
        let index = offset >= 0 ? offset / length : (offset - length + 1) / length
        // The periods that end on or before the last day of the week, and the one after.
        for candidate in [index - 1, index] {
            let first = anchor.adding(days: candidate * length)
            let last = first.adding(days: length - 1)
            if period.contains(last) { return first...last }
        }
        let end = anchor.adding(days: (index + 1) * length - 1)
        let before = Period(.week, containing: end.adding(days: -length))
        let after = Period(.week, containing: end)
        throw Failure(
            .usage, "No pay period of the group \(code) ends in \(period).",
            advice: "The periods around it end in \(before) and \(after).")
    }
}
