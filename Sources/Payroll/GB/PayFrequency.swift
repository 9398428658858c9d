/// How often an employee is paid.
package enum PayFrequency: String, CaseIterable, Sendable, Hashable, Codable {
    case weekly
    case fortnightly
    /// Every four weeks, thirteen times a year; not monthly.
    case fourWeekly = "fourweekly"
    case monthly

    /// Weeks in one pay period; nil for a month, which is no whole number of weeks.
    @inlinable
    package var weeks: Int64? {
        switch self {
        case .weekly: 1
        case .fortnightly: 2
        case .fourWeekly: 4
        case .monthly: nil
        }
    }

    /// A pay period as a share of the year, as HMRC's tables count it: 1/52, 2/52, 4/52 or 1/12.
    @inlinable
    var shareOfYear: (numerator: Int64, denominator: Int64) {
        weeks.map { ($0, 52) } ?? (1, 12)
    }

    /// `week`, `month`: the unit in which tax periods of this frequency count.
    var periodUnit: String { self == .monthly ? "month" : "week" }

    /// The names as one list, for messages.
    package static let expectedNames = allCases.map(\.rawValue).joined(separator: ", ")
}
