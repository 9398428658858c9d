/// How much a text journal may hold, and what is known of it beforehand.
package struct TextJournalOptions: Hashable, Sendable {
    package var maximumLineBytes = 1_000_000
    /// Behind so many problems the reading stops.
    package var maximumProblems = 500
    /// Behind so many notices of what was not read, the rest is only counted.
    package var maximumNotices = 500
    /// Postings of one transaction.
    package var maximumPostings = 100_000
    package var maximumIncludeDepth = 32
    package var maximumFiles = 10_000
    /// Lines over which one text in quotes may go on (Beancount).
    package var maximumTextLines = 64
    /// The year of dates without one, in journals that do not say it themselves.
    package var defaultYear: Int?
    /// Whether transactions are passed over, for those who ask for declarations and prices first. Beancount's are read all
    /// the same.
    package var passesOverTransactions = false

    package init() {}
}
