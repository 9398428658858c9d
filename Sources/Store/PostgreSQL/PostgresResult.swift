import CPostgres

/// A result of libpq, freed with its last reference.
final class PostgresResult {
    let pointer: OpaquePointer?

    init(_ pointer: OpaquePointer?) {
        self.pointer = pointer
    }

    deinit {
        PQclear(pointer)
    }

    var status: ExecStatusType { PQresultStatus(pointer) }
    var isSuccess: Bool { status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK }
    var rowCount: CInt { PQntuples(pointer) }

    /// `INSERT`, `COMMIT`, …: what the server did.
    var command: String {
        let status = PQcmdStatus(pointer).map { String(cString: $0) } ?? ""
        return String(status.prefix { $0 != " " })
    }

    /// Rows that an INSERT, UPDATE, DELETE or COPY changed.
    var changedRows: Int {
        guard ["INSERT", "UPDATE", "DELETE", "MERGE", "COPY"].contains(command), let text = PQcmdTuples(pointer) else {
            return 0
        }
        return Int(String(cString: text)) ?? 0
    }

    /// A field of the error, such as its SQLSTATE.
    func field(_ code: Character) -> String? {
        guard let ascii = code.asciiValue, let text = PQresultErrorField(pointer, CInt(ascii)) else { return nil }
        return String(cString: text)
    }
}
