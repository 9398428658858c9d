import Amounts
import Calendars
import Store

/// What the control accounts hold beside what is open of their items: the proof of the sub-ledger.
package enum ControlBalances {
    /// An account in one currency.
    package struct Row: Hashable, Sendable {
        package let account: AccountCode
        /// What was posted to the account, without revaluations, which leave items as they were booked.
        package let posted: Money
        package let postedBase: Money
        /// What is open of its items.
        package let open: Money
        package let openBase: Money
        /// What revaluations added to the account in base.
        package let revaluation: Money

        package var agrees: Bool { posted == open && postedBase == openBase }
    }

    private struct Place: Hashable {
        let account: AccountCode
        let currency: Currency
    }

    private struct Sums {
        var amount: Money
        var base: Money
    }

    /// Every control account, and every account that has open items, by currency, at the end of `day`; in order.
    ///
    /// - Parameter base: the currency of the books.
    package static func rows(
        on day: CalendarDate, _ base: Currency, in connection: Connection
    ) throws -> [Row] {
        let accounts = "SELECT account FROM control_account UNION SELECT account FROM open_item"
        let posted = try sums(
            """
            SELECT account, currency, CAST(SUM(amount_minor) AS INTEGER), CAST(SUM(base_minor) AS INTEGER)
              FROM posting WHERE account IN (\(accounts)) AND entry_date <= ? GROUP BY account, currency
            """, day, base, in: connection)
        let revalued = try sums(
            """
            SELECT posting.account, posting.currency, CAST(SUM(posting.amount_minor) AS INTEGER),
                   CAST(SUM(posting.base_minor) AS INTEGER)
              FROM journal_entry AS entry JOIN posting ON posting.entry_number = entry.entry_number
             WHERE entry.kind = 'revaluation' AND entry.entry_date <= ? AND posting.account IN (\(accounts))
             GROUP BY posting.account, posting.currency
            """, day, base, in: connection)
        let items = try sums(
            """
            SELECT account, currency, CAST(SUM(amount_minor) AS INTEGER), CAST(SUM(base_minor) AS INTEGER)
              FROM open_item WHERE entry_date <= ? GROUP BY account, currency
            """, day, base, in: connection)
        let settled = try sums(
            """
            SELECT item.account, item.currency, CAST(SUM(part.amount_minor) AS INTEGER),
                   CAST(SUM(part.base_minor) AS INTEGER)
              FROM settled_part AS part JOIN open_item AS item ON item.item_id = part.item_id
             WHERE part.settlement_date <= ? GROUP BY item.account, item.currency
            """, day, base, in: connection)
        let places = Set(posted.keys).union(items.keys).union(revalued.keys).union(settled.keys)
        return try places.sorted { ($0.account, $0.currency.code) < ($1.account, $1.currency.code) }.map { place in
            let nothing = Sums(amount: .zero(place.currency), base: .zero(base))
            let (posted, revalued) = (posted[place] ?? nothing, revalued[place] ?? nothing)
            let (items, settled) = (items[place] ?? nothing, settled[place] ?? nothing)
            return Row(
                account: place.account, posted: try posted.amount - revalued.amount,
                postedBase: try posted.base - revalued.base, open: try items.amount - settled.amount,
                openBase: try items.base - settled.base, revaluation: revalued.base)
        }
    }

    private static func sums(
        _ sql: String, _ day: CalendarDate, _ base: Currency, in connection: Connection
    ) throws -> [Place: Sums] {
        let rows = try connection.all(sql, day) { row in
            let amount = try row.money(2, 1)
            return (
                Place(account: AccountCode(try row.text(0)), currency: amount.currency),
                Sums(amount: amount, base: try row.money(3, base))
            )
        }
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }
}
