import Amounts
import Calendars
import Store

/// The postings to one account, in the order in which they count.
package enum AccountRegister {
    /// A posting with what tells where it is from.
    package struct Line: Hashable, Sendable {
        package var entry: Int64
        package var date: CalendarDate
        package var key: String
        package var description: String
        package var party: String?
        package var amount: Money
        package var base: Money
    }

    /// Postings of these days, one at a time, oldest first.
    package static func forEach(
        of account: AccountCode, _ days: ClosedRange<CalendarDate>, in connection: Connection,
        _ body: (Line) throws -> Void
    ) throws {
        try connection.forEach(
            """
            SELECT posting.entry_number, posting.entry_date, entry.entry_key, entry.description, posting.description,
                   posting.party_id, posting.amount_minor, posting.currency, posting.base_minor, entry.base_currency
              FROM posting JOIN journal_entry AS entry ON entry.entry_number = posting.entry_number
             WHERE posting.account = ? AND posting.entry_date >= ? AND posting.entry_date <= ?
             ORDER BY posting.entry_date, posting.entry_number, posting.line
            """, account.rawValue, days.lowerBound, days.upperBound
        ) { row in
            let own = try row.text(4)
            try body(
                Line(
                    entry: try row.int(0), date: try row.date(1), key: try row.text(2),
                    description: own.isEmpty ? try row.text(3) : own, party: try row.optionalText(5),
                    amount: try row.money(6, 7), base: try row.money(8, try row.currency(9))))
        }
    }
}
