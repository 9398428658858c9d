import Calendars
import Diagnostics
import Jobs
import Store

/// The periods that entries are posted in: found by their dates, and asked whether they take them.
struct PostingPeriods {
    private let calendar: FiscalCalendar?
    private let stamp: Stamp
    private let connection: Connection

    init(_ stamp: Stamp, in connection: Connection) throws {
        calendar = try FiscalCalendar.find(in: connection)
        self.stamp = stamp
        self.connection = connection
    }

    /// The period of each entry, and the place of the first among all periods.
    ///
    /// - Throws: `PeriodRefusal` of all that may not be posted.
    func periods(of entries: [JournalEntry]) throws -> (names: [String], lowest: Int) {
        // Entries of one batch are of few days.
        var months: [CalendarDate: FiscalPeriod] = [:]
        var names: [FiscalPeriod: String] = [:]
        let cycle = calendar?.cycle ?? .calendarYear
        let states = try statesOfPeriods(entries, cycle)
        func month(_ date: CalendarDate) -> FiscalPeriod {
            if let known = months[date] { return known }
            let period = FiscalPeriod(containing: date, in: cycle)
            months[date] = period
            return period
        }
        var all: FiscalPeriods?
        var refusals: [PeriodRefusal.Entry] = []
        let areas = states.isEmpty ? [:] : try JournalAreas.load(in: connection)
        let isPartOfClose = states.isEmpty ? false : try isPartOfClose()
        let bounds = try bounds()
        var lowest = Int.max
        let periods = try entries.map { entry -> String in
            let month = month(entry.date)
            var period = month
            if let adjustments = entry.periodForAdjustments(
                after: month, isMonthOver: states.contains { $0.isOver(month) })
            {
                period = adjustments
            }
            if let calendar, let bounds, !bounds.contains(month) || states.contains(where: { $0.period == period }) {
                let known = try all ?? FiscalPeriodRecords.load(calendar, at: stamp.at, in: connection)
                all = known
                let request = PostingRequest(
                    areas: areas[entry.journal] ?? [], kind: entry.kind, person: stamp.person,
                    isPartOfClose: isPartOfClose, at: stamp.at)
                if let refusal = known.refusal(of: request, in: period) {
                    refusals.append(PeriodRefusal.Entry(key: entry.key, date: entry.date, refusal: refusal))
                }
            }
            if let name = names[period] { return name }
            lowest = min(lowest, period.ordinal)
            let name = "\(period)"
            names[period] = name
            return name
        }
        if let first = refusals.first { throw refusals.count == 1 ? first.refusal : .several(refusals) }
        return (periods, lowest)
    }

    private func bounds() throws -> ClosedRange<FiscalPeriod>? {
        guard let calendar else { return nil }
        let periods = try calendar.periods(at: stamp.at)
        return periods.first...periods.last
    }

    private func isPartOfClose() throws -> Bool {
        guard let run = stamp.run else { return false }
        return try connection.first(
            "SELECT 1 FROM run WHERE run_id = ? AND (kind = ? OR kind = ?)", run, CloseKind.month, CloseKind.year
        ) { _ in true } ?? false
    }

    // MARK: - States

    private struct State {
        var period: FiscalPeriod
        var area: LedgerArea
        var state: PeriodState

        /// Whether adjusting entries of the last day of the year go to period 13.
        func isOver(_ month: FiscalPeriod) -> Bool {
            period == month && area == .general && (state == .closed || state == .locked)
        }
    }

    /// What is not open, of the periods that the entries may belong to. Few rows, mostly none.
    private func statesOfPeriods(_ entries: [JournalEntry], _ cycle: AnnualCycle) throws -> [State] {
        guard calendar != nil, let first = entries.lazy.map(\.date).min(), let last = entries.lazy.map(\.date).max()
        else { return [] }
        let lowest = FiscalPeriod(containing: first, in: cycle)
        let highest = FiscalPeriod(containing: last, in: cycle)
        return try connection.all(
            "SELECT period, area, state FROM period_state WHERE period >= ? AND period <= ?", "\(lowest)",
            // Behind every period of its year.
            "\(highest.year.label)-P99"
        ) { row in
            guard let period = FiscalPeriod(try row.text(0), in: cycle) else {
                throw StoreError.corrupt(column: "period_state.period", expected: "e.g. 2026-P01")
            }
            return State(period: period, area: try row.named(1), state: try row.named(2))
        }
    }
}

extension JournalEntry {
    /// Period 13, for what belongs there: closing entries of the last day of a year, and adjusting ones when its last
    /// month is closed. Nil for everything else.
    func periodForAdjustments(after month: FiscalPeriod, isMonthOver: Bool) -> FiscalPeriod? {
        guard kind == .closing || kind == .adjusting && isMonthOver, month.number == 12, date == month.lastDay else {
            return nil
        }
        return FiscalPeriod(year: month.year, number: FiscalPeriod.adjustmentNumber)
    }

    /// The periods that it may stand in, by its date and kind.
    func possiblePeriods(in cycle: AnnualCycle) -> [FiscalPeriod] {
        let month = FiscalPeriod(containing: date, in: cycle)
        switch kind {
        case .closing: return [periodForAdjustments(after: month, isMonthOver: true) ?? month]
        default: return [month] + [periodForAdjustments(after: month, isMonthOver: true)].compactMap(\.self)
        }
    }
}
