import Amounts
import Calendars
import Store

extension Journal {
    /// Reads the whole journal and compares it with its own chain of hashes: that every entry balances, that none is
    /// missing, was changed or came in between, and that it ends where the store says it ends.
    ///
    /// - Parameters:
    ///   - report: called with a sentence for each thing that is wrong.
    ///   - progress: called now and then with the entries that were read.
    package static func check(
        in connection: Connection, report: (String) -> Void, progress: (Int) throws -> Void = { _ in }
    ) throws {
        var last = Link(number: 0, hash: String(repeating: "0", count: 64))
        var entry: Draft?
        func finish() {
            guard let draft = entry else { return }
            for problem in draft.problems(after: last) { report(problem) }
            last = Link(number: draft.number, hash: draft.hash)
        }
        var count = 0
        try connection.forEach(
            """
            SELECT entry.entry_number, entry.entry_key, entry.entry_date, entry.description, entry.previous_hash,
                   entry.hash, posting.account, posting.amount_minor, posting.currency, posting.description
              FROM journal_entry AS entry
              LEFT JOIN posting ON posting.entry_number = entry.entry_number
             ORDER BY entry.entry_number, posting.line
            """
        ) { row in
            let number = try row.int(0)
            if entry?.number != number {
                finish()
                count += 1
                if count.isMultiple(of: 1_000) { try progress(count) }
                entry = Draft(
                    number: number, key: try row.text(1), date: try row.date(2), description: try row.text(3),
                    previousHash: try row.text(4), hash: try row.text(5))
            }
            guard !row.isNull(6) else { return }
            entry?.postings.append(
                JournalEntry.Posting(
                    account: AccountCode(try row.text(6)), amount: try row.money(7, 8), description: try row.text(9)))
        }
        finish()
        let head = try connection.first("SELECT entry_number, hash FROM journal_head WHERE company = 1") {
            Link(number: try $0.int(0), hash: try $0.text(1))
        }
        switch head {
        case nil: report("the store does not say where the journal ends")
        case let head? where head != last:
            report("the journal ends with entry \(last.number), and the store says that it ends with \(head.number)")
        default: break
        }
        try progress(count)
    }

    private struct Link: Equatable {
        var number: Int64
        var hash: String
    }

    /// An entry as it stands in the store, right or wrong.
    private struct Draft {
        var number: Int64
        var key: String
        var date: CalendarDate
        var description: String
        var previousHash: String
        var hash: String
        var postings: [JournalEntry.Posting] = []

        func problems(after last: Link) -> [String] {
            let name = "journal entry \(number) (\(key))"
            var problems: [String] = []
            if number != last.number + 1 {
                problems.append("\(name) follows entry \(last.number): a number is missing")
            }
            if previousHash != last.hash { problems.append("\(name) is not chained to the entry before it") }
            do {
                let entry = try JournalEntry(key: key, date: date, description: description, postings: postings)
                if entry.postings.count != postings.count { problems.append("\(name) has a posting of zero") }
                if Journal.hash(of: entry, number: number, previousHash: previousHash) != hash {
                    problems.append("\(name) is not what its hash was made of")
                }
            } catch {
                problems.append("\(name) is no entry: \((error as? LedgerError)?.failure.summary ?? "\(error)")")
            }
            return problems
        }
    }
}
