import Calendars

/// Which period a run is for that is due on some day: `schedule.for`.
package enum PeriodChoice: String, CaseIterable, Sendable {
    /// The one that the day lies in: the payroll of November, due on 25 November.
    case current
    /// The one before it: the report of October, due on 1 November.
    case previous
    /// The one after it: the rota of next week, due on a Friday.
    case next

    /// - Parameters:
    ///   - due: when the run is due.
    ///   - day: the day that it is then in the schedule's zone.
    package func period(_ granularity: Period.Granularity, dueAt due: Instant, on day: CalendarDate) -> Period {
        // What belongs to no stretch of time has nothing before or after it.
        guard granularity != .instant else { return .instant(due) }
        let current = Period(granularity, containing: day)
        return switch self {
        case .current: current
        case .previous: current.previous
        case .next: current.next
        }
    }
}
