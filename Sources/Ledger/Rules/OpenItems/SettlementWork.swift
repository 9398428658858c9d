import Amounts
import Calendars

/// A settlement being put together: its parts, and what they do to the books.
struct SettlementWork {
    private let key: String
    private let date: CalendarDate
    private let baseCurrency: Currency
    private var parts: [SettledPart] = []
    /// What each control account gets, in the order in which the accounts first come.
    private var control: [(place: Place, amount: Money, base: Money)] = []
    private var places: [Place: Int] = [:]
    private var deducted: [JournalEntry.Posting] = []
    private var differences: [(currency: Currency, base: Money)] = []

    private struct Place: Hashable {
        let account: AccountCode
        let party: Party
        let currency: Currency
    }

    init(key: String, date: CalendarDate, baseCurrency: Currency) {
        self.key = key
        self.date = date
        self.baseCurrency = baseCurrency
    }

    mutating func add(
        _ item: OpenItem, _ kind: SettledPart.Kind, counterpart: OpenItem.ID?, _ amount: Money, _ base: Money
    ) throws {
        parts.append(
            SettledPart(
                settlement: key, item: item.id, kind: kind, counterpart: counterpart, amount: amount, base: base,
                date: date))
        let place = Place(account: item.account, party: item.party, currency: amount.currency)
        let index = places[place] ?? control.count
        if index == control.count {
            places[place] = index
            control.append((place, .zero(amount.currency), .zero(baseCurrency)))
        }
        control[index].amount = try control[index].amount - amount
        control[index].base = try control[index].base - base
    }

    mutating func addDifference(_ base: Money, of currency: Currency) throws {
        if let index = differences.firstIndex(where: { $0.currency == currency }) {
            differences[index].base = try differences[index].base + base
        } else {
            differences.append((currency, base))
        }
    }

    mutating func deduct(_ deduction: Settlement.Deduction, _ amount: Money, _ base: Money, of item: OpenItem) {
        let name = deduction.kind == .discount ? "Discount" : "Written off"
        deducted.append(
            JournalEntry.Posting(
                account: deduction.account, amount: amount, base: base, dimensions: deduction.dimensions,
                description: item.reference.isEmpty ? name : "\(name) \(item.reference)"))
    }

    func outcome(accounts: Settlement.Accounts) throws -> SettlementOutcome {
        var postings = control.filter { !$0.amount.isZero || !$0.base.isZero }.map {
            JournalEntry.Posting(
                account: $0.place.account, amount: $0.amount, base: $0.base, party: $0.place.party,
                description: "Settled")
        }
        postings += deducted
        var difference = Money.zero(baseCurrency)
        for (currency, base) in differences where !base.isZero {
            difference = try difference + base
            postings.append(Self.posting(of: base, currency, accounts))
        }
        return SettlementOutcome(
            key: key, date: date, reverses: nil, parts: parts, exchangeDifference: difference,
            postings: try postings.throughConversion(accounts.conversion, description: "Settled in another currency"))
    }

    private static func posting(
        of difference: Money, _ currency: Currency, _ accounts: Settlement.Accounts
    ) -> JournalEntry.Posting {
        if difference.minorUnits.magnitude == 1 {
            return .inBase(account: accounts.residue, difference, of: currency, description: "Rounding of \(currency)")
        }
        let name = difference.isPositive ? "loss" : "gain"
        return .inBase(
            account: difference.isPositive ? accounts.exchangeLoss : accounts.exchangeGain, difference, of: currency,
            description: "Realised exchange \(name) \(currency)")
    }
}
