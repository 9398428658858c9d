import Calendars
import Diagnostics
import Jobs
import Store

/// The periods of the books in the store, each with its state by area, and how it came to it.
package enum FiscalPeriodRecords {
    /// The periods with their states and the exceptions that have not ended.
    ///
    /// - Parameter now: decides how far into the future periods are open.
    /// - Throws: a failure where the store has no calendar: `config/ledger.yaml` is missing.
    package static func load(at now: Instant, in connection: Connection) throws -> FiscalPeriods {
        guard let calendar = try FiscalCalendar.find(in: connection) else { throw Self.noCalendar }
        return try load(calendar, at: now, in: connection)
    }

    /// The same as the settings say it, also where the store does not know them yet: nothing was posted or closed then.
    package static func load(
        _ settings: LedgerSettings, at now: Instant, in connection: Connection
    ) throws -> FiscalPeriods {
        if let calendar = try FiscalCalendar.find(in: connection) { return try load(calendar, at: now, in: connection) }
        guard let first = settings.firstPeriod else { throw noCalendar }
        return try FiscalCalendar(
            cycle: settings.cycle, firstPeriod: first, openMonthsAhead: settings.openMonthsAhead
        ).periods(at: now)
    }

    package static let noCalendar = Failure(
        .refused, "The books have no periods yet: there is no \(LedgerSettings.file), or nothing was posted with it.",
        advice: "Write \(LedgerSettings.file) (docs/guide/close.md), then give the command again.")

    static func load(
        _ calendar: FiscalCalendar, at now: Instant, in connection: Connection
    ) throws -> FiscalPeriods {
        let rows = try connection.all("SELECT period, area, state FROM period_state") { row in
            guard let period = FiscalPeriod(try row.text(0), in: calendar.cycle) else {
                throw StoreError.corrupt(column: "period_state.period", expected: "e.g. 2026-P01")
            }
            return (period: period, area: try row.named(1) as LedgerArea, state: try row.named(2) as PeriodState)
        }
        var periods = try calendar.periods(at: now, atLeastTo: rows.lazy.map(\.period).max())
        for row in rows { periods.load(row.state, row.period, row.area) }
        for exception in try exceptions(calendar.cycle, after: now, in: connection) { periods.load(exception) }
        return periods
    }

    /// The exceptions that have not ended at `now`, by period, area and person.
    package static func exceptions(
        _ cycle: AnnualCycle, after now: Instant, in connection: Connection
    ) throws -> [PeriodException] {
        try connection.all(
            """
            SELECT period, area, person, until, reason, granted_by FROM period_exception
             WHERE until > ? ORDER BY period, area, person, period_request_id
            """, now
        ) { row in
            guard let period = FiscalPeriod(try row.text(0), in: cycle) else {
                throw StoreError.corrupt(column: "period_exception.period", expected: "e.g. 2026-P01")
            }
            return try PeriodException(
                period: period, areas: [row.named(1)], person: row.text(2), until: row.instant(3),
                reason: row.text(4), grantedBy: row.text(5).split(separator: "\n").map(String.init))
        }
    }

    /// A change of a state as it stands on record.
    package struct Change: Hashable, Sendable {
        package var period: String
        package var area: String
        package var from: String
        package var to: String
        package var people: [String]
        package var reason: String
        package var run: RunID?
        package var at: Instant
    }

    /// How the states of a period, or of all, came about; oldest first.
    package static func changes(of period: FiscalPeriod?, in connection: Connection) throws -> [Change] {
        try connection.all(
            """
            SELECT period, area, from_state, to_state, people, reason, run_id, recorded_at FROM period_change
             WHERE ? IS NULL OR period = ? ORDER BY period_change_id
            """, period.map { "\($0)" }, period.map { "\($0)" }
        ) { row in
            Change(
                period: try row.text(0), area: try row.text(1), from: try row.text(2), to: try row.text(3),
                people: try row.text(4).split(separator: "\n").map(String.init), reason: try row.text(5),
                run: try row.optionalID(6), at: try row.instant(7))
        }
    }

    // MARK: - Changing

    /// Brings areas of a period to a state, with the history of it; areas that are there already stay as they are.
    ///
    /// It waits for who posts, and keeps others from posting until it is committed.
    /// - Throws: everything that forbids it.
    @discardableResult
    package static func move(
        _ period: FiscalPeriod, _ areas: Set<LedgerArea> = Set(LedgerArea.allCases), to state: PeriodState,
        by people: [String], reason: String, in unit: UnitOfWork
    ) throws -> [PeriodChange] {
        try Journal.lockHead(in: unit.connection)
        var periods = try load(at: unit.stamp.at, in: unit.connection)
        let changes = try periods.move(period, areas, to: state, by: people, reason: reason)
        for change in changes {
            if change.to == .open {
                try unit.connection.execute(
                    "DELETE FROM period_state WHERE period = ? AND area = ?", "\(period)", change.area.rawValue)
            } else {
                try unit.connection.execute(
                    """
                    INSERT INTO period_state (period, area, state) VALUES (?, ?, ?)
                    ON CONFLICT (period, area) DO UPDATE SET state = excluded.state
                    """, "\(period)", change.area.rawValue, change.to.rawValue)
            }
        }
        try unit.insert(
            into: "period_change", columns: ["period", "area", "from_state", "to_state", "people", "reason"],
            rows: changes
        ) { change, row in
            try row.bind("\(period)")
            try row.bind(change.area.rawValue)
            try row.bind(change.from.rawValue)
            try row.bind(change.to.rawValue)
            try row.bind(people.joined(separator: "\n"))
            try row.bind(reason)
        }
        return changes
    }
}
