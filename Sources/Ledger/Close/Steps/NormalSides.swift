import Jobs
import Store

/// Each account has its balance on the side where it belongs: no customer account in credit, no stock below nothing.
struct NormalSides: CloseStep {
    let name = "normal-sides"
    let title = "Balances on their normal sides"
    let stage = CloseStage.review

    func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        let movements = try AccountBalances.movements(close.days, close.currency, in: connection)
        let period = StatementPeriod(label: "\(close.period)", movements: movements)
        var findings = CloseFindings()
        for (account, balance) in try TrialBalance.onUnusualSide(period, close.accounts)
        where account.code != close.ledgerAccounts.conversion {
            findings.add(
                close.itemName(of: account.code),
                "\(balance) is on it; expected \(account.normalSide == .debit ? "a debit" : "a credit")")
        }
        findings.add(.init("accounts with a balance", "\(try movements.count { try !$0.closing().isZero })"))
        return findings
    }
}
