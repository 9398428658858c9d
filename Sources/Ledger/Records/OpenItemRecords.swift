import Amounts
import Calendars
import Store

/// Open items in the store: each posting to a control account that owes something.
package enum OpenItemRecords {
    // MARK: - Writing

    /// Writes the items of entries that are just being posted, behind their postings.
    static func insert(
        of entries: [JournalEntry], from first: Int64, _ controlAccounts: ControlAccounts, in unit: UnitOfWork
    ) throws {
        guard entries.contains(where: { hasItems($0, controlAccounts) }) else { return }
        try unit.insert(
            into: "open_item",
            columns: [
                "item_id", "account", "party_kind", "party_id", "currency", "amount_minor", "base_minor", "entry_date",
                "due_date", "reference",
            ], stamping: .runOnly
        ) { row in
            for (offset, entry) in entries.enumerated() where hasItems(entry, controlAccounts) {
                for (index, posting) in entry.postings.enumerated() where controlAccounts.isItem(posting, of: entry) {
                    guard let party = posting.party else { continue }
                    try row.bind(OpenItem.ID(entry: first + Int64(offset), line: index + 1).rawValue)
                    try row.bind(posting.account.rawValue)
                    try row.bind(party.kind.rawValue)
                    try row.bind(party.id)
                    try row.bind(posting.amount.currency)
                    try row.bind(posting.amount)
                    try row.bind(posting.base)
                    try row.bind(entry.date)
                    try row.bind(posting.due ?? entry.documentDate)
                    try row.bind(entry.reference)
                    try row.finishRow()
                }
            }
        }
    }

    private static func hasItems(_ entry: JournalEntry, _ controlAccounts: ControlAccounts) -> Bool {
        !controlAccounts.kinds.isEmpty && entry.postings.contains { controlAccounts.isItem($0, of: entry) }
    }

    // MARK: - Reading

    /// Which items are asked for.
    package struct Selection: Hashable, Sendable {
        package var account: AccountCode?
        package var party: Party?
        /// Whether those of which nothing is open are asked for, too.
        package var isWithSettled = false

        package init(account: AccountCode? = nil, party: Party? = nil, isWithSettled: Bool = false) {
            self.account = account
            self.party = party
            self.isWithSettled = isWithSettled
        }

        /// A condition on `item`, the row of the item.
        fileprivate var condition: (sql: String, arguments: [any SQLBindable]) {
            var conditions: [String] = []
            var arguments: [any SQLBindable] = []
            if let account {
                conditions.append(" AND item.account = ?")
                arguments.append(account.rawValue)
            }
            if let party {
                conditions.append(" AND item.party_id = ? AND item.party_kind = ?")
                arguments += [party.id, party.kind.rawValue]
            }
            return (conditions.joined(), arguments)
        }
    }

    private static let columns = """
        item.item_id, item.account, item.party_kind, item.party_id, item.currency, item.amount_minor, item.base_minor,
        item.entry_date, item.due_date, item.reference
        """

    /// The items that were posted by the end of `day`, with what was open of them then; in the order of their numbers.
    ///
    /// - Parameter base: the currency of the books.
    package static func balances(
        _ selection: Selection = Selection(), on day: CalendarDate, _ base: Currency, in connection: Connection
    ) throws -> [OpenItemBalance] {
        let (condition, arguments) = selection.condition
        return try connection.all(
            """
            SELECT \(columns), CAST(COALESCE(SUM(part.amount_minor), 0) AS INTEGER),
                   CAST(COALESCE(SUM(part.base_minor), 0) AS INTEGER)
              FROM open_item AS item
              LEFT JOIN settled_part AS part ON part.item_id = item.item_id AND part.settlement_date <= ?
             WHERE item.entry_date <= ?\(condition)
             GROUP BY item.item_id
            \(selection.isWithSettled ? "" : "HAVING item.amount_minor <> COALESCE(SUM(part.amount_minor), 0)")
             ORDER BY item.item_id
            """, arguments: [day, day] + arguments
        ) { try balance($0, base) }
    }

    /// Items that one query asks for.
    private static let itemsPerQuery = 500

    /// The items of these numbers that exist, with what is open of them after everything that settled them.
    package static func balances(
        of ids: [OpenItem.ID], _ base: Currency, in connection: Connection
    ) throws -> [OpenItemBalance] {
        let ids = Array(Set(ids)).sorted()
        var balances: [OpenItemBalance] = []
        for start in stride(from: 0, to: ids.count, by: itemsPerQuery) {
            let part = ids[start..<min(start + itemsPerQuery, ids.count)]
            let marks = Array(repeating: "?", count: part.count).joined(separator: ", ")
            balances += try connection.all(
                """
                SELECT \(columns), CAST(COALESCE(SUM(part.amount_minor), 0) AS INTEGER),
                       CAST(COALESCE(SUM(part.base_minor), 0) AS INTEGER)
                  FROM open_item AS item LEFT JOIN settled_part AS part ON part.item_id = item.item_id
                 WHERE item.item_id IN (\(marks)) GROUP BY item.item_id ORDER BY item.item_id
                """, arguments: part.map(\.rawValue)
            ) { try balance($0, base) }
        }
        return balances
    }

    private static func balance(_ row: Row, _ base: Currency) throws -> OpenItemBalance {
        guard let kind = Party.Kind(rawValue: try row.text(2)) else {
            throw StoreError.corrupt(column: "open_item.party_kind", expected: "a kind of party")
        }
        let item = OpenItem(
            id: OpenItem.ID(try row.int(0)), account: AccountCode(try row.text(1)), party: Party(kind, try row.text(3)),
            amount: try row.money(5, 4), base: try row.money(6, base), date: try row.date(7), due: try row.date(8),
            reference: try row.text(9))
        return OpenItemBalance(
            item: item, open: try item.amount - row.money(10, item.amount.currency),
            base: try item.base - row.money(11, base))
    }
}

extension JournalEntry {
    /// What the other side calls it by: the number of its document, or else its key.
    var reference: String { source?.id ?? key }
}
