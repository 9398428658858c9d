import CSQLite
import GRDBSQLite

/// Asks SQLite whether it understands statements, with names that stand for tables: no store is opened, nothing is read.
///
/// ```swift
/// let probe = StatementProbe(tables: [("posting", ["account", "amount"])])
/// probe?.answer("SELECT acount FROM posting")      // .refusal("no such column: acount", offsetBytes: 7)
/// ```
package final class StatementProbe {
    package enum Answer: Hashable, Sendable {
        /// It is understood; the names of the columns of its rows.
        case columns([String])
        /// Why it is not, and at which byte of the statement, where that is known. Only the first mistake is told.
        case refusal(String, offsetBytes: Int?)
    }

    private let connection: OpaquePointer

    /// What must be said before SQLite is used for the first time; the driver says it, too.
    private static let configured: Void = sqlite_count_no_memory()

    /// Nil where there is no memory for it.
    package init?(tables: [(name: String, columns: [String])]) {
        Self.configured
        var opened: OpaquePointer?
        guard sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK,
            let opened
        else {
            sqlite3_close_v2(opened)
            return nil
        }
        connection = opened
        for table in tables {
            // A view has no row number that a statement could name.
            let columns = table.columns.map { "\"\($0)\"" }.joined(separator: ", ")
            let values = table.columns.map { _ in "NULL" }.joined(separator: ", ")
            let made = sqlite3_exec(
                connection, "CREATE VIEW \"\(table.name)\" (\(columns)) AS SELECT \(values)", nil, nil, nil)
            precondition(made == SQLITE_OK, "the view \(table.name) was refused")
        }
    }

    deinit { sqlite3_close_v2(connection) }

    package func answer(_ sql: String) -> Answer {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else {
            let offset = Int(sqlite3_error_offset(connection))
            return .refusal(
                sqlite3_errmsg(connection).map { String(cString: $0) } ?? "it is not understood",
                offsetBytes: offset < 0 ? nil : offset)
        }
        return .columns(
            (0..<sqlite3_column_count(statement)).map { index in
                sqlite3_column_name(statement, index).map { String(cString: $0) } ?? ""
            })
    }
}
