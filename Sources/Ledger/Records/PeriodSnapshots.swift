import Calendars
import Diagnostics
import Jobs
import Store

/// The balances that closes wrote down, and which of them count.
package enum PeriodSnapshots {
    /// A snapshot that counts: nothing was posted in its period or before it since.
    package struct Header: Hashable, Sendable {
        package var period: String
        package var version: Int
        package var ordinal: Int
        package var days: ClosedRange<CalendarDate>
        /// The last entry of the journal when it was taken.
        package var entry: Int64
        package var entryHash: String
        package var rowCount: Int
        package var digest: String
    }

    /// The snapshots that count, by period.
    ///
    /// - Parameter ordinal: those before it are left out.
    package static func valid(from ordinal: Int = 0, in connection: Connection) throws -> [Header] {
        try connection.all(
            """
            SELECT snapshot.period, snapshot.version, snapshot.ordinal, snapshot.first_day, snapshot.last_day,
                   snapshot.entry_number, snapshot.entry_hash, snapshot.row_count, snapshot.digest
              FROM period_snapshot AS snapshot
              LEFT JOIN period_snapshot_end AS ended
                ON ended.period = snapshot.period AND ended.version = snapshot.version
             WHERE ended.period IS NULL AND snapshot.ordinal >= ? ORDER BY snapshot.ordinal, snapshot.version
            """, ordinal
        ) { row in
            let first = try row.date(3)
            return Header(
                period: try row.text(0), version: Int(try row.int(1)), ordinal: Int(try row.int(2)),
                days: first...max(first, try row.date(4)), entry: try row.int(5), entryHash: try row.text(6),
                rowCount: Int(try row.int(7)), digest: try row.text(8))
        }
    }

    /// Says that the snapshots of a period and of later ones count no more.
    package static func end(from ordinal: Int, reason: String, in unit: UnitOfWork) throws {
        for header in try valid(from: ordinal, in: unit.connection) {
            try unit.connection.execute(
                """
                INSERT INTO period_snapshot_end (period, version, reason, recorded_by, recorded_at)
                VALUES (?, ?, ?, ?, ?)
                """, header.period, header.version, reason, unit.stamp.person, unit.stamp.at)
        }
    }
}

extension FiscalPeriod {
    /// The place of the period among all periods; one more than that of the one before it.
    package var ordinal: Int { year.startYear * Self.adjustmentNumber + number }
}

// MARK: - Taking and verifying

extension PeriodSnapshots {
    /// The newest snapshot that counts and lies before a period.
    static func newest(before period: FiscalPeriod, in connection: Connection) throws -> Header? {
        try valid(in: connection).last { $0.ordinal < period.ordinal }
    }

    /// Writes down the balances of a period. It keeps others from posting until it is committed.
    ///
    /// - Returns: the snapshot, which counts from now on; one of the period that counted before does not any more.
    @discardableResult
    static func take(_ period: FiscalPeriod, in unit: UnitOfWork) throws -> Header {
        let connection = unit.connection
        let head = try Journal.lockHead(in: connection)
        let balances = try PeriodBalances.compute(
            period, after: newest(before: period, in: connection), in: connection)
        let digest = try PeriodBalances.digest(balances)
        let version = try connection.first(
            "SELECT COALESCE(MAX(version), 0) FROM period_snapshot WHERE period = ?", "\(period)"
        ) { Int(try $0.int(0)) }
        let header = Header(
            period: "\(period)", version: 1 + (version ?? 0), ordinal: period.ordinal, days: period.days,
            entry: head.number, entryHash: head.hash, rowCount: balances.count, digest: digest)
        for former in try valid(in: connection) where former.ordinal == header.ordinal {
            try connection.execute(
                """
                INSERT INTO period_snapshot_end (period, version, reason, recorded_by, recorded_at)
                VALUES (?, ?, 'taken anew', ?, ?)
                """, former.period, former.version, unit.stamp.person, unit.stamp.at)
        }
        try insert(header, balances, in: unit)
        return header
    }

    private static func insert(_ header: Header, _ balances: [PeriodBalance], in unit: UnitOfWork) throws {
        try unit.insert(
            into: "period_snapshot",
            columns: [
                "period", "version", "ordinal", "first_day", "last_day", "entry_number", "entry_hash", "row_count",
                "digest",
            ], rows: [header]
        ) { header, row in
            try row.bind(header.period)
            try row.bind(header.version)
            try row.bind(header.ordinal)
            try row.bind(header.days.lowerBound)
            try row.bind(header.days.upperBound)
            try row.bind(header.entry)
            try row.bind(header.entryHash)
            try row.bind(header.rowCount)
            try row.bind(header.digest)
        }
        try unit.insert(
            into: "period_balance",
            columns: [
                "period", "version", "account", "currency", "cost_centre", "project", "opening_minor", "debit_minor",
                "credit_minor", "closing_entries_minor", "closing_minor", "opening_base", "debit_base", "credit_base",
                "closing_entries_base", "revaluation_base", "closing_base",
            ], stamping: .runOnly
        ) { row in
            for balance in balances {
                try row.bind(header.period)
                try row.bind(header.version)
                try row.bind(balance.key.account)
                try row.bind(balance.key.currency)
                try row.bind(balance.key.costCentre)
                try row.bind(balance.key.project)
                try row.bind(balance.amount.opening)
                try row.bind(balance.amount.debit)
                try row.bind(balance.amount.credit)
                try row.bind(balance.amount.closingEntries)
                try row.bind(balance.amount.closing())
                try row.bind(balance.base.opening)
                try row.bind(balance.base.debit)
                try row.bind(balance.base.credit)
                try row.bind(balance.base.closingEntries)
                try row.bind(balance.revaluation)
                try row.bind(balance.base.closing())
                try row.finishRow()
            }
        }
    }

    /// The balances of a snapshot as they were written down, in the order of their keys.
    package static func balances(of header: Header, in connection: Connection) throws -> [PeriodBalance] {
        try connection.all(
            """
            SELECT account, currency, cost_centre, project, opening_minor, debit_minor, credit_minor,
                   closing_entries_minor, opening_base, debit_base, credit_base, closing_entries_base, revaluation_base
              FROM period_balance WHERE period = ? AND version = ? ORDER BY account, currency, cost_centre, project
            """, header.period, header.version
        ) { row in
            PeriodBalance(
                key: PeriodBalance.Key(
                    account: try row.text(0), currency: try row.text(1), costCentre: try row.text(2),
                    project: try row.text(3)),
                amount: PeriodBalance.Sums(
                    opening: try row.int(4), debit: try row.int(5), credit: try row.int(6),
                    closingEntries: try row.int(7)),
                base: PeriodBalance.Sums(
                    opening: try row.int(8), debit: try row.int(9), credit: try row.int(10),
                    closingEntries: try row.int(11)),
                revaluation: try row.int(12))
        }
    }

    /// Adds up every snapshot that counts anew, and compares.
    ///
    /// - Parameter report: called with a sentence for each that is wrong.
    /// - Returns: how many there are.
    @discardableResult
    package static func verify(in connection: Connection, report: (String) -> Void) throws -> Int {
        guard let cycle = try FiscalCalendar.find(in: connection)?.cycle else { return 0 }
        var before: Header?
        let headers = try valid(in: connection)
        for header in headers {
            guard let period = FiscalPeriod(header.period, in: cycle), period.ordinal == header.ordinal else {
                report("there is a snapshot of \(header.period), which is no period of the books")
                continue
            }
            let written = try balances(of: header, in: connection)
            if try PeriodBalances.digest(written) != header.digest || written.count != header.rowCount {
                report("the snapshot of \(period) is not what was written down")
            }
            if try PeriodBalances.digest(PeriodBalances.compute(period, after: before, in: connection)) != header.digest
            {
                report("the snapshot of \(period) is not what the journal adds up to")
            }
            before = header
        }
        return headers.count
    }
}
