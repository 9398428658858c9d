/// What to do with a row whose key is taken.
public enum ConflictPolicy: Sendable {
    /// The insert fails with `StoreError.constraint`.
    case fail
    /// The row is left out: what is there stays.
    case doNothing
}

/// The plan of one bulk insert.
struct BulkInsert {
    let table: String
    let columns: [String]
    /// Values that are the same in every row, and take no part in the digest: the stamp.
    let fixedColumns: [(name: String, value: SQLValue)]
    let onConflict: ConflictPolicy
    let digest: EffectDigest?

    static let maximumColumns = 500

    init(
        table: String, columns: [String], fixedColumns: [(name: String, value: SQLValue)], onConflict: ConflictPolicy,
        digest: EffectDigest?
    ) throws {
        self.table = table
        self.columns = columns
        self.fixedColumns = fixedColumns
        self.onConflict = onConflict
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
    /// - Parameter counted: rows inserted, where they were counted one by one.
    /// - Returns: rows inserted.
    func finish(counted: Int) throws -> Int
    /// Ends it before its end; the transaction is spoiled.
    func abandon()
}
