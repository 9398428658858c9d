import Amounts
import Calendars
import Diagnostics
import Interchange

/// What currencies are worth in the company's own, as far as the journal itself or the store says so.
///
/// A price of the journal counts from its day to the next one, however long that is, as it does for the program that
/// the journal is from; the store is asked where the journal has none.
struct ImportedPrices {
    private let base: Currency
    private let stored: ExchangeRateTable
    private var journal: ExchangeRateTable?
    private var given: [Key: ExchangeRate] = [:]

    private struct Key: Hashable {
        var date: CalendarDate
        var base: Currency
        var quote: Currency
    }

    init(base: Currency, stored: ExchangeRateTable) {
        self.base = base
        self.stored = stored
    }

    /// Takes a price of the journal; of two of the same day the last counts.
    mutating func add(_ date: CalendarDate, _ currency: Currency, _ price: ExactDecimal, _ quote: Currency) {
        guard currency != quote, price > .zero else { return }
        given[Key(date: date, base: currency, quote: quote)] = ExchangeRate(
            date: date, base: currency, quote: quote, rate: Rate(price))
    }

    /// Call it when all prices were added.
    mutating func finish() throws {
        journal = try ExchangeRateTable(given.values, pivot: base, maximumAgeDays: Int(Int32.max))
    }

    func rate(from currency: Currency, on date: CalendarDate) throws -> ConversionRate {
        if let journal, let rate = try? journal.rate(from: currency, to: base, on: date) { return rate }
        return try stored.rate(from: currency, to: base, on: date)
    }
}
