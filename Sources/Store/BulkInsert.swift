/// What to do with a row whose key is taken.
public enum ConflictPolicy: Sendable {
    /// The insert fails with `StoreError.constraint`.
    case fail
    /// The row is left out: what is there stays.
    case doNothing
}

/// When the rows of a bulk insert are held to the rules of their table that look at other rows (`REFUSE_INSERTS`).
public enum InsertRuleCheck: Sendable {
    /// As they are inserted.
    case now
    /// The caller opened a batch for them, and what it must fulfil is asked before the transaction can end. SQLite, which
    /// asks for each row, is spared that; PostgreSQL asks once for all of them, and does.
    case withBatch
}

/// The plan of one bulk insert.
struct BulkInsert {
    let table: String
    let columns: [String]
    /// Values that are the same in every row, and take no part in the digest: the stamp.
    let fixedColumns: [(name: String, value: SQLValue)]
    let onConflict: ConflictPolicy
    let rules: InsertRuleCheck
    let digest: EffectDigest?

    static let maximumColumns = 500

    init(
        table: String, columns: [String], fixedColumns: [(name: String, value: SQLValue)], onConflict: ConflictPolicy,
        rules: InsertRuleCheck, digest: EffectDigest?
    ) throws {
        self.table = table
        self.columns = columns
        self.fixedColumns = fixedColumns
        self.onConflict = onConflict
        self.rules = rules
        self.digest = digest
        guard !columns.isEmpty, columns.count + fixedColumns.count <= Self.maximumColumns else {
            throw StoreError.misuse("an insert into \(table) of \(columns.count) columns")
        }
        for name in [table] + allColumns where !Identifier.isPlain(name) {
            throw StoreError.misuse("\"\(name)\" is not the name of a table or column")
        }
        guard Set(allColumns).count == allColumns.count else {
            throw StoreError.misuse("an insert into \(table) names a column twice")
        }
    }

    var allColumns: [String] { columns + fixedColumns.map(\.name) }
    /// `a, b, c`, each in quotes, so that a column may be called `order`.
    var columnList: String { allColumns.map { "\"\($0)\"" }.joined(separator: ", ") }
}

/// Takes the rows of one bulk insert.
protocol BulkInsertSink: AnyObject {
    /// - Returns: rows inserted.
    func finish() throws -> Int
    /// Ends it before its end; the transaction is spoiled.
    func abandon()
}
