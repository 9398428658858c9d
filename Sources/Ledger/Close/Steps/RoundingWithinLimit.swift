import Amounts
import Jobs
import Store

/// What gathered on the rounding account is what rounding brings, and no mistake.
struct RoundingWithinLimit: CloseStep {
    let name = "rounding-within-limit"
    let title = "Rounding within its limit"
    let stage = CloseStage.review

    func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        let account = close.ledgerAccounts.rounding
        let limit = close.settings.limits.rounding
        let minor = try connection.first(
            """
            SELECT CAST(COALESCE(SUM(base_minor), 0) AS INTEGER) FROM posting
             WHERE account = ? AND entry_date >= ? AND entry_date <= ?
            """, account.rawValue, close.days.lowerBound, close.days.upperBound
        ) { try $0.int(0) }
        let change = Money(minorUnits: minor ?? 0, close.currency)
        var findings = CloseFindings(figures: [.init("rounding", change)])
        if try change.magnitude().minorUnits > limit.minorUnits {
            findings.add(close.itemName(of: account), "\(change) in the period, more than \(limit) either way")
        }
        return findings
    }
}
