import Diagnostics

/// A day on which offices are closed, and why.
package struct Holiday: Hashable, Sendable, CustomStringConvertible {
    package var date: CalendarDate
    package var name: String
    /// Where it is written down, for what may be said against it; nil when a rule made it.
    package var location: SourceLocation?

    package init(_ date: CalendarDate, _ name: String, at location: SourceLocation? = nil) {
        self.date = date
        self.name = name
        self.location = location
    }

    /// `2026-12-28 Boxing Day (substitute day)`.
    package var description: String { "\(date) \(name)" }
}
