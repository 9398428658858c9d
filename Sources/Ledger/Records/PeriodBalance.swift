import Amounts
import Calendars
import Crypto
import Jobs
import Store

/// What was on an account at the beginning and the end of a period, and what moved it: by currency and dimensions, in
/// minor units.
package struct PeriodBalance: Hashable, Sendable {
    package var key: Key
    /// In the currency of the key.
    package var amount = Sums()
    /// In the base currency.
    package var base = Sums()
    /// What entries of the kind `revaluation` changed, in base; a part of debit less credit.
    package var revaluation: Int64 = 0

    package struct Key: Hashable, Comparable, Sendable {
        package var account: String
        package var currency: String
        /// Empty for none, as the project.
        package var costCentre: String
        package var project: String

        package static func < (a: Key, b: Key) -> Bool {
            (a.account, a.currency, a.costCentre, a.project) < (b.account, b.currency, b.costCentre, b.project)
        }
    }

    /// Opening + debit − credit + closing entries = closing.
    package struct Sums: Hashable, Sendable {
        /// With what entries of the kind `opening` brought in the period.
        package var opening: Int64 = 0
        package var debit: Int64 = 0
        package var credit: Int64 = 0
        package var closingEntries: Int64 = 0

        package func closing() throws(ArithmeticError) -> Int64 {
            let sum = Int128(opening) + Int128(debit) - Int128(credit) + Int128(closingEntries)
            guard let closing = Int64(exactly: sum) else { throw ArithmeticError.overflow }
            return closing
        }
    }
}

/// Adds up what a period did, from the journal and the newest snapshot before it.
///
/// `CROSS JOIN` has SQLite begin with the entries of the days that are asked for, not with all postings by account.
enum PeriodBalances {
    /// By account, currency and dimensions, in their order; every key that was ever posted to has its row.
    static func compute(
        _ period: FiscalPeriod, after snapshot: PeriodSnapshots.Header?, in connection: Connection
    ) throws -> [PeriodBalance] {
        var balances: [PeriodBalance.Key: PeriodBalance] = [:]
        if let snapshot { try addClosings(of: snapshot, to: &balances, in: connection) }
        try addBetween(snapshot, period, to: &balances, in: connection)
        try addTurnover(of: period, to: &balances, in: connection)
        return balances.values.sorted { $0.key < $1.key }
    }

    /// SHA-256 of the balances: the same books have the same.
    static func digest(_ balances: [PeriodBalance]) throws -> String {
        var hash = SHA256()
        for balance in balances {
            let (key, amount, base) = (balance.key, balance.amount, balance.base)
            let numbers = [
                amount.opening, amount.debit, amount.credit, amount.closingEntries, try amount.closing(), base.opening,
                base.debit, base.credit, base.closingEntries, balance.revaluation, try base.closing(),
            ]
            let texts = [key.account, key.currency, key.costCentre, key.project].map { "\($0.utf8.count):\($0)" }
            hash.update(data: Array((texts + numbers.map(String.init)).joined(separator: "|").utf8))
            hash.update(data: [UInt8(ascii: "\n")])
        }
        return hash.finalize().hexText
    }

    private static func key(_ row: Row) throws -> PeriodBalance.Key {
        PeriodBalance.Key(
            account: try row.text(0), currency: try row.text(1), costCentre: try row.text(2), project: try row.text(3))
    }

    private static func addClosings(
        of snapshot: PeriodSnapshots.Header, to balances: inout [PeriodBalance.Key: PeriodBalance],
        in connection: Connection
    ) throws {
        try connection.forEach(
            """
            SELECT account, currency, cost_centre, project, closing_minor, closing_base FROM period_balance
             WHERE period = ? AND version = ?
            """, snapshot.period, snapshot.version
        ) { row in
            let key = try key(row)
            balances[key, default: PeriodBalance(key: key)].amount.opening = try row.int(4)
            balances[key, default: PeriodBalance(key: key)].base.opening = try row.int(5)
        }
    }

    /// What was posted behind the snapshot and before the period.
    private static func addBetween(
        _ snapshot: PeriodSnapshots.Header?, _ period: FiscalPeriod,
        to balances: inout [PeriodBalance.Key: PeriodBalance], in connection: Connection
    ) throws {
        // Period 13 shares its day with month 12, so that their entries are told apart by the period they name.
        var condition = period.isForAdjustments ? "entry.entry_date <= ? AND entry.period <> ?" : "entry.entry_date < ?"
        var arguments: [any SQLBindable] = [period.firstDay]
        if period.isForAdjustments { arguments.append("\(period)") }
        if let snapshot {
            condition += " AND entry.entry_date >= ? AND (entry.entry_date > ? OR entry.period > ?)"
            arguments += [snapshot.days.upperBound, snapshot.days.upperBound, snapshot.period]
        }
        try connection.forEach(
            """
            SELECT posting.account, posting.currency, COALESCE(posting.cost_centre, ''), COALESCE(posting.project, ''),
                   CAST(SUM(posting.amount_minor) AS INTEGER), CAST(SUM(posting.base_minor) AS INTEGER)
              FROM journal_entry AS entry CROSS JOIN posting
             WHERE posting.entry_number = entry.entry_number AND \(condition)
             GROUP BY posting.account, posting.currency, posting.cost_centre, posting.project
            """, arguments: arguments
        ) { row in
            let key = try key(row)
            try balances[key, default: PeriodBalance(key: key)].amount.addOpening(row.int(4))
            try balances[key, default: PeriodBalance(key: key)].base.addOpening(row.int(5))
        }
    }

    private static func addTurnover(
        of period: FiscalPeriod, to balances: inout [PeriodBalance.Key: PeriodBalance], in connection: Connection
    ) throws {
        try connection.forEach(
            """
            SELECT posting.account, posting.currency, COALESCE(posting.cost_centre, ''), COALESCE(posting.project, ''),
                   \(sums("posting.amount_minor")),
                   \(sums("posting.base_minor")),
                   CAST(SUM(CASE WHEN entry.kind = 'revaluation' THEN posting.base_minor ELSE 0 END) AS INTEGER)
              FROM journal_entry AS entry CROSS JOIN posting
             WHERE posting.entry_number = entry.entry_number AND entry.entry_date >= ? AND entry.entry_date <= ? AND entry.period = ?
             GROUP BY posting.account, posting.currency, posting.cost_centre, posting.project
            """, period.firstDay, period.lastDay, "\(period)"
        ) { row in
            let key = try key(row)
            var balance = balances[key] ?? PeriodBalance(key: key)
            try balance.amount.add(row, from: 4)
            try balance.base.add(row, from: 9)
            balance.revaluation = try row.int(14)
            balances[key] = balance
        }
    }

    /// Opening, debits, credits, closing entries, and what a reopening undid: the last is in both debits and credits.
    private static func sums(_ column: String) -> String {
        func sum(_ condition: String, _ value: String) -> String {
            "CAST(SUM(CASE WHEN \(condition) THEN \(value) ELSE 0 END) AS INTEGER)"
        }
        let moves = "entry.kind <> 'opening' AND entry.kind <> 'closing'"
        return [
            sum("entry.kind = 'opening'", column), sum("\(moves) AND \(column) > 0", column),
            sum("\(moves) AND \(column) < 0", column), sum("entry.kind = 'closing'", column),
            sum("\(moves) AND entry.source_type = '\(PeriodReopening.sourceType)'", "ABS(\(column))"),
        ].joined(separator: ",\n                   ")
    }
}

extension PeriodBalance.Sums {
    fileprivate mutating func addOpening(_ value: Int64) throws(ArithmeticError) {
        let (sum, overflow) = opening.addingReportingOverflow(value)
        guard !overflow else { throw ArithmeticError.overflow }
        opening = sum
    }

    fileprivate mutating func add(_ row: Row, from column: Int) throws {
        try addOpening(row.int(column))
        let undone = try row.int(column + 4)
        debit = try row.int(column + 1) - undone
        credit = try -row.int(column + 2) - undone
        closingEntries = try row.int(column + 3)
    }
}
