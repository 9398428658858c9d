import Calendars
import Configuration
import Diagnostics

/// What the parts of one reading share: names, problems, counts, and whom the transactions go to.
final class JournalContext {
    let options: TextJournalOptions
    let names: TextNames
    var problems: ProblemList
    var notices: ProblemList
    /// What the balances of accounts are said to be, to be looked at when everything was read.
    var checks: [BalanceCheck] = []
    private(set) var transactionCount = 0
    private(set) var postingCount = 0
    var lineCount = 0
    var fileCount = 0
    /// What the receiver threw; the reading then stops.
    private(set) var thrown: (any Error)?
    /// A second reading reports nothing: the first one did.
    let isRepeated: Bool

    private let onTransaction: (TextTransaction, TextNames) throws -> Void
    private let onDirective: (TextDirective, TextNames) throws -> Void

    init(
        options: TextJournalOptions, names: TextNames, isRepeated: Bool,
        onDirective: @escaping (TextDirective, TextNames) throws -> Void,
        onTransaction: @escaping (TextTransaction, TextNames) throws -> Void
    ) {
        self.options = options
        self.names = names
        self.isRepeated = isRepeated
        self.onTransaction = onTransaction
        self.onDirective = onDirective
        problems = ProblemList(maximumCount: options.maximumProblems)
        notices = ProblemList(maximumCount: options.maximumNotices)
    }

    /// Whether it is no use to read on.
    var isStopped: Bool { thrown != nil || problems.count >= options.maximumProblems }

    func deliver(_ transaction: TextTransaction) {
        guard thrown == nil else { return }
        transactionCount += 1
        postingCount += transaction.postings.count
        do {
            try onTransaction(transaction, names)
        } catch {
            thrown = error
        }
    }

    func deliver(_ directive: TextDirective) {
        guard thrown == nil else { return }
        do {
            try onDirective(directive, names)
        } catch {
            thrown = error
        }
    }
}
