import Amounts
import Calendars

/// Which debits and credits settle each other, where nobody said so.
package enum AllocationPolicy: String, CaseIterable, Sendable {
    /// By due date, then posting date, then number.
    case oldestFirst = "oldest_first"
    /// First what has the same reference, then what has the same amount open, then the oldest.
    case exactFirst = "exact_first"
}

extension OpenItemBook {
    /// A party's items of one currency and how they would settle each other.
    package struct Proposal: Hashable, Sendable {
        package let account: AccountCode
        package let party: Party
        package let currency: Currency
        package let matches: [Settlement.Match]
    }

    /// How the open items up to `day` would settle each other, party by party. Only items of one account and one currency
    /// are brought together. Nothing is settled.
    package func proposals(_ policy: AllocationPolicy, on day: CalendarDate) -> [Proposal] {
        struct Place: Hashable {
            let account: AccountCode
            let party: Party
            let currency: Currency
        }
        let grouped = Dictionary(grouping: openItems.filter { $0.item.date <= day }) {
            Place(account: $0.item.account, party: $0.item.party, currency: $0.open.currency)
        }
        var proposals: [Proposal] = []
        for (place, items) in grouped {
            var allocation = Allocation(items)
            guard allocation.hasBothSides else { continue }
            if policy == .exactFirst { allocation.matchExactly() }
            allocation.matchOldest()
            proposals.append(
                Proposal(
                    account: place.account, party: place.party, currency: place.currency, matches: allocation.matches))
        }
        return proposals.sorted {
            ($0.account, $0.party, $0.currency.code) < ($1.account, $1.party, $1.currency.code)
        }
    }
}

/// The debits and credits of one party in one currency, being matched.
private struct Allocation {
    private var debits: [Side]
    private var credits: [Side]
    private(set) var matches: [Settlement.Match] = []

    private struct Side {
        let item: OpenItem
        /// Minor units, without a sign.
        var open: UInt64
    }

    init(_ items: [(item: OpenItem, open: Money)]) {
        let sorted = items.sorted {
            ($0.item.due, $0.item.date, $0.item.id) < ($1.item.due, $1.item.date, $1.item.id)
        }
        debits = sorted.filter { $0.open.isPositive }
            .map { Side(item: $0.item, open: $0.open.minorUnits.magnitude) }
        credits = sorted.filter { $0.open.isNegative }
            .map { Side(item: $0.item, open: $0.open.minorUnits.magnitude) }
    }

    var hasBothSides: Bool { !debits.isEmpty && !credits.isEmpty }

    mutating func matchExactly() {
        match(by: { $0.item.reference.isEmpty ? nil : $0.item.reference }, isWhole: false)
        match(by: { $0.open }, isWhole: true)
    }

    /// Matches each credit with the debits of the same key, oldest first, in time linear in their number.
    private mutating func match<Key: Hashable>(by key: (Side) -> Key?, isWhole: Bool) {
        var waiting: [Key: [Int]] = [:]
        for index in debits.indices.reversed() where debits[index].open > 0 {
            if let key = key(debits[index]) { waiting[key, default: []].append(index) }
        }
        for credit in credits.indices {
            guard credits[credit].open > 0, let key = key(credits[credit]) else { continue }
            while credits[credit].open > 0, let debit = waiting[key]?.last {
                settle(debit, credit)
                if debits[debit].open == 0 || isWhole { waiting[key]?.removeLast() }
            }
        }
    }

    mutating func matchOldest() {
        var (debit, credit) = (0, 0)
        while debit < debits.count, credit < credits.count {
            if debits[debit].open == 0 {
                debit += 1
            } else if credits[credit].open == 0 {
                credit += 1
            } else {
                settle(debit, credit)
            }
        }
    }

    private mutating func settle(_ debit: Int, _ credit: Int) {
        let amount = min(debits[debit].open, credits[credit].open)
        // A match holds what one of 64 bits can; the one amount beyond it is left open.
        guard amount > 0, let minor = Int64(exactly: amount) else {
            debits[debit].open = 0
            return
        }
        debits[debit].open -= amount
        credits[credit].open -= amount
        matches.append(
            Settlement.Match(
                debit: debits[debit].item.id, credit: credits[credit].item.id,
                amount: Money(minorUnits: minor, debits[debit].item.amount.currency)))
    }
}
