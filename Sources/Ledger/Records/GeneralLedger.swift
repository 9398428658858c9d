import Amounts
import Calendars
import Store

/// Every account with its postings, in the order of the accounts and in each in the order in which they count.
package enum GeneralLedger {
    /// A posting with what tells where it is from.
    package struct Line: Hashable, Sendable {
        package var account: AccountCode
        package var entry: Int64
        package var date: CalendarDate
        package var journal: String
        package var kind: String
        package var key: String
        /// That of the posting, or else of its entry.
        package var description: String
        package var party: Party?
        package var dimensions: Dimensions
        package var amount: Money
        package var base: Money
        package var run: Int64?
    }

    /// Postings of these days, one at a time: memory is the same for ten of them and ten million.
    package static func forEach(
        _ days: ClosedRange<CalendarDate>, in connection: Connection, _ body: (Line) throws -> Void
    ) throws {
        try connection.forEach(
            """
            SELECT posting.account, posting.entry_number, posting.entry_date, entry.journal, entry.kind, entry.entry_key,
                   CASE WHEN posting.description = '' THEN entry.description ELSE posting.description END,
                   posting.party_kind, posting.party_id, posting.cost_centre, posting.project, posting.amount_minor,
                   posting.currency, posting.base_minor, entry.base_currency, posting.run_id
              FROM posting JOIN journal_entry AS entry ON entry.entry_number = posting.entry_number
             WHERE posting.entry_date >= ? AND posting.entry_date <= ?
             ORDER BY posting.account, posting.entry_date, posting.entry_number, posting.line
            """, days.lowerBound, days.upperBound
        ) { row in
            let kind = try row.optionalText(7)
            let id = try row.optionalText(8)
            try body(
                Line(
                    account: AccountCode(try row.text(0)), entry: try row.int(1), date: try row.date(2),
                    journal: try row.text(3), kind: try row.text(4), key: try row.text(5),
                    description: try row.text(6),
                    party: kind.flatMap(Party.Kind.init(rawValue:)).flatMap { kind in id.map { Party(kind, $0) } },
                    dimensions: Dimensions(
                        costCentre: try row.optionalText(9), project: try row.optionalText(10)),
                    amount: try row.money(11, 12), base: try row.money(13, try row.currency(14)),
                    run: try row.optionalInt(15)))
        }
    }

    /// What moved an account: its postings by journal, kind of entry and source.
    package struct Activity: Hashable, Sendable {
        package var journal: String
        package var kind: String
        package var source: String?
        package var postings: Int64
        package var debit: Money
        package var credit: Money
    }

    package static func activity(
        of account: AccountCode, _ days: ClosedRange<CalendarDate>, _ currency: Currency, in connection: Connection
    ) throws -> [Activity] {
        try connection.all(
            """
            SELECT entry.journal, entry.kind, entry.source_type, COUNT(*),
                   CAST(SUM(CASE WHEN posting.base_minor > 0 THEN posting.base_minor ELSE 0 END) AS INTEGER),
                   CAST(SUM(CASE WHEN posting.base_minor < 0 THEN posting.base_minor ELSE 0 END) AS INTEGER)
              FROM posting JOIN journal_entry AS entry ON entry.entry_number = posting.entry_number
             WHERE posting.account = ? AND posting.entry_date >= ? AND posting.entry_date <= ?
             GROUP BY entry.journal, entry.kind, entry.source_type
             ORDER BY entry.journal, entry.kind, COALESCE(entry.source_type, '')
            """, account.rawValue, days.lowerBound, days.upperBound
        ) { row in
            Activity(
                journal: try row.text(0), kind: try row.text(1), source: try row.optionalText(2),
                postings: try row.int(3), debit: try row.money(4, currency),
                credit: try row.money(5, currency).negated())
        }
    }
}
