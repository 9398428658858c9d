import Amounts
import Calendars
import Diagnostics
import Store

/// Settlements in the store: what settled open items, each with its entry in the journal where the books changed.
package enum SettlementRecords {
    /// A settlement as it stands.
    package struct Stored: Hashable, Sendable {
        package let outcome: SettlementOutcome
        package let reason: String
        /// The settlement that undid it.
        package let undoneBy: String?
        /// Whether it was written just now.
        package let isNew: Bool
    }

    // MARK: - Reading

    /// Settlements that one query asks for.
    private static let keysPerQuery = 500

    package static func find(_ key: String, _ base: Currency, in connection: Connection) throws -> Stored? {
        try find(keys: [key], base, in: connection)[key]
    }

    /// The settlements with these keys, as far as there are any.
    ///
    /// - Parameter base: the currency of the books.
    package static func find(
        keys: [String], _ base: Currency, in connection: Connection
    ) throws -> [String: Stored] {
        struct Head {
            var date: CalendarDate
            var reverses: String?
            var reason: String
            var difference: Money
            var entryKey: String?
            var undoneBy: String?
        }
        var heads: [(key: String, head: Head)] = []
        var parts: [String: [SettledPart]] = [:]
        for start in stride(from: 0, to: keys.count, by: keysPerQuery) {
            let some = Array(keys[start..<min(start + keysPerQuery, keys.count)])
            let marks = Array(repeating: "?", count: some.count).joined(separator: ", ")
            heads += try connection.all(
                """
                SELECT settlement.settlement_key, settlement.settlement_date, settlement.reverses, settlement.reason,
                       settlement.exchange_difference_minor, settlement.entry_key, undoing.settlement_key
                  FROM settlement LEFT JOIN settlement AS undoing ON undoing.reverses = settlement.settlement_key
                 WHERE settlement.settlement_key IN (\(marks))
                """, arguments: some
            ) { row in
                (
                    try row.text(0),
                    Head(
                        date: try row.date(1), reverses: try row.optionalText(2), reason: try row.text(3),
                        difference: try row.money(4, base), entryKey: try row.optionalText(5),
                        undoneBy: try row.optionalText(6))
                )
            }
            try connection.forEach(
                """
                SELECT part.settlement_key, part.item_id, part.kind, part.counterpart, part.amount_minor, item.currency,
                       part.base_minor, part.settlement_date
                  FROM settled_part AS part JOIN open_item AS item ON item.item_id = part.item_id
                 WHERE part.settlement_key IN (\(marks)) ORDER BY part.settlement_key, part.line
                """, arguments: some
            ) { row in
                let part = try part(row, base)
                parts[part.settlement, default: []].append(part)
            }
        }
        let entries = try Journal.find(keys: heads.compactMap(\.head.entryKey), in: connection)
        let stored = heads.map { key, head in
            let outcome = SettlementOutcome(
                key: key, date: head.date, reverses: head.reverses, parts: parts[key] ?? [],
                exchangeDifference: head.difference,
                postings: head.entryKey.flatMap { entries[$0]?.entry.postings } ?? [])
            return (key, Stored(outcome: outcome, reason: head.reason, undoneBy: head.undoneBy, isNew: false))
        }
        return Dictionary(stored, uniquingKeysWith: { first, _ in first })
    }

    private static func part(_ row: Row, _ base: Currency) throws -> SettledPart {
        guard let kind = SettledPart.Kind(rawValue: try row.text(2)) else {
            throw StoreError.corrupt(column: "settled_part.kind", expected: "match, discount or write_off")
        }
        return SettledPart(
            settlement: try row.text(0), item: OpenItem.ID(try row.int(1)), kind: kind,
            counterpart: try row.optionalInt(3).map { OpenItem.ID($0) }, amount: try row.money(4, 5),
            base: try row.money(6, base), date: try row.date(7))
    }

    /// What settled an item, in the order in which it was recorded.
    package static func parts(
        of item: OpenItem.ID, _ base: Currency, in connection: Connection
    ) throws -> [SettledPart] {
        try connection.all(
            """
            SELECT part.settlement_key, part.item_id, part.kind, part.counterpart, part.amount_minor, item.currency,
                   part.base_minor, part.settlement_date
              FROM settled_part AS part JOIN open_item AS item ON item.item_id = part.item_id
              JOIN settlement ON settlement.settlement_key = part.settlement_key
             WHERE part.item_id = ?
             ORDER BY settlement.recorded_at, part.settlement_date, part.settlement_key, part.line
            """, item.rawValue
        ) { try part($0, base) }
    }

    // MARK: - Settling

    // Two who settle the same items do it one after the other, as two who post do: each locks the end of the journal.

    /// Settles items, all of it or nothing. A settlement whose key was used before for the same is left as it stands.
    ///
    /// - Parameters:
    ///   - reason: why, for those who look at it later; the description of the entry in the journal.
    ///   - base: the currency of the books.
    /// - Returns: what became of each, in the order given.
    /// - Throws: a `Failure` with everything that is wrong with any of them.
    @discardableResult
    package static func settle(
        _ settlements: [Settlement], reason: String, accounts: Settlement.Accounts, _ base: Currency,
        in unit: UnitOfWork
    ) throws -> [Stored] {
        try Journal.lockHead(in: unit.connection)
        let known = try find(keys: settlements.map(\.key), base, in: unit.connection)
        let outcomes = try outcomes(of: settlements, known, accounts: accounts, base, in: unit.connection)
        try write(settlements.filter { known[$0.key] == nil }.compactMap { outcomes[$0.key] }, reason: reason, in: unit)
        return settlements.compactMap { settlement in
            known[settlement.key]
                ?? outcomes[settlement.key].map {
                    Stored(outcome: $0, reason: reason, undoneBy: nil, isNew: true)
                }
        }
    }

    /// What `settle` would do, without doing it.
    package static func preview(
        _ settlements: [Settlement], accounts: Settlement.Accounts, _ base: Currency, in connection: Connection
    ) throws -> [SettlementOutcome] {
        let known = try find(keys: settlements.map(\.key), base, in: connection)
        let outcomes = try outcomes(of: settlements, known, accounts: accounts, base, in: connection)
        return settlements.compactMap { known[$0.key]?.outcome ?? outcomes[$0.key] }
    }

    private static func outcomes(
        of settlements: [Settlement], _ known: [String: Stored], accounts: Settlement.Accounts, _ base: Currency,
        in connection: Connection
    ) throws -> [String: SettlementOutcome] {
        var problems = ProblemList(maximumCount: 100)
        for settlement in settlements {
            guard let stored = known[settlement.key] else { continue }
            if !settlement.isSame(as: stored.outcome.parts, on: stored.outcome.date) {
                problems.add("\(settlement.key) settled something else before", expected: "a key of its own")
            } else if let undoing = stored.undoneBy {
                problems.add("\(settlement.key) was undone by \(undoing)", expected: "a key of its own")
            }
        }
        let new = settlements.filter { known[$0.key] == nil }
        for settlement in new where !(1...Settlement.maximumKeyBytes).contains(settlement.key.utf8.count) {
            problems.add(
                "a settlement has a key of \(settlement.key.utf8.count) bytes",
                expected: "1 to \(Settlement.maximumKeyBytes)")
        }
        let ids = new.reduce(into: Set<OpenItem.ID>()) { $0.formUnion($1.items) }
        var book = try OpenItemBook(
            balances: try OpenItemRecords.balances(of: Array(ids), base, in: connection), baseCurrency: base)
        var outcomes: [String: SettlementOutcome] = [:]
        for settlement in new {
            do {
                outcomes[settlement.key] = try book.settle(settlement, accounts: accounts)
            } catch let failure as Failure {
                problems.add(contentsOf: failure.problems)
            }
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "nothing was settled")
        return outcomes
    }

    /// Undoes a settlement, to the unit: what was open before it is open again.
    ///
    /// - Parameter date: on or after the date of the settlement; its entry is undone on this day.
    /// - Throws: a `Failure` where there is no such settlement, it undid another itself, or was undone in another way.
    @discardableResult
    package static func reverse(
        _ key: String, as newKey: String, on date: CalendarDate, reason: String, _ base: Currency,
        in unit: UnitOfWork
    ) throws -> Stored {
        try Journal.lockHead(in: unit.connection)
        let stored = try find(keys: [key, newKey], base, in: unit.connection)
        guard let settlement = stored[key] else {
            throw Failure(
                .notFound, "There is no settlement \(key).",
                advice: "`steward ledger items ITEM` shows what settled an item.")
        }
        if let other = settlement.outcome.reverses {
            throw Failure(
                .refused, "\(key) undid \(other) and cannot be undone itself; nothing was undone.",
                advice: "Settle the items again.")
        }
        if let undoing = settlement.undoneBy {
            if undoing == newKey, let known = stored[newKey], known.outcome.date == date { return known }
            throw Failure(.refused, "\(key) was undone by \(undoing) before; nothing was undone.")
        }
        let items = Array(Set(settlement.outcome.parts.map(\.item)))
        var book = try OpenItemBook(
            balances: try OpenItemRecords.balances(of: items, base, in: unit.connection), baseCurrency: base)
        let outcome = try book.reverse(settlement.outcome, key: newKey, on: date)
        try write([outcome], reason: reason, in: unit)
        return Stored(outcome: outcome, reason: reason, undoneBy: nil, isNew: true)
    }

    // MARK: - Writing

    /// What settles items without an entry changes the sub-ledger of its day all the same.
    ///
    /// - Throws: `PeriodRefusal` when the period of a day is not open.
    private static func requireOpenPeriods(of dates: some Sequence<CalendarDate>, in unit: UnitOfWork) throws {
        let dates = Set(dates).sorted()
        guard !dates.isEmpty, let calendar = try FiscalCalendar.find(in: unit.connection) else { return }
        let periods = try FiscalPeriodRecords.load(calendar, at: unit.stamp.at, in: unit.connection)
        let request = PostingRequest(areas: [], person: unit.stamp.person, at: unit.stamp.at)
        for date in dates {
            let period = FiscalPeriod(containing: date, in: calendar.cycle)
            if let refusal = periods.refusal(of: request, in: period) { throw refusal }
        }
    }

    private static func write(_ outcomes: [SettlementOutcome], reason: String, in unit: UnitOfWork) throws {
        guard !outcomes.isEmpty else { return }
        let entries = try outcomes.map { try $0.entry(journal: .general, description: reason) }
        try Journal.post(entries.compactMap(\.self), in: unit)
        try insert(
            zip(outcomes, entries).map { Written(outcome: $0, reason: reason, entryKey: $1?.key) }, in: unit)
    }

    /// A settlement with the key of its entry in the journal, which stands there.
    struct Written {
        var outcome: SettlementOutcome
        var reason: String
        /// Nil where the books do not change.
        var entryKey: String?
    }

    /// Writes settlements that post nothing any more: each behind the one that it undoes.
    static func insert(_ settlements: [Written], in unit: UnitOfWork) throws {
        try requireOpenPeriods(of: settlements.lazy.filter { $0.entryKey == nil }.map(\.outcome.date), in: unit)
        try unit.insert(
            into: "settlement",
            columns: [
                "settlement_key", "settlement_date", "reverses", "reason", "exchange_difference_minor", "entry_key",
            ], rows: settlements
        ) { written, row in
            let outcome = written.outcome
            try row.bind(outcome.key)
            try row.bind(outcome.date)
            try row.bind(outcome.reverses)
            try row.bind(written.reason)
            try row.bind(outcome.exchangeDifference)
            try row.bind(written.entryKey)
        }
        try unit.insert(
            into: "settled_part",
            columns: [
                "settlement_key", "line", "item_id", "kind", "counterpart", "amount_minor", "base_minor",
                "settlement_date",
            ], stamping: .runOnly
        ) { row in
            for outcome in settlements.lazy.map(\.outcome) {
                for (index, part) in outcome.parts.enumerated() {
                    try row.bind(outcome.key)
                    try row.bind(index + 1)
                    try row.bind(part.item.rawValue)
                    try row.bind(part.kind.rawValue)
                    try row.bind(part.counterpart?.rawValue)
                    try row.bind(part.amount)
                    try row.bind(part.base)
                    try row.bind(outcome.date)
                    try row.finishRow()
                }
            }
        }
    }
}
