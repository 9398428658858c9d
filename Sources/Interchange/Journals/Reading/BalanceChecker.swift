import Amounts
import Calendars
import Diagnostics

/// Looks at balances that were stated, by the sums of each day, whatever the order of the journal.
struct BalanceChecker {
    private let names: TextNames
    private let checks: [BalanceCheck]
    /// By account, whether a check concerns it.
    private var isConcerned: [Bool]
    /// By checked account that counts the accounts below it, those with itself.
    private var families: [TextAccountID: [TextAccountID]] = [:]
    /// By account, the commodities that it holds, and of each the sums of its days.
    private var days: [TextAccountID: [TextCommodityID: [Int32: ExactDecimal]]] = [:]
    /// By the place of a check, what was posted on its own day before it.
    private var ownDays: [JournalPlace: [TextCommodityID: ExactDecimal]] = [:]
    private var placesOfChecks: Set<JournalPlace>
    private(set) var hasOverflow = false

    init(_ checks: [BalanceCheck], names: TextNames) {
        self.checks = checks
        self.names = names
        placesOfChecks = Set(checks.filter(\.countsOwnDay).map { JournalPlace(file: $0.file, line: $0.line) })
        isConcerned = [Bool](repeating: false, count: names.accountCount)
        let sorted = names.accounts.map { (name: names.name($0), account: $0) }.sorted { $0.name < $1.name }
        for check in checks {
            isConcerned[Int(check.account.index)] = true
            guard check.includesSubaccounts, families[check.account] == nil else { continue }
            let prefix = names.name(check.account) + ":"
            let family = [check.account] + sorted.filter { $0.name.hasPrefix(prefix) }.map(\.account)
            families[check.account] = family
            for account in family { isConcerned[Int(account.index)] = true }
        }
    }

    /// Takes a transaction of the second reading into account.
    mutating func add(_ transaction: TextTransaction) {
        for posting in transaction.postings {
            guard isConcerned.indices.contains(Int(posting.account.index)), isConcerned[Int(posting.account.index)]
            else {
                continue
            }
            let day = (posting.date ?? transaction.date).dayNumber
            add(posting.amount, to: posting.account, day: day)
            let place = JournalPlace(file: transaction.file, line: posting.line)
            guard posting.assertion != nil, placesOfChecks.contains(place) else { continue }
            let family = posting.assertion?.includesSubaccounts == true ? families[posting.account] : nil
            var sums: [TextCommodityID: ExactDecimal] = [:]
            for account in family ?? [posting.account] {
                for (commodity, days) in days[account] ?? [:] {
                    let total = sum(sums[commodity] ?? .zero, days[day] ?? .zero)
                    sums[commodity] = total
                }
            }
            ownDays[place] = sums
        }
    }

    private mutating func add(_ amount: TextAmount, to account: TextAccountID, day: Int32) {
        let before = days[account]?[amount.commodity]?[day] ?? .zero
        let total = sum(before, amount.quantity)
        days[account, default: [:]][amount.commodity, default: [:]][day] = total
    }

    private mutating func sum(_ a: ExactDecimal, _ b: ExactDecimal) -> ExactDecimal {
        if let sum = try? a.adding(b) { return sum }
        hasOverflow = true
        return .zero
    }

    /// Reports every balance that is not as stated.
    ///
    /// - Parameter pad: what fills up a difference before it is one: called with each check and what is missing, if
    ///   anything is; gives the day, and the account that the difference comes from.
    mutating func report(
        into problems: inout ProblemList,
        pad: (BalanceCheck, ExactDecimal?) -> (date: CalendarDate, source: TextAccountID)?
    ) {
        let order = checks.indices.sorted { (checks[$0].date, $0) < (checks[$1].date, $1) }
        var sorted: [Key: [(day: Int32, total: ExactDecimal)]] = [:]
        for index in order {
            let check = checks[index]
            let found = balance(check, check.amount.commodity, &sorted)
            guard let missing = try? check.amount.quantity.subtracting(found) else {
                hasOverflow = true
                continue
            }
            if magnitude(missing) <= check.tolerance {
                _ = pad(check, nil)
            } else {
                if let filling = pad(check, missing) {
                    let amount = TextAmount(missing, check.amount.commodity)
                    add(amount, to: check.account, day: filling.date.dayNumber)
                    if let contrary = try? missing.negated() {
                        add(
                            TextAmount(contrary, check.amount.commodity), to: filling.source,
                            day: filling.date.dayNumber)
                    }
                    sorted[Key(account: check.account, commodity: check.amount.commodity)] = nil
                    sorted[Key(account: filling.source, commodity: check.amount.commodity)] = nil
                    continue
                }
                problems.add(
                    BalanceCheckFailure.message(
                        account: names.name(check.account), found: found, wanted: check.amount, names: names),
                    expected: BalanceCheckFailure.expectation(check.amount, names: names), at: place(check))
            }
            if check.isSole { reportOthers(check, &sorted, &problems) }
        }
        if hasOverflow { problems.add("a balance of the journal has too many digits", expected: "at most 38") }
    }

    private mutating func reportOthers(
        _ check: BalanceCheck, _ sorted: inout [Key: [(day: Int32, total: ExactDecimal)]], _ problems: inout ProblemList
    ) {
        let accounts = check.includesSubaccounts ? families[check.account] ?? [] : [check.account]
        let held = Set(accounts.flatMap { (days[$0] ?? [:]).keys }).sorted()
        for commodity in held where commodity != check.amount.commodity {
            let found = balance(check, commodity, &sorted)
            guard !found.isZero else { continue }
            problems.add(
                "\(names.name(check.account)) holds \(found) \(names.name(commodity)), too",
                expected: "nothing but \(names.name(check.amount.commodity)) (==)", at: place(check))
        }
    }

    private struct Key: Hashable {
        var account: TextAccountID
        var commodity: TextCommodityID
    }

    private mutating func balance(
        _ check: BalanceCheck, _ commodity: TextCommodityID,
        _ sorted: inout [Key: [(day: Int32, total: ExactDecimal)]]
    ) -> ExactDecimal {
        var total = ExactDecimal.zero
        for account in check.includesSubaccounts ? families[check.account] ?? [] : [check.account] {
            guard let own = days[account]?[commodity] else { continue }
            let key = Key(account: account, commodity: commodity)
            if sorted[key] == nil {
                var running = ExactDecimal.zero
                var totals: [(day: Int32, total: ExactDecimal)] = []
                totals.reserveCapacity(own.count)
                for day in own.keys.sorted() {
                    running = sum(running, own[day] ?? .zero)
                    totals.append((day, running))
                }
                sorted[key] = totals
            }
            if let totals = sorted[key] { total = sum(total, Self.total(totals, before: check.date.dayNumber)) }
        }
        guard check.countsOwnDay else { return total }
        let place = JournalPlace(file: check.file, line: check.line)
        return sum(total, ownDays[place]?[commodity] ?? .zero)
    }

    private static func total(_ totals: [(day: Int32, total: ExactDecimal)], before day: Int32) -> ExactDecimal {
        var low = 0
        var high = totals.count
        while low < high {
            let middle = (low + high) / 2
            if totals[middle].day < day { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? totals[low - 1].total : .zero
    }

    private func place(_ check: BalanceCheck) -> SourceLocation {
        var location = names.location(file: check.file, line: check.line)
        location.column = check.column
        return location
    }

    private func magnitude(_ quantity: ExactDecimal) -> ExactDecimal {
        guard quantity.isNegative else { return quantity }
        return (try? quantity.negated()) ?? quantity
    }
}
