import Amounts
import Calendars
import Diagnostics

/// What income and expense are planned to be: by account, cost centre, project and month, in one or two versions.
package struct Budget: Sendable {
    package let rows: [Row]

    package enum Version: String, CaseIterable, Sendable {
        /// What was decided before the year.
        case budget
        /// What is expected as the year goes on.
        case forecast
    }

    package struct Row: Hashable, Sendable {
        package let version: Version
        package let account: AccountCode
        package let dimensions: Dimensions
        /// `2026-04`, `2026-27-P01`.
        package let month: String
        package let days: ClosedRange<CalendarDate>
        /// A debit is positive, as in the books.
        package let amount: Money

        package init(
            version: Version, account: AccountCode, dimensions: Dimensions, month: String,
            days: ClosedRange<CalendarDate>, amount: Money
        ) {
            self.version = version
            self.account = account
            self.dimensions = dimensions
            self.month = month
            self.days = days
            self.amount = amount
        }
    }

    package init(_ rows: [Row]) {
        self.rows = rows
    }

    /// Whether there is anything of a version in these days.
    package func has(_ version: Version, in days: ClosedRange<CalendarDate>) -> Bool {
        rows.contains { $0.version == version && $0.days.overlaps(days) }
    }

    /// What is planned for these days, by account.
    ///
    /// - Parameter isPart: which cost centres and projects count; all where it is nil.
    /// - Throws: a month that these days cut: nobody planned a part of it.
    package func movements(
        _ days: ClosedRange<CalendarDate>, _ version: Version, where isPart: ((Dimensions) -> Bool)? = nil
    ) throws -> [AccountMovement] {
        var sums: [AccountCode: Money] = [:]
        for row in rows where row.version == version && row.days.overlaps(days) {
            guard days.contains(row.days.lowerBound), days.contains(row.days.upperBound) else {
                throw Failure(
                    .usage,
                    "\(days.lowerBound) to \(days.upperBound) cuts \(row.month), and the \(version.rawValue) is by month.",
                    advice: "Compare whole months with it: --period \(row.month).")
            }
            if let isPart, !isPart(row.dimensions) { continue }
            sums[row.account] = try (sums[row.account] ?? .zero(row.amount.currency)) + row.amount
        }
        return sums.sorted { $0.key < $1.key }.map { AccountMovement(account: $0.key, change: $0.value) }
    }

    /// The same by cost centre or project.
    package func movements(
        _ days: ClosedRange<CalendarDate>, _ version: Version, by dimension: DimensionKind
    ) throws -> [String?: [AccountMovement]] {
        let values = Set(
            rows.lazy.filter { $0.version == version && $0.days.overlaps(days) }.map {
                dimension.value(of: $0.dimensions)
            })
        var parts: [String?: [AccountMovement]] = [:]
        for value in values {
            parts[value] = try movements(days, version) { dimension.value(of: $0) == value }
        }
        return parts
    }
}
