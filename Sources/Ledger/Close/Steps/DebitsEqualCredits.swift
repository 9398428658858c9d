import Amounts
import Jobs
import Store

/// The trial balance of the period: debits equal credits in each currency and in base.
struct DebitsEqualCredits: CloseStep {
    let name = "debits-equal-credits"
    let title = "Trial balance: debits equal credits, by currency"
    let stage = CloseStage.verification
    let occasions: Set<CloseOccasion> = [.month, .year]

    func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        var findings = CloseFindings()
        try connection.forEach(
            """
            SELECT posting.currency,
                   CAST(SUM(CASE WHEN posting.amount_minor > 0 THEN posting.amount_minor ELSE 0 END) AS INTEGER),
                   CAST(SUM(CASE WHEN posting.amount_minor < 0 THEN -posting.amount_minor ELSE 0 END) AS INTEGER)
              FROM journal_entry AS entry JOIN posting ON posting.entry_number = entry.entry_number
             WHERE entry.entry_date >= ? AND entry.entry_date <= ?
             GROUP BY posting.currency ORDER BY posting.currency
            """, close.days.lowerBound, close.days.upperBound
        ) { row in
            let debit = try row.money(1, 0)
            let credit = try row.money(2, 0)
            if debit == credit {
                findings.add(.init("debits and credits", debit))
            } else {
                findings.add("currency \(debit.currency)", "debits are \(debit), credits are \(credit)")
            }
        }
        let movements = try AccountBalances.movements(close.days, close.currency, in: connection)
        let statement = try TrialBalance.statement(
            of: StatementPeriod(label: "\(close.period)", movements: movements), close.accounts)
        for check in statement.checks where !check.holds {
            findings.add("trial balance", "\(check.name): the difference is \(check.difference)")
        }
        return findings
    }
}
