import Diagnostics

extension BusinessCalendar {
    /// What a calendar is made from, as its file states it.
    package struct Definition: Sendable {
        package var name: String
        package var title: String
        /// Who says so: the law, the published list.
        package var source: String
        /// The years for which its holidays are known to be complete.
        package var years: ClosedRange<Int>
        package var weekend: Set<Weekday>
        package var rules: [HolidayRule]
        /// Holidays of one year alone.
        package var extra: [Holiday]
        /// Days on which a holiday that a rule gives is not kept; the name says why.
        package var removed: [Holiday]
        package var location: SourceLocation?

        package static let maximumYears = 200

        package init(
            name: String, title: String, source: String, years: ClosedRange<Int>,
            weekend: Set<Weekday> = [.saturday, .sunday], rules: [HolidayRule] = [], extra: [Holiday] = [],
            removed: [Holiday] = [], at location: SourceLocation? = nil
        ) {
            self.name = name
            self.title = title
            self.source = source
            self.years = years
            self.weekend = weekend
            self.rules = rules
            self.extra = extra
            self.removed = removed
            self.location = location
        }
    }
}

// MARK: - Checking

extension BusinessCalendar.Definition {
    /// What is wrong whatever the days turn out to be.
    func check(_ problems: inout ProblemList) {
        let possible = 1_583...9_998
        if !possible.contains(years.lowerBound) || !possible.contains(years.upperBound) {
            problems.add(
                "years \(years.lowerBound) to \(years.upperBound) are beyond the calendar",
                expected: "\(possible.lowerBound) to \(possible.upperBound)", at: location)
        } else if years.count > Self.maximumYears {
            problems.add(
                "years \(years.lowerBound) to \(years.upperBound) are too many",
                expected: "at most \(Self.maximumYears)", at: location)
        }
        if weekend.count == Weekday.allCases.count {
            problems.add("weekend leaves no day to work", expected: "at most six days", at: location)
        }
        for rule in rules { check(rule, &problems) }
        var seen: [CalendarDate: String] = [:]
        for holiday in extra + removed {
            if holiday.name.isEmpty {
                problems.add("\(holiday.date) has no name", expected: "the name of the holiday", at: holiday.location)
            }
            if !years.contains(holiday.date.year) {
                problems.add(
                    "\(holiday.date) is outside the years of the calendar",
                    expected: "\(years.lowerBound) to \(years.upperBound)", at: holiday.location)
            }
            if let other = seen.updateValue(holiday.name, forKey: holiday.date) {
                problems.add(
                    "\(holiday.date) stands twice: \(other), \(holiday.name)", expected: "each date once",
                    at: holiday.location)
            }
        }
    }

    private func check(_ rule: HolidayRule, _ problems: inout ProblemList) {
        if rule.name.isEmpty {
            problems.add("a holiday without a name", expected: "e.g. Christmas Day", at: rule.location)
        }
        if HolidayRule.Day(rule.day.description) != rule.day {
            problems.add(
                "\(rule.name): \(rule.day) is no day of a year", expected: HolidayRule.Day.expectation,
                at: rule.location)
        }
        if let first = rule.firstYear, let last = rule.lastYear, first > last {
            problems.add(
                "\(rule.name): the first year \(first) is after the last year \(last)",
                expected: "a first year of at most \(last)", at: rule.location)
        }
    }
}

// MARK: - Finding the days

extension BusinessCalendar.Definition {
    /// The days on which holidays are kept in `years`, in order.
    func holidays(_ problems: inout ProblemList) -> [Holiday] {
        // A holiday of the next year may be kept in this one: New Year's Day 2028 on Friday 2027-12-31.
        let falling = ((years.lowerBound - 1)...(years.upperBound + 1)).flatMap { year in
            rules.compactMap { rule in rule.date(in: year).map { (date: $0, rule: rule) } }
        }.sorted { $0.date < $1.date }

        var kept: [Holiday] = []
        var substitutes: [(date: CalendarDate, rule: HolidayRule)] = []
        for (date, rule) in falling {
            switch (rule.observed, date.weekday) {
            case (.nextWorkingDay, let weekday) where weekend.contains(weekday):
                substitutes.append((date, rule))
            case (.nearestWeekday, .saturday):
                kept.append(Holiday(date.adding(days: -1), rule.name + " (observed)"))
            case (.nearestWeekday, .sunday), (.sundayToMonday, .sunday):
                kept.append(Holiday(date.adding(days: 1), rule.name + " (observed)"))
            default:
                kept.append(Holiday(date, rule.name))
            }
        }
        kept += extra
        let removedDates = Set(removed.map(\.date))
        // A substitute day goes round the holidays that stay where they are, so those come first.
        var taken = Set(kept.map(\.date)).subtracting(removedDates)
        for (date, rule) in substitutes {
            var day = date
            repeat { day = day.adding(days: 1) } while weekend.contains(day.weekday) || taken.contains(day)
            taken.insert(day)
            kept.append(Holiday(day, rule.name + " (substitute day)"))
        }
        report(kept, &problems)
        return kept.filter { years.contains($0.date.year) && !removedDates.contains($0.date) }
            .sorted { ($0.date, $0.name) < ($1.date, $1.name) }
    }

    private func report(_ kept: [Holiday], _ problems: inout ProblemList) {
        let byDate = Dictionary(grouping: kept, by: \.date)
        for holiday in extra {
            if let other = byDate[holiday.date]?.first(where: { $0 != holiday }) {
                problems.add(
                    "\(holiday) is a holiday already: \(other.name)", expected: "a day that no rule gives",
                    at: holiday.location)
            }
        }
        for holiday in removed where byDate[holiday.date] == nil {
            problems.add(
                "\(holiday) removes no holiday", expected: "a day on which a rule gives one", at: holiday.location)
        }
    }
}
