import Amounts
import Calendars
import Concurrency
import Crypto
import Diagnostics
import Jobs
import Store

/// The journal in the store: posting to it and reading from it.
package enum Journal {
    /// An entry as it stands in the journal.
    package struct Posted: Hashable, Sendable {
        package var number: Int64
        package var entry: JournalEntry
        /// Of the entry and all before it.
        package var hash: String
    }

    /// What stands before the first entry, in the place of a hash.
    static let firstPreviousHash = String(repeating: "0", count: 64)

    /// Fewer entries are held to the rules of their tables one by one: to prepare for all at once would take longer.
    private static let entriesHeldToRulesNow = 50

    // MARK: - Posting

    /// Posts an entry, as `post(_:in:)` of many does.
    ///
    /// - Returns: its number.
    @discardableResult
    package static func post(_ entry: JournalEntry, in work: RunWork) throws -> Int64 {
        try post([entry], in: work)[0]
    }

    /// Posts entries as `post(_:in:)` of a unit of work does, into the periods that `config/ledger.yaml` declares, and
    /// with the control accounts of `config/accounts.yaml`.
    @discardableResult
    package static func post(_ entries: [JournalEntry], in work: RunWork) throws -> [Int64] {
        try adoptConfiguration(of: work.company, in: work.unit)
        return try post(entries, in: work.unit)
    }

    /// Brings the store in step with what the configuration says of the books: the periods, the control accounts. Whoever
    /// posts outside of a run calls it before.
    package static func adoptConfiguration(of company: Company, in unit: UnitOfWork) throws {
        try FiscalCalendar.adopt(LedgerSettings.load(for: company), unit.stamp, in: unit.connection)
        try ControlAccounts.keep(ChartOfAccounts.load(for: company), in: unit.connection)
    }

    /// Posts entries in their order, with the next numbers as one block, each chained to the one before. An entry whose
    /// key was posted before with the same contents is left as it stands, whatever became of its period.
    ///
    /// The periods are those that the store knows (`FiscalCalendar`). A snapshot of a period that something is posted in,
    /// or before which it is, counts no more.
    /// - Returns: their numbers.
    /// - Throws: `LedgerError.alreadyPostedDifferently`; `PeriodRefusal` with every entry whose period is not open to it.
    @discardableResult
    package static func post(_ entries: [JournalEntry], in unit: UnitOfWork) throws -> [Int64] {
        let (new, numbers) = try sort(entries, in: unit.connection)
        guard !new.isEmpty else { return numbers }
        let first = try append(new, in: unit)
        return numbers.map { $0 > 0 ? $0 : first - $0 }
    }

    /// Posts entries of which the caller knows that their keys are new and differ.
    ///
    /// - Returns: the number of the first.
    /// - Throws: `PeriodRefusal`, a `Failure` of control accounts; nothing was written then.
    static func append(_ new: [JournalEntry], in unit: UnitOfWork) throws -> Int64 {
        let controlAccounts = try ControlAccounts.load(in: unit.connection)
        try controlAccounts.check(new)
        let head = try lockHead(in: unit.connection)
        // From here on nobody else posts, and no period changes its state.
        let (periods, lowest) = try PostingPeriods(unit.stamp, in: unit.connection).periods(of: new)
        let first = head.number + 1
        try unit.connection.execute("UPDATE journal_head SET open_batch = ? WHERE company = 1", first)
        // For a few rows the database is asked as they come.
        let rules = new.count < entriesHeldToRulesNow ? InsertRuleCheck.now : .withBatch
        let stamp = unit.stamp
        let hashes = try beside({ chain(new, periods, from: first, previousHash: head.hash, stamp: stamp) }) {
            try insertPostings(of: new, from: first, rules, in: unit)
            try OpenItemRecords.insert(of: new, from: first, controlAccounts, in: unit)
        }
        try insertEntries(new, from: first, periods, hashes, rules, in: unit)
        // The database now asks its rules of the whole batch.
        try unit.connection.execute(
            "UPDATE journal_head SET entry_number = ?, hash = ?, open_batch = NULL WHERE company = 1",
            first + Int64(new.count - 1), hashes.last)
        try PeriodSnapshots.end(
            from: lowest, reason: "posted after it: entry \(first) and \(new.count - 1) more", in: unit)
        return first
    }

    /// Which of the entries are new, and the numbers of all: of a new one its place among the new ones, as 0, −1, −2 ….
    private static func sort(
        _ entries: [JournalEntry], in connection: Connection
    ) throws -> (new: [JournalEntry], numbers: [Int64]) {
        // Nearly always none, and to ask for the keys alone costs a tenth.
        let known = try find(keys: Array(known(entries.map(\.key), in: connection)), in: connection)
        var new: [JournalEntry] = []
        var places: [String: Int] = [:]
        let numbers = try entries.map { entry -> Int64 in
            if let posted = known[entry.key] {
                guard posted.entry == entry else {
                    throw LedgerError.alreadyPostedDifferently(key: entry.key, entry: posted.number)
                }
                return posted.number
            }
            if let place = places[entry.key] {
                guard new[place] == entry else { throw LedgerError.givenTwice(key: entry.key) }
                return -Int64(place)
            }
            places[entry.key] = new.count
            new.append(entry)
            return -Int64(new.count - 1)
        }
        return (new, numbers)
    }

    /// Keeps everybody else from posting until the end of the transaction.
    ///
    /// - Returns: the last number, and its hash.
    @discardableResult
    static func lockHead(in connection: Connection) throws -> (number: Int64, hash: String) {
        let head = try connection.first(
            "UPDATE journal_head SET hash = hash WHERE company = 1 RETURNING entry_number, hash"
        ) { (number: try $0.int(0), hash: try $0.text(1)) }
        guard let head else { throw LedgerError.noHead }
        return head
    }

    /// The hash of each entry, of which the first follows an entry with `previousHash`.
    private static func chain(
        _ entries: [JournalEntry], _ periods: [String], from first: Int64, previousHash: String, stamp: Stamp
    ) -> [String] {
        var previousHash = previousHash
        var bytes: [UInt8] = []
        return entries.enumerated().map { index, entry in
            let link = JournalLink(
                number: first + Int64(index), previousHash: previousHash, period: periods[index], run: stamp.run,
                recordedBy: stamp.person, recordedAt: stamp.at)
            previousHash = hash(of: entry, link, buffer: &bytes)
            return previousHash
        }
    }

    static func hash(of entry: JournalEntry, _ link: JournalLink, buffer: inout [UInt8]) -> String {
        buffer.removeAll(keepingCapacity: true)
        entry.appendCanonicalBytes(of: link, to: &buffer)
        return SHA256.hash(data: buffer).hexText
    }

    private static func insertPostings(
        of entries: [JournalEntry], from first: Int64, _ rules: InsertRuleCheck, in unit: UnitOfWork
    ) throws {
        try unit.insert(
            into: "posting",
            columns: [
                "entry_number", "line", "entry_date", "account", "currency", "amount_minor", "base_minor", "party_kind",
                "party_id", "cost_centre", "project", "due_date", "description",
            ], stamping: .runOnly, rules: rules
        ) { row in
            for (offset, entry) in entries.enumerated() {
                for (index, posting) in entry.postings.enumerated() {
                    try row.bind(first + Int64(offset))
                    try row.bind(index + 1)
                    try row.bind(entry.date)
                    try row.bind(posting.account.rawValue)
                    try row.bind(posting.amount.currency)
                    try row.bind(posting.amount)
                    try row.bind(posting.base)
                    try row.bind(posting.party?.kind.rawValue)
                    try row.bind(posting.party?.id)
                    try row.bind(posting.dimensions.costCentre)
                    try row.bind(posting.dimensions.project)
                    try row.bind(posting.due)
                    try row.bind(posting.description)
                    try row.finishRow()
                }
            }
        }
    }

    private static func insertEntries(
        _ entries: [JournalEntry], from first: Int64, _ periods: [String], _ hashes: [String],
        _ rules: InsertRuleCheck, in unit: UnitOfWork
    ) throws {
        try unit.insert(
            into: "journal_entry",
            columns: [
                "entry_number", "entry_key", "journal", "kind", "entry_date", "document_date", "period", "source_type",
                "source_id", "reverses", "description", "base_currency", "posting_count", "hash_version", "hash",
            ], rules: rules
        ) { row in
            for (index, entry) in entries.enumerated() {
                try row.bind(first + Int64(index))
                try row.bind(entry.key)
                try row.bind(entry.journal.rawValue)
                try row.bind(entry.kind.rawValue)
                try row.bind(entry.date)
                try row.bind(entry.documentDate)
                try row.bind(periods[index])
                try row.bind(entry.source?.type)
                try row.bind(entry.source?.id)
                try row.bind(entry.reverses)
                try row.bind(entry.description)
                try row.bind(entry.baseCurrency)
                try row.bind(entry.postings.count)
                try row.bind(Int(JournalEntry.canonicalVersion))
                // It is made of the stamp, too, which takes no part in the effect.
                try row.bind(undigested: hashes[index])
                try row.finishRow()
            }
        }
    }

    // MARK: - Reading

    /// The entry with this key.
    package static func find(key: String, in connection: Connection) throws -> Posted? {
        try find(keys: [key], in: connection)[key]
    }

    /// Keys that one query asks for.
    private static let keysPerQuery = 500

    /// The entries with these keys, as far as they were posted.
    package static func find(keys: [String], in connection: Connection) throws -> [String: Posted] {
        var found: [String: Posted] = [:]
        var start = 0
        while start < keys.count {
            let part = keys[start..<min(start + keysPerQuery, keys.count)]
            let marks = Array(repeating: "?", count: part.count).joined(separator: ", ")
            try JournalReader.forEach(
                "entry.entry_key IN (\(marks))", part.map { $0 }, in: connection
            ) { found[$0.key] = try $0.posted() }
            start += keysPerQuery
        }
        return found
    }

    /// Those of the keys that entries were posted under.
    package static func known(_ keys: [String], in connection: Connection) throws -> Set<String> {
        var known: Set<String> = []
        var start = 0
        while start < keys.count {
            let part = keys[start..<min(start + keysPerQuery, keys.count)]
            let marks = Array(repeating: "?", count: part.count).joined(separator: ", ")
            try connection.forEach(
                "SELECT entry_key FROM journal_entry WHERE entry_key IN (\(marks))", arguments: part.map { $0 }
            ) { known.insert(try $0.text(0)) }
            start += keysPerQuery
        }
        return known
    }

    /// The entries that a run posted, in their order.
    package static func entries(of run: RunID, in connection: Connection) throws -> [Posted] {
        var entries: [Posted] = []
        try JournalReader.forEach("entry.run_id = ?", [run.rawValue], in: connection) {
            entries.append(try $0.posted())
        }
        return entries
    }
}
