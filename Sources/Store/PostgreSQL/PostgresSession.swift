import CPostgres
import Foundation

/// One connection to a PostgreSQL server.
final class PostgresSession: Session {
    let connection: OpaquePointer
    private let store: String
    private let address: PostgresAddress
    /// Whether a pooler stands between us and the server, which may give each transaction another connection of its own.
    /// Then nothing is left on a connection outside of transactions: settings are made for each of them, statements have
    /// no names, and temporary tables go with their transaction.
    let isPooled: Bool
    /// Whether a transaction is to tell the others, when it commits, that there is something for them.
    private var isNews = false
    var isReadOnly = false
    var spoiledBy: StoreError?

    private var statements: [String: (name: String, argumentCount: Int)] = [:]
    private var statementCount = 0
    private var cursorCount = 0

    private static let maximumCachedStatements = 256
    private static let rowsPerFetch = 2_000
    private static let connectTimeoutSeconds = 10
    /// A server that is gone without a word is noticed after about a minute, not after the two hours of TCP.
    private static let keepalive = [
        ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
        ("tcp_user_timeout", "60000"),
    ]

    /// - Parameters:
    ///   - other: an address in the place of the pooler's.
    ///   - secrets: texts that no error shows.
    init(_ address: PostgresAddress, uri other: String? = nil, store: String, secrets: [String]) throws {
        self.store = store
        self.address = address
        let uri = other ?? address.uri
        if let reason = LibPQ.failureToLoad { throw StoreError.unreachable(store: store, reason: reason) }
        // Those before `dbname` give way to the URI, those after it do not.
        let parameters: [(String, String)] =
            Self.keepalive + [
                ("connect_timeout", "\(Self.connectTimeoutSeconds)"),
                ("fallback_application_name", Self.applicationName(address.schema)),
                ("dbname", uri), ("client_encoding", "UTF8"),
            ]
        let names = parameters.map { strdup($0.0) }
        let values = parameters.map { strdup($0.1) }
        defer {
            for text in names + values { free(text) }
        }
        let ending: [UnsafePointer<CChar>?] = [nil]
        let connected = PQconnectdbParams(
            names.map { UnsafePointer($0) } + ending, values.map { UnsafePointer($0) } + ending, 1)
        guard let connection = connected else {
            throw StoreError.unreachable(store: store, reason: "out of memory")
        }
        self.connection = connection
        guard PQstatus(connection) == CONNECTION_OK else {
            // libpq quotes the URI, or a part of it, that it cannot read.
            var reason = PostgresErrors.reason(connection).replacing(uri, with: store)
            for secret in secrets { reason = reason.replacing(secret, with: "***") }
            throw StoreError.unreachable(store: store, reason: reason)
        }
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        isPooled = Self.isPooled(connection)
        if !isPooled { try script(Self.settings(address, word: "SET")) }
    }

    /// A pooler has given us a number of its own in the place of the one of the process that serves us.
    private static func isPooled(_ connection: OpaquePointer) -> Bool {
        let answer = PostgresResult(PQexec(connection, "SELECT pg_backend_pid()"))
        guard answer.isSuccess, answer.rowCount == 1, let pointer = answer.pointer else { return false }
        return PostgresCells(result: pointer, row: 0).integer(0) != Int64(PQbackendPID(connection))
    }

    private static func settings(_ address: PostgresAddress, word: String) -> String {
        let settings = [
            "search_path TO \"\(address.schema)\"", "TimeZone TO 'UTC'", "bytea_output TO 'hex'",
            "standard_conforming_strings TO on", "client_min_messages TO warning",
            "lock_timeout TO '\(address.limits.lockSeconds)s'",
            "statement_timeout TO '\(address.limits.statementSeconds)s'",
            "idle_in_transaction_session_timeout TO '\(address.limits.idleSeconds)s'",
            "synchronize_seqscans TO off", "cursor_tuple_fraction TO 1",
        ]
        return settings.map { "\(word) \($0)" }.joined(separator: "; ")
    }

    /// Begins a transaction, with all that must hold in it.
    func begin(_ begin: String) throws {
        isNews = false
        try script(isPooled ? "\(begin); \(Self.settings(address, word: "SET LOCAL"))" : begin)
    }

    /// What the server calls our connections in pg_stat_activity, cut to the length that it keeps.
    static func applicationName(_ schema: String) -> String { String("steward \(schema)".prefix(63)) }

    deinit {
        PQfinish(connection)
    }

    var isAlive: Bool { PQstatus(connection) == CONNECTION_OK }
    /// True when the server has no transaction open on this connection.
    var isIdle: Bool { PQtransactionStatus(connection) == PQTRANS_IDLE }

    // MARK: Session

    func execute(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> Int {
        try run(sql, arguments).changedRows
    }

    func rows(
        _ sql: String, _ arguments: [(any SQLBindable)?], fetch: Fetch, _ body: (Row) throws -> Bool
    ) throws {
        if fetch == .streamed, Self.isQuery(sql) {
            try stream(sql, arguments, body)
        } else {
            _ = try visit(try run(sql, arguments), body)
        }
    }

    /// - Returns: false when `body` wants no more.
    private func visit(_ result: PostgresResult, _ body: (Row) throws -> Bool) throws -> Bool {
        guard let pointer = result.pointer else { return true }
        let columns = Int(PQnfields(pointer))
        for row in 0..<result.rowCount {
            let cells = Row(cells: .postgresql(PostgresCells(result: pointer, row: row)), columnCount: columns)
            if try !body(cells) { return false }
        }
        return true
    }

    func script(_ sql: String) throws {
        try require(PostgresResult(PQexec(connection, sql)), sql)
    }

    func beginInsert(_ insert: BulkInsert) throws -> any BulkInsertSink {
        PostgresInsert(self, insert)
    }

    // MARK: Statements

    /// Runs a statement, prepared once for each of its texts. The server infers the types of the arguments.
    private func run(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> PostgresResult {
        let statement = try prepare(sql)
        try Self.requireCount(statement.argumentCount, arguments, sql)
        let count = CInt(clamping: arguments.count)
        let result = try PostgresArguments(arguments).withPointers { values in
            PostgresResult(
                isPooled
                    ? PQexecParams(connection, statement.name, count, nil, values, nil, nil, 0)
                    : PQexecPrepared(connection, statement.name, count, values, nil, nil, 0))
        }
        try require(result, sql)
        return result
    }

    /// - Returns: the name of the statement; behind a pooler its text.
    private func prepare(_ sql: String) throws -> (name: String, argumentCount: Int) {
        if let statement = statements[sql] { return statement }
        if statements.count >= Self.maximumCachedStatements { try forgetStatements() }
        let (text, argumentCount) = MigrationText.postgresStatement(sql)
        statementCount += 1
        let statement = (name: isPooled ? text : "s\(statementCount)", argumentCount: argumentCount)
        if !isPooled { try require(PostgresResult(PQprepare(connection, statement.name, text, 0, nil)), sql) }
        statements[sql] = statement
        return statement
    }

    func forgetStatements() throws {
        statements.removeAll()
        if !isPooled { try script("DEALLOCATE ALL") }
    }

    private static func requireCount(_ count: Int, _ arguments: [(any SQLBindable)?], _ sql: String) throws {
        guard count == arguments.count else {
            throw StoreError.misuse("\(arguments.count) arguments for \(count) question marks in: \(sql)")
        }
    }

    /// Reads through a cursor, so that `body` may use the connection and memory stays small.
    private func stream(_ sql: String, _ arguments: [(any SQLBindable)?], _ body: (Row) throws -> Bool) throws {
        let (text, argumentCount) = MigrationText.postgresStatement(sql)
        try Self.requireCount(argumentCount, arguments, sql)
        cursorCount += 1
        let cursor = "c\(cursorCount)"
        let declaration = "DECLARE \(cursor) NO SCROLL CURSOR FOR \(text)"
        let declared = try PostgresArguments(arguments).withPointers { values in
            PostgresResult(
                PQexecParams(connection, declaration, CInt(clamping: arguments.count), nil, values, nil, nil, 0))
        }
        try require(declared, sql)
        defer {
            if spoiledBy == nil { try? script("CLOSE \(cursor)") }
        }
        let fetch = "FETCH \(Self.rowsPerFetch) FROM \(cursor)"
        while true {
            let result = PostgresResult(PQexec(connection, fetch))
            try require(result, sql)
            guard try visit(result, body), result.rowCount == CInt(Self.rowsPerFetch) else { return }
        }
    }

    /// True for what a cursor can be declared for: a statement that only reads.
    private static func isQuery(_ sql: String) -> Bool {
        let words = SQLTokens.all(in: sql).lazy.filter { $0.kind == .word }.map { $0.text.uppercased() }
        switch words.first {
        case "SELECT", "VALUES": return true
        case "WITH": return !words.contains { ["INSERT", "UPDATE", "DELETE", "MERGE"].contains($0) }
        default: return false
        }
    }

    func require(_ result: PostgresResult, _ sql: String) throws {
        guard !result.isSuccess else { return }
        throw failure(result, sql)
    }

    func failure(_ result: PostgresResult, _ sql: String) -> StoreError {
        spoiling(PostgresErrors.error(result, connection, sql: sql, store: store, isReadOnly: isReadOnly))
    }

    // MARK: Transactions

    func tellAtCommit() {
        isNews = true
    }

    /// Commits; a transaction that the server gave up is an error and not a silent rollback.
    func commit() throws {
        // As many statements as there are, one message goes out.
        let news = isNews ? "NOTIFY \(PostgresListener.channel), '\(address.schema)'; " : ""
        isNews = false
        let result = PostgresResult(PQexec(connection, news + "COMMIT"))
        guard isAlive else { throw StoreError.commitInDoubt(store: store) }
        try require(result, "COMMIT")
        guard result.command == "COMMIT" else {
            throw spoiledBy ?? .statement(sql: "COMMIT", reason: "the server rolled the transaction back")
        }
    }

    func rollback() {
        PQclear(PQexec(connection, "ROLLBACK"))
        spoiledBy = nil
    }
}
