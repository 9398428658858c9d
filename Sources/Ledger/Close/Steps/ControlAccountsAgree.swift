import Amounts
import Jobs
import Store

/// The balance of each control account is what is open of its items, in each currency.
package struct ControlAccountsAgree: CloseStep {
    package let name = "control-accounts"
    package let title = "Open items add up to their control accounts"
    package let stage = CloseStage.subledgers
    package let occasions: Set<CloseOccasion> = [.month, .year]

    package init() {}

    package func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        var findings = CloseFindings()
        let rows = try ControlBalances.rows(on: close.days.upperBound, close.currency, in: connection)
        for row in rows where !row.agrees {
            let worth = row.posted.currency == close.currency ? "" : ", worth \(row.postedBase) and \(row.openBase)"
            findings.add(
                "account \(row.account)" + (close.accounts[row.account].map { " \($0.name)" } ?? ""),
                "\(row.posted) was posted to it and \(row.open) is open of its items\(worth); what was posted before it "
                    + "was a control account is to be posted again with its parties")
        }
        findings.add(.init("control accounts", "\(Set(rows.map(\.account)).count)"))
        return findings
    }
}
