import Amounts
import Calendars
import Ledger
import Store

/// What came in and what was left in one month of the books.
package struct MonthResult: Hashable, Sendable {
    package let label: String
    package let revenue: Money
    package let profit: Money

    /// The months up to `last`, the oldest first, in two queries.
    static func results(
        until last: FiscalPeriod, count: Int, _ accounts: StatementAccounts, in connection: Connection
    ) throws -> [MonthResult] {
        var months = [last]
        while months.count < count { months.append(months[months.count - 1].previousMonth) }
        months.reverse()
        var revenue = Array(repeating: Money.zero(accounts.currency), count: count)
        var profit = revenue
        try AccountBalances.forEachDailyChange(
            months[0].firstDay...last.lastDay, accounts.currency, in: connection
        ) { code, day, change in
            guard let account = accounts[code], !account.type.isOfBalanceSheet,
                let index = months.firstIndex(where: { $0.days.contains(day) })
            else { return }
            profit[index] = try profit[index] - change
            if account.section == .revenue { revenue[index] = try revenue[index] - change }
        }
        return months.indices.map {
            MonthResult(label: months[$0].shortName, revenue: revenue[$0], profit: profit[$0])
        }
    }
}

extension FiscalPeriod {
    /// `April 2026`; `2026-27-P01` where the month of the books is none of the calendar.
    var name: String {
        let (year, month, day) = firstDay.parts
        guard day == 1, lastDay == firstDay.lastOfMonth else { return description }
        return "\(Self.monthNames[month - 1]) \(year)"
    }

    /// `Apr 26`, for the axis of a chart.
    var shortName: String {
        let (year, month, day) = firstDay.parts
        guard day == 1, lastDay == firstDay.lastOfMonth else { return description }
        return "\(Self.monthNames[month - 1].prefix(3)) \(year % 100)"
    }

    private static let monthNames = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}
