import Amounts
import Diagnostics

/// The balance of every account before and after a stretch of time, and what moved it: debits equal credits.
package enum TrialBalance {
    /// Columns: opening, debit, credit, closing debit, closing credit; entries of kind `closing` are among the debits and
    /// credits. Accounts on which nothing is and nothing moved are left out.
    package static func statement(of period: StatementPeriod, _ accounts: StatementAccounts) throws -> Statement {
        let currency = accounts.currency
        let zero = Money.zero(currency)
        var totals = Array(repeating: zero, count: 5)
        var lines: [Statement.Line] = []
        for (account, movement) in zip(accounts.accounts, try accounts.movements(of: period)) {
            let closed = movement.closingEntries
            let closing = try movement.closing()
            let amounts = [
                movement.opening, closed.isPositive ? try movement.debit + closed : movement.debit,
                closed.isNegative ? try movement.credit - closed : movement.credit,
                closing.isPositive ? closing : zero, closing.isNegative ? try closing.negated() : zero,
            ]
            guard !amounts.allSatisfy(\.isZero) else { continue }
            for index in totals.indices { totals[index] = try totals[index] + amounts[index] }
            lines.append(
                .init(
                    key: account.code.rawValue, label: "\(account.code) \(account.name)", level: 0, style: .detail,
                    cells: amounts.map { .amount($0) }, parts: [.init(account: account.code, amounts: amounts)]))
        }
        lines.append(
            .init(
                key: "total", label: "Total", level: 0, style: .total, cells: totals.map { .amount($0) },
                parts: lines.flatMap(\.parts)))
        return Statement(
            title: "Trial balance, \(period.label)", currency: currency,
            columns: ["Opening", "Debit", "Credit", "Closing debit", "Closing credit"].enumerated().map {
                .init(label: $1, key: $1.lowercased().replacing(" ", with: "_"), kind: .amount, period: $0)
            },
            lines: lines,
            checks: [
                .init(name: "opening balances add up to nothing", difference: totals[0]),
                .init(name: "debits = credits", difference: try totals[1] - totals[2]),
                .init(name: "closing debits = closing credits", difference: try totals[3] - totals[4]),
            ])
    }

    /// The accounts whose balance is on the side where it usually is not: a customer account in credit, a stock below
    /// nothing. For a close to be looked at.
    package static func onUnusualSide(
        _ period: StatementPeriod, _ accounts: StatementAccounts
    ) throws -> [(account: StatementAccount, balance: Money)] {
        var found: [(account: StatementAccount, balance: Money)] = []
        for (account, movement) in zip(accounts.accounts, try accounts.movements(of: period)) {
            let balance = try movement.closing()
            if account.normalSide == .debit ? balance.isNegative : balance.isPositive {
                found.append((account, balance))
            }
        }
        return found
    }
}
