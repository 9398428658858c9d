import Amounts
import Calendars
import Diagnostics
import Store

/// Reverses entries that a person posted.
package enum EntryReversals {
    /// What comes of records that have a way of their own to be undone.
    private static let ways: [String: String] = [
        Settlement.sourceType: "Undo the settlement with `steward ledger unsettle`.",
        "close": "Open the period again with `steward close reopen`.",
        "payroll-run": "Pay the difference with the next payroll; the payslips would not agree with the books.",
    ]

    /// Posts the exact mirror of an entry. The open items of both settle each other.
    ///
    /// - Parameter date: on or after that of the entry.
    /// - Returns: the mirror as it stands; `isNew` is false where it was posted before.
    /// - Throws: a `Failure` where the entry is another's to undo, was reversed differently, or its items are settled.
    package static func reverse(
        _ reference: String, on date: CalendarDate, reason: String,
        accounts: @autoclosure () throws -> Settlement.Accounts,
        _ base: Currency, in unit: UnitOfWork
    ) throws -> (entry: Journal.Posted, isNew: Bool) {
        try Journal.lockHead(in: unit.connection)
        let posted = try find(reference, in: unit.connection)
        let entry = posted.entry
        if let source = entry.source, let way = ways[source.type] {
            throw Failure(
                .refused,
                "Entry \(posted.number) (\(entry.key)) comes from \(source.type) \(source.id); it was not reversed.",
                advice: way)
        }
        let key = entry.key + "/reversal"
        if let known = try reversal(of: entry.key, in: unit.connection) {
            guard known.entry.key == key, known.entry.date == date else {
                throw Failure(
                    .refused,
                    "Entry \(posted.number) (\(entry.key)) was reversed by entry \(known.number) of \(known.entry.date).",
                    advice: "Nothing was posted. Reverse that entry to undo its reversal.")
            }
            return (known, false)
        }
        if entry.reverses != nil {
            // Its items settled those of what it reversed, which are open again now.
            try unsettle(reversedBy: posted.number, on: date, reason: reason, base, in: unit)
        }
        let items = try items(of: posted, base, in: unit.connection)
        try requireOpen(items)
        let mirror = try entry.reversed(on: date, key: key)
        let number = try Journal.post([mirror], in: unit)[0]
        try unit.insert(into: "reversal", columns: ["entry_key", "reason"], rows: [key]) { key, row in
            try row.bind(key)
            try row.bind(reason)
        }
        if !items.isEmpty {
            let matches = try items.map { balance -> Settlement.Match in
                let item = balance.item
                let other = OpenItem.ID(item.id.rawValue - (posted.number - number) * OpenItem.ID.linesPerEntry)
                let amount = try item.amount.magnitude()
                return item.isDebit
                    ? Settlement.Match(debit: item.id, credit: other, amount: amount)
                    : Settlement.Match(debit: other, credit: item.id, amount: amount)
            }
            try SettlementRecords.settle(
                [Settlement(key: settlementKey(number), date: date, matches: matches)], reason: reason,
                accounts: try accounts(), base, in: unit)
        }
        return (Journal.Posted(number: number, entry: mirror, hash: ""), true)
    }

    /// The entry of a number or a key.
    package static func find(_ reference: String, in connection: Connection) throws -> Journal.Posted {
        var found: Journal.Posted?
        if let number = Int64(reference) {
            try JournalReader.forEach("entry.entry_number = ?", [number], in: connection) { found = try $0.posted() }
        } else {
            found = try Journal.find(key: reference, in: connection)
        }
        guard let found else {
            throw Failure(
                .notFound, "There is no entry \(reference) in the journal.",
                advice: "Give its number or its key; `steward ledger register ACCOUNT` shows them.")
        }
        return found
    }

    /// What settles the items of an entry with those of the one that it reverses.
    private static func settlementKey(_ number: Int64) -> String { "reversal/\(number)" }

    private static func unsettle(
        reversedBy number: Int64, on date: CalendarDate, reason: String, _ base: Currency, in unit: UnitOfWork
    ) throws {
        let key = settlementKey(number)
        guard let known = try SettlementRecords.find(key, base, in: unit.connection), known.undoneBy == nil else {
            return
        }
        try SettlementRecords.reverse(key, as: key + "/undone", on: date, reason: reason, base, in: unit)
    }

    private static func reversal(of key: String, in connection: Connection) throws -> Journal.Posted? {
        var found: Journal.Posted?
        try JournalReader.forEach("entry.reverses = ?", [key], in: connection) { found = try $0.posted() }
        return found
    }

    private static func items(
        of posted: Journal.Posted, _ base: Currency, in connection: Connection
    ) throws -> [OpenItemBalance] {
        let ids = posted.entry.postings.indices.map { OpenItem.ID(entry: posted.number, line: $0 + 1) }
        return try OpenItemRecords.balances(of: ids, base, in: connection)
    }

    private static func requireOpen(_ items: [OpenItemBalance]) throws(Failure) {
        var problems = ProblemList(maximumCount: 100)
        for balance in items where balance.open != balance.item.amount {
            problems.add(
                "item \(balance.item.id) of \(balance.item.amount) is settled but for \(balance.open)",
                expected: "all of it to be open; see `steward ledger items \(balance.item.id)`")
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "nothing was reversed")
    }
}
