import Calendars

/// The stretch of the books that a statement is of, and those that it is compared with.
package struct StatementSpan: Hashable, Sendable {
    /// `2026-04`, `2026-27-P01`, `year to 2026-04`, `to date`.
    package let label: String
    package let days: ClosedRange<CalendarDate>
    private let form: Form

    private enum Form: Hashable {
        case everything
        case calendar(Period)
        case fiscal(FiscalPeriod)
        case yearToDate
    }

    private init(_ form: Form, _ label: String, _ days: ClosedRange<CalendarDate>) {
        self.form = form
        self.label = label
        self.days = days
    }

    /// From the first entry to the last.
    package static let everything = StatementSpan(
        .everything, "to date", CalendarDate.earliest...CalendarDate.latest)

    package init(_ period: Period) {
        self.init(.calendar(period), "\(period)", period.days)
    }

    package init(_ period: FiscalPeriod) {
        self.init(.fiscal(period), "\(period)", period.days)
    }

    package var isEverything: Bool { form == .everything }

    /// The one right before it; nil for everything and for a year to date.
    package var last: StatementSpan? {
        switch form {
        case .calendar(let period): StatementSpan(period.previous)
        case .fiscal(let period): StatementSpan(period.previousMonth)
        case .everything, .yearToDate: nil
        }
    }

    /// The same month, quarter or year of the year before; nil for other lengths, which do not come again.
    package var yearBefore: StatementSpan? {
        switch form {
        case .calendar(.month(let year, let number)) where year > 1:
            StatementSpan(.month(year: year - 1, number: number))
        case .calendar(.quarter(let year, let number)) where year > 1:
            StatementSpan(.quarter(year: year - 1, number: number))
        case .calendar(.year(let year)) where year > 1: StatementSpan(.year(year - 1))
        case .fiscal(let period): StatementSpan(period.yearBefore)
        default: nil
        }
    }

    /// From the first day of the fiscal year in which it ends to its own end; nil for everything.
    package func yearToDate(in cycle: AnnualCycle) -> StatementSpan? {
        switch form {
        case .everything, .yearToDate: return nil
        case .calendar, .fiscal:
            let year = cycle.year(containing: days.upperBound)
            return StatementSpan(.yearToDate, "year to \(label)", year.firstDay...days.upperBound)
        }
    }
}
