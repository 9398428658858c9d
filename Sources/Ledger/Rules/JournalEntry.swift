import Amounts
import Calendars
import Diagnostics

/// One entry of the journal: what happened on a day, as postings that add up to nothing in each currency.
///
/// An unbalanced entry cannot be made.
package struct JournalEntry: Hashable, Sendable {
    /// What the entry is for, whoever posts it and how often: `payroll/monthly/2026-04`.
    package let key: String
    package let date: CalendarDate
    package let description: String
    package let postings: [Posting]

    /// One line of an entry.
    package struct Posting: Hashable, Sendable {
        package let account: AccountCode
        /// A debit is positive, a credit negative.
        package let amount: Money
        package let description: String

        package init(account: AccountCode, amount: Money, description: String) {
            self.account = account
            self.amount = amount
            self.description = description
        }
    }

    /// Lines of zero are dropped.
    ///
    /// - Throws: `LedgerError.unbalanced` when the postings of a currency do not add up to zero, `LedgerError.empty`
    ///   when nothing is left, `ArithmeticError.overflow`.
    package init(key: String, date: CalendarDate, description: String, postings: [Posting]) throws {
        let lines = postings.filter { !$0.amount.isZero }
        guard !lines.isEmpty else { throw LedgerError.empty(key: key) }
        for (currency, group) in Dictionary(grouping: lines, by: \.amount.currency) {
            let sum = try group.lazy.map(\.amount).sum(currency)
            guard sum.isZero else { throw LedgerError.unbalanced(key: key, difference: sum) }
        }
        self.key = key
        self.date = date
        self.description = description
        self.postings = lines
    }

    /// The bytes that the hash chain covers: every field on a line of its own, line breaks within a field escaped.
    func canonicalText(number: Int64, previousHash: String) -> String {
        var lines = ["\(number)", previousHash, key, date.description, description]
        for posting in postings {
            lines += [posting.account.rawValue, posting.amount.description, posting.description]
        }
        return lines.map { $0.replacing("\\", with: "\\\\").replacing("\n", with: "\\n") }.joined(separator: "\n")
    }
}

/// The number of an account in the chart: `7000`.
package struct AccountCode: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package static func < (a: AccountCode, b: AccountCode) -> Bool { a.rawValue < b.rawValue }
    package var description: String { rawValue }
}

package enum LedgerError: Error, Hashable, Sendable {
    case unbalanced(key: String, difference: Money)
    case empty(key: String)
    /// The same key was posted before with other contents.
    case alreadyPostedDifferently(key: String, entry: Int64)
    /// The store has lost the row that says where the journal ends.
    case noHead
}

extension LedgerError: ReportableError {
    package var failure: Failure {
        switch self {
        case .unbalanced(let key, let difference):
            Failure(
                .refused, "The entry \(key) does not balance: debits exceed credits by \(difference).",
                advice: "Nothing was posted. Check the accounts of the components in config/payroll/components.yaml.")
        case .empty(let key):
            Failure(.refused, "The entry \(key) has no posting other than zero; nothing was posted.")
        case .alreadyPostedDifferently(let key, let entry):
            Failure(.refused, "The entry \(key) was posted before as number \(entry), with other contents.")
        case .noHead:
            Failure(
                .storeUnavailable, "The store does not say where the journal ends; nothing was posted.",
                advice: "Restore the store from a backup.")
        }
    }
}
