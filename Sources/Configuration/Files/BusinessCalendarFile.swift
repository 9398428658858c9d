import Calendars
import Diagnostics

/// The files `config/calendars/NAME.yaml`, one for each business calendar.
///
/// ```yaml
/// title: Bank holidays in England and Wales
/// source: https://www.gov.uk/bank-holidays
/// years: {from: 2025, until: 2028}
/// weekend: [saturday, sunday]
/// holidays:
///   - {name: Christmas Day, day: 25 December, observed: next_working_day}
/// extra:
///   - {date: 2026-06-15, name: World Cup bank holiday}
/// ```
package enum BusinessCalendarFile {
    /// Where the files are, within a company directory.
    package static let folder = "config/calendars"

    /// The calendar of a company directory; nil when anything about it was reported.
    ///
    /// - Parameters:
    ///   - location: where the calendar is asked for by name, e.g. in a job's file.
    package static func calendar(
        named name: String, ofCompanyAt directory: String, askedForAt location: SourceLocation? = nil,
        problems: inout ProblemList
    ) -> BusinessCalendar? {
        // Checked first, so that a name is never a path to somewhere else.
        guard (try? ScalarReader.identifier.read(name)) != nil else {
            problems.add(
                "calendar \(Quoted.text(name)) is not a name", expected: ScalarReader.identifier.expected, at: location)
            return nil
        }
        let shownAs = "\(folder)/\(name).yaml"
        do throws(Failure) {
            let document = try YAMLDocument(contentsOf: "\(directory)/\(shownAs)", shownAs: shownAs)
            return calendar(named: name, in: document, problems: &problems)
        } catch {
            if error.exitCode == .notFound {
                problems.add("calendar \(Quoted.text(name)) is unknown", expected: "a file \(shownAs)", at: location)
            } else if error.problems.isEmpty {
                problems.add(error.summary, at: SourceLocation(file: shownAs, line: 0))
            } else {
                problems.add(contentsOf: error.problems)
            }
            return nil
        }
    }

    /// The calendar that a document states; nil when anything about it was reported.
    package static func calendar(
        named name: String, in document: YAMLDocument, problems: inout ProblemList
    ) -> BusinessCalendar? {
        guard let definition = document.mapping(&problems, { definition(named: name, $0) }) else { return nil }
        do throws(Failure) {
            return try BusinessCalendar(definition)
        } catch {
            problems.add(contentsOf: error.problems)
            return nil
        }
    }

    private static func definition(named name: String, _ map: YAMLMapping) -> BusinessCalendar.Definition? {
        let title = map.required("title", .text)
        let source = map.required("source", .text)
        let years = map.mapping("years") { yearRange(in: $0) }
        let weekend = map.list("weekend", .weekday)
        let rules = map.list("holidays") { $0.mapping { holidayRule(in: $0) } }
        let extra = map.optionalList("extra") { $0.mapping { datedHoliday(in: $0) } }
        let removed = map.optionalList("removed") { $0.mapping { datedHoliday(in: $0) } }
        if !map.hasProblems, Set(weekend).count < weekend.count {
            map.report("weekend names a day twice", expected: "each day once", at: "weekend")
        }
        guard let years else { return nil }
        return BusinessCalendar.Definition(
            name: name, title: title, source: source, years: years, weekend: Set(weekend), rules: rules, extra: extra,
            removed: removed, at: map.location)
    }

    private static func yearRange(in map: YAMLMapping) -> ClosedRange<Int>? {
        let first = map.required("from", .year)
        let last = map.required("until", .year)
        guard !map.hasProblems else { return nil }
        guard first <= last else {
            map.report("until \(last) is before from \(first)", expected: "\(first) or later", at: "until")
            return nil
        }
        return first...last
    }

    private static func holidayRule(in map: YAMLMapping) -> HolidayRule? {
        HolidayRule(
            map.required("name", .text), on: map.required("day", .holiday),
            observed: map.optional("observed", .choice(HolidayRule.Observance.self), default: .asItFalls),
            firstYear: map.optional("from", .year), lastYear: map.optional("until", .year), at: map.location)
    }

    private static func datedHoliday(in map: YAMLMapping) -> Holiday? {
        Holiday(map.required("date", .date), map.required("name", .text), at: map.location)
    }
}

extension ScalarReader<HolidayRule.Day> {
    /// `25 December`, `first Monday of May`, `Easter - 2`.
    package static let holiday = ScalarReader(
        "a day of the year", expected: HolidayRule.Day.expectation, placeholder: .easter(offset: 0)
    ) { HolidayRule.Day($0) }
}

extension ScalarReader<Int> {
    /// A year of the calendar with four digits.
    package static let year = integer(1_583...9_998)
}
