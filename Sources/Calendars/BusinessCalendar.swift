import Diagnostics

/// Which days are worked: weekends, holidays, and the arithmetic of business days.
///
/// ```swift
/// let payDay = try calendar.adjusted(date, .preceding)
/// let due = try calendar.adding(businessDays: 5, to: invoiceDate)
/// ```
/// It knows a range of years. A question whose answer depends on another year throws, for a day is never taken as
/// worked because nobody wrote down its holidays.
package struct BusinessCalendar: Sendable {
    /// The name of its file: `england-wales`.
    package let name: String
    package let title: String
    package let source: String
    package let years: ClosedRange<Int>
    package let weekend: Set<Weekday>
    /// Every day on which a holiday is kept, in order; some are weekends, where nothing moves them.
    package let holidays: [Holiday]

    private let firstDay: CalendarDate
    private let lastDay: CalendarDate
    /// The business days, in order.
    private let businessDays: [CalendarDate]
    /// For each day from `firstDay` on, and for the day after the last: how many business days come before it.
    private let businessDaysBefore: [Int32]
    private let namesByDate: [CalendarDate: String]

    /// - Throws: everything that is wrong with the definition, at once.
    package init(_ definition: Definition) throws(Failure) {
        var problems = ProblemList()
        definition.check(&problems)
        let consequence = "the calendar cannot be used"
        try problems.throwIfAny(consequence: consequence)
        holidays = definition.holidays(&problems)
        try problems.throwIfAny(consequence: consequence)

        name = definition.name
        title = definition.title
        source = definition.source
        years = definition.years
        weekend = definition.weekend
        namesByDate = Dictionary(holidays.map { ($0.date, $0.name) }) { "\($0) and \($1)" }
        firstDay = Period.year(years.lowerBound).firstDay
        lastDay = Period.year(years.upperBound).lastDay

        var businessDays: [CalendarDate] = []
        var before: [Int32] = []
        for number in firstDay.dayNumber...lastDay.dayNumber {
            let date = CalendarDate(dayNumber: number)
            before.append(Int32(businessDays.count))
            if !weekend.contains(date.weekday), namesByDate[date] == nil { businessDays.append(date) }
        }
        before.append(Int32(businessDays.count))
        self.businessDays = businessDays
        businessDaysBefore = before
    }

    /// How many business days of the calendar come before `date`; `date` may be the day after the last.
    private func rank(_ date: CalendarDate) throws(BusinessCalendarError) -> Int {
        let offset = firstDay.days(until: date)
        guard businessDaysBefore.indices.contains(offset) else { throw missing(date.year) }
        return Int(businessDaysBefore[offset])
    }

    private func businessDay(_ rank: Int) throws(BusinessCalendarError) -> CalendarDate {
        guard rank >= 0 else { throw missing(years.lowerBound - 1) }
        guard rank < businessDays.count else { throw missing(years.upperBound + 1) }
        return businessDays[rank]
    }

    private func requireKnown(_ date: CalendarDate) throws(BusinessCalendarError) {
        guard firstDay <= date, date <= lastDay else { throw missing(date.year) }
    }

    private func missing(_ year: Int) -> BusinessCalendarError {
        .yearMissing(year, calendar: name, years: years)
    }
}

// MARK: - One day

extension BusinessCalendar {
    package func isBusinessDay(_ date: CalendarDate) throws(BusinessCalendarError) -> Bool {
        try requireKnown(date)
        return try rank(date) < rank(date.adding(days: 1))
    }

    /// The name of the holiday kept on a day; nil on any other day, a mere weekend too.
    package func holidayName(on date: CalendarDate) throws(BusinessCalendarError) -> String? {
        try requireKnown(date)
        return namesByDate[date]
    }

    /// The holidays kept in a calendar year, in order.
    package func holidays(in year: Int) throws(BusinessCalendarError) -> [Holiday] {
        guard years.contains(year) else { throw missing(year) }
        return holidays.filter { $0.date.year == year }
    }
}

// MARK: - Moving

extension BusinessCalendar {
    /// The first business day after `date`, never `date` itself.
    package func businessDay(after date: CalendarDate) throws(BusinessCalendarError) -> CalendarDate {
        try adding(businessDays: 1, to: date)
    }

    /// The last business day before `date`, never `date` itself.
    package func businessDay(before date: CalendarDate) throws(BusinessCalendarError) -> CalendarDate {
        try adding(businessDays: -1, to: date)
    }

    /// `date` itself where it is a business day, or else the one that the adjustment names.
    ///
    /// With `.none` any date is returned as it is, known to the calendar or not.
    package func adjusted(
        _ date: CalendarDate, _ adjustment: DayAdjustment
    ) throws(BusinessCalendarError) -> CalendarDate {
        guard adjustment != .none, try !isBusinessDay(date) else { return date }
        switch adjustment {
        case .none:
            return date
        case .following:
            return try businessDay(after: date)
        case .preceding:
            return try businessDay(before: date)
        case .modifiedFollowing:
            // A month may end with the calendar; then the next business day is not needed to know that it is too late.
            let lastOfMonth = date.lastOfMonth
            if try businessDayCount(from: date, through: lastOfMonth) == 0 { return try businessDay(before: date) }
            return try businessDay(after: date)
        }
    }

    /// The `count`-th business day after `date`, or before it where `count` is negative. Zero is `date` as it is.
    ///
    /// `date` need not be a business day: one business day after a Saturday is the Monday.
    package func adding(businessDays count: Int, to date: CalendarDate) throws(BusinessCalendarError) -> CalendarDate {
        try requireKnown(date)
        guard count != 0 else { return date }
        // More days than the calendar has lead out of it, whatever the number.
        let bound = businessDays.count + 1
        let held = min(max(count, -bound), bound)
        return held > 0
            ? try businessDay(rank(date.adding(days: 1)) + held - 1)
            : try businessDay(rank(date) + held)
    }
}

// MARK: - Counting

extension BusinessCalendar {
    /// Business days among the days from `first` to `last`, both included; zero when `last` is before `first`.
    package func businessDayCount(
        from first: CalendarDate, through last: CalendarDate
    ) throws(BusinessCalendarError) -> Int {
        try requireKnown(first)
        try requireKnown(last)
        guard first <= last else { return 0 }
        return try rank(last.adding(days: 1)) - rank(first)
    }

    /// Business days to go from `start` until `end`: `start` is not counted and `end` is. Negative when `end` is before
    /// `start`, so that going and coming back add up to zero.
    package func businessDayCount(
        after start: CalendarDate, through end: CalendarDate
    ) throws(BusinessCalendarError) -> Int {
        try requireKnown(start)
        try requireKnown(end)
        return try rank(end.adding(days: 1)) - rank(start.adding(days: 1))
    }

    /// The first business day of a period; nil when it has none.
    package func firstBusinessDay(of period: Period) throws(BusinessCalendarError) -> CalendarDate? {
        try businessDays(of: period).first
    }

    /// The last business day of a period; nil when it has none.
    package func lastBusinessDay(of period: Period) throws(BusinessCalendarError) -> CalendarDate? {
        try businessDays(of: period).last
    }

    /// The business days of a period, in order.
    package func businessDays(of period: Period) throws(BusinessCalendarError) -> ArraySlice<CalendarDate> {
        try requireKnown(period.firstDay)
        try requireKnown(period.lastDay)
        return try businessDays[rank(period.firstDay)..<rank(period.lastDay.adding(days: 1))]
    }
}
