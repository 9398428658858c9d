import GRDB
import GRDBSQLite

/// A bulk insert bound on one raw prepared statement.
final class SQLiteInsert: BulkInsertSink {
    private let session: SQLiteSession
    /// Keeps the raw statement alive.
    private let statement: Statement
    private let raw: OpaquePointer
    private let sql: String
    private let arena: UnsafeMutableRawPointer
    private let insert: BulkInsert

    private static let arenaBytes = 8_192

    init(
        _ session: SQLiteSession, _ statement: Statement, _ raw: OpaquePointer, sql: String, _ insert: BulkInsert
    ) throws {
        self.session = session
        self.statement = statement
        self.raw = raw
        self.sql = sql
        self.insert = insert
        arena = .allocate(byteCount: Self.arenaBytes, alignment: 16)
        // Bindings outlive a reset: what is the same in every row is bound once.
        for (index, column) in insert.fixedColumns.enumerated() {
            let position = CInt(truncatingIfNeeded: insert.columns.count + index + 1)
            try session.bind(column.value, to: raw, position, sql)
        }
    }

    deinit {
        arena.deallocate()
    }

    /// Binds and steps; lives no longer than the insert.
    var binder: Binder {
        Binder(
            statement: raw, counting: insert.onConflict == .doNothing ? session.handle : nil, arena: arena,
            capacity: Self.arenaBytes,
            insert: Unmanaged.passUnretained(self))
    }

    func finish(counted: Int) throws -> Int {
        release()
        return counted
    }

    func abandon() {
        release()
        _ = session.spoiling(.misuse("a bulk insert into \(insert.table) was broken off"))
    }

    /// The statement goes back to the cache without pointers into our memory.
    private func release() {
        sqlite3_reset(raw)
        sqlite3_clear_bindings(raw)
    }

    private func failure(_ code: CInt) -> StoreError { session.failure(code, sql) }

    /// The inner loop: raw pointers only, so that no row counts a reference.
    ///
    /// Text is laid into a small piece of memory that lives as long as the row, so that SQLite need not copy it
    /// (`SQLITE_STATIC`); only long text is copied by SQLite.
    struct Binder {
        let statement: OpaquePointer
        /// The connection, where a row may be left out and is counted only when it was not.
        let counting: OpaquePointer?
        let arena: UnsafeMutableRawPointer
        let capacity: Int
        let insert: Unmanaged<SQLiteInsert>
        private var used = 0
        private(set) var insertedCount = 0

        init(
            statement: OpaquePointer, counting: OpaquePointer?, arena: UnsafeMutableRawPointer, capacity: Int,
            insert: Unmanaged<SQLiteInsert>
        ) {
            self.statement = statement
            self.counting = counting
            self.arena = arena
            self.capacity = capacity
            self.insert = insert
        }

        func bindNull(_ position: CInt) throws {
            try require(sqlite3_bind_null(statement, position))
        }

        func bind(_ value: Int64, _ position: CInt) throws {
            try require(sqlite3_bind_int64(statement, position, value))
        }

        mutating func bind(utf8 bytes: UnsafeRawBufferPointer, _ position: CInt) throws {
            let start = bytes.baseAddress ?? UnsafeRawPointer(arena)
            if bytes.count <= capacity - used {
                let copy = arena + used
                copy.copyMemory(from: start, byteCount: bytes.count)
                used += bytes.count
                try bind(UnsafeRawPointer(copy), bytes.count, position, release: nil)
            } else {
                try bind(start, bytes.count, position, release: SQLiteSession.transient)
            }
        }

        private func bind(
            _ text: UnsafeRawPointer, _ count: Int, _ position: CInt, release: sqlite3_destructor_type?
        ) throws {
            let code = sqlite3_bind_text64(
                statement, position, text.assumingMemoryBound(to: CChar.self), UInt64(count), release,
                UInt8(SQLITE_UTF8))
            try require(code)
        }

        func bind(blob bytes: UnsafeRawBufferPointer, _ position: CInt) throws {
            try require(SQLiteSession.bind(blob: bytes, to: statement, position))
        }

        mutating func finishRow() throws {
            let code = sqlite3_step(statement)
            guard code == SQLITE_DONE else { throw insert.takeUnretainedValue().failure(code) }
            insertedCount += counting.map { Int(sqlite3_changes($0)) } ?? 1
            sqlite3_reset(statement)
            used = 0
        }

        private func require(_ code: CInt) throws {
            guard code == SQLITE_OK else { throw insert.takeUnretainedValue().failure(code) }
        }
    }
}
