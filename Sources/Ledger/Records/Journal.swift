import Amounts
import Calendars
import Crypto
import Diagnostics
import Jobs
import Store

/// The journal in the store.
package enum Journal {
    /// Posts an entry with the next number, chained to the one before; the same key with the same contents a second
    /// time is a no-op.
    ///
    /// - Returns: the number of the entry.
    /// - Throws: `LedgerError.alreadyPostedDifferently`.
    @discardableResult
    package static func post(_ entry: JournalEntry, in work: RunWork) throws -> Int64 {
        if let existing = try find(key: entry.key, in: work.connection) {
            guard existing.entry == entry else {
                throw LedgerError.alreadyPostedDifferently(key: entry.key, entry: existing.number)
            }
            return existing.number
        }
        let head = try work.connection.first(
            "UPDATE journal_head SET entry_number = entry_number + 1 WHERE company = 1 RETURNING entry_number, hash"
        ) { (number: try $0.int(0), hash: try $0.text(1)) }
        guard let (number, previous) = head else { throw LedgerError.noHead }
        let hash = hash(of: entry, number: number, previousHash: previous)
        try work.insert(
            into: "journal_entry",
            columns: ["entry_number", "entry_key", "entry_date", "description", "previous_hash", "hash"],
            rows: CollectionOfOne(entry)
        ) { entry, row in
            try row.bind(number)
            try row.bind(entry.key)
            try row.bind(entry.date)
            try row.bind(entry.description)
            try row.bind(previous)
            try row.bind(hash)
        }
        try work.insert(
            into: "posting", columns: ["entry_number", "line", "account", "currency", "amount_minor", "description"],
            rows: entry.postings.enumerated()
        ) { line, row in
            try row.bind(number)
            try row.bind(line.offset + 1)
            try row.bind(line.element.account.rawValue)
            try row.bind(line.element.amount.currency)
            try row.bind(line.element.amount)
            try row.bind(line.element.description)
        }
        try work.connection.execute("UPDATE journal_head SET hash = ? WHERE company = 1", hash)
        return number
    }

    /// An entry as it stands in the journal.
    package struct Posted: Sendable {
        package var number: Int64
        package var entry: JournalEntry
        package var hash: String
        package var previousHash: String
    }

    /// The entry with this key.
    package static func find(key: String, in connection: Connection) throws -> Posted? {
        let head = try connection.first(
            """
            SELECT entry_number, entry_date, description, hash, previous_hash FROM journal_entry WHERE entry_key = ?
            """, key
        ) {
            (
                number: try $0.int(0), date: try $0.date(1), description: try $0.text(2), hash: try $0.text(3),
                previous: try $0.text(4)
            )
        }
        guard let head else { return nil }
        let postings = try connection.all(
            "SELECT account, amount_minor, currency, description FROM posting WHERE entry_number = ? ORDER BY line",
            head.number
        ) {
            JournalEntry.Posting(
                account: AccountCode(try $0.text(0)), amount: try $0.money(1, 2), description: try $0.text(3))
        }
        let entry = try JournalEntry(key: key, date: head.date, description: head.description, postings: postings)
        return Posted(number: head.number, entry: entry, hash: head.hash, previousHash: head.previous)
    }

    /// The entries that a run posted, by key.
    package static func entries(of run: RunID, in connection: Connection) throws -> [Posted] {
        let keys = try connection.all(
            "SELECT entry_key FROM journal_entry WHERE run_id = ? ORDER BY entry_number", run
        ) { try $0.text(0) }
        return try keys.compactMap { try find(key: $0, in: connection) }
    }

    static func hash(of entry: JournalEntry, number: Int64, previousHash: String) -> String {
        SHA256.hash(data: Array(entry.canonicalText(number: number, previousHash: previousHash).utf8)).hexText
    }
}
