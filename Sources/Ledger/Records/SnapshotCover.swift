import Calendars
import Store

/// How a stretch of days is put together from snapshots and the journal.
struct SnapshotCover {
    /// The snapshot whose closing balances the stretch begins with, where none of the periods in it is covered.
    var base: PeriodSnapshots.Header?
    /// Days between `base` and the stretch.
    var gap: ClosedRange<CalendarDate>?
    /// The first periods of the stretch, by their ordinals, each with a snapshot.
    var covered: ClosedRange<Int>?
    /// Days of the stretch that the journal is asked for.
    var rest: ClosedRange<CalendarDate>?

    init(rest: ClosedRange<CalendarDate>) {
        self.rest = rest
    }

    /// The best there is for these days.
    static func find(_ days: ClosedRange<CalendarDate>, in connection: Connection) throws -> SnapshotCover {
        var cover = SnapshotCover(rest: days)
        guard let calendar = try FiscalCalendar.find(in: connection) else { return cover }
        let usable = try usable(in: connection, calendar.cycle)
        guard !usable.isEmpty else { return cover }
        // Before the first period nothing was ever posted.
        let start = max(days.lowerBound, min(calendar.firstPeriod.firstDay, days.upperBound))
        guard let first = usable.firstIndex(where: { $0.days.lowerBound == start && !$0.isForAdjustments }) else {
            cover.begin(before: days, usable)
            return cover
        }
        var last: Int?
        for index in first..<usable.count {
            let period = usable[index]
            guard period.days.upperBound <= days.upperBound,
                index == first || period.header.ordinal == usable[index - 1].nextOrdinal
            else { break }
            // Month 12 and period 13 end on one day and are taken together.
            if period.endsItsDay { last = index }
        }
        guard let last else {
            cover.begin(before: days, usable)
            return cover
        }
        cover.covered = usable[first].header.ordinal...usable[last].header.ordinal
        let end = usable[last].days.upperBound
        cover.rest = end < days.upperBound ? end.adding(days: 1)...days.upperBound : nil
        return cover
    }

    /// Begins with the newest snapshot before the stretch.
    private mutating func begin(before days: ClosedRange<CalendarDate>, _ usable: [Usable]) {
        guard let found = usable.last(where: { $0.days.upperBound < days.lowerBound && $0.endsItsDay }) else { return }
        base = found.header
        let next = found.days.upperBound.adding(days: 1)
        if next < days.lowerBound { gap = next...days.lowerBound.adding(days: -1) }
    }

    private struct Usable {
        var header: PeriodSnapshots.Header
        var isForAdjustments: Bool
        /// Whether nothing of a later period was posted on its last day.
        var endsItsDay: Bool
        /// That of the period that begins on the day after.
        var nextOrdinal: Int
        var days: ClosedRange<CalendarDate> { header.days }
    }

    private static func usable(in connection: Connection, _ cycle: AnnualCycle) throws -> [Usable] {
        let headers = try PeriodSnapshots.valid(in: connection)
        let adjusted = try Set(
            connection.all(
                """
                SELECT DISTINCT entry.period FROM journal_entry AS entry
                  JOIN period_snapshot AS snapshot ON snapshot.last_day = entry.entry_date
                 WHERE entry.period LIKE '%-P13' AND snapshot.period LIKE '%-P12'
                """
            ) { try $0.text(0) })
        let known = Set(headers.map(\.ordinal))
        return headers.compactMap { header in
            guard let period = FiscalPeriod(header.period, in: cycle) else { return nil }
            let adjustments = FiscalPeriod(year: period.year, number: FiscalPeriod.adjustmentNumber)
            let isLastMonth = period.number == 12
            return Usable(
                header: header, isForAdjustments: period.isForAdjustments,
                endsItsDay: !isLastMonth || !adjusted.contains(adjustments.map { "\($0)" } ?? ""),
                nextOrdinal: header.ordinal + (isLastMonth && !known.contains(header.ordinal + 1) ? 2 : 1))
        }
    }
}
