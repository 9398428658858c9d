import Amounts
import Calendars

/// A row of a schedule that is to be posted now, and where.
package struct DueRow: Hashable, Sendable {
    package let row: ScheduleRow
    package let posting: PostingDay

    /// The rows that are due: those after row `posted` whose date is `day` or before.
    ///
    /// A row whose period is closed, because the schedule was set up late, goes to the first open period: it catches up
    /// there, under its own key and with its own date as document date. Reported months stay as they were reported.
    ///
    /// - Parameter posted: the number of the last row that was posted, 0 for none.
    /// - Throws: `PeriodRefusal` when there is no open period.
    package static func rows(
        of schedule: [ScheduleRow], after posted: Int, through day: CalendarDate, in periods: FiscalPeriods,
        _ request: PostingRequest
    ) throws(PeriodRefusal) -> [DueRow] {
        var due: [DueRow] = []
        for row in schedule where row.number > posted && row.date <= day {
            due.append(DueRow(row: row, posting: try periods.postingDay(forDocumentOf: row.date, request)))
        }
        return due
    }

    /// Its entry: `debit` by the amount of the row, and `credit` by as much.
    ///
    /// - Parameter schedule: names the schedule in the key: `depreciation/A-17` gives `depreciation/A-17/3`.
    package func entry(
        of schedule: String, journal: JournalCode = .general, source: JournalEntry.Source? = nil, debit: AccountCode,
        credit: AccountCode, dimensions: Dimensions = .none, description: String
    ) throws -> JournalEntry {
        try JournalEntry(
            key: "\(schedule)/\(row.number)", journal: journal, date: posting.date, documentDate: row.date,
            source: source, description: description,
            postings: [
                .init(account: debit, amount: row.amount, dimensions: dimensions, description: description),
                .init(
                    account: credit, amount: try row.amount.negated(), dimensions: dimensions, description: description),
            ])
    }
}
