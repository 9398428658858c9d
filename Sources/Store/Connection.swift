/// A connection inside `Store.read` or `Store.write`. Valid only inside the closure that receives it.
///
/// ```swift
/// let due = try db.all("SELECT id, due_on FROM open_item WHERE due_on < ? ORDER BY id", day) { row in
///     (id: try row.int(0), dueOn: try row.date(1))
/// }
/// ```
/// SQL is written once for both databases: `?` for arguments, no types but those that `MigrationText` names. A
/// statement that fails spoils its transaction: only a savepoint around it can go on after it.
///
/// It is public, as is all that `insert` is made of, because Swift specialises only public generic code in
/// other modules, and an unspecialised loop takes half a microsecond more for each row.
public final class Connection {
    let session: any Session
    private var isValid = true
    private var isInserting = false
    private var savepointCount = 0

    init(_ session: any Session) {
        self.session = session
    }

    func invalidate() {
        isValid = false
    }

    private func check() throws {
        guard isValid else { throw StoreError.misuse("a connection outlived its closure") }
        guard !isInserting else { throw StoreError.misuse("a statement from inside a bulk insert") }
        try session.requireUnspoiled()
    }

    // MARK: Reading

    /// All rows, each through `map`, in memory.
    package func all<T>(
        _ sql: String, _ arguments: (any SQLBindable)?..., map: (Row) throws -> T
    ) throws -> [T] {
        try all(sql, arguments: arguments, map: map)
    }

    package func all<T>(
        _ sql: String, arguments: [(any SQLBindable)?], map: (Row) throws -> T
    ) throws -> [T] {
        var values: [T] = []
        try visitAll(sql, arguments) { values.append(try map($0)) }
        return values
    }

    /// The first row through `map`; nil when there is none. A statement that writes (`… RETURNING`) writes all.
    package func first<T>(
        _ sql: String, _ arguments: (any SQLBindable)?..., map: (Row) throws -> T
    ) throws -> T? {
        try first(sql, arguments: arguments, map: map)
    }

    package func first<T>(
        _ sql: String, arguments: [(any SQLBindable)?], map: (Row) throws -> T
    ) throws -> T? {
        var value: T?
        try visitFirst(sql, arguments) { value = try map($0) }
        return value
    }

    /// Each row through `body`, without keeping them: memory is the same for ten rows and ten million.
    ///
    /// `body` may run other statements, but none that changes the rows it is reading.
    package func forEach(
        _ sql: String, _ arguments: (any SQLBindable)?..., body: (Row) throws -> Void
    ) throws {
        try forEach(sql, arguments: arguments, body)
    }

    package func forEach(
        _ sql: String, arguments: [(any SQLBindable)?], _ body: (Row) throws -> Void
    ) throws {
        try check()
        try session.rows(sql, arguments, fetch: .streamed) { row in
            try body(row)
            return true
        }
    }

    private func visitAll(_ sql: String, _ arguments: [(any SQLBindable)?], _ body: (Row) throws -> Void) throws {
        try check()
        try session.rows(sql, arguments, fetch: .all) { row in
            try body(row)
            return true
        }
    }

    private func visitFirst(_ sql: String, _ arguments: [(any SQLBindable)?], _ body: (Row) throws -> Void) throws {
        try check()
        try session.rows(sql, arguments, fetch: .first) { row in
            try body(row)
            return false
        }
    }

    // MARK: Writing

    /// Runs one statement. Returns the rows it inserted, updated or deleted, without those of triggers.
    @discardableResult
    package func execute(_ sql: String, _ arguments: (any SQLBindable)?...) throws -> Int {
        try execute(sql, arguments: arguments)
    }

    @discardableResult
    package func execute(_ sql: String, arguments: [(any SQLBindable)?]) throws -> Int {
        try check()
        return try session.execute(sql, arguments)
    }

    /// Runs one statement of which nothing is asked, not even how many rows it has changed: on PostgreSQL it goes to the server
    /// together with the next one that is answered, which saves the way there and back.
    ///
    /// Its error comes with that one, at the latest with the end of the savepoint or of the transaction, and names this one.
    package func send(_ sql: String, _ arguments: (any SQLBindable)?...) throws {
        try send(sql, arguments: arguments)
    }

    package func send(_ sql: String, arguments: [(any SQLBindable)?]) throws {
        try check()
        try session.send(sql, arguments)
    }

    /// Has the daemons that share the store told, when the transaction commits, that there is something for them to do:
    /// once, however often it is asked for. Those that cannot be told look every second.
    package func tellAtCommit() throws {
        try check()
        session.tellAtCommit()
    }

    /// Runs `body`; when it throws, undoes what it wrote, throws on, and the transaction can go on.
    @discardableResult
    package func savepoint<T>(_ body: (Connection) throws -> T) throws -> T {
        try check()
        savepointCount += 1
        return try session.savepoint(named: "part_\(savepointCount)") { try body(self) }
    }

    /// Inserts many rows fast: a prepared statement on SQLite, COPY on PostgreSQL.
    ///
    /// `bind` is called for each row and binds one value for each column; it must not use the connection.
    /// - Returns: rows inserted; fewer than given only with `.doNothing`.
    @discardableResult @inlinable
    public func insert<Rows: Sequence>(
        into table: String, columns: [String], rows: Rows, onConflict: ConflictPolicy = .fail,
        _ bind: (Rows.Element, inout RowWriter) throws -> Void
    ) throws -> Int {
        var writer = try beginInsert(into: table, columns: columns, onConflict: onConflict)
        for row in rows {
            try bind(row, &writer)
            try writer.finishRow()
        }
        return try writer.finish()
    }

    /// As `insert(into:columns:rows:)`, for inner loops in other modules: `body` binds the values of each row itself and
    /// ends it with `finishRow()`. Nothing generic stands between the loop and the database.
    @discardableResult
    package func insert(
        into table: String, columns: [String], onConflict: ConflictPolicy = .fail,
        writing body: (inout RowWriter) throws -> Void
    ) throws -> Int {
        var writer = try beginInsert(into: table, columns: columns, onConflict: onConflict)
        try body(&writer)
        return try writer.finish()
    }

    @usableFromInline
    func beginInsert(into table: String, columns: [String], onConflict: ConflictPolicy) throws -> RowWriter {
        try beginInsert(into: table, columns: columns, stamp: nil, digest: nil, onConflict: onConflict)
    }

    /// A writer that ends the insert when it goes: undone, unless it was finished.
    func beginInsert(
        into table: String, columns: [String], stamp: (Stamp, Stamping)?, digest: EffectDigest?,
        onConflict: ConflictPolicy, rules: InsertRuleCheck = .now
    ) throws -> RowWriter {
        try check()
        let insert = try BulkInsert(
            table: table, columns: columns, fixedColumns: stamp.map { $0.columns($1) } ?? [], onConflict: onConflict,
            rules: rules, digest: digest)
        let writer = RowWriter(self, try session.beginInsert(insert), insert)
        digest?.begin(table: table, columns: columns)
        isInserting = true
        return writer
    }

    func endInsert() {
        isInserting = false
    }
}
