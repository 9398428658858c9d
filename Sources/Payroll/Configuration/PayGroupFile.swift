import Calendars
import Configuration
import Diagnostics
import Jobs

/// Reads `config/payroll/pay-groups.yaml`.
enum PayGroupFile {
    static func load(for company: Company, problems: inout ProblemList) -> [PayGroup]? {
        let file = PayrollConfiguration.payGroupsFile
        guard let document = YAMLDocument(contentsOf: company.path(file), shownAs: file, problems: &problems) else {
            return nil
        }
        var calendars: [String: BusinessCalendar] = [:]
        // Calendars are files of their own, each with problems of its own.
        var calendarProblems = ProblemList()
        let groups = document.mapping(&problems) { map in
            let groups = map.list("pay_groups", minimumCount: 1) { item in
                item.mapping { group(from: $0, company: company, calendars: &calendars, problems: &calendarProblems) }
            }
            for (index, group) in groups.enumerated()
            where groups[..<index].contains(where: { $0.code == group.code }) {
                map.report("the pay group \(group.code) is declared twice", at: "pay_groups")
            }
            return groups
        }
        problems.add(contentsOf: calendarProblems.problems)
        return calendarProblems.isEmpty ? groups : nil
    }

    private static func group(
        from map: YAMLMapping, company: Company, calendars: inout [String: BusinessCalendar],
        problems: inout ProblemList
    ) -> PayGroup? {
        let code = map.required("pay_group", .identifier)
        let name = map.required("name", .text)
        let frequency = map.required("frequency", .choice(PayFrequency.self))
        let anchor = map.required("first_period", .date)
        let payDay = map.mapping("pay_day", payDay)
        let calendarName = map.required("calendar", .identifier)
        if frequency == .monthly, !map.hasProblems, anchor.day != 1 {
            map.report(
                "first_period of a monthly group is \(anchor)", expected: "the first of a month", at: "first_period")
        }
        guard !map.hasProblems, let payDay else { return nil }
        if calendars[calendarName] == nil {
            calendars[calendarName] = BusinessCalendarFile.calendar(
                named: calendarName, ofCompanyAt: company.directory, askedForAt: map.location(of: "calendar"),
                problems: &problems)
        }
        guard let calendar = calendars[calendarName] else { return nil }
        return PayGroup(
            code: code, name: name, frequency: frequency, anchor: anchor, payDay: payDay, calendar: calendar)
    }

    private static func payDay(from map: YAMLMapping) -> PayGroup.PayDay? {
        let dayOfMonth = map.optional("day_of_month", .integer(1...31))
        let daysAfterEnd = map.optional("days_after_end", .integer(0...31))
        let adjustment = map.optional("adjust", .choice(DayAdjustment.self), default: .preceding)
        switch (dayOfMonth, daysAfterEnd) {
        case (let day?, nil): return PayGroup.PayDay(rule: .dayOfMonth(day), adjustment: adjustment)
        case (nil, let days?): return PayGroup.PayDay(rule: .daysAfterEnd(days), adjustment: adjustment)
        default:
            map.report("a pay day is said in one way", expected: "either day_of_month or days_after_end")
            return nil
        }
    }
}
