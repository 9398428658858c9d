import Diagnostics

/// What was met while a text journal was read.
package struct TextJournalSummary {
    package var names: TextNames
    /// What is not read and changes no balance, each by its place: budgets, forecasts, notes, queries.
    package var notices: ProblemList
    /// Transactions handed over.
    package var transactionCount: Int
    /// Their postings.
    package var postingCount: Int
    package var lineCount: Int
    package var fileCount: Int
    /// Whether the reading stopped before the end, because there were `maximumProblems` problems.
    package var isCutShort: Bool
}
