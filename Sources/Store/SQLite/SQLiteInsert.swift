import CSQLite
import GRDB
import GRDBSQLite

/// A bulk insert: rows are collected, and inserted together by one raw prepared statement.
final class SQLiteInsert: BulkInsertSink {
    private let session: SQLiteSession
    /// Keeps the raw statement alive.
    private let statement: Statement
    private let raw: OpaquePointer
    private let sql: String
    private let rows: SQLiteRows
    private let insert: BulkInsert
    private var insertedCount = 0

    init(
        _ session: SQLiteSession, _ statement: Statement, _ raw: OpaquePointer, sql: String, _ rows: SQLiteRows,
        _ insert: BulkInsert
    ) throws {
        self.session = session
        self.statement = statement
        self.raw = raw
        self.sql = sql
        self.rows = rows
        self.insert = insert
        // Bindings outlive a reset: what is the same in every row is bound once.
        for (index, column) in insert.fixedColumns.enumerated() {
            try session.bind(column.value, to: raw, CInt(truncatingIfNeeded: index + 1), sql)
        }
    }

    /// Lays rows down; lives no longer than the insert.
    var binder: Binder { Binder(Unmanaged.passUnretained(self), rows, columnCount: insert.columns.count) }

    /// Inserts rows that were laid down.
    ///
    /// - Throws: `StoreError`; the transaction is spoiled then, and of the rows some may have been inserted.
    fileprivate func insert(rowCount: Int) throws {
        guard rowCount > 0 else { return }
        rows.offered.pointee.bytes = UnsafePointer(rows.bytes.assumingMemoryBound(to: CChar.self))
        rows.offered.pointee.row_count = Int64(rowCount)
        rows.offered.pointee.column_count = Int32(truncatingIfNeeded: insert.columns.count)
        let code = sqlite3_step(raw)
        guard code == SQLITE_DONE else { throw session.failure(code, sql) }
        insertedCount += Int(sqlite3_changes64(session.handle))
        sqlite3_reset(raw)
    }

    func finish() throws -> Int {
        try release()
        return insertedCount
    }

    func abandon() {
        try? release()
        _ = session.spoiling(.misuse("a bulk insert into \(insert.table) was broken off"))
    }

    private func release() throws {
        sqlite3_reset(raw)
        sqlite3_clear_bindings(raw)
        rows.shrink()
        if insert.rules == .withBatch { try session.setTriggers(true) }
    }

    /// The inner loop: raw pointers only, so that no row counts a reference.
    struct Binder {
        private let insert: Unmanaged<SQLiteInsert>
        private let rows: Unmanaged<SQLiteRows>
        private let columnCount: Int
        private let maximumRows: Int
        /// Where the row at hand begins.
        private var row: UnsafeMutablePointer<sqlite_cell>
        private let firstRow: UnsafeMutablePointer<sqlite_cell>
        private var rowCount = 0
        private var bytes: UnsafeMutableRawPointer
        private var byteCapacity: Int
        private var byteCount = 0

        init(_ insert: Unmanaged<SQLiteInsert>, _ rows: SQLiteRows, columnCount: Int) {
            self.insert = insert
            self.rows = Unmanaged.passUnretained(rows)
            self.columnCount = columnCount
            maximumRows = min(SQLiteRows.maximumRows, SQLiteRows.maximumCells / columnCount)
            firstRow = rows.cells
            row = rows.cells
            bytes = rows.bytes
            byteCapacity = rows.byteCapacity
        }

        func bindNull(_ position: Int32) {
            row[Int(position) - 1].type = SQLITE_CELL_NULL.rawValue
        }

        func bind(_ value: Int64, _ position: Int32) {
            row[Int(position) - 1] = sqlite_cell(value: value, byte_count: 0, type: SQLITE_CELL_INTEGER.rawValue)
        }

        mutating func bind(utf8 text: UnsafeRawBufferPointer, _ position: Int32) throws {
            try lay(text, SQLITE_CELL_TEXT, position)
        }

        mutating func bind(blob: UnsafeRawBufferPointer, _ position: Int32) throws {
            try lay(blob, SQLITE_CELL_BLOB, position)
        }

        private mutating func lay(
            _ value: UnsafeRawBufferPointer, _ type: sqlite_cell_type, _ position: Int32
        ) throws {
            guard let count = UInt32(exactly: value.count) else {
                throw StoreError.misuse("a text or blob of \(value.count) bytes")
            }
            if value.count > byteCapacity - byteCount {
                let rows = rows.takeUnretainedValue()
                rows.grow(toHold: byteCount + value.count, keeping: byteCount)
                bytes = rows.bytes
                byteCapacity = rows.byteCapacity
            }
            if let start = value.baseAddress {
                (bytes + byteCount).copyMemory(from: start, byteCount: value.count)
            }
            row[Int(position) - 1] = sqlite_cell(
                value: Int64(byteCount), byte_count: count, type: type.rawValue)
            byteCount += value.count
        }

        mutating func finishRow() throws {
            rowCount += 1
            row += columnCount
            if rowCount == maximumRows || byteCount >= SQLiteRows.bytesAtOnce { try insertRows() }
        }

        /// Inserts what was laid down since the last time.
        mutating func insertRows() throws {
            let count = rowCount
            (row, rowCount, byteCount) = (firstRow, 0, 0)
            try insert.takeUnretainedValue().insert(rowCount: count)
        }
    }
}
