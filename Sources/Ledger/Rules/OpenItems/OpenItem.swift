import Amounts
import Calendars

/// Something owed to the company or by it, until it is settled: an invoice or an instalment of it, a payment that is not
/// allocated, a credit note, net pay.
package struct OpenItem: Hashable, Sendable {
    package let id: ID
    /// The control account that it is part of.
    package let account: AccountCode
    package let party: Party
    /// What was owed when it began. A debit is positive: what a customer owes, or what was paid to a supplier.
    package let amount: Money
    /// The same in base, at the rate of its document.
    package let base: Money
    /// The posting date: from then on it is open.
    package let date: CalendarDate
    package let due: CalendarDate
    /// What the other side calls it by: the number of the invoice.
    package let reference: String

    package struct ID: Hashable, Sendable, Comparable, CustomStringConvertible {
        package let rawValue: Int64

        package init(_ rawValue: Int64) {
            self.rawValue = rawValue
        }

        package static func < (a: ID, b: ID) -> Bool { a.rawValue < b.rawValue }
        package var description: String { "\(rawValue)" }
    }

    package init(
        id: ID, account: AccountCode, party: Party, amount: Money, base: Money, date: CalendarDate,
        due: CalendarDate, reference: String = ""
    ) {
        self.id = id
        self.account = account
        self.party = party
        self.amount = amount
        self.base = base
        self.date = date
        self.due = due
        self.reference = reference
    }

    package var isDebit: Bool { amount.isPositive }
}
