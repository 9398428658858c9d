import Foundation
import GRDBSQLite

/// What a C program would do: static text bound without a copy, one statement, one transaction.
enum BareLoop {
    struct Failure: Error { let code: CInt }

    static func duration(file: String, rowCount: Int) throws -> Duration {
        var opened: OpaquePointer?
        try check(sqlite3_open_v2(file, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil))
        let database = opened
        defer { sqlite3_close_v2(database) }
        try check(sqlite3_exec(database, Table.settings + Table.sql, nil, nil, nil))

        let codes = Table.codes.map { ContiguousArray($0.utf8CString) }.map(copied)
        let dates = Table.dates.map { ContiguousArray($0.description.utf8CString) }.map(copied)
        let currency = copied(ContiguousArray("GBP".utf8CString))
        defer { for text in codes + dates + [currency] { text.deallocate() } }

        return try Duration.measure {
            try check(sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil))
            var prepared: OpaquePointer?
            try check(sqlite3_prepare_v2(database, "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?)", -1, &prepared, nil))
            let statement = prepared
            for i in 0..<rowCount {
                let code = codes[i & 7]
                let date = dates[i % 12]
                sqlite3_bind_int64(statement, 1, Int64(i))
                sqlite3_bind_int64(statement, 2, Table.employee(i))
                sqlite3_bind_text(statement, 3, code.baseAddress, CInt(code.count - 1), nil)
                sqlite3_bind_text(statement, 4, date.baseAddress, CInt(date.count - 1), nil)
                sqlite3_bind_int64(statement, 5, Table.amount(i))
                sqlite3_bind_text(statement, 6, currency.baseAddress, CInt(currency.count - 1), nil)
                guard sqlite3_step(statement) == SQLITE_DONE else { throw Failure(code: sqlite3_errcode(database)) }
                sqlite3_reset(statement)
            }
            sqlite3_finalize(statement)
            try check(sqlite3_exec(database, "COMMIT", nil, nil, nil))
        }
    }

    private static func check(_ code: CInt) throws {
        guard code == SQLITE_OK else { throw Failure(code: code) }
    }

    private static func copied(_ text: ContiguousArray<CChar>) -> UnsafeMutableBufferPointer<CChar> {
        let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: text.count)
        _ = copy.initialize(from: text)
        return copy
    }
}
