import GRDB
import GRDBSQLite

/// What SQLite's result codes mean to us. Its messages name tables and columns, never values.
enum SQLiteErrors {
    static func error(_ error: DatabaseError, sql: String, store: String) -> StoreError {
        self.error(
            code: error.extendedResultCode.rawValue, message: error.message ?? "", sql: error.sql ?? sql, store: store)
    }

    /// - Parameter code: an extended result code.
    static func error(code: CInt, message: String, sql: String, store: String) -> StoreError {
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: .locked(store: store)
        case SQLITE_READONLY: .readOnly(store: store)
        case SQLITE_FULL: .diskFull(store: store)
        case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged(store: store, reason: message)
        case SQLITE_IOERR where code == ExtendedCode.sharedMemorySize: .diskFull(store: store)
        case SQLITE_IOERR: .cannotAccess(store: store, reason: "input or output failed (SQLite \(code))")
        case SQLITE_CANTOPEN: .cannotOpen(store: store, reason: message)
        case SQLITE_PERM, SQLITE_AUTH: .cannotOpen(store: store, reason: "permission denied")
        case SQLITE_CONSTRAINT: constraint(code, message)
        case SQLITE_MISMATCH: .constraint(ConstraintViolation(.type))
        default: .statement(sql: sql, reason: message)
        }
    }

    private static func constraint(_ code: CInt, _ message: String) -> StoreError {
        // "UNIQUE constraint failed: employee.number, employee.company"
        let subject = message.split(separator: ": ", maxSplits: 1).dropFirst().first.map(String.init)
        switch code {
        case ExtendedCode.unique, ExtendedCode.primaryKey, ExtendedCode.rowID:
            return .constraint(violation(.unique, columns: subject))
        case ExtendedCode.foreignKey:
            return .constraint(ConstraintViolation(.foreignKey))
        case ExtendedCode.notNull:
            return .constraint(violation(.notNull, columns: subject))
        case ExtendedCode.trigger where message.hasPrefix(MigrationText.appendOnlyMark):
            return .appendOnly(table: String(message.dropFirst(MigrationText.appendOnlyMark.count)))
        case ExtendedCode.trigger where message.hasPrefix(MigrationText.transitionMark):
            return .transition(table: String(message.dropFirst(MigrationText.transitionMark.count)))
        case ExtendedCode.trigger where message.hasPrefix(MigrationText.ruleMark):
            let parts = message.dropFirst(MigrationText.ruleMark.count).split(separator: ".").map(String.init)
            return .constraint(ConstraintViolation(.check, table: parts.first, constraint: parts.last))
        case ExtendedCode.dataType:
            // "cannot store TEXT value in INTEGER column employee.number"
            return .constraint(violation(.type, columns: message.split(separator: " ").last.map(String.init)))
        default:
            return .constraint(ConstraintViolation(.check, constraint: subject))
        }
    }

    /// From `employee.number, employee.company`.
    private static func violation(_ kind: ConstraintViolation.Kind, columns: String?) -> ConstraintViolation {
        guard let columns, !columns.hasPrefix("index ") else {
            return ConstraintViolation(kind, constraint: columns)
        }
        let names = columns.split(separator: ",").map { $0.split(separator: ".") }
        return ConstraintViolation(
            kind, table: names.first?.first.map { String($0.drop { $0 == " " }) },
            columns: names.compactMap { $0.count == 2 ? String($0[1]) : nil })
    }

    /// Swift does not import these macros, which are made of others.
    private enum ExtendedCode {
        static let sharedMemorySize = SQLITE_IOERR | 19 << 8
        static let foreignKey = SQLITE_CONSTRAINT | 3 << 8
        static let notNull = SQLITE_CONSTRAINT | 5 << 8
        static let primaryKey = SQLITE_CONSTRAINT | 6 << 8
        static let trigger = SQLITE_CONSTRAINT | 7 << 8
        static let unique = SQLITE_CONSTRAINT | 8 << 8
        static let rowID = SQLITE_CONSTRAINT | 10 << 8
        static let dataType = SQLITE_CONSTRAINT | 12 << 8
    }
}
