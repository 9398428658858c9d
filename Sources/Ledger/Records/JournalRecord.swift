import Amounts
import Calendars
import Diagnostics
import Store

/// An entry with everything that the journal knows of it: what, where from, by whom, when, and how it is sealed.
package struct JournalRecord: Hashable, Sendable {
    package var number: Int64
    package var key: String
    package var journal: String
    package var kind: String
    package var date: CalendarDate
    package var documentDate: CalendarDate
    /// The fiscal period that it counts in; empty where none was drawn.
    package var period: String
    package var source: JournalEntry.Source?
    package var reverses: String?
    package var description: String
    package var baseCurrency: Currency
    package var hash: String
    package var run: Int64?
    package var recordedBy: String
    package var recordedAt: Instant
    package var postings: [JournalEntry.Posting]

    init(_ stored: JournalReader.Stored) {
        number = stored.number
        key = stored.key
        journal = stored.journal
        kind = stored.kind
        date = stored.date
        documentDate = stored.documentDate
        period = stored.period
        source = stored.sourceType.flatMap { type in stored.sourceID.map { .init(type: type, id: $0) } }
        reverses = stored.reverses
        description = stored.description
        baseCurrency = stored.baseCurrency
        hash = stored.hash
        run = stored.run
        recordedBy = stored.recordedBy
        recordedAt = stored.recordedAt
        postings = stored.postings
    }
}

extension Journal {
    /// How a person names an entry: by its number or by its key.
    package enum Reference: Hashable, Sendable, CustomStringConvertible {
        case number(Int64)
        case key(String)

        package init(_ text: String) {
            self = Int64(text).map { .number($0) } ?? .key(text)
        }

        package var description: String {
            switch self {
            case .number(let number): "\(number)"
            case .key(let key): "\"\(key)\""
            }
        }
    }

    /// The entry that a person named; nil where there is none.
    package static func record(_ reference: Reference, in connection: Connection) throws -> JournalRecord? {
        var found: JournalRecord?
        switch reference {
        case .number(let number):
            try JournalReader.forEach("entry.entry_number = ?", [number], in: connection) { found = JournalRecord($0) }
        case .key(let key):
            try JournalReader.forEach("entry.entry_key = ?", [key], in: connection) { found = JournalRecord($0) }
        }
        return found
    }

    /// The number of the entry with this key.
    package static func number(ofKey key: String, in connection: Connection) throws -> Int64? {
        try connection.first("SELECT entry_number FROM journal_entry WHERE entry_key = ?", key) { try $0.int(0) }
    }

    /// The number of the entry that undoes the one with this key.
    package static func number(reversing key: String, in connection: Connection) throws -> Int64? {
        try connection.first("SELECT entry_number FROM journal_entry WHERE reverses = ?", key) { try $0.int(0) }
    }

    /// The entries of these days, one at a time, in the order of their numbers: that in which they were posted.
    package static func forEachRecord(
        _ days: ClosedRange<CalendarDate>, in connection: Connection, _ body: (JournalRecord) throws -> Void
    ) throws {
        try JournalReader.forEach(
            "entry.entry_date >= ? AND entry.entry_date <= ?", [days.lowerBound, days.upperBound], in: connection
        ) { try body(JournalRecord($0)) }
    }

    /// How many entries and postings these days have.
    package static func extent(
        of days: ClosedRange<CalendarDate>, in connection: Connection
    ) throws -> (entries: Int64, postings: Int64, last: Int64) {
        try connection.first(
            """
            SELECT COUNT(*), CAST(COALESCE(SUM(posting_count), 0) AS INTEGER), COALESCE(MAX(entry_number), 0)
              FROM journal_entry WHERE entry_date >= ? AND entry_date <= ?
            """, days.lowerBound, days.upperBound
        ) { (entries: try $0.int(0), postings: try $0.int(1), last: try $0.int(2)) } ?? (0, 0, 0)
    }

    /// Number and hash of the last entry: the seal of all of the journal.
    package static func head(in connection: Connection) throws -> (number: Int64, hash: String)? {
        try connection.first("SELECT entry_number, hash FROM journal_head WHERE company = 1") {
            (number: try $0.int(0), hash: try $0.text(1))
        }
    }
}
