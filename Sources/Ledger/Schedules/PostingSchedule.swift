import Amounts
import Calendars
import Diagnostics

/// What spreads an amount over time, with its rows and where they are posted.
package struct PostingSchedule: Hashable, Sendable {
    /// Names it for ever: `asset/A-17`, `deferral/INV-7`.
    package let key: String
    package let description: String
    package let debit: AccountCode
    package let credit: AccountCode
    package let dimensions: Dimensions
    package let rows: [ScheduleRow]
    package let currency: Currency

    package static let sourceType = "schedule"
    package static let maximumKeyBytes = 100

    package init(
        key: String, description: String, debit: AccountCode, credit: AccountCode, dimensions: Dimensions = .none,
        rows: [ScheduleRow], currency: Currency
    ) {
        self.key = key
        self.description = description
        self.debit = debit
        self.credit = credit
        self.dimensions = dimensions
        self.rows = rows
        self.currency = currency
    }
}

/// A row that is due and was not posted.
package struct UnpostedRow: Hashable, Sendable {
    package let schedule: String
    package let description: String
    package let debit: AccountCode
    package let credit: AccountCode
    package let dimensions: Dimensions
    package let row: ScheduleRow
    /// How often it was posted and undone again, with a period that was opened anew.
    package let undoneCount: Int

    var sourceID: String { "\(schedule)/\(row.number)" }

    /// Its entry.
    ///
    /// - Parameter date: the day of the row, or of the first open period where its own is closed.
    func entry(on date: CalendarDate) throws -> JournalEntry {
        try JournalEntry(
            key: "schedule/\(sourceID)" + (undoneCount > 0 ? "/\(undoneCount + 1)" : ""), date: date,
            documentDate: row.date, source: .init(type: PostingSchedule.sourceType, id: sourceID),
            description: description,
            postings: [
                .init(account: debit, amount: row.amount, dimensions: dimensions, description: description),
                .init(
                    account: credit, amount: try row.amount.negated(), dimensions: dimensions, description: description),
            ])
    }
}
