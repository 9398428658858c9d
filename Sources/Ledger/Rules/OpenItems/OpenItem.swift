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

        /// Lines of an entry that an item may stand on.
        static let linesPerEntry: Int64 = 1_000_000

        package init(_ rawValue: Int64) {
            self.rawValue = rawValue
        }

        /// The item that a posting of the journal is.
        ///
        /// - Parameter line: 1, 2, 3 …
        package init(entry: Int64, line: Int) {
            rawValue = entry * Self.linesPerEntry + Int64(line)
        }

        /// Reads `12.3`; nil for anything else.
        package init?(_ text: some StringProtocol) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ part in part.utf8.allSatisfy { (48...57).contains($0) } }),
                let entry = Int64(parts[0]), let line = Int64(parts[1]), entry > 0,
                entry < Int64.max / Self.linesPerEntry, (1..<Self.linesPerEntry).contains(line)
            else { return nil }
            rawValue = entry * Self.linesPerEntry + line
        }

        package static func < (a: ID, b: ID) -> Bool { a.rawValue < b.rawValue }

        /// The number of the entry and the line of it: `12.3`.
        package var description: String {
            let (entry, line) = rawValue.quotientAndRemainder(dividingBy: Self.linesPerEntry)
            return entry == 0 ? "\(line)" : "\(entry).\(line)"
        }
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

/// An item and what is open of it.
package struct OpenItemBalance: Hashable, Sendable {
    package let item: OpenItem
    /// With the sign of the item; nothing of an item that is settled.
    package let open: Money
    /// What the books say that it is worth.
    package let base: Money

    package init(item: OpenItem, open: Money, base: Money) {
        self.item = item
        self.open = open
        self.base = base
    }
}
