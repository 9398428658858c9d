import Amounts
import Calendars
import Diagnostics

/// What one unit of a currency was worth in another on a day: 1 `base` is `rate` `quote`. The European Central Bank
/// quotes all others for one euro.
package struct ExchangeRate: Hashable, Sendable, CustomStringConvertible {
    package let date: CalendarDate
    package let base: Currency
    package let quote: Currency
    package let rate: Rate

    package init(date: CalendarDate, base: Currency, quote: Currency, rate: Rate) {
        self.date = date
        self.base = base
        self.quote = quote
        self.rate = rate
    }

    /// `2026-04-30 EUR 1 = USD 1.0843`.
    package var description: String { "\(date) \(base) 1 = \(quote) \(rate)" }
}

/// There is no rate that may be used.
package struct MissingExchangeRate: Error, Hashable, Sendable {
    package let from: Currency
    package let to: Currency
    package let date: CalendarDate
    /// The newest rate on or before `date`; nil where there is none.
    package let newest: CalendarDate?
    package let maximumAgeDays: Int
}

extension MissingExchangeRate: ReportableError {
    package var failure: Failure {
        let found =
            newest.map { "the newest one is of \($0), older than \(maximumAgeDays) days" } ?? "none is on record"
        return Failure(
            .refused, "There is no rate from \(from) to \(to) for \(date): \(found).",
            advice: "Import the rates of \(date): `steward ledger rates import FILE`.")
    }
}
