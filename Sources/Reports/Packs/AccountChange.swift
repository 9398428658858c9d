import Amounts
import Ledger

/// By how much an account differs from last month and last year: income and expense of the month, and what stands on the
/// others at its end. For people to ask why.
package struct AccountChange: Hashable, Sendable {
    package let account: StatementAccount
    package let amount: Money
    package let lastMonth: Money
    /// Of `amount` less `lastMonth`.
    package let change: Money
    /// In per cent of last month; nil where that was nothing.
    package let percent: ExactDecimal?
    package let lastYear: Money
    package let changeFromLastYear: Money
    /// Whether it is greater than what the settings let pass without a word.
    package let isToBeExplained: Bool

    /// Of statements by account that were made of a month, last month and last year; the greatest change first.
    static func changes(
        of statements: [Statement], _ accounts: StatementAccounts, _ limits: CloseLimits
    ) throws -> [AccountChange] {
        var changes: [AccountChange] = []
        for statement in statements {
            let places = statement.columns.indices.filter { statement.columns[$0].kind == .amount }
            for line in statement.lines where line.style == .detail {
                // The result of the year is a line of no account of its own.
                guard line.accounts.count == 1, let account = accounts[line.accounts[0]], places.count == 3,
                    line.key.hasSuffix("/\(account.code)")
                else { continue }
                let amounts = places.compactMap { line.cells[$0].money }
                guard amounts.count == 3 else { continue }
                let change = try amounts[0] - amounts[1]
                let fromLastYear = try amounts[0] - amounts[2]
                guard !change.isZero || !fromLastYear.isZero else { continue }
                changes.append(
                    AccountChange(
                        account: account, amount: amounts[0], lastMonth: amounts[1], change: change,
                        percent: percent(change, of: amounts[1]), lastYear: amounts[2],
                        changeFromLastYear: fromLastYear,
                        isToBeExplained: isGreat(change, of: amounts[1], limits)))
            }
        }
        return changes.sorted {
            ($1.change.minorUnits.magnitude, $0.account.code) < ($0.change.minorUnits.magnitude, $1.account.code)
        }
    }

    private static func percent(_ change: Money, of amount: Money) -> ExactDecimal? {
        guard !amount.isZero else { return nil }
        return try? ExactDecimal(coefficient: Int128(change.minorUnits) * 100, scale: 0).divided(
            by: ExactDecimal(coefficient: Int128(amount.minorUnits.magnitude), scale: 0), rounding: .halfAwayFromZero,
            places: 1)
    }

    /// More than the amount and more than the share of what was there; a share of nothing is always more.
    private static func isGreat(_ change: Money, of amount: Money, _ limits: CloseLimits) -> Bool {
        guard change.minorUnits.magnitude > limits.reviewAmount.minorUnits.magnitude else { return false }
        guard let share = try? amount.magnitude().multiplied(by: limits.reviewShare, rounding: .halfAwayFromZero) else {
            return true
        }
        return change.minorUnits.magnitude > share.minorUnits.magnitude
    }
}
