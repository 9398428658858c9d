import Amounts
import Calendars
import Store

/// Reads entries with their postings, in the order of their numbers, one at a time.
enum JournalReader {
    /// An entry as it stands in the store, right or wrong.
    struct Stored {
        var number: Int64
        var key: String
        var journal: String
        var kind: String
        var date: CalendarDate
        var documentDate: CalendarDate
        var period: String
        var sourceType: String?
        var sourceID: String?
        var reverses: String?
        var description: String
        var baseCurrency: Currency
        var postingCount: Int64
        var hashVersion: Int64
        var hash: String
        var run: Int64?
        var recordedBy: String
        var recordedAt: Instant
        var postings: [JournalEntry.Posting] = []
        /// What is wrong with the postings and cannot be said of a `Posting`.
        var faults: [String] = []

        func link(after previousHash: String) -> JournalLink {
            JournalLink(
                number: number, previousHash: previousHash, period: period, run: run, recordedBy: recordedBy,
                recordedAt: recordedAt)
        }

        /// - Throws: `LedgerError` when it is no entry.
        func entry() throws -> JournalEntry {
            guard let journal = JournalCode(journal), let kind = JournalEntry.Kind(rawValue: kind) else {
                throw StoreError.corrupt(column: "journal_entry.journal or kind", expected: "a journal and a kind")
            }
            return try JournalEntry(
                key: key, journal: journal, kind: kind, date: date, documentDate: documentDate,
                source: sourceType.flatMap { type in sourceID.map { JournalEntry.Source(type: type, id: $0) } },
                reverses: reverses, description: description, postings: postings)
        }

        func posted() throws -> Journal.Posted {
            Journal.Posted(number: number, entry: try entry(), hash: hash)
        }
    }

    /// - Parameters:
    ///   - condition: on `entry`, the row of `journal_entry`; all entries where it is nil.
    ///   - body: gets each entry when its last posting was read.
    static func forEach(
        _ condition: String? = nil, _ arguments: [any SQLBindable] = [], in connection: Connection,
        _ body: (Stored) throws -> Void
    ) throws {
        var current: Stored?
        try connection.forEach(
            """
            SELECT entry.entry_number, entry.entry_key, entry.journal, entry.kind, entry.entry_date, entry.document_date,
                   entry.period, entry.source_type, entry.source_id, entry.reverses, entry.description,
                   entry.base_currency, entry.posting_count, entry.hash_version, entry.hash, entry.run_id,
                   entry.recorded_by, entry.recorded_at,
                   posting.line, posting.entry_date, posting.run_id, posting.account, posting.currency,
                   posting.amount_minor, posting.base_minor, posting.party_kind, posting.party_id, posting.cost_centre,
                   posting.project, posting.due_date, posting.description
              FROM journal_entry AS entry
              LEFT JOIN posting ON posting.entry_number = entry.entry_number
             \(condition.map { "WHERE \($0)" } ?? "")
             ORDER BY entry.entry_number, posting.line
            """, arguments: arguments
        ) { row in
            let number = try row.int(0)
            if current?.number != number {
                if let current { try body(current) }
                current = try entry(row)
            }
            guard !row.isNull(18) else { return }
            try current?.add(row)
        }
        if let current { try body(current) }
    }

    private static func entry(_ row: Row) throws -> Stored {
        Stored(
            number: try row.int(0), key: try row.text(1), journal: try row.text(2), kind: try row.text(3),
            date: try row.date(4), documentDate: try row.date(5), period: try row.text(6),
            sourceType: try row.optionalText(7), sourceID: try row.optionalText(8), reverses: try row.optionalText(9),
            description: try row.text(10), baseCurrency: try row.currency(11), postingCount: try row.int(12),
            hashVersion: try row.int(13), hash: try row.text(14), run: try row.optionalInt(15),
            recordedBy: try row.text(16), recordedAt: try row.instant(17))
    }
}

extension JournalReader.Stored {
    fileprivate mutating func add(_ row: Row) throws {
        let line = try row.int(18)
        if line != Int64(postings.count) + 1 { faults.append("has a line \(line) in place \(postings.count + 1)") }
        if try row.date(19) != date { faults.append("has another date than its line \(line)") }
        if try row.optionalInt(20) != run { faults.append("is of another run than its line \(line)") }
        var party: Party?
        if let kind = try row.optionalText(25), let id = try row.optionalText(26) {
            if let kind = Party.Kind(rawValue: kind) {
                party = Party(kind, id)
            } else {
                faults.append("has an unknown kind of party in its line \(line)")
            }
        }
        postings.append(
            JournalEntry.Posting(
                account: AccountCode(try row.text(21)), amount: try row.money(23, 22),
                base: try row.money(24, baseCurrency), party: party,
                dimensions: Dimensions(costCentre: try row.optionalText(27), project: try row.optionalText(28)),
                due: try row.optionalDate(29), description: try row.text(30)))
    }
}
