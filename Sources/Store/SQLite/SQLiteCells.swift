import GRDBSQLite

/// The cells of the row on which a SQLite statement stands.
struct SQLiteCells {
    let statement: OpaquePointer

    func isNull(_ i: Int) -> Bool { type(i) == SQLITE_NULL }

    func integer(_ i: Int) -> Int64? {
        type(i) == SQLITE_INTEGER ? sqlite3_column_int64(statement, CInt(truncatingIfNeeded: i)) : nil
    }

    func utf8(_ i: Int) -> UnsafeBufferPointer<UInt8>? {
        let column = CInt(truncatingIfNeeded: i)
        guard type(i) == SQLITE_TEXT, let text = sqlite3_column_text(statement, column) else { return nil }
        return UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, column)))
    }

    func blob(_ i: Int) -> [UInt8]? {
        guard type(i) == SQLITE_BLOB else { return nil }
        let column = CInt(truncatingIfNeeded: i)
        let bytes = UnsafeRawBufferPointer(
            start: sqlite3_column_blob(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
        return Array(bytes)
    }

    func name(_ i: Int) -> String {
        sqlite3_column_name(statement, CInt(truncatingIfNeeded: i)).map { String(cString: $0) } ?? "column \(i)"
    }

    private func type(_ i: Int) -> CInt { sqlite3_column_type(statement, CInt(truncatingIfNeeded: i)) }
}
