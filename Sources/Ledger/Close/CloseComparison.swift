import Amounts
import Jobs
import Store

/// What a person looks at before they approve a close: income and expense beside those of the month before.
enum CloseComparison {
    static func comparison(of close: CloseContext, in connection: Connection) throws -> ResultComparison {
        let before = close.occasion == .year ? nil : close.period.previousMonth
        let known = before.flatMap { before in close.settings.firstPeriod.map { before >= $0 } } == true
        let former =
            known ? try before.map { try AccountBalances.changes($0.days, close.currency, in: connection) } : nil
        let present = try AccountBalances.changes(close.days, close.currency, in: connection)
        let zero = Money.zero(close.currency)
        var rows: [ResultComparison.Row] = []
        for account in close.accounts.accounts where !account.type.isOfBalanceSheet {
            let (was, now) = (former?[account.code] ?? zero, present[account.code] ?? zero)
            guard !was.isZero || !now.isZero else { continue }
            rows.append(
                ResultComparison.Row(
                    section: "income and expense", item: "\(account.code) \(account.name)",
                    before: former == nil ? nil : was.plainText, now: now.plainText,
                    change: former == nil ? nil : try (now - was).plainText))
        }
        return ResultComparison(previous: known ? before.map { "\($0)" } : nil, rows: rows)
    }
}
