import CPostgres

/// A statement on its way to the server.
struct PostgresMessage {
    /// As its writer wrote it, for errors.
    let sql: String
    /// As the server reads it.
    let text: String
    /// Under which the server keeps it prepared; empty where it does not.
    var name = ""
    /// Whether the server is to prepare it with that.
    var isNew = false
    var arguments = PostgresArguments()
    /// BEGIN, SAVEPOINT, COMMIT: nothing that may fail by what it says.
    var isControl = false

    static func control(_ sql: String) -> PostgresMessage { PostgresMessage(sql: sql, text: sql, isControl: true) }

    /// Puts it into the pipeline.
    ///
    /// - Returns: false when the connection is lost.
    func send(on connection: OpaquePointer) -> Bool {
        if isNew, PQsendPrepare(connection, name, text, 0, nil) != 1 { return false }
        let count = CInt(clamping: arguments.count)
        return arguments.withPointers { values in
            name.isEmpty
                ? PQsendQueryParams(connection, text, count, nil, values, nil, nil, 0)
                : PQsendQueryPrepared(connection, name, count, values, nil, nil, 0)
        } == 1
    }

    /// Sends it alone and waits for the answer. It is not a new one.
    func answer(on connection: OpaquePointer) -> PostgresResult {
        let count = CInt(clamping: arguments.count)
        return arguments.withPointers { values in
            PostgresResult(
                name.isEmpty
                    ? PQexecParams(connection, text, count, nil, values, nil, nil, 0)
                    : PQexecPrepared(connection, name, count, values, nil, nil, 0))
        }
    }
}
