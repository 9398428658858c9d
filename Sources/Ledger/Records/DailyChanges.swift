import Amounts
import Calendars
import Store

extension AccountBalances {
    /// What each account changed by on each day, without entries of kinds `opening` and `closing`; debits are positive.
    /// Those entries come a second time, with the sign reversed.
    package static func forEachDailyChange(
        _ days: ClosedRange<CalendarDate>, _ currency: Currency, in connection: Connection,
        _ body: (AccountCode, CalendarDate, Money) throws -> Void
    ) throws {
        try connection.forEach(
            """
            SELECT account, entry_date, CAST(SUM(base_minor) AS INTEGER)
              FROM posting WHERE entry_date >= ? AND entry_date <= ? GROUP BY account, entry_date
            """, days.lowerBound, days.upperBound
        ) { try body(AccountCode(try $0.text(0)), try $0.date(1), try $0.money(2, currency)) }
        try connection.forEach(
            """
            SELECT posting.account, posting.entry_date, CAST(SUM(posting.base_minor) AS INTEGER)
              FROM journal_entry AS entry JOIN posting ON posting.entry_number = entry.entry_number
             WHERE (entry.kind = 'opening' OR entry.kind = 'closing') AND entry.entry_date >= ? AND entry.entry_date <= ?
             GROUP BY posting.account, posting.entry_date
            """, days.lowerBound, days.upperBound
        ) { try body(AccountCode(try $0.text(0)), try $0.date(1), try $0.money(2, currency).negated()) }
    }
}
