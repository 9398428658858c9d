import Amounts
import Calendars
import TestSupport
import Testing

@testable import Ledger

/// Short words for the tests of the rules of the books.
func day(_ text: String) -> CalendarDate {
    guard let date = CalendarDate(text) else {
        Issue.record("\(text) is no date")
        return .earliest
    }
    return date
}

func gbp(_ text: String) -> Money { money(text, .gbp) }
func usd(_ text: String) -> Money { money(text, .usd) }
func eur(_ text: String) -> Money { money(text, .eur) }

func money(_ text: String, _ currency: Currency) -> Money {
    guard let money = Money(text, currency) else {
        Issue.record("\(text) is no amount of \(currency)")
        return .zero(currency)
    }
    return money
}

func line(
    _ account: String, _ amount: Money, base: Money? = nil, party: Party? = nil, dimensions: Dimensions = .none,
    due: CalendarDate? = nil, _ description: String = ""
) -> JournalEntry.Posting {
    JournalEntry.Posting(
        account: AccountCode(account), amount: amount, base: base, party: party, dimensions: dimensions, due: due,
        description: description)
}

/// The sum of base of what was posted to an account.
func base(of account: String, in postings: [JournalEntry.Posting], _ currency: Currency = .gbp) throws -> Money {
    try postings.filter { $0.account == AccountCode(account) }.map(\.base).sum(currency)
}

/// Random numbers that follow from a seed.
struct Numbers {
    private var generator: SplitMix64

    init(seed: UInt64) {
        generator = SplitMix64(state: seed)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }
    mutating func amount(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }
}
