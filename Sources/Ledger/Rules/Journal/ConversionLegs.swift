import Amounts

extension [JournalEntry.Posting] {
    /// The postings, and for each currency that they leave open a leg on the conversion account.
    ///
    /// Sold 120 dollars for 100 pounds: the bank account in dollars −120 worth −100, that in pounds +100; the
    /// conversion account gets +120 dollars worth +100 and −100 pounds. Then each currency balances by itself, and the
    /// conversion account is worth nothing. What dollars are worth and no dollars, a difference of exchange rates, that is
    /// set off against pounds gets its legs, too: 0 dollars worth 5, and −5 pounds. Postings that do not balance in base are no exchange: they are left as they
    /// are, and the entry refuses them.
    package func throughConversion(_ account: AccountCode, description: String) throws(ArithmeticError)
        -> [JournalEntry.Posting]
    {
        var sums: [(currency: Currency, amount: Money, base: Money)] = []
        for posting in self {
            if let index = sums.firstIndex(where: { $0.currency == posting.amount.currency }) {
                sums[index].amount = try sums[index].amount + posting.amount
                sums[index].base = try sums[index].base + posting.base
            } else {
                sums.append((posting.amount.currency, posting.amount, posting.base))
            }
        }
        guard let base = first?.base.currency, try lazy.map(\.base).sum(base).isZero else { return self }
        var postings = self
        for sum in sums where !sum.amount.isZero || !sum.base.isZero {
            postings.append(
                JournalEntry.Posting(
                    account: account, amount: try sum.amount.negated(), base: try sum.base.negated(),
                    description: description))
        }
        return postings
    }
}
