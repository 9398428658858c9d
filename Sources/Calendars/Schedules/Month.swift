/// A month of the Gregorian calendar, to walk along the calendar without converting every date.
struct Month: Hashable, Sendable {
    private(set) var year: Int
    /// 1 to 12.
    private(set) var month: Int
    /// Days from 1970-01-01 to its first day.
    private(set) var firstDay: Int
    /// 28 to 31 days.
    private(set) var length: Int

    /// - Precondition: the month lies in the years 1 to 9999.
    init(year: Int, month: Int) {
        guard let first = CalendarDate(year: year, month: month, day: 1) else {
            preconditionFailure("a month outside the calendar")
        }
        self.init(containing: first)
    }

    init(containing date: CalendarDate) {
        let (year, month, day) = date.parts
        self.year = year
        self.month = month
        firstDay = Int(date.dayNumber) - day + 1
        length = CalendarDate.daysInMonth(month, year: year)
    }

    /// The weekday of its first day: 0 is Sunday.
    var firstWeekday: Int { ((firstDay + 4) % 7 + 7) % 7 }

    mutating func advance() {
        firstDay += length
        month += 1
        if month == 13 {
            month = 1
            year += 1
        }
        length = CalendarDate.daysInMonth(month, year: year)
    }

    var next: Month {
        var month = self
        month.advance()
        return month
    }

    var previous: Month {
        var month = self
        month.month -= 1
        if month.month == 0 {
            month.month = 12
            month.year -= 1
        }
        month.length = CalendarDate.daysInMonth(month.month, year: month.year)
        month.firstDay -= month.length
        return month
    }
}
