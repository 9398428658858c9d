import Amounts
import Calendars

/// What a cell of a report holds: a value, never its text. A renderer says it in its own way, or by
/// `ReportColumn.text(of:)`.
package enum ReportValue: Hashable, Sendable {
    case empty
    case text(String)
    case date(CalendarDate)
    case instant(Instant)
    case money(Money)
    /// Kept apart, so that all other values are small: rows are made of many of them.
    indirect case number(ExactDecimal)
    /// A factor: 0.08 is 8 %.
    indirect case percent(ExactDecimal)
    case integer(Int64)
    case boolean(Bool)

    package var isEmpty: Bool { if case .empty = self { true } else { false } }

    /// Whether it is a number below nothing.
    package var isNegative: Bool {
        switch self {
        case .money(let money): money.isNegative
        case .number(let decimal), .percent(let decimal): decimal.isNegative
        case .integer(let integer): integer < 0
        case .empty, .text, .date, .instant, .boolean: false
        }
    }
}
