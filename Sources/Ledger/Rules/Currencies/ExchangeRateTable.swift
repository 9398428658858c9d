import Amounts
import Calendars
import Diagnostics

/// The rates that a company knows, to be asked for any two currencies on any day.
///
/// A day without a rate has that of the last day before it that has one, within `maximumAgeDays`: no rate is published
/// on a weekend, and a rate of last year is none.
package struct ExchangeRateTable: Sendable {
    /// The currency that cross rates go through; EUR for rates of the European Central Bank.
    package let pivot: Currency
    package let maximumAgeDays: Int
    private var rates: [Pair: [DatedRate]] = [:]

    package static let defaultMaximumAgeDays = 7

    private struct Pair: Hashable {
        let base: Currency
        let quote: Currency
    }

    private struct DatedRate {
        let date: CalendarDate
        let rate: Rate
    }

    /// - Throws: every rate that is not positive, is of a currency for itself, or says something else than another of the
    ///   same day.
    package init(
        _ rates: some Sequence<ExchangeRate>, pivot: Currency, maximumAgeDays: Int = defaultMaximumAgeDays
    ) throws(Failure) {
        self.pivot = pivot
        self.maximumAgeDays = maximumAgeDays
        var problems = ProblemList()
        for rate in rates {
            if rate.rate <= .zero {
                problems.add("\(rate)", expected: "a rate of more than zero")
            } else if rate.base == rate.quote {
                problems.add("\(rate)", expected: "two currencies")
            } else {
                self.rates[Pair(base: rate.base, quote: rate.quote), default: []]
                    .append(DatedRate(date: rate.date, rate: rate.rate))
            }
        }
        for (pair, dated) in self.rates {
            let sorted = dated.sorted { ($0.date, $0.rate) < ($1.date, $1.rate) }
            var kept: [DatedRate] = []
            kept.reserveCapacity(sorted.count)
            for rate in sorted {
                guard let last = kept.last, last.date == rate.date else {
                    kept.append(rate)
                    continue
                }
                if last.rate != rate.rate {
                    problems.add(
                        "\(rate.date) \(pair.base) 1 = \(pair.quote) \(last.rate) and \(rate.rate)",
                        expected: "one rate for a day")
                }
            }
            self.rates[pair] = kept
        }
        try problems.throwIfAny(consequence: "no rate was taken")
    }

    /// The rate from one currency to another on a day: the published one or its inverse, whichever is newer, or else by
    /// way of the pivot.
    package func rate(
        from: Currency, to: Currency, on date: CalendarDate
    ) throws -> ConversionRate {
        if from == to { return ConversionRate(identity: from, on: date) }
        var newest: CalendarDate?
        if let leg = leg(from, to, on: date, newest: &newest) {
            return try ConversionRate(
                from: from, to: to, numerator: leg.numerator, denominator: leg.denominator, on: leg.date,
                leg.isInverse ? .inverse : .direct)
        }
        var ignored: CalendarDate?
        if from != pivot, to != pivot, let first = leg(from, pivot, on: date, newest: &ignored),
            let second = leg(pivot, to, on: date, newest: &ignored)
        {
            return try ConversionRate(
                from: from, to: to, numerator: try first.numerator.multiplied(by: second.numerator),
                denominator: try first.denominator.multiplied(by: second.denominator),
                on: min(first.date, second.date), .cross(pivot))
        }
        throw MissingExchangeRate(from: from, to: to, date: date, newest: newest, maximumAgeDays: maximumAgeDays)
    }

    private struct Leg {
        let numerator: ExactDecimal
        let denominator: ExactDecimal
        let date: CalendarDate
        let isInverse: Bool
    }

    private func leg(
        _ from: Currency, _ to: Currency, on date: CalendarDate, newest: inout CalendarDate?
    ) -> Leg? {
        let direct = latest(Pair(base: from, quote: to), on: date)
        let inverse = latest(Pair(base: to, quote: from), on: date)
        newest = [direct?.date, inverse?.date].compactMap(\.self).max()
        guard let newest, newest.days(until: date) <= maximumAgeDays else { return nil }
        if let direct, direct.date == newest {
            return Leg(numerator: direct.rate.decimal, denominator: .one, date: newest, isInverse: false)
        }
        return inverse.map {
            Leg(numerator: .one, denominator: $0.rate.decimal, date: newest, isInverse: true)
        }
    }

    /// The last rate on or before a day.
    private func latest(_ pair: Pair, on date: CalendarDate) -> DatedRate? {
        guard let dated = rates[pair] else { return nil }
        var (low, high) = (0, dated.count)
        while low < high {
            let middle = (low + high) / 2
            if dated[middle].date <= date { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? dated[low - 1] : nil
    }
}
