import Calendars

/// A dated set of postings that balance, as one of the text formats writes it.
package struct TextTransaction: Hashable, Sendable {
    package var date: CalendarDate
    /// hledger's and Ledger's second date, after `=`.
    package var secondaryDate: CalendarDate?
    package var status = TextStatus.unmarked
    /// hledger's and Ledger's `(4711)`.
    package var code = ""
    package var payee = ""
    /// What it was about: after hledger's `|`, Beancount's second text.
    package var narration = ""
    /// Comments, one a line.
    package var comment = ""
    package var tags: [String] = []
    package var links: [String] = []
    package var metadata: [TextMetadata] = []
    package var postings: [TextPosting] = []
    /// What the postings add up to, where that is not nothing and yet within what the format calls balanced, e.g.
    /// 0.001 USD because of a rounded price. Whoever needs exact books posts the contrary to a rounding account.
    package var residuals: [TextAmount] = []
    /// The file, as `TextNames` counts them, and the line in it from 1; 0 where it stands in none.
    package var file: Int32 = 0
    package var line: Int32 = 0

    package init(date: CalendarDate) {
        self.date = date
    }

    /// As new, for another date, keeping the memory of its postings.
    mutating func reset(date: CalendarDate) {
        self.date = date
        secondaryDate = nil
        status = .unmarked
        code = ""
        payee = ""
        narration = ""
        comment = ""
        if !tags.isEmpty { tags.removeAll() }
        if !links.isEmpty { links.removeAll() }
        if !metadata.isEmpty { metadata.removeAll() }
        postings.removeAll(keepingCapacity: true)
        if !residuals.isEmpty { residuals.removeAll() }
    }
}
