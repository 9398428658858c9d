import Calendars
import Diagnostics
import Store

/// Which dates of recurring entries were posted, and posting them.
package enum RecurringRecords {
    /// A date of a recurring entry that is due and was not posted.
    package struct Unposted: Hashable, Sendable {
        package let entry: RecurringEntry
        package let date: CalendarDate
        /// How often it was posted and undone again.
        package let undoneCount: Int

        var sourceID: String { RecurringRecords.sourceID(entry.name, date) }

        func journalEntry(on postingDate: CalendarDate) throws -> JournalEntry {
            try JournalEntry(
                key: sourceID + (undoneCount > 0 ? "/\(undoneCount + 1)" : ""), journal: entry.journal,
                date: postingDate, documentDate: date, source: .init(type: PostingSchedule.sourceType, id: sourceID),
                description: entry.description, postings: entry.postings)
        }
    }

    private static func sourceID(_ name: String, _ date: CalendarDate) -> String { "recurring/\(name)/\(date)" }

    /// What is due on or before a day and was not posted, or undone again; nothing of before the books began.
    package static func unposted(
        of entries: [RecurringEntry], through day: CalendarDate, in connection: Connection
    ) throws -> [Unposted] {
        guard !entries.isEmpty else { return [] }
        let firstDay = try FiscalCalendar.find(in: connection)?.firstPeriod.firstDay
        var counts: [String: (posted: Int, standing: Int)] = [:]
        try connection.forEach(
            """
            SELECT entry.source_id, COUNT(*), COUNT(undoing.entry_key)
              FROM journal_entry AS entry LEFT JOIN journal_entry AS undoing ON undoing.reverses = entry.entry_key
             WHERE entry.source_type = 'schedule' AND entry.source_id >= 'recurring/' AND entry.source_id < 'recurring0'
             GROUP BY entry.source_id
            """
        ) { row in
            let posted = Int(try row.int(1))
            counts[try row.text(0)] = (posted, posted - Int(try row.int(2)))
        }
        return try entries.flatMap { entry in
            try entry.dates(after: firstDay?.adding(days: -1), through: day).compactMap { date in
                let count = counts[sourceID(entry.name, date)] ?? (0, 0)
                return count.standing > 0 ? nil : Unposted(entry: entry, date: date, undoneCount: count.posted)
            }
        }
    }

    /// Posts what is due on or before a day: on its own day, or on the first day of the first open period where its own is
    /// closed.
    ///
    /// - Returns: how many were posted.
    @discardableResult
    package static func post(
        _ entries: [RecurringEntry], through day: CalendarDate, isPartOfClose: Bool, in unit: UnitOfWork
    ) throws -> Int {
        let due = try unposted(of: entries, through: day, in: unit.connection)
        guard !due.isEmpty else { return 0 }
        let days = try PostingDays(isPartOfClose: isPartOfClose, in: unit)
        try Journal.post(
            try due.map {
                try $0.journalEntry(on: days.day(forDocumentOf: $0.date, in: $0.entry.journal).date)
            }, in: unit)
        return due.count
    }
}
