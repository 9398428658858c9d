import Calendars
import Diagnostics

/// An entry that holds at the end of a period and not beyond it: an accrual, a revaluation. It is undone on the first
/// day of the next month, so that the document itself can be posted there without regard to it.
package struct ReversingEntry: Hashable, Sendable {
    package let entry: JournalEntry
    package let reversal: JournalEntry

    /// The key of the reversal is that of the entry with `/reversal`.
    ///
    /// - Throws: `LedgerError.unusable` when the entry is not dated in `period`, or its key is too long.
    package init(_ entry: JournalEntry, in period: FiscalPeriod) throws {
        guard period.days.contains(entry.date) else {
            throw LedgerError.unusable(
                key: entry.key,
                problems: [Problem("it is dated \(entry.date)", expected: "a day of \(period)")])
        }
        self.entry = entry
        reversal = try entry.reversed(on: period.nextMonth.firstDay, key: entry.key + "/reversal")
    }
}
