import Amounts
import Calendars

extension JournalEntry {
    /// One line of an entry.
    package struct Posting: Hashable, Sendable {
        package let account: AccountCode
        /// In the currency of the document. A debit is positive, a credit negative.
        package let amount: Money
        /// The same in the currency of the books.
        package let base: Money
        /// Whose account it is within a control account.
        package let party: Party?
        package let dimensions: Dimensions
        /// By when it is to be paid.
        package let due: CalendarDate?
        package let description: String

        /// - Parameter base: `amount` itself where it is nil.
        package init(
            account: AccountCode, amount: Money, base: Money? = nil, party: Party? = nil,
            dimensions: Dimensions = .none, due: CalendarDate? = nil, description: String
        ) {
            self.account = account
            self.amount = amount
            self.base = base ?? amount
            self.party = party
            self.dimensions = dimensions
            self.due = due
            self.description = description
        }

        /// A posting that changes what an account is worth and not what is on it: an exchange difference, a residue of
        /// rounding.
        ///
        /// - Parameter currency: whose difference it is.
        package static func inBase(
            account: AccountCode, _ base: Money, of currency: Currency, party: Party? = nil,
            dimensions: Dimensions = .none, description: String
        ) -> Posting {
            Posting(
                account: account, amount: currency == base.currency ? base : .zero(currency), base: base, party: party,
                dimensions: dimensions, description: description)
        }

        package var isNothing: Bool { amount.isZero && base.isZero }

        /// The same posting with debit and credit exchanged.
        package func negated() throws(ArithmeticError) -> Posting {
            Posting(
                account: account, amount: try amount.negated(), base: try base.negated(), party: party,
                dimensions: dimensions, due: due, description: description)
        }
    }
}

/// Somebody whom the company has an account with.
package struct Party: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let kind: Kind
    /// The number under which that kind of party is kept: `C-1042`.
    package let id: String

    package static let maximumIDBytes = 64

    package enum Kind: String, CaseIterable, Sendable {
        case customer, supplier, employee
        /// A tax office, a court.
        case authority
        /// A bank, an insurer, a pension provider.
        case institution
        /// Another company of the same group.
        case affiliate
    }

    package init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }

    /// `customer C-1042`.
    package var description: String { "\(kind.rawValue) \(id)" }

    /// By kind, then by number.
    package static func < (a: Party, b: Party) -> Bool {
        a.kind == b.kind ? a.id < b.id : a.kind.rawValue < b.kind.rawValue
    }
}

/// What a posting is analysed by beside its account. A fixed set, so that it is two columns to index and sum by, and not
/// a table of pairs to join; a third dimension is a third field.
package struct Dimensions: Hashable, Sendable {
    package let costCentre: String?
    package let project: String?

    package static let none = Dimensions()
    package static let maximumBytes = 64

    package init(costCentre: String? = nil, project: String? = nil) {
        self.costCentre = costCentre
        self.project = project
    }
}
