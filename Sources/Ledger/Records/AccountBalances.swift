import Amounts
import Calendars
import Store

/// What the journal adds up to, by account, in base.
package enum AccountBalances {
    /// What happened on each account from one day to another, and what was on it before; in order of the accounts, without
    /// those that were never posted to.
    ///
    /// - Parameters:
    ///   - days: those of entries; entries of kind `opening` in them count as having been there before.
    ///   - currency: the base currency.
    package static func movements(
        _ days: ClosedRange<CalendarDate>, _ currency: Currency, in connection: Connection
    ) throws -> [AccountMovement] {
        let special = try specialEntries(days, in: connection)
        return try connection.all(
            """
            SELECT account,
                   CAST(SUM(CASE WHEN entry_date < ? THEN base_minor ELSE 0 END) AS INTEGER),
                   CAST(SUM(CASE WHEN entry_date >= ? AND base_minor > 0 THEN base_minor ELSE 0 END) AS INTEGER),
                   CAST(SUM(CASE WHEN entry_date >= ? AND base_minor < 0 THEN base_minor ELSE 0 END) AS INTEGER)
              FROM posting WHERE entry_date <= ? GROUP BY account ORDER BY account
            """, days.lowerBound, days.lowerBound, days.lowerBound, days.upperBound
        ) { row in
            let account = AccountCode(try row.text(0))
            let apart = special[account] ?? Special(zero: .zero(currency))
            return AccountMovement(
                account: account,
                opening: try row.money(1, currency) + apart.openingDebit - apart.openingCredit,
                debit: try row.money(2, currency) - apart.openingDebit - apart.closingDebit,
                credit: try row.money(3, currency).negated() - apart.openingCredit - apart.closingCredit,
                closingEntries: try apart.closingDebit - apart.closingCredit, revaluation: apart.revaluation)
        }
    }

    /// What entries of the kinds `opening`, `closing` and `revaluation` brought to an account; debits and credits are not
    /// negative.
    private struct Special {
        var openingDebit: Money
        var openingCredit: Money
        var closingDebit: Money
        var closingCredit: Money
        var revaluation: Money

        init(zero: Money) {
            openingDebit = zero
            openingCredit = zero
            closingDebit = zero
            closingCredit = zero
            revaluation = zero
        }
    }

    private static func specialEntries(
        _ days: ClosedRange<CalendarDate>, in connection: Connection
    ) throws -> [AccountCode: Special] {
        var special: [AccountCode: Special] = [:]
        try connection.forEach(
            """
            SELECT posting.account, entry.kind, entry.base_currency,
                   CAST(SUM(CASE WHEN posting.base_minor > 0 THEN posting.base_minor ELSE 0 END) AS INTEGER),
                   CAST(SUM(CASE WHEN posting.base_minor < 0 THEN posting.base_minor ELSE 0 END) AS INTEGER)
              FROM journal_entry AS entry JOIN posting ON posting.entry_number = entry.entry_number
             WHERE (entry.kind = 'opening' OR entry.kind = 'closing' OR entry.kind = 'revaluation')
               AND entry.entry_date >= ? AND entry.entry_date <= ?
             GROUP BY posting.account, entry.kind, entry.base_currency
            """, days.lowerBound, days.upperBound
        ) { row in
            let account = AccountCode(try row.text(0))
            let currency = try row.currency(2)
            let (debit, credit) = (try row.money(3, currency), try row.money(4, currency).negated())
            var sums = special[account] ?? Special(zero: .zero(currency))
            switch try JournalEntry.Kind(rawValue: row.text(1)) {
            case .opening: (sums.openingDebit, sums.openingCredit) = (debit, credit)
            case .closing: (sums.closingDebit, sums.closingCredit) = (debit, credit)
            default: sums.revaluation = try debit - credit
            }
            special[account] = sums
        }
        return special
    }
}
