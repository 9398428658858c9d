import Amounts
import Calendars
import Diagnostics

/// Open items and what is open of them: the sub-ledger as a value.
///
/// What is open, added up by account, is the balance of the control account, in base and in each currency, before and
/// after each settlement.
package struct OpenItemBook: Sendable {
    package let baseCurrency: Currency
    private var states: [State] = []
    private var indices: [OpenItem.ID: Int] = [:]
    private var settled: Set<String> = []
    private var reversed: Set<String> = []

    private struct State {
        let item: OpenItem
        var open: Money
        var base: Money

        /// What is released in base with `amount` of what is open: its share, and so with all of it all.
        func released(_ amount: Money) throws(ArithmeticError) -> Money {
            try base.multiplied(by: amount.minorUnits, over: open.minorUnits, rounding: .halfAwayFromZero)
        }
    }

    /// - Parameter parts: what was settled of the items before, with what was undone.
    /// - Throws: two items of one number, a part of no item, an item of nothing, or with a base in another currency.
    package init(items: [OpenItem], parts: [SettledPart] = [], baseCurrency: Currency) throws {
        self.baseCurrency = baseCurrency
        var problems = ProblemList(maximumCount: 100)
        states.reserveCapacity(items.count)
        indices.reserveCapacity(items.count)
        for item in items {
            if item.amount.isZero || item.base.currency != baseCurrency {
                problems.add(
                    "the item \(item.id) is \(item.amount) worth \(item.base)",
                    expected: "an amount other than zero, worth some \(baseCurrency)")
            } else if indices.updateValue(states.count, forKey: item.id) != nil {
                problems.add("there are two items \(item.id)", expected: "one")
            } else {
                states.append(State(item: item, open: item.amount, base: item.base))
            }
        }
        for part in parts {
            guard let index = indices[part.item] else {
                problems.add(
                    "the settlement \(part.settlement) is of an item \(part.item)", expected: "one that exists")
                continue
            }
            states[index].open = try states[index].open - part.amount
            states[index].base = try states[index].base - part.base
            settled.insert(part.settlement)
        }
        try problems.throwIfAny(exitCode: .failed, consequence: "the open items cannot be used")
    }

    /// Items of which parts are settled.
    ///
    /// - Throws: as with all parts of them.
    package init(balances: [OpenItemBalance], baseCurrency: Currency) throws {
        try self.init(items: balances.map(\.item), baseCurrency: baseCurrency)
        for (index, balance) in balances.enumerated() {
            states[index].open = balance.open
            states[index].base = balance.base
        }
    }

    /// What is open of an item, with its sign; nil for an item that there is not.
    package func open(_ id: OpenItem.ID) -> Money? { indices[id].map { states[$0].open } }
    package func openBase(_ id: OpenItem.ID) -> Money? { indices[id].map { states[$0].base } }

    /// The items of which something is open, as they were given, with what is open.
    package var openItems: [(item: OpenItem, open: Money)] {
        states.lazy.filter { !$0.open.isZero }.map { ($0.item, $0.open) }
    }

    /// What is open of all items of one account in one currency.
    package struct ControlBalance: Hashable, Sendable {
        package let account: AccountCode
        package let open: Money
        package let base: Money
    }

    /// What the balances of the control accounts must be: by account and currency.
    package func controlBalances() throws -> [ControlBalance] {
        struct Place: Hashable {
            let account: AccountCode
            let currency: Currency
        }
        var sums: [Place: (open: Money, base: Money)] = [:]
        for state in states {
            let place = Place(account: state.item.account, currency: state.open.currency)
            let sum = sums[place] ?? (.zero(place.currency), .zero(baseCurrency))
            sums[place] = (try sum.open + state.open, try sum.base + state.base)
        }
        return sums.map { ControlBalance(account: $0.key.account, open: $0.value.open, base: $0.value.base) }
            .sorted { ($0.account, $0.open.currency.code) < ($1.account, $1.open.currency.code) }
    }
}

// MARK: - Settling

extension OpenItemBook {
    /// Settles items.
    ///
    /// Each item releases its share of base with what is settled of it, the last part all that is left. What debits and
    /// credits release apart from each other is the exchange difference, a realised gain or loss.
    ///
    /// - Throws: a `Failure` with everything that is wrong with it; then nothing was settled.
    package mutating func settle(_ settlement: Settlement, accounts: Settlement.Accounts) throws -> SettlementOutcome {
        var problems = ProblemList(maximumCount: 100)
        var work = SettlementWork(key: settlement.key, date: settlement.date, baseCurrency: baseCurrency)
        if settled.contains(settlement.key) {
            problems.add("\(settlement.key) was settled before", expected: "a key of its own")
        }
        if settlement.matches.isEmpty, settlement.deductions.isEmpty {
            problems.add("the settlement settles nothing", expected: "matches or deductions")
        }
        var changed: [Int: State] = [:]
        func take(
            _ id: OpenItem.ID, _ amount: Money, debit: Bool?, _ problems: inout ProblemList
        ) throws -> (item: OpenItem, amount: Money, base: Money)? {
            guard let index = indices[id] else {
                problems.add("there is no item \(id)", expected: "an item that exists")
                return nil
            }
            var state = changed[index] ?? states[index]
            let item = state.item
            guard amount.isPositive, amount.currency == item.amount.currency else {
                problems.add(
                    "\(amount) of item \(id) is to be settled", expected: "more than zero, in \(item.amount.currency)")
                return nil
            }
            guard debit == nil || debit == item.isDebit else {
                problems.add(
                    "item \(id) of \(item.amount) is used as a \(item.isDebit ? "credit" : "debit")",
                    expected: "a \(item.isDebit ? "debit" : "credit")")
                return nil
            }
            if item.date > settlement.date {
                problems.add("item \(id) is of \(item.date)", expected: "\(settlement.date) or before")
                return nil
            }
            let signed = item.isDebit ? amount : try amount.negated()
            let isBeyond =
                item.isDebit ? signed.minorUnits > state.open.minorUnits : signed.minorUnits < state.open.minorUnits
            guard !isBeyond else {
                problems.add(
                    "\(amount) of item \(id) is to be settled", expected: "at most \(try state.open.magnitude())")
                return nil
            }
            let base = try state.released(signed)
            state.open = try state.open - signed
            state.base = try state.base - base
            changed[index] = state
            return (item, signed, base)
        }
        for match in settlement.matches {
            let debit = try take(match.debit, match.amount, debit: true, &problems)
            let credit = try take(match.credit, match.creditAmount, debit: false, &problems)
            guard let debit, let credit else { continue }
            if match.amount.currency == match.creditAmount.currency, match.amount != match.creditAmount {
                problems.add(
                    "\(match.amount) of item \(match.debit) is settled by \(match.creditAmount)",
                    expected: "the same amount")
                continue
            }
            try work.add(debit.item, .match, counterpart: match.credit, debit.amount, debit.base)
            try work.add(credit.item, .match, counterpart: match.debit, credit.amount, credit.base)
            try work.addDifference(try debit.base + credit.base, of: debit.amount.currency)
        }
        for deduction in settlement.deductions {
            guard let taken = try take(deduction.item, deduction.amount, debit: nil, &problems) else { continue }
            let kind: SettledPart.Kind = deduction.kind == .discount ? .discount : .writeOff
            try work.add(taken.item, kind, counterpart: nil, taken.amount, taken.base)
            work.deduct(deduction, taken.amount, taken.base, of: taken.item)
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "nothing was settled")
        let outcome = try work.outcome(accounts: accounts)
        for (index, state) in changed { states[index] = state }
        settled.insert(settlement.key)
        return outcome
    }

    /// Undoes a settlement, to the unit: what was open before it is open again.
    ///
    /// - Throws: a `Failure` when it was undone before, or an item would be more open than it ever was.
    package mutating func reverse(
        _ outcome: SettlementOutcome, key: String, on date: CalendarDate
    ) throws -> SettlementOutcome {
        var problems = ProblemList(maximumCount: 100)
        if reversed.contains(outcome.key) { problems.add("\(outcome.key) was undone before", expected: "once") }
        if settled.contains(key) { problems.add("\(key) was settled before", expected: "a key of its own") }
        if date < outcome.date {
            problems.add("\(outcome.key) is undone on \(date)", expected: "\(outcome.date) or later")
        }
        var changed: [Int: State] = [:]
        var parts: [SettledPart] = []
        for part in outcome.parts {
            guard let index = indices[part.item] else {
                problems.add("there is no item \(part.item)", expected: "an item that exists")
                continue
            }
            var state = changed[index] ?? states[index]
            state.open = try state.open + part.amount
            state.base = try state.base + part.base
            changed[index] = state
            parts.append(
                SettledPart(
                    settlement: key, item: part.item, kind: part.kind, counterpart: part.counterpart,
                    amount: try part.amount.negated(), base: try part.base.negated(), date: date))
        }
        for state in changed.values.sorted(by: { $0.item.id < $1.item.id })
        where try state.open.magnitude().minorUnits > state.item.amount.magnitude().minorUnits {
            problems.add(
                "\(state.open) of item \(state.item.id) would be open", expected: "at most \(state.item.amount)")
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "nothing was undone")
        for (index, state) in changed { states[index] = state }
        settled.insert(key)
        reversed.insert(outcome.key)
        return SettlementOutcome(
            key: key, date: date, reverses: outcome.key, parts: parts,
            exchangeDifference: try outcome.exchangeDifference.negated(),
            postings: try outcome.postings.map { try $0.negated() })
    }
}
