import Amounts
import Calendars
import Diagnostics
import Jobs
import Store

/// What is open in foreign currencies, and what lies on accounts of cash in them, at the rate of the last day. It is undone
/// on the first day of the next period.
package struct ForeignMoneyRevalued: CloseStep {
    package let name = "revaluation"
    package let title = "Foreign currencies at the rate of the last day"
    package let stage = CloseStage.revaluation

    package init() {}

    package func perform(_ close: CloseContext, in work: RunWork) throws {
        // Where rates are missing nothing is posted: the check says which.
        guard let revaluation = try? revaluation(close, in: work.connection) else { return }
        let accounts = Revaluation.Accounts(
            unrealisedGain: close.ledgerAccounts.unrealisedGain, unrealisedLoss: close.ledgerAccounts.unrealisedLoss,
            residue: close.ledgerAccounts.rounding)
        let pairs = try revaluation.entries(key: close.key("revaluation"), accounts: accounts)
            .map { try ReversingEntry($0, in: close.period) }
        let residues = try revaluation.residueEntries(key: close.key("exchange-residue"), accounts: accounts)
        try Journal.post(pairs.flatMap { [$0.entry, $0.reversal] } + residues, in: work)
    }

    package func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        var findings = CloseFindings()
        do {
            let revaluation = try revaluation(close, in: connection)
            let zero = Money.zero(close.currency)
            let gains = try revaluation.lines.map(\.adjustment).filter(\.isPositive).sum(close.currency)
            let losses = try revaluation.lines.map(\.adjustment).filter(\.isNegative).sum(close.currency)
            findings.add(.init("items in foreign currencies", "\(revaluation.lines.count)"))
            if gains != zero { findings.add(.init("unrealised exchange gain", gains)) }
            if losses != zero { findings.add(.init("unrealised exchange loss", try losses.negated())) }
        } catch let failure as Failure where failure.exitCode == .refused {
            for problem in failure.problems { findings.add("exchange rates", problem.description) }
        }
        return findings
    }

    /// - Throws: a `Failure` with every currency that has no rate.
    private func revaluation(_ close: CloseContext, in connection: Connection) throws -> Revaluation {
        let day = close.period.lastDay
        let rates = try ExchangeRateRecords.table(
            day.adding(days: -ExchangeRateTable.defaultMaximumAgeDays)...day, knownAt: close.knownAt, in: connection)
        return try Revaluation(of: try items(close, on: day, in: connection), on: day, in: close.currency, at: rates)
    }

    private func items(
        _ close: CloseContext, on day: CalendarDate, in connection: Connection
    ) throws -> [Revaluation.Item] {
        let open = try OpenItemRecords.balances(on: day, close.currency, in: connection)
            .filter { $0.open.currency != close.currency }
            .map {
                Revaluation.Item(
                    account: $0.item.account, party: $0.item.party, balance: $0.open, book: $0.base,
                    reference: $0.item.reference)
            }
        // Without earlier revaluations: what is on an account is measured from what was booked.
        let cash = try connection.all(
            """
            SELECT posting.account, posting.currency, CAST(SUM(posting.amount_minor) AS INTEGER),
                   CAST(SUM(CASE WHEN entry.kind = 'revaluation' THEN 0 ELSE posting.base_minor END) AS INTEGER)
              FROM posting JOIN journal_entry AS entry ON entry.entry_number = posting.entry_number
             WHERE posting.currency <> ? AND posting.entry_date <= ?
             GROUP BY posting.account, posting.currency ORDER BY posting.account, posting.currency
            """, close.currency, day
        ) { row in
            Revaluation.Item(
                account: AccountCode(try row.text(0)), balance: try row.money(2, 1),
                book: try row.money(3, close.currency))
        }.filter { close.accounts[$0.account]?.cashFlow == .cash && !($0.balance.isZero && $0.book.isZero) }
        return open + cash
    }
}
