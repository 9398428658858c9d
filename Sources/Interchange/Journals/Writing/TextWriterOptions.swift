/// How a journal is written as text.
package struct TextWriterOptions: Hashable, Sendable {
    /// Comment lines at the head; nil for none. Nothing about the time: the same journal gives the same bytes.
    package var title: String?
    /// For Beancount, whose accounts all have a type: that of accounts whose names do not tell it.
    package var unknownType = TextAccountType.equity
    /// The format that the journal was read from. Balances that it states are written where that is the same one, for
    /// they mean something else elsewhere; else they become comments.
    package var source: TextJournalFormat?

    package init() {}
}
