import Calendars
import Diagnostics

/// An entry that comes again and again: rent, a subscription.
package struct RecurringEntry: Hashable, Sendable {
    /// Names it in the key of each entry: `rent-mill-lane`.
    package let name: String
    package let journal: JournalCode
    package let description: String
    package let postings: [JournalEntry.Posting]
    package let first: CalendarDate
    package let interval: Interval
    /// The last day on which it may come; nil for no end.
    package let last: CalendarDate?

    package static let maximumDates = 10_000

    package enum Interval: Hashable, Sendable {
        case days(Int)
        /// On the day of the month of the first; on the last day of each month where the first is on one.
        case months(Int)
    }

    /// - Throws: everything that is wrong: an interval of nothing, a last day before the first, postings that do not
    ///   balance.
    package init(
        name: String, journal: JournalCode = .general, description: String, postings: [JournalEntry.Posting],
        first: CalendarDate, interval: Interval, last: CalendarDate? = nil
    ) throws {
        self.name = name
        self.journal = journal
        self.description = description
        self.postings = postings
        self.first = first
        self.interval = interval
        self.last = last
        var problems = ProblemList()
        switch interval {
        case .days(let count), .months(let count):
            if !(1...3_660).contains(count) { problems.add("it comes every \(count)", expected: "1 to 3660") }
        }
        if let last, last < first { problems.add("it ends on \(last)", expected: "\(first) or later") }
        try problems.throwIfAny(consequence: "the recurring entry \(name) cannot be used")
        _ = try entry(for: first, postedOn: first)
    }

    /// The dates on which it is due, after one day and through another.
    ///
    /// - Throws: for more than `maximumDates`.
    package func dates(after start: CalendarDate? = nil, through end: CalendarDate) throws(Failure) -> [CalendarDate] {
        let end = min(end, last ?? end)
        var dates: [CalendarDate] = []
        var index = firstIndex(after: start)
        while let date = date(at: index), date <= end {
            if start.map({ date > $0 }) ?? true { dates.append(date) }
            guard dates.count <= Self.maximumDates else {
                throw Failure(
                    .usage, "The recurring entry \(name) is due more than \(Self.maximumDates) times through \(end).",
                    advice: "Give a later first day, or post it in several runs.")
            }
            index += 1
        }
        return dates
    }

    /// The entry of one of its dates, under a key of its own: `recurring/rent-mill-lane/2026-04-01`.
    package func entry(for date: CalendarDate, postedOn postingDate: CalendarDate) throws -> JournalEntry {
        try JournalEntry(
            key: "recurring/\(name)/\(date)", journal: journal, date: postingDate, documentDate: date,
            source: .init(type: "recurring", id: name), description: description, postings: postings)
    }

    /// An index at or before that of the first date after `start`.
    private func firstIndex(after start: CalendarDate?) -> Int {
        guard let start, start > first else { return 0 }
        switch interval {
        case .days(let count): return first.days(until: start) / count
        case .months(let count):
            let months = (start.year - first.year) * 12 + start.month - first.month
            return max(0, months / count - 1)
        }
    }

    /// Nil beyond the end of the calendar.
    private func date(at index: Int) -> CalendarDate? {
        let date =
            switch interval {
            case .days(let count): first.adding(days: index * count)
            case .months(let count): first.addingKeepingMonthEnd(months: index * count)
            }
        return date < .latest ? date : nil
    }
}
