import Amounts
import Calendars
import Crypto
import Diagnostics

extension OpenItemBook {
    /// An item that a person named for a settlement, and how much of it.
    package struct NamedItem: Hashable, Sendable {
        package let item: OpenItem.ID
        /// Positive, in the currency of the item; nil for all that is open of it.
        package let amount: Money?

        package init(_ item: OpenItem.ID, amount: Money? = nil) {
            self.item = item
            self.amount = amount
        }
    }

    /// How items settle each other that a person named: each currency by itself, debits and credits in the order in
    /// which they were named, as far as both sides go. What is deducted of an item is not matched.
    ///
    /// Debits of one currency and credits of another settle each other too, where each says how much of it: what one is
    /// worth in the other is said by nobody else. With one item on a side, its amount is divided over those of the other
    /// by their amounts.
    ///
    /// - Throws: a `Failure` where an item is unknown or named twice, or nothing would be settled.
    package func settlement(
        of named: [NamedItem], deductions: [Settlement.Deduction] = [], key: String, on date: CalendarDate
    ) throws -> Settlement {
        var problems = ProblemList(maximumCount: 100)
        var amounts = ProblemList(maximumCount: 100)
        var sides: [Currency: (debits: [(OpenItem.ID, Money)], credits: [(OpenItem.ID, Money)])] = [:]
        var currencies: [Currency] = []
        var seen: Set<OpenItem.ID> = []
        for item in named {
            guard let open = open(item.item) else {
                problems.add("there is no item \(item.item)", expected: "one that `steward ledger items` lists")
                continue
            }
            guard seen.insert(item.item).inserted else {
                problems.add("item \(item.item) is named twice", expected: "once")
                continue
            }
            if let amount = item.amount {
                let most = try open.magnitude()
                guard amount.currency == open.currency, amount.isPositive, amount.minorUnits <= most.minorUnits else {
                    amounts.add(
                        "\(amount) of item \(item.item) is to be settled",
                        expected: most.isZero ? "nothing: it is settled" : "more than zero and at most \(most)")
                    continue
                }
            }
            var amount = try item.amount ?? open.magnitude()
            for deduction in deductions where deduction.item == item.item && deduction.amount.currency == open.currency
            {
                if item.amount == nil { amount = try amount - deduction.amount }
            }
            // All of it may be deducted.
            guard amount.isPositive else { continue }
            if sides[open.currency] == nil { currencies.append(open.currency) }
            if open.isNegative {
                sides[open.currency, default: ([], [])].credits.append((item.item, amount))
            } else {
                sides[open.currency, default: ([], [])].debits.append((item.item, amount))
            }
        }
        try problems.throwIfAny(exitCode: .notFound, consequence: "nothing was settled")
        try amounts.throwIfAny(exitCode: .refused, consequence: "nothing was settled")
        let withoutAmount = Set(named.lazy.filter { $0.amount == nil }.map(\.item))
        var matches = try Self.acrossCurrencies(currencies, sides, withoutAmount)
        for currency in currencies {
            guard var (debits, credits) = sides[currency] else { continue }
            var (debit, credit) = (0, 0)
            while debit < debits.count, credit < credits.count {
                let minor = min(debits[debit].1.minorUnits, credits[credit].1.minorUnits)
                let amount = Money(minorUnits: minor, currency)
                matches.append(
                    Settlement.Match(debit: debits[debit].0, credit: credits[credit].0, amount: amount))
                debits[debit].1 = try debits[debit].1 - amount
                credits[credit].1 = try credits[credit].1 - amount
                if debits[debit].1.isZero { debit += 1 }
                if credits[credit].1.isZero { credit += 1 }
            }
        }
        guard !matches.isEmpty || !deductions.isEmpty else {
            throw Failure(
                .refused,
                "The items do not settle each other: there is no debit and credit among them.",
                advice: "Name at least one of each, e.g. an invoice and its payment.")
        }
        return Settlement(key: key, date: date, matches: matches, deductions: deductions)
    }

    private typealias Sides = (debits: [(OpenItem.ID, Money)], credits: [(OpenItem.ID, Money)])

    /// Where there are debits alone in one currency and credits alone in another.
    private static func acrossCurrencies(
        _ currencies: [Currency], _ sides: [Currency: Sides], _ withoutAmount: Set<OpenItem.ID>
    ) throws -> [Settlement.Match] {
        let lone = currencies.compactMap { sides[$0] }
        let debits = lone.filter(\.credits.isEmpty).map(\.debits)
        let credits = lone.filter(\.debits.isEmpty).map(\.credits)
        guard let debits = debits.count == 1 ? debits.first : nil,
            let credits = credits.count == 1 ? credits.first : nil
        else {
            guard debits.isEmpty || credits.isEmpty else {
                throw Failure(
                    .refused,
                    "The items are of more than two currencies that would settle each other; nothing was settled.",
                    advice: "Settle two currencies at a time.")
            }
            return []
        }
        let all = debits + credits
        var problems = ProblemList(maximumCount: 100)
        for (item, amount) in all where withoutAmount.contains(item) {
            problems.add(
                "item \(item) is in \(amount.currency), and is to be settled in another currency",
                expected: "how much of it, e.g. \(item)=\(amount.plainText)")
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "nothing was settled")
        if let debit = debits.count == 1 ? debits.first : nil {
            let parts = try debit.1.allocated(by: credits.map { ExactDecimal($0.1.minorUnits) })
            return zip(credits, parts).map {
                Settlement.Match(debit: debit.0, credit: $0.0, amount: $1, creditAmount: $0.1)
            }
        }
        guard let credit = credits.count == 1 ? credits.first : nil else {
            throw Failure(
                .refused,
                "\(debits.count) items of one currency and \(credits.count) of another cannot settle each other.",
                advice: "Nothing was settled. Name one item on one of the sides.")
        }
        let parts = try credit.1.allocated(by: debits.map { ExactDecimal($0.1.minorUnits) })
        return zip(debits, parts).map {
            Settlement.Match(debit: $0.0, credit: credit.0, amount: $0.1, creditAmount: $1)
        }
    }

    /// What a settlement is called that nobody gave a name: `2026-04-28/12.1+15.2`; of many items by their hash. So the same
    /// command twice is one settlement.
    package static func key(
        of named: [NamedItem], _ deductions: [Settlement.Deduction], on date: CalendarDate
    ) -> String {
        let items = named.map { item in "\(item.item)" + (item.amount.map { "=\($0.plainText)" } ?? "") }
        let words = (items + deductions.map { "\($0.item)-\($0.amount.plainText)" }).joined(separator: "+")
        guard words.utf8.count > 100 else { return "\(date)/\(words)" }
        return "\(date)/" + SHA256.hash(data: Array(words.utf8)).hexText.prefix(16)
    }

    /// How everything that is open would settle itself: one settlement for each account, party and currency, so that
    /// each can be undone by itself.
    package func settlements(_ policy: AllocationPolicy, on date: CalendarDate) -> [Settlement] {
        proposals(policy, on: date).compactMap { proposal in
            // Of the first two at least one is settled in full: they never meet again.
            proposal.matches.first.map {
                Settlement(key: "\(date)/auto/\($0.debit)+\($0.credit)", date: date, matches: proposal.matches)
            }
        }
    }
}
