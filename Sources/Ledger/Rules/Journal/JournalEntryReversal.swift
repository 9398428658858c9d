import Amounts
import Calendars
import Diagnostics

extension JournalEntry {
    /// The exact mirror of this entry, which undoes it: each posting with debit and credit exchanged, the same texts,
    /// journal and kind. The reversal of the reversal is this entry but for its keys and dates.
    ///
    /// - Parameters:
    ///   - date: on or after the date of this entry.
    ///   - source: what causes the reversal; that of this entry where it is nil.
    /// - Throws: `LedgerError.unusable` for an earlier date; `ArithmeticError.overflow` for the one amount that has no
    ///   mirror.
    package func reversed(on date: CalendarDate, key: String, source: Source? = nil) throws -> JournalEntry {
        guard date >= self.date else {
            throw LedgerError.unusable(
                key: key,
                problems: [
                    Problem(
                        "\(self.key) of \(self.date) cannot be reversed on \(date)",
                        expected: "the same day or a later one")
                ])
        }
        return try JournalEntry(
            key: key, journal: journal, kind: kind, date: date, documentDate: date, source: source ?? self.source,
            reverses: self.key, description: description, postings: postings.map { try $0.negated() })
    }
}
