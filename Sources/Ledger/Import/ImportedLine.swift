import Amounts
import Calendars

/// A posting of a journal that comes in, before all its amounts in base are known.
struct ImportedLine {
    var account: AccountCode
    var amount: Money
    /// What it counts when its transaction is balanced, in a currency; with the others of that currency it adds up to
    /// nothing but what rounding leaves.
    var weight: Money
    /// What it is worth in base, where that is known.
    var base: Money?
    var party: Party?
    var dimensions = Dimensions.none
    var due: CalendarDate?
    var description = ""

    func posting(_ base: Money) -> JournalEntry.Posting {
        JournalEntry.Posting(
            account: account, amount: amount, base: base, party: party, dimensions: dimensions, due: due,
            description: description)
    }

    /// Whether it is of the same account, currency and party, with the same text.
    func isAlike(_ other: ImportedLine) -> Bool {
        account == other.account && amount.currency == other.amount.currency && party == other.party
            && dimensions == other.dimensions && due == other.due && description == other.description
    }
}
