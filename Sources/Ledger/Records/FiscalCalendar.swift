import Calendars
import Diagnostics
import Store

/// Which periods the books of a store have, as `config/ledger.yaml` says it and the store keeps it: whatever posts knows
/// them without reading a file.
package struct FiscalCalendar: Hashable, Sendable {
    package let cycle: AnnualCycle
    package let firstPeriod: FiscalPeriod
    package let openMonthsAhead: Int

    /// What the store keeps; nil where nobody has said it yet.
    package static func find(in connection: Connection) throws -> FiscalCalendar? {
        try connection.first(
            "SELECT start_month, start_day, first_period, open_months_ahead FROM fiscal_calendar WHERE company = 1"
        ) { row in
            guard let cycle = AnnualCycle(startMonth: Int(try row.int(0)), startDay: Int(try row.int(1))),
                let first = FiscalPeriod(try row.text(2), in: cycle)
            else { throw StoreError.corrupt(column: "fiscal_calendar.first_period", expected: "e.g. 2026-P01") }
            return FiscalCalendar(cycle: cycle, firstPeriod: first, openMonthsAhead: Int(try row.int(3)))
        }
    }

    /// Keeps what the settings say; nothing where they say nothing, or the store has it already.
    ///
    /// - Throws: `Failure` when entries were counted in other periods, or lie before the first one.
    package static func adopt(_ settings: LedgerSettings, _ stamp: Stamp, in connection: Connection) throws {
        guard let first = settings.firstPeriod else { return }
        let calendar = FiscalCalendar(
            cycle: settings.cycle, firstPeriod: first, openMonthsAhead: settings.openMonthsAhead)
        let known = try find(in: connection)
        if known != calendar {
            try calendar.check(against: known, in: connection)
            try connection.execute(
                """
                INSERT INTO fiscal_calendar (company, start_month, start_day, first_period, open_months_ahead,
                                             recorded_by, recorded_at)
                VALUES (1, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (company) DO UPDATE
                   SET start_month = excluded.start_month, start_day = excluded.start_day,
                       first_period = excluded.first_period, open_months_ahead = excluded.open_months_ahead,
                       recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at
                """, calendar.cycle.startMonth, calendar.cycle.startDay, "\(first)", calendar.openMonthsAhead,
                stamp.person, stamp.at)
        }
        try JournalAreas.adopt(settings.areas, in: connection)
    }

    private func check(against known: FiscalCalendar?, in connection: Connection) throws {
        let bounds = try connection.first("SELECT MIN(entry_date), COUNT(*) FROM journal_entry") {
            (first: try $0.optionalDate(0), count: try $0.int(1))
        }
        guard let bounds, let firstDay = bounds.first else { return }
        if cycle != known?.cycle ?? .calendarYear {
            throw Failure(
                .refused,
                "\(bounds.count) entries were counted in fiscal years that begin on another day than "
                    + "\(LedgerSettings.file) says.",
                advice: "Put fiscal_year back as it was: the periods of what is posted stand in the journal.")
        }
        if firstDay < firstPeriod.firstDay {
            throw Failure(
                .refused,
                "The first entry of the journal is of \(firstDay), before \(firstPeriod), the first_period of "
                    + "\(LedgerSettings.file).",
                advice: "Set first_period to \(FiscalPeriod(containing: firstDay, in: cycle)) or an earlier one.")
        }
    }

    /// The periods without their states, up to so many months after `now` and at least to `last`.
    func periods(at now: Instant, atLeastTo last: FiscalPeriod? = nil) throws(Failure) -> FiscalPeriods {
        let present = FiscalPeriod(containing: now.utc.date, in: cycle)
        var end = max(present, firstPeriod)
        for _ in 0..<openMonthsAhead { end = end.nextMonth }
        return try FiscalPeriods(from: firstPeriod, through: max(end, last ?? end))
    }
}

/// Which areas the entries of a journal touch.
enum JournalAreas {
    static func load(in connection: Connection) throws -> [JournalCode: Set<LedgerArea>] {
        var areas: [JournalCode: Set<LedgerArea>] = [:]
        try connection.forEach("SELECT journal, area FROM journal_area") { row in
            guard let journal = JournalCode(try row.text(0)) else { return }
            areas[journal, default: []].insert(try row.named(1))
        }
        return areas
    }

    static func adopt(_ areas: [JournalCode: Set<LedgerArea>], in connection: Connection) throws {
        let wanted = areas.filter { !$0.value.isEmpty }
        guard try load(in: connection) != wanted else { return }
        try connection.execute("DELETE FROM journal_area")
        let rows = wanted.flatMap { journal, areas in areas.map { (journal.rawValue, $0.rawValue) } }
        for row in rows.sorted(by: <) {
            try connection.execute("INSERT INTO journal_area (journal, area) VALUES (?, ?)", row.0, row.1)
        }
    }
}
