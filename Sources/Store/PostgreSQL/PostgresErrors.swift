import CPostgres

/// What PostgreSQL's SQLSTATEs mean to us.
///
/// Its messages may quote values ("invalid input syntax for type bigint: …", "Key (iban)=(…) already exists"): those
/// are not taken over.
enum PostgresErrors {
    /// Fields of an error. Source: `postgres_ext.h`.
    private enum Field {
        static let sqlState: Character = "C"
        static let message: Character = "M"
        static let detail: Character = "D"
        static let table: Character = "t"
        static let column: Character = "c"
        static let constraint: Character = "n"
    }

    static func error(
        _ result: PostgresResult, _ connection: OpaquePointer, sql: String, store: String, isReadOnly: Bool
    ) -> StoreError {
        guard let state = result.field(Field.sqlState) else {
            return .unreachable(store: store, reason: reason(connection))
        }
        let message = result.field(Field.message) ?? ""
        switch state {
        case "23505": return .constraint(violation(.unique, result))
        case "23503": return .constraint(violation(.foreignKey, result))
        case "23502": return .constraint(violation(.notNull, result))
        case "23514", "23000", "23001", "23P01": return .constraint(violation(.check, result))
        case "22P02", "22003", "42804": return .constraint(violation(.type, result))
        case MigrationText.appendOnlyState: return .appendOnly(table: result.field(Field.table) ?? "a table")
        case MigrationText.transitionState: return .transition(table: result.field(Field.table) ?? "a table")
        case "55P03", "40P01", "40001": return .locked(store: store)
        case "53100": return .diskFull(store: store)
        case "25006":
            return isReadOnly ? .misuse("a statement that writes, inside `read`") : .readOnly(store: store)
        case "57014":
            return .statement(
                sql: sql, reason: "the server ended it (\(message.trimmingPrefix("canceling statement ")))")
        case "25P03": return .unreachable(store: store, reason: "a transaction was idle for too long, and was ended")
        case "42501": return .notPermitted(store: store, reason: message)
        case "XX001", "XX002": return .damaged(store: store, reason: "SQLSTATE \(state)")
        default: break
        }
        switch state.prefix(2) {
        case "08", "28", "3D", "53", "57": return .unreachable(store: store, reason: message)
        // Messages of these classes name tables, columns and syntax, not values.
        case "42", "25", "0A", "3F", "34", "26", "2B":
            return .statement(sql: sql, reason: "\(message) (SQLSTATE \(state))")
        default: return .statement(sql: sql, reason: "SQLSTATE \(state)")
        }
    }

    /// Why the connection failed, on one line.
    static func reason(_ connection: OpaquePointer?) -> String {
        let message = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
        // "Is the server running on that host?" is a question to the reader, whom we advise ourselves.
        let line = message.split(whereSeparator: \.isNewline).filter { !$0.hasSuffix("?") }
            .map { $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: "; ")
        return line.isEmpty ? "no answer" : line
    }

    private static func violation(_ kind: ConstraintViolation.Kind, _ result: PostgresResult) -> ConstraintViolation {
        ConstraintViolation(
            kind, table: result.field(Field.table), columns: columns(result),
            constraint: result.field(Field.constraint))
    }

    /// The column, or those between `(` and `)=` of "Key (company, number)=(…) already exists."
    private static func columns(_ result: PostgresResult) -> [String] {
        if let column = result.field(Field.column) { return [column] }
        guard let detail = result.field(Field.detail), let open = detail.firstIndex(of: "(") else { return [] }
        let rest = detail[detail.index(after: open)...]
        guard let close = rest.firstIndex(of: ")"), rest[close...].hasPrefix(")=") else { return [] }
        return rest[..<close].split(separator: ",").map { String($0.trimmingPrefix(while: \.isWhitespace)) }
    }
}
