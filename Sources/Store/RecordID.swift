/// The key of a row, one type for each kind of record, so that an employee's never stands where a run's belongs.
///
/// ```swift
/// package struct EmployeeID: RecordID {
///     package let rawValue: Int64
///     package init(rawValue: Int64) { self.rawValue = rawValue }
/// }
/// ```
package protocol RecordID: Hashable, Sendable, Comparable, CustomStringConvertible, SQLBindable {
    var rawValue: Int64 { get }
    init(rawValue: Int64)
}

extension RecordID {
    package var sqlValue: SQLValue { .integer(rawValue) }
    package var description: String { String(rawValue) }
    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
