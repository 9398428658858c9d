import Amounts
import Calendars
import Store

/// What the journal adds up to, by account, in base.
package enum AccountBalances {
    /// What happened on each account from one day to another, and what was on it before; in order of the accounts, without
    /// those that were never posted to.
    ///
    /// Whole periods that are closed come from their snapshots, so that what was posted years ago is not added up again.
    /// - Parameters:
    ///   - days: those of entries; entries of kind `opening` in them count as having been there before.
    ///   - currency: the base currency.
    package static func movements(
        _ days: ClosedRange<CalendarDate>, _ currency: Currency, in connection: Connection
    ) throws -> [AccountMovement] {
        try movements(days, currency, from: SnapshotCover.find(days, in: connection), in: connection)
    }

    /// The same, added up from the journal alone.
    package static func recomputedMovements(
        _ days: ClosedRange<CalendarDate>, _ currency: Currency, in connection: Connection
    ) throws -> [AccountMovement] {
        try movements(days, currency, from: SnapshotCover(rest: days), in: connection)
    }

    /// Debits less credits of these days, without opening and closing entries.
    static func changes(
        _ days: ClosedRange<CalendarDate>, _ currency: Currency, in connection: Connection
    ) throws -> [AccountCode: Money] {
        let movements = try movements(days, currency, in: connection)
        return try Dictionary(movements.map { ($0.account, try $0.change()) }, uniquingKeysWith: { first, _ in first })
    }

    private static func movements(
        _ days: ClosedRange<CalendarDate>, _ currency: Currency, from cover: SnapshotCover, in connection: Connection
    ) throws -> [AccountMovement] {
        var sums: [AccountCode: Sums] = [:]
        if let covered = cover.covered { try add(covered, to: &sums, in: connection) }
        if let base = cover.base { try add(closingOf: base, to: &sums, in: connection) }
        if let gap = cover.gap { try add(gap, isBefore: true, to: &sums, in: connection) }
        if let rest = cover.rest {
            let isWhole = cover.covered == nil && cover.base == nil && cover.gap == nil
            if isWhole {
                try addAll(rest, to: &sums, in: connection)
            } else {
                try add(rest, isBefore: false, to: &sums, in: connection)
            }
            try addSpecial(rest, to: &sums, in: connection)
        }
        return sums.sorted { $0.key < $1.key }.map { account, sums in
            AccountMovement(
                account: account, opening: Money(minorUnits: sums.opening, currency),
                debit: Money(minorUnits: sums.debit, currency), credit: Money(minorUnits: sums.credit, currency),
                closingEntries: Money(minorUnits: sums.closingEntries, currency),
                revaluation: Money(minorUnits: sums.revaluation, currency))
        }
    }

    /// In minor units of the base currency; debits and credits are not negative.
    private struct Sums {
        var opening: Int64 = 0
        var debit: Int64 = 0
        var credit: Int64 = 0
        var closingEntries: Int64 = 0
        var revaluation: Int64 = 0

        mutating func add(
            opening: Int64 = 0, debit: Int64 = 0, credit: Int64 = 0, closingEntries: Int64 = 0, revaluation: Int64 = 0
        ) throws(ArithmeticError) {
            self.opening = try Self.sum(self.opening, opening)
            self.debit = try Self.sum(self.debit, debit)
            self.credit = try Self.sum(self.credit, credit)
            self.closingEntries = try Self.sum(self.closingEntries, closingEntries)
            self.revaluation = try Self.sum(self.revaluation, revaluation)
        }

        private static func sum(_ a: Int64, _ b: Int64) throws(ArithmeticError) -> Int64 {
            let (sum, overflow) = a.addingReportingOverflow(b)
            guard !overflow else { throw ArithmeticError.overflow }
            return sum
        }
    }

    // MARK: - From snapshots

    /// Periods one after the other: each begins with what the one before it ended with, and what opened in it.
    private static func add(
        _ ordinals: ClosedRange<Int>, to sums: inout [AccountCode: Sums], in connection: Connection
    ) throws {
        try connection.forEach(
            """
            SELECT balance.account,
                   CAST(SUM(balance.opening_base
                            - CASE WHEN snapshot.ordinal < ? THEN balance.closing_base ELSE 0 END) AS INTEGER),
                   CAST(SUM(balance.debit_base) AS INTEGER), CAST(SUM(balance.credit_base) AS INTEGER),
                   CAST(SUM(balance.closing_entries_base) AS INTEGER), CAST(SUM(balance.revaluation_base) AS INTEGER)
              FROM period_snapshot AS snapshot
              JOIN period_balance AS balance
                ON balance.period = snapshot.period AND balance.version = snapshot.version
              LEFT JOIN period_snapshot_end AS ended
                ON ended.period = snapshot.period AND ended.version = snapshot.version
             WHERE ended.period IS NULL AND snapshot.ordinal >= ? AND snapshot.ordinal <= ?
             GROUP BY balance.account
            """, ordinals.upperBound, ordinals.lowerBound, ordinals.upperBound
        ) { row in
            try sums[AccountCode(row.text(0)), default: Sums()].add(
                opening: row.int(1), debit: row.int(2), credit: row.int(3), closingEntries: row.int(4),
                revaluation: row.int(5))
        }
    }

    private static func add(
        closingOf snapshot: PeriodSnapshots.Header, to sums: inout [AccountCode: Sums], in connection: Connection
    ) throws {
        try connection.forEach(
            """
            SELECT account, CAST(SUM(closing_base) AS INTEGER) FROM period_balance
             WHERE period = ? AND version = ? GROUP BY account
            """, snapshot.period, snapshot.version
        ) { try sums[AccountCode($0.text(0)), default: Sums()].add(opening: $0.int(1)) }
    }

    // MARK: - From the journal

    /// Everything up to the last day, in one pass over the index.
    private static func addAll(
        _ days: ClosedRange<CalendarDate>, to sums: inout [AccountCode: Sums], in connection: Connection
    ) throws {
        try connection.forEach(
            """
            SELECT account,
                   CAST(SUM(CASE WHEN entry_date < ? THEN base_minor ELSE 0 END) AS INTEGER),
                   CAST(SUM(CASE WHEN entry_date >= ? AND base_minor > 0 THEN base_minor ELSE 0 END) AS INTEGER),
                   CAST(SUM(CASE WHEN entry_date >= ? AND base_minor < 0 THEN base_minor ELSE 0 END) AS INTEGER)
              FROM posting WHERE entry_date <= ? GROUP BY account
            """, days.lowerBound, days.lowerBound, days.lowerBound, days.upperBound
        ) { row in
            try sums[AccountCode(row.text(0)), default: Sums()].add(
                opening: row.int(1), debit: row.int(2), credit: -row.int(3))
        }
    }

    /// Some days only: each account's part of the index is asked for them.
    private static func add(
        _ days: ClosedRange<CalendarDate>, isBefore: Bool, to sums: inout [AccountCode: Sums],
        in connection: Connection
    ) throws {
        try connection.forEach(
            """
            WITH RECURSIVE used (account) AS (
                SELECT MIN(account) FROM posting
                UNION ALL
                SELECT (SELECT MIN(later.account) FROM posting AS later WHERE later.account > used.account)
                  FROM used WHERE used.account IS NOT NULL)
            SELECT used.account,
                   CAST(SUM(CASE WHEN posting.base_minor > 0 THEN posting.base_minor ELSE 0 END) AS INTEGER),
                   CAST(SUM(CASE WHEN posting.base_minor < 0 THEN posting.base_minor ELSE 0 END) AS INTEGER)
              FROM used JOIN posting ON posting.account = used.account
             WHERE posting.entry_date >= ? AND posting.entry_date <= ?
             GROUP BY used.account
            """, days.lowerBound, days.upperBound
        ) { row in
            let (debit, credit) = (try row.int(1), try row.int(2))
            let account = AccountCode(try row.text(0))
            if isBefore {
                try sums[account, default: Sums()].add(opening: debit)
                try sums[account, default: Sums()].add(opening: credit)
            } else {
                try sums[account, default: Sums()].add(debit: debit, credit: -credit)
            }
        }
    }

    /// Takes what entries of the kinds `opening` and `closing` brought, and what a reopening undid, out of the debits and
    /// credits of these days.
    private static func addSpecial(
        _ days: ClosedRange<CalendarDate>, to sums: inout [AccountCode: Sums], in connection: Connection
    ) throws {
        try connection.forEach(
            """
            SELECT posting.account, entry.kind,
                   CAST(SUM(CASE WHEN posting.base_minor > 0 THEN posting.base_minor ELSE 0 END) AS INTEGER),
                   CAST(SUM(CASE WHEN posting.base_minor < 0 THEN posting.base_minor ELSE 0 END) AS INTEGER)
              FROM journal_entry AS entry JOIN posting ON posting.entry_number = entry.entry_number
             WHERE (entry.kind = 'opening' OR entry.kind = 'closing' OR entry.kind = 'revaluation')
               AND entry.entry_date >= ? AND entry.entry_date <= ?
             GROUP BY posting.account, entry.kind
            """, days.lowerBound, days.upperBound
        ) { row in
            let (debit, credit) = (try row.int(2), try -row.int(3))
            let account = AccountCode(try row.text(0))
            switch try JournalEntry.Kind(rawValue: row.text(1)) {
            case .opening:
                try sums[account, default: Sums()].add(opening: debit - credit, debit: -debit, credit: -credit)
            case .closing:
                try sums[account, default: Sums()].add(debit: -debit, credit: -credit, closingEntries: debit - credit)
            default: try sums[account, default: Sums()].add(revaluation: debit - credit)
            }
        }
        try connection.forEach(
            """
            SELECT posting.account, CAST(SUM(ABS(posting.base_minor)) AS INTEGER)
              FROM journal_entry AS entry JOIN posting ON posting.entry_number = entry.entry_number
             WHERE entry.source_type = '\(PeriodReopening.sourceType)' AND entry.kind <> 'opening'
               AND entry.kind <> 'closing' AND entry.entry_date >= ? AND entry.entry_date <= ?
             GROUP BY posting.account
            """, days.lowerBound, days.upperBound
        ) { row in
            let undone = try row.int(1)
            try sums[AccountCode(row.text(0)), default: Sums()].add(debit: -undone, credit: -undone)
        }
    }
}
