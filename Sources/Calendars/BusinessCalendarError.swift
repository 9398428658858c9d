import Diagnostics

/// A question that a business calendar cannot answer.
package enum BusinessCalendarError: ReportableError, Hashable {
    /// The answer depends on the holidays of a year that the calendar does not have. It is never taken as open.
    case yearMissing(Int, calendar: String, years: ClosedRange<Int>)

    package var failure: Failure {
        switch self {
        case .yearMissing(let year, let calendar, let years):
            Failure(
                .usage,
                "The calendar \(calendar) has no holidays for \(year); add them to config/calendars/\(calendar).yaml.",
                advice: "It has the years \(years.lowerBound) to \(years.upperBound).")
        }
    }
}
