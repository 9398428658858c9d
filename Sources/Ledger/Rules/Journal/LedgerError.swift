import Amounts
import Diagnostics

package enum LedgerError: Error, Hashable, Sendable {
    case unbalanced(key: String, difference: Money)
    case empty(key: String)
    /// Everything that is wrong with an entry.
    case unusable(key: String, problems: [Problem])
    /// The same key was posted before with other contents.
    case alreadyPostedDifferently(key: String, entry: Int64)
    /// Two entries that are to be posted together have one key and different contents.
    case givenTwice(key: String)
    /// The store has lost the row that says where the journal ends.
    case noHead
}

extension LedgerError: ReportableError {
    package var failure: Failure {
        switch self {
        case .unbalanced(let key, let difference):
            Failure(
                .refused, "The entry \(key) does not balance: debits exceed credits by \(difference).",
                advice: "Nothing was posted.")
        case .empty(let key):
            Failure(.refused, "The entry \(key) has no posting other than zero; nothing was posted.")
        case .unusable(let key, let problems):
            Failure(.refused, "The entry \(key) cannot be posted; nothing was posted.", problems: problems)
        case .alreadyPostedDifferently(let key, let entry):
            Failure(.refused, "The entry \(key) was posted before as number \(entry), with other contents.")
        case .givenTwice(let key):
            Failure(
                .refused, "Two different entries have the key \(key); nothing was posted.",
                advice: "A key says what an entry is for; give each its own.")
        case .noHead:
            Failure(
                .storeUnavailable, "The store does not say where the journal ends; nothing was posted.",
                advice: "Restore the store from a backup.")
        }
    }
}
