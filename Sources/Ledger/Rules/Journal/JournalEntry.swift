import Amounts
import Calendars
import Diagnostics

/// One entry of the journal: what happened on a day, as postings that add up to nothing.
///
/// ```swift
/// let entry = try JournalEntry(
///     key: "invoice/INV-2026-0042", journal: .sales, date: day, source: .init(type: "invoice", id: "42"),
///     description: "Invoice INV-2026-0042",
///     postings: [
///         .init(account: debtors, amount: usd120, base: gbp100, party: Party(.customer, "C7"), due: due, description: ""),
///         .init(account: sales, amount: minusUSD120, base: minusGBP100, description: "Loom"),
///     ])
/// ```
/// An entry balances twice: in the base currency, in which the books are kept, and in each currency of its postings.
/// There is no exception to it, so that a database can hold the rule as a constraint:
/// - What changes one currency into another goes through a conversion account, which gets one leg in each of the two
///   (`throughConversion`); its balance in base is zero, its balances by currency are what was ever changed. It is what
///   hledger and ledger write as `equity:conversion`, so that the books can be checked by them currency by currency.
/// - An exchange difference is a posting of nothing in the currency and of something in base (`Posting.inBase`).
///
/// An entry that breaks a rule cannot be made.
package struct JournalEntry: Hashable, Sendable {
    /// What the entry is for, whoever posts it and how often: `payroll/monthly/2026-04`. One key is posted once.
    package let key: String
    package let journal: JournalCode
    package let kind: Kind
    /// The posting date: the day on which it counts in the books, and that decides its period.
    package let date: CalendarDate
    /// The day on the document; before `date` where the document came after its period was closed.
    package let documentDate: CalendarDate
    /// What caused it; nil for an entry made by hand.
    package let source: Source?
    /// The key of the entry that this one undoes.
    package let reverses: String?
    package let description: String
    /// In the order given, without those of nothing.
    package let postings: [Posting]

    package static let maximumPostings = 100_000
    /// Minor units of one posting, 100 trillion pounds: so large that nobody owes it, and so small that no sum of the
    /// postings of real books is beyond 64 bits.
    package static let maximumMinorUnits: UInt64 = 10_000_000_000_000_000
    package static let maximumKeyBytes = 200
    package static let maximumDescriptionBytes = 2_000
    package static let maximumSourceBytes = 200

    /// What reports make of an entry. That an entry reverses another is not a kind: the reversal of a closing entry
    /// must stay out of profit and loss just as the closing entry does, so a reversal has the kind of what it undoes.
    package enum Kind: String, CaseIterable, Sendable {
        case normal
        /// The balances with which the books of the company, or a year's, begin.
        case opening
        /// Made by finance staff while a period is closed: it is let into a period that is soft-closed.
        case adjusting
        /// Foreign money at the rate of a closing day; undone on the next day.
        case revaluation
        /// Income and expense carried to retained earnings; no part of profit and loss.
        case closing
    }

    /// The record of another domain that an entry comes from.
    package struct Source: Hashable, Sendable {
        /// `payroll-run`, `invoice`.
        package let type: String
        package let id: String

        package init(type: String, id: String) {
            self.type = type
            self.id = id
        }
    }

    /// Postings of nothing are dropped.
    ///
    /// - Parameter documentDate: the posting date where it is nil.
    /// - Throws: `LedgerError.unbalanced` when one currency does not add up to zero, `LedgerError.unusable` with
    ///   everything that is wrong otherwise, `LedgerError.empty` when nothing is left, `ArithmeticError.overflow` when a
    ///   difference is beyond 64 bits.
    package init(
        key: String, journal: JournalCode = .general, kind: Kind = .normal, date: CalendarDate,
        documentDate: CalendarDate? = nil, source: Source? = nil, reverses: String? = nil, description: String,
        postings: [Posting]
    ) throws {
        self.key = key
        self.journal = journal
        self.kind = kind
        self.date = date
        self.documentDate = documentDate ?? date
        self.source = source
        self.reverses = reverses
        self.description = description
        self.postings =
            postings.contains(where: \.isNothing) ? postings.filter { !$0.isNothing } : postings
        try check()
    }

    /// The currency in which the books are kept.
    package var baseCurrency: Currency { postings[0].base.currency }
}
