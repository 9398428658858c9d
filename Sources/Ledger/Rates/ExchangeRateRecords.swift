import Amounts
import Calendars
import Diagnostics
import Store

/// Exchange rates in the store: what was published, and what was said later to be right.
package enum ExchangeRateRecords {
    /// The currency that cross rates go through.
    package static let pivot = Currency.eur

    /// A rate of a file.
    package struct New: Hashable, Sendable {
        package let rate: ExchangeRate
        package let location: SourceLocation

        package init(rate: ExchangeRate, location: SourceLocation) {
            self.rate = rate
            self.location = location
        }
    }

    /// What an import did.
    package struct Outcome: Hashable, Sendable {
        package var new = 0
        package var corrected = 0
        package var known = 0
    }

    private struct Key: Hashable {
        let date: CalendarDate
        let base: Currency
        let quote: Currency
    }

    /// The rates of some days as they were known at a time; now where it is nil. In order of day and currencies.
    package static func rates(
        _ days: ClosedRange<CalendarDate> = CalendarDate.earliest...CalendarDate.latest, knownAt: Instant?,
        in connection: Connection
    ) throws -> [ExchangeRate] {
        var rates: [ExchangeRate] = []
        try connection.forEach(
            """
            SELECT rate_date, base, quote, rate FROM exchange_rate
             WHERE rate_date >= ? AND rate_date <= ? AND recorded_at <= ?
             ORDER BY rate_date, base, quote, rate_id
            """, days.lowerBound, days.upperBound, knownAt ?? Instant(microseconds: .max)
        ) { row in
            let rate = ExchangeRate(
                date: try row.date(0), base: try row.currency(1), quote: try row.currency(2), rate: try row.rate(3))
            // Of one day the one recorded last.
            if let last = rates.last, last.date == rate.date, last.base == rate.base, last.quote == rate.quote {
                rates[rates.count - 1] = rate
            } else {
                rates.append(rate)
            }
        }
        return rates
    }

    /// The rates as a table to be asked.
    ///
    /// - Parameter days: those of the rates that may be asked for; all where it is nil.
    package static func table(
        _ days: ClosedRange<CalendarDate>? = nil, knownAt: Instant?, in connection: Connection
    ) throws -> ExchangeRateTable {
        try ExchangeRateTable(
            try rates(days ?? CalendarDate.earliest...CalendarDate.latest, knownAt: knownAt, in: connection),
            pivot: pivot)
    }

    /// Records the rates of a file: all of them, or none. Those that are known already are passed over.
    ///
    /// - Parameter correction: why a rate is another than was known; nil where that is refused.
    /// - Throws: a `Failure` with every rate that is another than the known one.
    package static func insert(
        _ new: [New], source: String, correction: String?, in unit: UnitOfWork
    ) throws -> Outcome {
        guard let first = new.map(\.rate.date).min(), let last = new.map(\.rate.date).max() else { return Outcome() }
        let stored = try rates(first...last, knownAt: nil, in: unit.connection)
        var known = Dictionary(
            stored.map { (Key(date: $0.date, base: $0.base, quote: $0.quote), $0.rate) },
            uniquingKeysWith: { _, last in last })
        var outcome = Outcome()
        var problems = ProblemList(maximumCount: 100)
        var rows: [(rate: ExchangeRate, isCorrection: Bool)] = []
        for item in new {
            let key = Key(date: item.rate.date, base: item.rate.base, quote: item.rate.quote)
            guard let rate = known[key] else {
                known[key] = item.rate.rate
                rows.append((item.rate, false))
                outcome.new += 1
                continue
            }
            if rate == item.rate.rate {
                outcome.known += 1
            } else if correction != nil {
                known[key] = item.rate.rate
                rows.append((item.rate, true))
                outcome.corrected += 1
            } else {
                problems.add(
                    "\(item.rate), and \(rate) is known",
                    expected: "the same rate; or --correct with a --reason", at: item.location)
            }
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "nothing was imported")
        try unit.insert(
            into: "exchange_rate", columns: ["rate_date", "base", "quote", "rate", "source", "reason"], rows: rows
        ) { item, row in
            try row.bind(item.rate.date)
            try row.bind(item.rate.base)
            try row.bind(item.rate.quote)
            try row.bind(item.rate.rate.decimal.normalized.description)
            try row.bind(source)
            try row.bind(item.isCorrection ? correction : nil)
        }
        return outcome
    }
}
