import CSQLite
import GRDB
import GRDBSQLite

/// One connection to a SQLite file.
///
/// GRDB owns the connection and caches its statements; values are bound and read on the raw statement, which spares a
/// box around each of them.
final class SQLiteSession: Session {
    private let database: Database
    let handle: OpaquePointer
    private let store: String
    /// Nil in a session that only reads.
    private let rows: SQLiteRows?
    var isReadOnly: Bool
    var spoiledBy: StoreError?

    /// Longer statements are generated ones that will not come again; caching them would only fill the memory.
    private static let maximumCachedStatementBytes = 4_096
    private static let writeInsideRead = StoreError.misuse("a statement that writes, inside `read`")

    init(_ database: Database, store: String, rows: SQLiteRows?) throws {
        guard let handle = database.sqliteConnection else { throw StoreError.closed }
        self.database = database
        self.handle = handle
        self.store = store
        self.rows = rows
        isReadOnly = rows == nil
    }

    func execute(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> Int {
        let before = sqlite3_total_changes64(handle)
        try withStatement(sql, arguments) { statement in
            var code = sqlite3_step(statement)
            while code == SQLITE_ROW { code = sqlite3_step(statement) }
            guard code == SQLITE_DONE else { throw failure(code, sql) }
        }
        // `sqlite3_changes` keeps its value over statements that change no rows, such as CREATE.
        return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
    }

    func rows(
        _ sql: String, _ arguments: [(any SQLBindable)?], fetch: Fetch, _ body: (Row) throws -> Bool
    ) throws {
        try withStatement(sql, arguments) { statement in
            let row = Row(
                cells: .sqlite(SQLiteCells(statement: statement)), columnCount: Int(sqlite3_column_count(statement)))
            while true {
                switch sqlite3_step(statement) {
                case SQLITE_ROW: if try !body(row) { return }
                case SQLITE_DONE: return
                case let code: throw failure(code, sql)
                }
            }
        }
    }

    func tellAtCommit() {}

    func script(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code, sql) }
    }

    func send(_ sql: String, _ arguments: [(any SQLBindable)?]) throws { _ = try execute(sql, arguments) }

    func beginSavepoint(_ name: String) throws { try script("SAVEPOINT \(name)") }

    func releaseSavepoint(_ name: String) throws { try script("RELEASE SAVEPOINT \(name)") }

    func undoSavepoint(_ name: String) throws {
        try script("ROLLBACK TO SAVEPOINT \(name)")
        try script("RELEASE SAVEPOINT \(name)")
    }

    func beginInsert(_ insert: BulkInsert) throws -> any BulkInsertSink {
        guard let rows else { throw Self.writeInsideRead }
        let source = try rows.table(ofColumns: insert.columns.count, on: handle) { failure($0, "an insert") }
        let values = insert.columns.indices.map { "c\($0)" } + insert.fixedColumns.map { _ in "?" }
        // What was inserted before the row that is refused goes with its transaction: with FAIL, SQLite need not be ready
        // to undo the statement by itself, which costs more than the row where a table has triggers.
        let (word, conflict) =
            insert.onConflict == .doNothing ? ("INSERT", " WHERE 1 ON CONFLICT DO NOTHING") : ("INSERT OR FAIL", "")
        let sql = """
            \(word) INTO "\(insert.table)" (\(insert.columnList)) \
            SELECT \(values.joined(separator: ", ")) FROM \(source)\(conflict)
            """
        if insert.rules == .withBatch { try setTriggers(false) }
        do {
            let (statement, raw) = try prepare(sql)
            return try SQLiteInsert(self, statement, raw, sql: sql, rows, insert)
        } catch {
            try setTriggers(true)
            throw error
        }
    }

    /// Whether the triggers of tables fire. It counts for statements that begin from then on, and no other statement
    /// begins while rows are inserted.
    func setTriggers(_ areEnabled: Bool) throws {
        let code = sqlite_set_triggers(handle, areEnabled ? 1 : 0)
        guard code == SQLITE_OK else { throw failure(code, "enabling triggers: \(areEnabled)") }
    }

    // MARK: Statements

    private func prepare(_ written: String) throws -> (Statement, OpaquePointer) {
        let sql = MigrationText.sqliteStatement(written)
        do {
            var statement =
                sql.utf8.count <= Self.maximumCachedStatementBytes
                ? try database.cachedStatement(sql: sql) : try database.makeStatement(sql: sql)
            // The cached one may stand on a row of an outer loop over the same SQL.
            if sqlite3_stmt_busy(statement.sqliteStatement) != 0 {
                statement = try database.makeStatement(sql: sql)
            }
            let raw = statement.sqliteStatement
            if isReadOnly, sqlite3_stmt_readonly(raw) == 0 {
                throw Self.writeInsideRead
            }
            return (statement, raw)
        } catch let error as DatabaseError {
            throw spoiling(SQLiteErrors.error(error, sql: sql, store: store))
        }
    }

    private func withStatement(
        _ sql: String, _ arguments: [(any SQLBindable)?], _ body: (OpaquePointer) throws -> Void
    ) throws {
        let (statement, raw) = try prepare(sql)
        guard Int(sqlite3_bind_parameter_count(raw)) == arguments.count else {
            throw StoreError.misuse(
                "\(arguments.count) arguments for \(sqlite3_bind_parameter_count(raw)) question marks in: \(sql)")
        }
        // The bound text is read until the statement is done, so it is copied (SQLITE_TRANSIENT) and then let go.
        defer {
            sqlite3_reset(raw)
            sqlite3_clear_bindings(raw)
        }
        for (index, argument) in arguments.enumerated() {
            try bind(argument?.sqlValue ?? .null, to: raw, CInt(truncatingIfNeeded: index + 1), sql)
        }
        try withExtendedLifetime(statement) { try body(raw) }
    }

    func bind(_ value: SQLValue, to statement: OpaquePointer, _ position: CInt, _ sql: String) throws {
        let code: CInt
        switch value {
        case .null:
            code = sqlite3_bind_null(statement, position)
        case .integer(let number):
            code = sqlite3_bind_int64(statement, position, number)
        case .text(var text):
            code = try text.withUTF8 { bytes in
                guard !UnsafeRawBufferPointer(bytes).hasNUL else { throw StoreError.textWithNUL }
                return bytes.withMemoryRebound(to: CChar.self) { characters in
                    sqlite3_bind_text64(
                        statement, position, characters.baseAddress ?? Self.emptyText, UInt64(characters.count),
                        Self.transient, UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let bytes):
            code = bytes.withUnsafeBytes { Self.bind(blob: $0, to: statement, position) }
        }
        guard code == SQLITE_OK else { throw failure(code, sql) }
    }

    /// Copies the bytes. An empty blob is not NULL.
    static func bind(blob bytes: UnsafeRawBufferPointer, to statement: OpaquePointer, _ position: CInt) -> CInt {
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            return sqlite3_bind_zeroblob(statement, position, 0)
        }
        return sqlite3_bind_blob64(statement, position, start, UInt64(bytes.count), transient)
    }

    /// An address for texts without one, so that they are bound as empty and not as NULL.
    nonisolated(unsafe) private static let emptyText: UnsafePointer<CChar> = {
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        text.initialize(to: 0)
        return UnsafePointer(text)
    }()

    /// SQLite's own copy of what is bound (`SQLITE_TRANSIENT`, a macro that Swift does not import).
    static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    func failure(_ code: CInt, _ sql: String) -> StoreError {
        spoiling(
            SQLiteErrors.error(
                code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)), sql: sql,
                store: store))
    }
}
