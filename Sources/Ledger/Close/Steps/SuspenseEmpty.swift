import Amounts
import Jobs
import Store

/// Nothing is left on the suspense accounts at the end of the period, in any currency.
struct SuspenseEmpty: CloseStep {
    let name = "suspense-empty"
    let title = "Suspense accounts empty"
    let stage = CloseStage.review
    let occasions: Set<CloseOccasion> = [.month, .year]

    func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        var findings = CloseFindings()
        for account in close.ledgerAccounts.suspense {
            // A handful of accounts; the index has all that is asked for.
            try connection.forEach(
                """
                SELECT currency, CAST(SUM(amount_minor) AS INTEGER), CAST(SUM(base_minor) AS INTEGER) FROM posting
                 WHERE account = ? AND entry_date <= ? GROUP BY currency ORDER BY currency
                """, account.rawValue, close.days.upperBound
            ) { row in
                let amount = try row.money(1, 0)
                let base = try row.money(2, close.currency)
                guard !amount.isZero || !base.isZero else { return }
                let worth = amount.currency == close.currency ? "" : ", worth \(base)"
                findings.add(
                    close.itemName(of: account),
                    "\(amount) is on it\(worth); `steward ledger register \(account)` shows what it is from")
            }
        }
        findings.add(.init("suspense accounts", "\(close.ledgerAccounts.suspense.count)"))
        return findings
    }
}

extension CloseContext {
    /// `account 1290 Suspense`: what a finding is about.
    package func itemName(of account: AccountCode) -> String {
        "account \(account)" + (accounts[account].map { " \($0.name)" } ?? "")
    }
}
