import GRDBSQLite

/// sqlite3 with the settings of a store.
final class BareSQLite: BareDatabase {
    private var handle: OpaquePointer?
    private var statements: [OpaquePointer?] = []

    init(path: String) throws {
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw BenchmarkError("\(path) cannot be opened") }
        try script(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
            PRAGMA recursive_triggers = ON; PRAGMA cache_size = -16384
            """)
    }

    deinit {
        for statement in statements { sqlite3_finalize(statement) }
        sqlite3_close(handle)
    }

    func script(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
    }

    func prepare(_ sql: String) throws -> Int {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw failure() }
        statements.append(statement)
        return statements.count - 1
    }

    func run(_ number: Int, _ values: [BareValue]) throws {
        let statement = statements[number]
        for (index, value) in values.enumerated() {
            switch value {
            case .number(let number): sqlite3_bind_int64(statement, CInt(index + 1), number)
            case .text(let text):
                sqlite3_bind_text(
                    statement, CInt(index + 1), text, -1, unsafeBitCast(-1, to: sqlite3_destructor_type.self))
            }
        }
        guard sqlite3_step(statement) == SQLITE_DONE else { throw failure() }
        sqlite3_reset(statement)
    }

    private func failure() -> BenchmarkError { BenchmarkError("sqlite3: \(String(cString: sqlite3_errmsg(handle)))") }
}
