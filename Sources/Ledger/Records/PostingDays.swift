import Calendars
import Diagnostics
import Jobs
import Store

/// On which days documents are posted: on their own, or on the first day of the first open period where theirs is closed.
/// The document keeps its date.
///
/// The end of the journal is held from here on, so that no period closes between the question and the posting.
package struct PostingDays {
    private let periods: FiscalPeriods?
    private let areas: [JournalCode: Set<LedgerArea>]
    private let isPartOfClose: Bool
    private let stamp: Stamp

    package init(isPartOfClose: Bool = false, in unit: UnitOfWork) throws {
        try Journal.lockHead(in: unit.connection)
        periods = try FiscalCalendar.find(in: unit.connection).map {
            try FiscalPeriodRecords.load($0, at: unit.stamp.at, in: unit.connection)
        }
        areas = try JournalAreas.load(in: unit.connection)
        self.isPartOfClose = isPartOfClose
        stamp = unit.stamp
    }

    /// Where an entry of kind `normal` is posted; its own day where the books have no periods.
    ///
    /// - Throws: `PeriodRefusal` where no later period is open either.
    package func day(forDocumentOf date: CalendarDate, in journal: JournalCode) throws(PeriodRefusal) -> Day {
        guard let periods else { return Day(date: date, delay: nil) }
        let request = PostingRequest(
            areas: areas[journal] ?? [], person: stamp.person, isPartOfClose: isPartOfClose, at: stamp.at)
        let posting = try periods.postingDay(forDocumentOf: date, request)
        guard posting.isLate else { return Day(date: date, delay: nil) }
        let own = FiscalPeriod(containing: date, in: periods.cycle)
        let reason = own < periods.first ? "the books begin with \(periods.first)" : "\(own) is closed"
        return Day(date: posting.date, delay: reason)
    }

    package struct Day: Hashable, Sendable {
        package let date: CalendarDate
        /// Why it is not the day of the document, for the text of the entry: `2026-P04 is closed`; nil where it is.
        package let delay: String?
    }
}
