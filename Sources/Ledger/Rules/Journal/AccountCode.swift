/// The number of an account in the chart: `7000`.
package struct AccountCode: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    /// What a posting can hold; a chart of accounts may allow less.
    package static let maximumBytes = 128

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package static func < (a: AccountCode, b: AccountCode) -> Bool { a.rawValue < b.rawValue }
    package var description: String { rawValue }
}
