import CPostgres
import Foundation

/// One connection to a PostgreSQL server.
final class PostgresSession: Session {
    let connection: OpaquePointer
    private let store: String
    var isReadOnly = false
    var spoiledBy: StoreError?

    private var statements: [String: (name: String, argumentCount: Int)] = [:]
    private var statementCount = 0
    private var cursorCount = 0

    private static let maximumCachedStatements = 256
    private static let rowsPerFetch = 2_000
    private static let connectTimeoutSeconds = 10
    private static let lockTimeoutSeconds = 5

    /// - Parameter secrets: texts that no error shows.
    init(uri: String, schema: String, store: String, secrets: [String]) throws {
        self.store = store
        if let reason = LibPQ.failureToLoad { throw StoreError.unreachable(store: store, reason: reason) }
        // Those before `dbname` give way to the URI, those after it do not.
        let parameters: [(String, String)] = [
            ("connect_timeout", "\(Self.connectTimeoutSeconds)"),
            ("fallback_application_name", Self.applicationName(schema)),
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
        try script(
            """
            SET search_path TO "\(schema)"; SET TimeZone TO 'UTC'; SET bytea_output TO 'hex';
            SET standard_conforming_strings TO on; SET client_min_messages TO warning;
            SET lock_timeout TO '\(Self.lockTimeoutSeconds)s'; SET synchronize_seqscans TO off;
            SET cursor_tuple_fraction TO 1
            """)
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
        let result = try PostgresArguments(arguments).withPointers { values in
            PostgresResult(
                PQexecPrepared(connection, statement.name, CInt(clamping: arguments.count), values, nil, nil, 0))
        }
        try require(result, sql)
        return result
    }

    private func prepare(_ sql: String) throws -> (name: String, argumentCount: Int) {
        if let statement = statements[sql] { return statement }
        if statements.count >= Self.maximumCachedStatements { try forgetStatements() }
        let (text, argumentCount) = MigrationText.postgresStatement(sql)
        statementCount += 1
        let statement = (name: "s\(statementCount)", argumentCount: argumentCount)
        try require(PostgresResult(PQprepare(connection, statement.name, text, 0, nil)), sql)
        statements[sql] = statement
        return statement
    }

    func forgetStatements() throws {
        statements.removeAll()
        try script("DEALLOCATE ALL")
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

    /// Commits; a transaction that the server gave up is an error and not a silent rollback.
    func commit() throws {
        let result = PostgresResult(PQexec(connection, "COMMIT"))
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
