import Amounts
import Calendars
import Diagnostics

/// Open monetary items in foreign currencies at the rate of a closing day.
///
/// What an item is worth is measured from its book value at the document's rate, always: the entry is undone on the next
/// day, so that the revaluation of the month before is not in the way of this one, nor of the realised difference when
/// the item is settled.
package struct Revaluation: Sendable {
    package let date: CalendarDate
    /// One for each item that is not of the base currency, in the order given.
    package let lines: [Line]

    /// A balance to be revalued: an open item, or all of a bank account.
    package struct Item: Hashable, Sendable {
        package let account: AccountCode
        package let party: Party?
        package let balance: Money
        /// What the books say that it is worth.
        package let book: Money
        /// Leads back to the item: the number of an invoice.
        package let reference: String

        package init(account: AccountCode, party: Party? = nil, balance: Money, book: Money, reference: String = "") {
            self.account = account
            self.party = party
            self.balance = balance
            self.book = book
            self.reference = reference
        }
    }

    package struct Line: Hashable, Sendable {
        package let item: Item
        package let rate: ConversionRate
        package let revalued: Money
        /// What to add to the book value: positive is a gain, of a debt as of a claim.
        package let adjustment: Money
        /// Nothing is on the account any more, and the books still say that it is worth something.
        package var isResidue: Bool { item.balance.isZero }
    }

    package struct Accounts: Hashable, Sendable {
        package let unrealisedGain: AccountCode
        package let unrealisedLoss: AccountCode
        /// For what is left on an account that holds nothing.
        package let residue: AccountCode

        package init(unrealisedGain: AccountCode, unrealisedLoss: AccountCode, residue: AccountCode) {
            self.unrealisedGain = unrealisedGain
            self.unrealisedLoss = unrealisedLoss
            self.residue = residue
        }
    }

    /// - Throws: a `Failure` with every currency that has no rate on the day.
    package init(
        of items: [Item], on date: CalendarDate, in base: Currency, at rates: ExchangeRateTable,
        rounding: Rounding = .halfAwayFromZero
    ) throws {
        self.date = date
        var byCurrency: [Currency: ConversionRate] = [:]
        var missing: Set<Currency> = []
        var problems = ProblemList()
        var lines: [Line] = []
        lines.reserveCapacity(items.count)
        for item in items where item.balance.currency != base {
            let currency = item.balance.currency
            if missing.contains(currency) { continue }
            let rate: ConversionRate
            if let known = byCurrency[currency] {
                rate = known
            } else {
                do {
                    rate = try rates.rate(from: currency, to: base, on: date)
                    byCurrency[currency] = rate
                } catch let error as MissingExchangeRate {
                    missing.insert(currency)
                    problems.add(Problem(error.failure))
                    continue
                }
            }
            let revalued = try rate.convert(item.balance, rounding: rounding)
            lines.append(
                Line(item: item, rate: rate, revalued: revalued, adjustment: try revalued - item.book))
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "nothing was revalued")
        self.lines = lines
    }

    /// The entries on the closing day, to be undone on the day after; none where nothing changes.
    ///
    /// One for each currency: each account and party by what it gained or lost, and all gains and all losses in one
    /// posting each. More than an entry holds go into several, numbered in their key.
    ///
    /// - Parameter key: names the revaluation: `revaluation/2026-P04` gives `revaluation/2026-P04/USD/1`.
    package func entries(key: String, journal: JournalCode = .closing, accounts: Accounts) throws -> [JournalEntry] {
        try entries(key: key, journal: journal, kind: .revaluation, lines.filter { !$0.isResidue }) { currency, sums in
            [
                JournalEntry.Posting.inBase(
                    account: accounts.unrealisedGain, try sums.gain.negated(), of: currency,
                    description: "Unrealised exchange gain \(currency)"),
                JournalEntry.Posting.inBase(
                    account: accounts.unrealisedLoss, try sums.loss.negated(), of: currency,
                    description: "Unrealised exchange loss \(currency)"),
            ]
        }
    }

    /// The entries that clear what is left in base on accounts that hold nothing; they are not undone.
    package func residueEntries(
        key: String, journal: JournalCode = .closing, accounts: Accounts
    ) throws -> [JournalEntry] {
        try entries(key: key, journal: journal, kind: .normal, lines.filter(\.isResidue)) { currency, sums in
            [
                JournalEntry.Posting.inBase(
                    account: accounts.residue, try (try sums.gain + sums.loss).negated(), of: currency,
                    description: "Exchange residue \(currency)")
            ]
        }
    }

    private struct Place: Hashable {
        let account: AccountCode
        let party: Party?
    }

    /// The adjustments of one currency, in the order in which their places first come.
    private struct Sums {
        let currency: Currency
        private(set) var sums: [(place: Place, sum: Money)] = []
        private var indices: [Place: Int] = [:]

        init(_ currency: Currency) {
            self.currency = currency
        }

        mutating func add(_ amount: Money, _ place: Place) throws {
            if let index = indices[place] {
                sums[index].sum = try sums[index].sum + amount
            } else {
                indices[place] = sums.count
                sums.append((place, amount))
            }
        }
    }

    private func entries(
        key: String, journal: JournalCode, kind: JournalEntry.Kind, _ lines: [Line],
        counter: (Currency, (gain: Money, loss: Money)) throws -> [JournalEntry.Posting]
    ) throws -> [JournalEntry] {
        // Currencies too in the order in which they first come, so that the same items give the same bytes.
        var currencies: [Sums] = []
        for line in lines where !line.adjustment.isZero {
            let currency = line.item.balance.currency
            let known = currencies.firstIndex { $0.currency == currency }
            let index = known ?? currencies.count
            if known == nil { currencies.append(Sums(currency)) }
            try currencies[index].add(line.adjustment, Place(account: line.item.account, party: line.item.party))
        }
        var entries: [JournalEntry] = []
        let maximumLines = JournalEntry.maximumPostings - 2
        for sums in currencies {
            let currency = sums.currency
            let changed = sums.sums.filter { !$0.sum.isZero }
            for (index, start) in stride(from: 0, to: changed.count, by: maximumLines).enumerated() {
                let part = changed[start..<min(start + maximumLines, changed.count)]
                guard let base = part.first?.sum.currency else { continue }
                var (gain, loss) = (Money.zero(base), Money.zero(base))
                var postings: [JournalEntry.Posting] = []
                postings.reserveCapacity(part.count + 2)
                for (place, sum) in part {
                    if sum.isPositive { gain = try gain + sum } else { loss = try loss + sum }
                    postings.append(
                        .inBase(
                            account: place.account, sum, of: currency, party: place.party,
                            description: "\(currency) at the rate of \(date)"))
                }
                postings += try counter(currency, (gain, loss))
                entries.append(
                    try JournalEntry(
                        key: "\(key)/\(currency)/\(index + 1)", journal: journal, kind: kind, date: date,
                        description: "Foreign currency \(currency) at the rate of \(date)", postings: postings))
            }
        }
        return entries
    }
}
