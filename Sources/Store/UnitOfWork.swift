import Calendars

/// Who wrote a row, in which run, and when.
package struct Stamp: Hashable, Sendable {
    /// Nil for what a person writes outside of any run.
    package var run: Int64?
    package var person: String
    package var at: Instant

    package init(run: Int64?, person: String, at: Instant) {
        self.run = run
        self.person = person
        self.at = at
    }

    /// The columns that a row is stamped with.
    func columns(_ stamping: Stamping) -> [(name: String, value: SQLValue)] {
        let run = ("run_id", run.map { SQLValue.integer($0) } ?? .null)
        return switch stamping {
        case .runOnly: [run]
        case .full: [run, ("recorded_by", .text(person)), ("recorded_at", at.sqlValue)]
        }
    }
}

/// How much of the stamp a row carries.
public enum Stamping: Sendable {
    /// `run_id`, `recorded_by` and `recorded_at`.
    case full
    /// `run_id` alone, for rows that belong to a row with the full stamp.
    case runOnly
}

/// What a run writes in one transaction: each row stamped with who and which run wrote it, and fingerprinted.
public final class UnitOfWork {
    package let connection: Connection
    package let stamp: Stamp
    private let digest: EffectDigest?

    package init(connection: Connection, stamp: Stamp, digest: EffectDigest?) {
        self.connection = connection
        self.stamp = stamp
        self.digest = digest
    }

    /// Inserts rows as `Connection.insert` does, with the columns of the stamp besides.
    @discardableResult @inlinable
    public func insert<Rows: Sequence>(
        into table: String, columns: [String], rows: Rows, onConflict: ConflictPolicy = .fail,
        stamping: Stamping = .full, _ bind: (Rows.Element, inout RowWriter) throws -> Void
    ) throws -> Int {
        var writer = try beginInsert(into: table, columns: columns, onConflict: onConflict, stamping: stamping)
        for row in rows {
            try bind(row, &writer)
            try writer.finishRow()
        }
        return try writer.finish()
    }

    @usableFromInline
    func beginInsert(
        into table: String, columns: [String], onConflict: ConflictPolicy, stamping: Stamping,
        rules: InsertRuleCheck = .now
    ) throws -> RowWriter {
        try connection.beginInsert(
            into: table, columns: columns, stamp: (stamp, stamping), digest: digest, onConflict: onConflict,
            rules: rules)
    }

    /// As `Connection.insert(into:columns:onConflict:writing:)`, with the columns of the stamp besides.
    @discardableResult
    package func insert(
        into table: String, columns: [String], onConflict: ConflictPolicy = .fail, stamping: Stamping = .full,
        rules: InsertRuleCheck = .now, writing body: (inout RowWriter) throws -> Void
    ) throws -> Int {
        var writer = try beginInsert(
            into: table, columns: columns, onConflict: onConflict, stamping: stamping, rules: rules)
        try body(&writer)
        return try writer.finish()
    }
}
