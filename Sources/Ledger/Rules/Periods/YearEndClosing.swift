import Amounts
import Calendars
import Diagnostics

/// The closing of a year: income and expense carried to retained earnings, so that the next year begins from nothing.
package enum YearEndClosing {
    /// What an account came to in the year, by currency and dimensions; a debit is positive.
    package struct Balance: Hashable, Sendable {
        package let account: AccountCode
        package let dimensions: Dimensions
        package let amount: Money
        package let base: Money

        package init(account: AccountCode, dimensions: Dimensions = .none, amount: Money, base: Money) {
            self.account = account
            self.dimensions = dimensions
            self.amount = amount
            self.base = base
        }
    }

    /// The closing entry: each income and expense account by its balance, and what they come to in base to retained
    /// earnings, once for each set of dimensions. Amounts in other currencies go through the conversion account, so that
    /// equity is in base alone.
    ///
    /// It is of kind `closing`, which profit and loss leaves out: the statements of the closed year stay what they were.
    ///
    /// - Parameter balances: of the whole year; those of the balance sheet are passed over.
    /// - Returns: nil where no account has a balance.
    /// - Throws: every account that is not declared; what a `JournalEntry` throws.
    package static func entry(
        key: String, date: CalendarDate, closing balances: [Balance], _ accounts: StatementAccounts,
        retainedEarnings: AccountCode, conversion: AccountCode, description: String
    ) throws -> JournalEntry? {
        var problems = ProblemList(maximumCount: 100)
        if accounts[retainedEarnings]?.type != .equity {
            problems.add("retained earnings are to go to \(retainedEarnings)", expected: "an account of equity")
        }
        var postings: [JournalEntry.Posting] = []
        var results: [(dimensions: Dimensions, sum: Money)] = []
        var indices: [Dimensions: Int] = [:]
        for balance in balances {
            guard let account = accounts[balance.account] else {
                problems.add("the account \(balance.account) is not declared", expected: "an account of the chart")
                continue
            }
            guard !account.type.isOfBalanceSheet else { continue }
            postings.append(
                JournalEntry.Posting(
                    account: balance.account, amount: try balance.amount.negated(), base: try balance.base.negated(),
                    dimensions: balance.dimensions, description: description))
            let index = indices[balance.dimensions] ?? results.count
            if index == results.count {
                indices[balance.dimensions] = index
                results.append((balance.dimensions, .zero(accounts.currency)))
            }
            results[index].sum = try results[index].sum + balance.base
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "the year was not closed")
        for result in results where !result.sum.isZero {
            postings.append(
                JournalEntry.Posting(
                    account: retainedEarnings, amount: result.sum, dimensions: result.dimensions,
                    description: description))
        }
        guard postings.contains(where: { !$0.isNothing }) else { return nil }
        return try JournalEntry(
            key: key, journal: .closing, kind: .closing, date: date, description: description,
            postings: postings.throughConversion(conversion, description: description))
    }
}
