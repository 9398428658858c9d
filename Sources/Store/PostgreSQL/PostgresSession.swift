import CPostgres
import Foundation

/// One connection to a PostgreSQL server.
final class PostgresSession: Session {
    let connection: OpaquePointer
    private let store: String
    private let address: PostgresAddress
    private let secrets: [String]
    /// Whether a pooler stands between us and the server, which may give each transaction another connection of its own.
    /// Then nothing is left on a connection outside of transactions: settings are made for each of them, statements have
    /// no names, and temporary tables go with their transaction.
    private(set) var isPooled = false
    /// Whether a transaction is to tell the others, when it commits, that there is something for them.
    private var isNews = false
    /// Whether the server is in the middle of an answer that nobody reads.
    private var isAbandoned = false
    var isReadOnly = false
    var spoiledBy: StoreError?

    /// What goes to the server with the next statement that is answered, in its order: the beginning of the transaction, and
    /// what nobody waits for.
    private var waiting: [PostgresMessage] = []
    /// Whether the beginning of the transaction is among what waits: the server knows nothing of it yet.
    private var isUnbegun = false
    private static let maximumWaiting = 64

    private var statements: [String: (name: String, text: String, argumentCount: Int)] = [:]
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
        self.secrets = secrets
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
        try settle()
    }

    /// Makes a new connection what it is to be.
    private func settle() throws {
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        isPooled = Self.isPooled(connection)
        guard !isPooled else { return }
        let settings = Self.settings(address).map { "SET \($0.name) TO '\($0.value)'" }.joined(separator: "; ")
        try require(PostgresResult(PQexec(connection, settings)), settings)
    }

    /// Connects again, with nothing begun and nothing prepared.
    private func reconnect() throws {
        PQreset(connection)
        guard isAlive else {
            var reason = PostgresErrors.reason(connection)
            for secret in secrets { reason = reason.replacing(secret, with: "***") }
            throw spoiling(.unreachable(store: store, reason: reason))
        }
        statements.removeAll()
        try settle()
    }

    /// A pooler has given us a number of its own in the place of the one of the process that serves us.
    private static func isPooled(_ connection: OpaquePointer) -> Bool {
        let answer = PostgresResult(PQexec(connection, "SELECT pg_backend_pid()"))
        guard answer.isSuccess, answer.rowCount == 1, let pointer = answer.pointer else { return false }
        return PostgresCells(result: pointer, row: 0).integer(0) != Int64(PQbackendPID(connection))
    }

    private static func settings(_ address: PostgresAddress) -> [(name: String, value: String)] {
        [
            ("search_path", address.schema), ("TimeZone", "UTC"), ("bytea_output", "hex"),
            ("standard_conforming_strings", "on"), ("client_min_messages", "warning"),
            ("lock_timeout", "\(address.limits.lockSeconds)s"),
            ("statement_timeout", "\(address.limits.statementSeconds)s"),
            ("idle_in_transaction_session_timeout", "\(address.limits.idleSeconds)s"),
            ("synchronize_seqscans", "off"), ("cursor_tuple_fraction", "1"),
        ]
    }

    /// Begins a transaction, with all that must hold in it: the server hears of it with the first statement.
    func begin(_ begin: String) {
        isNews = false
        isUnbegun = true
        waiting = [.control(begin)]
        guard isPooled else { return }
        let settings = Self.settings(address).map { "set_config('\($0.name)', '\($0.value)', true)" }
        waiting.append(.control("SELECT " + settings.joined(separator: ", ")))
    }

    /// What the server calls our connections in pg_stat_activity, cut to the length that it keeps.
    static func applicationName(_ schema: String) -> String { String("steward \(schema)".prefix(63)) }

    deinit {
        PQfinish(connection)
    }

    var isAlive: Bool { !isAbandoned && PQstatus(connection) == CONNECTION_OK }
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
        try sendWaiting()
        try require(PostgresResult(PQexec(connection, sql)), sql)
    }

    func send(_ sql: String, _ arguments: [(any SQLBindable)?]) throws {
        waiting.append(try message(sql, arguments))
        if waiting.count >= Self.maximumWaiting { try sendWaiting() }
    }

    func beginInsert(_ insert: BulkInsert) throws -> any BulkInsertSink {
        PostgresInsert(self, insert)
    }

    // MARK: Statements

    /// Runs a statement, prepared once for each of its texts. The server infers the types of the arguments.
    private func run(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> PostgresResult {
        try answer(try message(sql, arguments))
    }

    private func message(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> PostgresMessage {
        if let statement = statements[sql] {
            try Self.requireCount(statement.argumentCount, arguments, sql)
            return PostgresMessage(
                sql: sql, text: statement.text, name: statement.name, arguments: try PostgresArguments(arguments))
        }
        if statements.count >= Self.maximumCachedStatements { try forgetStatements() }
        let (text, argumentCount) = MigrationText.postgresStatement(sql)
        try Self.requireCount(argumentCount, arguments, sql)
        let bound = try PostgresArguments(arguments)
        // Behind a pooler it has no name.
        guard !isPooled else { return PostgresMessage(sql: sql, text: text, arguments: bound) }
        statementCount += 1
        let name = "s\(statementCount)"
        statements[sql] = (name, text, argumentCount)
        return PostgresMessage(sql: sql, text: text, name: name, isNew: true, arguments: bound)
    }

    /// Sends what waits, and a statement after it.
    ///
    /// - Returns: the answer to that.
    private func answer(_ last: PostgresMessage) throws -> PostgresResult {
        guard waiting.isEmpty, !last.isNew else {
            guard let result = try exchange(waiting + [last]) else {
                throw spoiling(.unreachable(store: store, reason: PostgresErrors.reason(connection)))
            }
            return result
        }
        let result = last.answer(on: connection)
        try require(result, last.sql)
        return result
    }

    /// Sends what waits and hears what became of it.
    func sendWaiting() throws {
        if !waiting.isEmpty { _ = try exchange(waiting) }
    }

    /// - Returns: the answer to the last.
    private func exchange(_ messages: [PostgresMessage]) throws -> PostgresResult? {
        let isFirst = isUnbegun
        waiting = []
        isUnbegun = false
        do {
            return try exchangeOnce(messages)
        } catch StoreError.unreachable where isFirst {
            // The server, or the way to it, has gone since the last transaction. Of this one nothing has been answered, and
            // nothing was committed: it begins again.
            spoiledBy = nil
            try reconnect()
            return try exchangeOnce(messages.map(prepared))
        }
    }

    private func exchangeOnce(_ messages: [PostgresMessage]) throws -> PostgresResult? {
        let answers = PostgresPipeline(connection).exchange(messages)
        forget(messages.dropFirst(answers.preparedCount))
        if let failure = answers.failure { throw self.failure(failure.result, failure.sql) }
        guard let last = answers.last else {
            throw spoiling(.unreachable(store: store, reason: PostgresErrors.reason(connection)))
        }
        return last
    }

    /// The same for a server that has prepared nothing.
    private func prepared(_ message: PostgresMessage) -> PostgresMessage {
        guard !message.name.isEmpty else { return message }
        var message = message
        if let statement = statements[message.sql] {
            message.name = statement.name
            message.isNew = false
            return message
        }
        statementCount += 1
        message.name = "s\(statementCount)"
        message.isNew = true
        statements[message.sql] = (message.name, message.text, message.arguments.count)
        return message
    }

    /// What was to be prepared with statements that never were.
    private func forget(_ messages: some Sequence<PostgresMessage>) {
        for message in messages where message.isNew { statements[message.sql] = nil }
    }

    func forgetStatements() throws {
        try sendWaiting()
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
        _ = try answer(PostgresMessage(sql: sql, text: declaration, arguments: try PostgresArguments(arguments)))
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

    /// Ends the connection in the middle of an answer that nobody reads to its end.
    ///
    /// - Returns: the error, for it to be thrown.
    func abandoned(because error: any Error) -> any Error {
        if PQtransactionStatus(connection) == PQTRANS_ACTIVE { isAbandoned = true }
        return error
    }

    // MARK: Transactions

    func tellAtCommit() {
        isNews = true
    }

    /// Commits; a transaction that the server gave up is an error and not a silent rollback.
    func commit() throws {
        // As many statements as there are, one message goes out.
        if isNews { waiting.append(.control("NOTIFY \(PostgresListener.channel), '\(address.schema)'")) }
        isNews = false
        // What begins a transaction can be sent again where the connection turns out to be lost; what ends one cannot.
        if isUnbegun, waiting.count > (isPooled ? 2 : 1) { try sendWaiting() }
        guard !isUnbegun else {
            // Nothing was asked for.
            waiting = []
            isUnbegun = false
            return
        }
        let result: PostgresResult
        do {
            result = try answer(.control("COMMIT"))
        } catch {
            guard isAlive else { throw StoreError.commitInDoubt(store: store) }
            throw error
        }
        guard result.command == "COMMIT" else {
            throw spoiledBy ?? .statement(sql: "COMMIT", reason: "the server rolled the transaction back")
        }
    }

    func rollback() {
        spoiledBy = nil
        forget(waiting)
        waiting = []
        isUnbegun = false
        guard !isAbandoned, !isIdle else { return }
        PQclear(PQexec(connection, "ROLLBACK"))
    }

    // MARK: Savepoints

    func beginSavepoint(_ name: String) throws {
        // What was written before must not fail within.
        if waiting.contains(where: { !$0.isControl }) { try sendWaiting() }
        waiting.append(.control("SAVEPOINT \(name)"))
    }

    func releaseSavepoint(_ name: String) throws {
        _ = try answer(.control("RELEASE SAVEPOINT \(name)"))
    }

    func undoSavepoint(_ name: String) throws {
        // What the server does not know yet need not be undone.
        let begin = waiting.lastIndex { $0.text == "SAVEPOINT \(name)" }
        forget(waiting[(begin ?? 0)...])
        waiting.removeSubrange((begin ?? 0)...)
        guard begin == nil else { return }
        try script("ROLLBACK TO SAVEPOINT \(name); RELEASE SAVEPOINT \(name)")
    }
}
