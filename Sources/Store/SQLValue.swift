import Amounts
import Calendars

/// What a database keeps in one cell. There is no floating point: no figure of ours is one.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// A value that can be an argument of a statement.
package protocol SQLBindable {
    var sqlValue: SQLValue { get }
}

extension SQLValue: SQLBindable {
    package var sqlValue: SQLValue { self }
}

extension Int64: SQLBindable {
    package var sqlValue: SQLValue { .integer(self) }
}

extension Int: SQLBindable {
    package var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension Int32: SQLBindable {
    package var sqlValue: SQLValue { .integer(Int64(self)) }
}

/// Kept as 0 or 1.
extension Bool: SQLBindable {
    package var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}

extension String: SQLBindable {
    package var sqlValue: SQLValue { .text(self) }
}

extension [UInt8]: SQLBindable {
    package var sqlValue: SQLValue { .blob(self) }
}

/// Kept as text, `2026-11-21`, which sorts as days do.
extension CalendarDate: SQLBindable {
    package var sqlValue: SQLValue { .text(description) }
}

/// Kept as whole microseconds since 1970 UTC.
extension Instant: SQLBindable {
    package var sqlValue: SQLValue { .integer(microseconds) }
}

/// Kept as plain decimal text with its scale: `12.50`.
extension ExactDecimal: SQLBindable {
    package var sqlValue: SQLValue { .text(description) }
}

extension Rate: SQLBindable {
    package var sqlValue: SQLValue { decimal.sqlValue }
}

extension Quantity: SQLBindable {
    package var sqlValue: SQLValue { decimal.sqlValue }
}

/// Kept as whole minor units; its currency is a column of its own.
extension Money: SQLBindable {
    package var sqlValue: SQLValue { .integer(minorUnits) }
}

extension Currency: SQLBindable {
    package var sqlValue: SQLValue { .text(code) }
}

/// Kept as people write it: `2026-11`.
extension Period: SQLBindable {
    package var sqlValue: SQLValue { .text(description) }
}
