import Amounts
import Calendars
import Configuration
import Diagnostics
import Jobs
import Ledger

/// The values with which a report is made.
package struct ReportArguments: Sendable {
    /// In the order of the declaration.
    package let values: [(parameter: ReportParameter, value: ReportParameterValue)]

    /// Reads what was given by name, and takes the defaults for the rest.
    ///
    /// - Throws: everything that is wrong with it.
    package init(
        _ given: [String: String], of report: ReportDeclaration, company: Company, asOf: Instant
    ) throws(Failure) {
        let today = company.settings.timeZone.date(of: asOf)
        var problems = ProblemList()
        let known = report.parameters.map(\.name)
        for name in given.keys.sorted() where !known.contains(name) {
            problems.add(
                "the report \(report.name) has no parameter \"\(name)\"" + Suggestion.hint(for: name, among: known),
                expected: known.isEmpty ? "none" : "one of: " + known.joined(separator: ", "))
        }
        var values: [(parameter: ReportParameter, value: ReportParameterValue)] = []
        for parameter in report.parameters {
            guard let text = given[parameter.name] ?? parameter.standard ?? Self.implied(parameter) else {
                problems.add(
                    "the report \(report.name) wants to know \(parameter.name)",
                    expected: parameter.description.isEmpty ? parameter.kind.rawValue : parameter.description)
                continue
            }
            do throws(Failure) {
                values.append(
                    (parameter, try Self.value(text, of: parameter, currency: company.settings.currency, today: today)))
            } catch {
                problems.add("\(parameter.name): \(error.summary)", expected: error.advice)
            }
        }
        try problems.throwIfAny(consequence: "no report was made")
        self.values = values
    }

    /// Some value for each parameter, to check a report with: the defaults where there are any.
    package static func samples(
        of report: ReportDeclaration, company: Company, asOf: Instant
    ) -> ReportArguments {
        let today = company.settings.timeZone.date(of: asOf)
        let values = report.parameters.map { parameter -> (parameter: ReportParameter, value: ReportParameterValue) in
            let given = parameter.standard ?? implied(parameter) ?? ""
            let currency = company.settings.currency
            return (
                parameter,
                (try? value(given, of: parameter, currency: currency, today: today)) ?? sample(parameter, currency)
            )
        }
        return ReportArguments(values: values)
    }

    init(values: [(parameter: ReportParameter, value: ReportParameterValue)]) { self.values = values }

    private static func implied(_ parameter: ReportParameter) -> String? {
        parameter.kind.isPeriod && parameter.kind != .period ? "this" : parameter.kind == .date ? "today" : nil
    }

    /// `name=value` for each, as on a command line.
    package var text: [(name: String, value: String)] { values.map { ($0.parameter.name, $0.value.text) } }

    func queryValues(of company: Company, asOf: Instant) throws(Failure) -> QueryValues {
        QueryValues(
            values, asOf: asOf, zone: company.settings.timeZone, currency: company.settings.currency,
            cycle: try LedgerSettings.load(for: company).cycle)
    }

    /// Values to find out what names there are.
    static func sample(_ parameters: [ReportParameter], currency: Currency) -> QueryValues {
        QueryValues(
            parameters.map { ($0, sample($0, currency)) }, asOf: Instant(startOf: sampleDay), zone: .utc,
            currency: currency, cycle: .calendarYear)
    }

    static let sampleDay = CalendarDate(dayNumber: 20_000)

    private static func sample(_ parameter: ReportParameter, _ currency: Currency) -> ReportParameterValue {
        switch parameter.kind {
        case .month, .period: .period(Period(.month, containing: sampleDay))
        case .week: .period(Period(.week, containing: sampleDay))
        case .quarter: .period(Period(.quarter, containing: sampleDay))
        case .year: .period(Period(.year, containing: sampleDay))
        case .date: .date(sampleDay)
        case .text: .text("")
        case .integer: .integer(0)
        case .money: .money(.zero(currency))
        case .boolean: .boolean(false)
        }
    }

    static func value(
        _ text: String, of parameter: ReportParameter, currency: Currency, today: CalendarDate
    ) throws(Failure) -> ReportParameterValue {
        var refusal: Failure {
            Failure(
                .usage, "\(Quoted.text(text)) is no \(parameter.kind.rawValue)", advice: parameter.kind.example)
        }
        switch parameter.kind {
        case .month, .week, .quarter, .year, .period:
            if let granularity = parameter.kind.granularity, text == "this" || text == "last" {
                let present = Period(granularity, containing: today)
                return .period(text == "this" ? present : present.previous)
            }
            guard let period = Period(text),
                parameter.kind.granularity.map({ $0 == period.granularity }) ?? true
            else { throw refusal }
            return .period(period)
        case .date:
            if text == "today" { return .date(today) }
            guard let date = CalendarDate(text) else { throw refusal }
            return .date(date)
        case .text:
            guard text.utf8.count <= 1_000 else { throw refusal }
            return .text(text)
        case .integer:
            guard let integer = Int64(text) else { throw refusal }
            return .integer(integer)
        case .money:
            guard let money = Money(text, currency) else { throw refusal }
            return .money(money)
        case .boolean:
            guard let boolean = Bool(text) else { throw refusal }
            return .boolean(boolean)
        }
    }
}
