import Amounts
import Calendars

/// What settles open items: debits matched with credits, many to many, in full or in part, and what is given up of them.
package struct Settlement: Hashable, Sendable {
    /// One key is settled once: `payment/2026-05-04/17`.
    package let key: String
    package let date: CalendarDate
    package let matches: [Match]
    package let deductions: [Deduction]

    package static let maximumKeyBytes = 150
    /// What its entry in the journal says that it comes from.
    package static let sourceType = "settlement"

    package init(key: String, date: CalendarDate, matches: [Match], deductions: [Deduction] = []) {
        self.key = key
        self.date = date
        self.matches = matches
        self.deductions = deductions
    }

    /// Every item that it names.
    package var items: Set<OpenItem.ID> {
        Set(matches.flatMap { [$0.debit, $0.credit] } + deductions.map(\.item))
    }

    /// Whether it is what became `parts` when it was settled before.
    func isSame(as parts: [SettledPart], on date: CalendarDate) -> Bool {
        struct Part: Equatable {
            let item: OpenItem.ID
            let kind: SettledPart.Kind
            let counterpart: OpenItem.ID?
            let minorUnits: UInt64
            let currency: Currency
        }
        func part(
            _ item: OpenItem.ID, _ kind: SettledPart.Kind, _ counterpart: OpenItem.ID?, _ amount: Money
        ) -> Part {
            Part(
                item: item, kind: kind, counterpart: counterpart, minorUnits: amount.minorUnits.magnitude,
                currency: amount.currency)
        }
        let wanted =
            matches.flatMap {
                [part($0.debit, .match, $0.credit, $0.amount), part($0.credit, .match, $0.debit, $0.creditAmount)]
            } + deductions.map { part($0.item, $0.kind == .discount ? .discount : .writeOff, nil, $0.amount) }
        return date == self.date && wanted == parts.map { part($0.item, $0.kind, $0.counterpart, $0.amount) }
    }

    /// A debit and a credit that settle each other by an amount.
    package struct Match: Hashable, Sendable {
        package let debit: OpenItem.ID
        package let credit: OpenItem.ID
        /// Positive, in the currency of the debit.
        package let amount: Money
        /// Positive, in the currency of the credit; the same as `amount` where both have one currency.
        package let creditAmount: Money

        package init(debit: OpenItem.ID, credit: OpenItem.ID, amount: Money, creditAmount: Money? = nil) {
            self.debit = debit
            self.credit = credit
            self.amount = amount
            self.creditAmount = creditAmount ?? amount
        }
    }

    /// A part of an item that is not paid and goes to an account: a discount, the tax on it, a loss.
    package struct Deduction: Hashable, Sendable {
        package let item: OpenItem.ID
        package let kind: Kind
        /// Positive, in the currency of the item.
        package let amount: Money
        package let account: AccountCode
        package let dimensions: Dimensions

        package enum Kind: String, CaseIterable, Sendable {
            case discount
            case writeOff = "write_off"
        }

        package init(
            item: OpenItem.ID, _ kind: Kind, amount: Money, to account: AccountCode, dimensions: Dimensions = .none
        ) {
            self.item = item
            self.kind = kind
            self.amount = amount
            self.account = account
            self.dimensions = dimensions
        }
    }

    /// The accounts that a settlement posts to besides those of its items and deductions.
    package struct Accounts: Hashable, Sendable {
        package let exchangeGain: AccountCode
        package let exchangeLoss: AccountCode
        /// For a difference of one minor unit of base: what rounding leaves where the rates are the same.
        package let residue: AccountCode
        /// Between two currencies, where a debit in one is settled by a credit in another.
        package let conversion: AccountCode

        package init(
            exchangeGain: AccountCode, exchangeLoss: AccountCode, residue: AccountCode, conversion: AccountCode
        ) {
            self.exchangeGain = exchangeGain
            self.exchangeLoss = exchangeLoss
            self.residue = residue
            self.conversion = conversion
        }
    }
}

/// A part of an item that was settled: a row of the sub-ledger. What is open of an item on a day is its amount less its
/// parts up to that day.
package struct SettledPart: Hashable, Sendable {
    /// The key of the settlement.
    package let settlement: String
    package let item: OpenItem.ID
    package let kind: Kind
    /// The item on the other side of a match.
    package let counterpart: OpenItem.ID?
    /// With the sign of the item; the other sign in a reversal.
    package let amount: Money
    package let base: Money
    package let date: CalendarDate

    package enum Kind: String, CaseIterable, Sendable {
        case match, discount
        case writeOff = "write_off"
    }

    package init(
        settlement: String, item: OpenItem.ID, kind: Kind, counterpart: OpenItem.ID?, amount: Money, base: Money,
        date: CalendarDate
    ) {
        self.settlement = settlement
        self.item = item
        self.kind = kind
        self.counterpart = counterpart
        self.amount = amount
        self.base = base
        self.date = date
    }
}

/// What a settlement did: to the items, and to the books.
package struct SettlementOutcome: Hashable, Sendable {
    package let key: String
    package let date: CalendarDate
    /// The settlement that this one undid.
    package let reverses: String?
    package let parts: [SettledPart]
    /// What the exchange rate changed between documents and payments, in base, with what rounding left; positive is a
    /// loss.
    package let exchangeDifference: Money
    /// They balance; empty where the books do not change, as when an invoice and its payment at one rate lie on one
    /// account.
    package let postings: [JournalEntry.Posting]

    /// The entry in the journal; nil where the books do not change.
    package func entry(journal: JournalCode = .bank, description: String) throws -> JournalEntry? {
        guard !postings.isEmpty else { return nil }
        return try JournalEntry(
            key: "settlement/\(key)", journal: journal, date: date, source: .init(type: Settlement.sourceType, id: key),
            reverses: reverses.map { "settlement/\($0)" }, description: description, postings: postings)
    }
}
