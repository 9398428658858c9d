import Amounts
import Calendars
import Store

/// What a statement can be split by.
package enum DimensionKind: String, CaseIterable, Sendable {
    case costCentre = "cost-centre"
    case project

    /// What postings have under it.
    package func value(of dimensions: Dimensions) -> String? {
        switch self {
        case .costCentre: dimensions.costCentre
        case .project: dimensions.project
        }
    }

    fileprivate var column: String {
        switch self {
        case .costCentre: "cost_centre"
        case .project: "project"
        }
    }
}

/// What income and expense were by cost centre or project.
package enum DimensionBalances {
    /// By value of the dimension in order, that of postings without one last: what entries of these days changed on each
    /// account, without those of kinds `opening` and `closing`.
    package static func changes(
        _ days: ClosedRange<CalendarDate>, by dimension: DimensionKind, _ currency: Currency, in connection: Connection
    ) throws -> [(value: String?, movements: [AccountMovement])] {
        let column = dimension.column
        var groups: [(value: String?, movements: [AccountMovement])] = []
        try connection.forEach(
            """
            SELECT posting.\(column), posting.account, CAST(SUM(posting.base_minor) AS INTEGER)
              FROM posting
             WHERE posting.entry_date >= ? AND posting.entry_date <= ?
               AND NOT EXISTS (SELECT 1 FROM journal_entry AS entry
                                WHERE entry.entry_number = posting.entry_number
                                  AND (entry.kind = 'opening' OR entry.kind = 'closing'))
             GROUP BY posting.\(column), posting.account
             ORDER BY CASE WHEN posting.\(column) IS NULL THEN 1 ELSE 0 END, posting.\(column), posting.account
            """, days.lowerBound, days.upperBound
        ) { row in
            let value = try row.optionalText(0)
            let movement = AccountMovement(account: AccountCode(try row.text(1)), change: try row.money(2, currency))
            if groups.isEmpty || groups[groups.count - 1].value != value { groups.append((value, [])) }
            groups[groups.count - 1].movements.append(movement)
        }
        return groups
    }
}
