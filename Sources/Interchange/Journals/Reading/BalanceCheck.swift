import Amounts
import Calendars

/// What the balance of an account is said to be on a day, to be looked at when the whole journal is known.
struct BalanceCheck {
    var account: TextAccountID
    var date: CalendarDate
    var amount: TextAmount
    var includesSubaccounts: Bool
    /// Whether the account must hold nothing else.
    var isSole: Bool
    /// How far it may be off.
    var tolerance: ExactDecimal
    /// Whether what was posted on that day counts, as far as it stands before the check in the journal.
    var countsOwnDay: Bool
    var file: Int32
    var line: Int32
    var column: Int
}
