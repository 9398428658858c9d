import Amounts
import Calendars
import Diagnostics

/// How old what is owed was on a day: by account, party and currency.
package struct Aging: Sendable {
    package let date: CalendarDate
    package let buckets: Buckets
    /// By account, party and currency; none where nothing was open.
    package let rows: [Row]
    /// Of each bucket and account, in base.
    package let baseCurrency: Currency

    /// How many days overdue go together.
    package struct Buckets: Hashable, Sendable {
        /// The last day overdue of each bucket but the last one; the first one is 0, what is not overdue.
        package let lastDays: [Int]

        package static let maximumCount = 24
        /// Not due; 1 to 30, 31 to 60, 61 to 90 days overdue; more than 90.
        package static let standard = Buckets(unchecked: [0, 30, 60, 90])

        /// - Parameter lastDays: such as 30, 60, 90; rising.
        package init(_ lastDays: [Int]) throws(Failure) {
            let all = [0] + lastDays
            guard all.count < Self.maximumCount, zip(all, all.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw Failure(
                    .usage, "\(lastDays.map(String.init).joined(separator: ", ")) are no buckets of an aging.",
                    advice: "Give rising numbers of days of more than 0, such as 30, 60, 90.")
            }
            self.lastDays = all
        }

        private init(unchecked lastDays: [Int]) {
            self.lastDays = lastDays
        }

        package var count: Int { lastDays.count + 1 }

        /// `not due`, `1–30`, …, `over 90`.
        package var labels: [String] {
            ["not due"] + zip(lastDays, lastDays.dropFirst()).map { "\($0 + 1)–\($1)" }
                + ["over \(lastDays[lastDays.count - 1])"]
        }

        func index(daysOverdue: Int) -> Int { lastDays.firstIndex { daysOverdue <= $0 } ?? lastDays.count }
    }

    package struct Row: Hashable, Sendable {
        package let account: AccountCode
        package let party: Party
        package let currency: Currency
        /// By bucket.
        package fileprivate(set) var open: [Money]
        package fileprivate(set) var base: [Money]
        package fileprivate(set) var total: Money
        package fileprivate(set) var totalBase: Money
    }

    /// What was open on `date`: the items posted by then, less what was settled of them by then, by days overdue since
    /// their due date. Unallocated payments and credit notes are in the bucket of their own due date, with their sign.
    ///
    /// - Throws: `ArithmeticError.overflow`; a `Failure` for a part of an item that is not among the items.
    package init(
        of items: [OpenItem], settled parts: [SettledPart], on date: CalendarDate, buckets: Buckets = .standard,
        baseCurrency: Currency
    ) throws {
        let book = try OpenItemBook(
            items: items, parts: parts.filter { $0.date <= date }, baseCurrency: baseCurrency)
        try self.init(
            of: book.openItems.map {
                OpenItemBalance(
                    item: $0.item, open: $0.open, base: book.openBase($0.item.id) ?? .zero(baseCurrency))
            }, on: date, buckets: buckets, baseCurrency: baseCurrency)
    }

    /// The same of items with what was open of them on `date`.
    package init(
        of balances: [OpenItemBalance], on date: CalendarDate, buckets: Buckets = .standard, baseCurrency: Currency
    ) throws {
        self.date = date
        self.buckets = buckets
        self.baseCurrency = baseCurrency
        struct Place: Hashable {
            let account: AccountCode
            let party: Party
            let currency: Currency
        }
        var rows: [Row] = []
        var indices: [Place: Int] = [:]
        for balance in balances where balance.item.date <= date && !balance.open.isZero {
            let (item, open) = (balance.item, balance.open)
            let place = Place(account: item.account, party: item.party, currency: open.currency)
            let index = indices[place] ?? rows.count
            if index == rows.count {
                indices[place] = index
                rows.append(
                    Row(
                        account: item.account, party: item.party, currency: open.currency,
                        open: Array(repeating: .zero(open.currency), count: buckets.count),
                        base: Array(repeating: .zero(baseCurrency), count: buckets.count),
                        total: .zero(open.currency), totalBase: .zero(baseCurrency)))
            }
            let bucket = buckets.index(daysOverdue: item.due.days(until: date))
            let base = balance.base
            rows[index].open[bucket] = try rows[index].open[bucket] + open
            rows[index].base[bucket] = try rows[index].base[bucket] + base
            rows[index].total = try rows[index].total + open
            rows[index].totalBase = try rows[index].totalBase + base
        }
        self.rows = rows.sorted {
            ($0.account, $0.party, $0.currency.code) < ($1.account, $1.party, $1.currency.code)
        }
    }

    /// What was open of an account in base, by bucket.
    package func totals(of account: AccountCode) throws -> [Money] {
        var totals = Array(repeating: Money.zero(baseCurrency), count: buckets.count)
        for row in rows where row.account == account {
            for (index, base) in row.base.enumerated() { totals[index] = try totals[index] + base }
        }
        return totals
    }
}
