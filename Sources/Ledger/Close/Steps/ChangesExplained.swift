import Amounts
import Jobs
import Store

/// Income and expense are about what they were in the month before; what is not wants an explanation.
struct ChangesExplained: CloseStep {
    let name = "changes-explained"
    let title = "Changes from the month before within their limits"
    let stage = CloseStage.review

    func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        var findings = CloseFindings()
        let before = close.period.previousMonth
        guard let first = close.settings.firstPeriod, before >= first else {
            findings.add(.init("compared with", "nothing: the books begin with \(close.period)"))
            return findings
        }
        let limits = close.settings.limits
        let former = try AccountBalances.changes(before.days, close.currency, in: connection)
        let present = try AccountBalances.changes(close.period.days, close.currency, in: connection)
        for account in close.accounts.accounts where !account.type.isOfBalanceSheet {
            let zero = Money.zero(close.currency)
            let (was, now) = (former[account.code] ?? zero, present[account.code] ?? zero)
            let difference = try (now - was).magnitude()
            guard difference.minorUnits > limits.reviewAmount.minorUnits else { continue }
            let share = try was.magnitude().multiplied(by: limits.reviewShare, rounding: .towardZero)
            guard difference.minorUnits > share.minorUnits else { continue }
            findings.add(
                close.itemName(of: account.code),
                "\(now) after \(was) in \(before): a difference of \(difference), more than "
                    + "\(limits.reviewAmount) and \(limits.reviewShare)")
        }
        findings.add(.init("compared with", "\(before)"))
        return findings
    }
}
