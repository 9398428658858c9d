import Amounts
import Calendars
import Configuration
import Diagnostics
import Jobs
import Ledger
import Store

/// A parameter of a report, as declared.
package struct ReportParameter: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case month, week, quarter, year, period, date, text, integer, money, boolean

        var isPeriod: Bool {
            switch self {
            case .month, .week, .quarter, .year, .period: true
            case .date, .text, .integer, .money, .boolean: false
            }
        }

        var granularity: Period.Granularity? {
            switch self {
            case .month: .month
            case .week: .week
            case .quarter: .quarter
            case .year: .year
            default: nil
            }
        }

        /// How one is given.
        var example: String {
            switch self {
            case .month: "a month such as 2026-04, this or last"
            case .week: "a week such as 2026-W15, this or last"
            case .quarter: "a quarter such as 2026-Q2, this or last"
            case .year: "a year such as 2026, this or last"
            case .period: "2026-04, 2026-W15, 2026-Q2, 2026"
            case .date: "a day such as 2026-04-28, or today"
            case .text: "at most 1,000 bytes"
            case .integer: "a whole number"
            case .money: "an amount such as 100.00"
            case .boolean: "true or false"
            }
        }
    }

    package var name: String
    package var kind: Kind
    package var title: String
    package var description: String
    /// As it would be given; nil where it must be given. Of a period also `this` and `last`.
    package var standard: String?
    var location: SourceLocation
}

/// One value of a parameter.
package enum ReportParameterValue: Hashable, Sendable {
    case period(Period)
    case date(CalendarDate)
    case text(String)
    case integer(Int64)
    case money(Money)
    case boolean(Bool)

    /// As it is given on a command line.
    package var text: String {
        switch self {
        case .period(let period): "\(period)"
        case .date(let date): "\(date)"
        case .text(let text): text
        case .integer(let integer): "\(integer)"
        case .money(let money): money.plainText
        case .boolean(let boolean): "\(boolean)"
        }
    }
}

/// The values that queries and texts of a report may name: its parameters, and what follows from them.
///
/// | name | is |
/// |---|---|
/// | `:NAME` | a parameter |
/// | `:NAME_first`, `:NAME_last` | of a period: its first and last day |
/// | `:NAME_begin`, `:NAME_end` | of a period: the instants at which it begins and the next one begins, in UTC |
/// | `:NAME_before`, `:NAME_before_first`, `:NAME_before_last` | the period before |
/// | `:NAME_year_before` and so on | the period a year before |
/// | `:NAME_fiscal_first` | the first day of the fiscal year in which it ends |
/// | `:DATE_minus_30`, `:DATE_plus_30` | days before or after a date |
/// | `:as_of`, `:today`, `:report_day`, `:currency` | of every report |
package struct QueryValues: Sendable {
    private var dates: [String: CalendarDate] = [:]
    private var others: [String: SQLValue] = [:]
    private var texts: [String: String] = [:]

    init(
        _ parameters: [(parameter: ReportParameter, value: ReportParameterValue)], asOf: Instant, zone: ZoneRules,
        currency: Currency, cycle: AnnualCycle
    ) {
        let today = zone.date(of: asOf)
        var reportDay: CalendarDate?
        for (parameter, value) in parameters {
            let name = parameter.name
            texts[name] = value.text
            switch value {
            case .period(let period):
                reportDay = reportDay ?? min(period.lastDay, today)
                set(name, period)
                set("\(name)_before", period.previous)
                set("\(name)_year_before", Period(period.granularity, containing: period.firstDay.adding(years: -1)))
                dates["\(name)_fiscal_first"] = cycle.year(containing: period.lastDay).days.lowerBound
                texts["\(name)_name"] = period.words
            case .date(let date):
                reportDay = reportDay ?? date
                dates[name] = date
            case .text(let text): others[name] = .text(text)
            case .integer(let integer): others[name] = .integer(integer)
            case .money(let money): others[name] = .integer(money.minorUnits)
            case .boolean(let boolean): others[name] = .integer(boolean ? 1 : 0)
            }
        }
        dates["today"] = today
        dates["report_day"] = reportDay ?? today
        others["as_of"] = .integer(asOf.microseconds)
        others["currency"] = .text(currency.code)
        texts["as_of"] = "\(asOf)"
        texts["currency"] = currency.code
    }

    private mutating func set(_ name: String, _ period: Period) {
        others[name] = .text("\(period)")
        texts[name] = "\(period)"
        others["\(name)_begin"] = .integer(Instant(startOf: period.firstDay).microseconds)
        others["\(name)_end"] = .integer(Instant(startOf: period.next.firstDay).microseconds)
        dates["\(name)_first"] = period.firstDay
        dates["\(name)_last"] = period.lastDay
    }

    subscript(_ name: String) -> SQLValue? {
        if let value = others[name] { return value }
        return date(name).map { .text("\($0)") }
    }

    func date(_ name: String) -> CalendarDate? {
        if let date = dates[name] { return date }
        for (word, sign) in [("_minus_", -1), ("_plus_", 1)] {
            guard let range = name.firstRange(of: word), let base = dates[String(name[..<range.lowerBound])],
                let days = Int(name[range.upperBound...]), (0...100_000).contains(days)
            else { continue }
            return base.adding(days: sign * days)
        }
        return nil
    }

    /// `{name}` in a title of a declaration.
    func text(_ name: String) -> String? { texts[name] ?? date(name).map { "\($0)" } }

    /// The names that titles may have, without days counted from dates.
    var textNames: [String] { Set(texts.keys).union(dates.keys).sorted() }

    /// A text of a declaration with its `{name}`s filled in; what is unknown stays as it is.
    func filled(_ template: String) -> String {
        guard template.contains("{") else { return template }
        var result = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            result += text(name) ?? "{\(name)}"
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// What there is, for people.
    var words: String {
        "one of: " + (Array(others.keys) + Array(dates.keys)).sorted().map { ":\($0)" }.joined(separator: ", ")
    }
}

extension Period {
    /// `April 2026`; anything but a month as it is written.
    var words: String {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        return granularity == .month ? "\(months[firstDay.month - 1]) \(firstDay.year)" : "\(self)"
    }
}
