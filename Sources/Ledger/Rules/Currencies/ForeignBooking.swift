import Amounts
import Diagnostics

extension [JournalEntry.Posting] {
    /// The postings of a document in a foreign currency with what they are worth at the rate of the document.
    ///
    /// Each is converted and rounded by itself, so that a line of the ledger agrees with the line of the document. Where
    /// the document balances and its converted lines do not, by some units for so many lines, a posting in base alone
    /// takes the residue to an account of its own. Postings that are in base already are left as they are.
    ///
    /// - Throws: `ArithmeticError.currencyMismatch` for a posting in a third currency.
    package func booked(
        at rate: ConversionRate, residueTo account: AccountCode, rounding: Rounding = .halfAwayFromZero
    ) throws(ArithmeticError) -> [JournalEntry.Posting] {
        var booked: [JournalEntry.Posting] = []
        booked.reserveCapacity(count + 1)
        var (document, residue) = (Money.zero(rate.from), Money.zero(rate.to))
        for posting in self {
            if posting.amount.currency == rate.to {
                booked.append(posting)
                continue
            }
            let base = try rate.convert(posting.amount, rounding: rounding)
            document = try document + posting.amount
            residue = try residue + base
            booked.append(
                JournalEntry.Posting(
                    account: posting.account, amount: posting.amount, base: base, party: posting.party,
                    dimensions: posting.dimensions, due: posting.due, description: posting.description))
        }
        if document.isZero, !residue.isZero {
            booked.append(
                .inBase(
                    account: account, try residue.negated(), of: rate.from, description: "Rounding of \(rate.from)"))
        }
        return booked
    }
}
