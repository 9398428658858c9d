import Calendars

/// One line of a transaction: an account and what is added to it.
package struct TextPosting: Hashable, Sendable {
    package enum Kind: UInt8, Hashable, Sendable {
        case real
        /// `[account]`: beside the real postings, balanced with others of its kind.
        case balancedVirtual
        /// `(account)`: balanced with nothing.
        case unbalancedVirtual
    }

    package var account: TextAccountID
    package var amount: TextAmount
    package var kind = Kind.real
    package var status = TextStatus.unmarked
    /// Whether the journal left the amount out, and it follows from the other postings.
    package var isInferred = false
    package var cost: TextCost?
    package var price: TextPrice?
    package var assertion: TextAssertion?
    /// The posting's own date, where it has one: `; [2026-11-21]`.
    package var date: CalendarDate?
    package var comment = ""
    package var tags: [String] = []
    package var metadata: [TextMetadata] = []
    /// The line of the file that it stands on, from 1; 0 where it stands in none.
    package var line: Int32 = 0

    package init(_ account: TextAccountID, _ amount: TextAmount) {
        self.account = account
        self.amount = amount
    }
}
