import CSQLite
import GRDB
import GRDBSQLite

/// A store in one SQLite file: one writer, several readers beside it (WAL), every commit on disk before it returns.
final class SQLiteDriver: Driver {
    let dialect = Dialect.sqlite
    let name: String
    private let pool: DatabasePool
    private let writing = Writing()

    /// What belongs to writing. `session` is the write under way, by which a nested one knows that it is nested. Touched on the pool's writer queue alone.
    private final class Writing: @unchecked Sendable {
        var session: SQLiteSession?
        /// Of the one connection that writes.
        let rows = SQLiteRows()
    }

    /// How long a writer waits for another process.
    static let busyTimeoutSeconds = 5.0
    private static let maximumReaderCount = 4
    /// `STWD`, in the header of every store (`PRAGMA application_id`).
    static let applicationID = 0x5354_5744
    /// A WAL that grew in one large transaction is cut back to this afterwards.
    private static let journalSizeLimitBytes = 8 << 20

    /// What must be said before SQLite is used for the first time.
    private static let configured: Void = sqlite_count_no_memory()

    init(path: String, create: Bool) throws {
        Self.configured
        name = path
        try Self.prepareFile(path, create: create)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = Self.maximumReaderCount
        configuration.busyMode = .timeout(Self.busyTimeoutSeconds)
        configuration.label = "store"
        configuration.prepareDatabase { database in
            // Deletes by REPLACE fire triggers too, and LIKE tells cases apart, both as on PostgreSQL.
            try database.execute(sql: "PRAGMA recursive_triggers = ON; PRAGMA case_sensitive_like = ON")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB has set NORMAL on its writer, which may lose the last commits when the power fails.
            try pool.writeWithoutTransaction { database in
                try database.execute(
                    sql: """
                        PRAGMA synchronous = FULL;
                        PRAGMA journal_size_limit = \(Self.journalSizeLimitBytes);
                        PRAGMA cache_size = -16384;
                        """)
                try Self.checkApplication(database, path: path)
            }
        } catch let error as DatabaseError {
            throw Self.explained(error, path: path)
        }
    }

    private static func prepareFile(_ path: String, create: Bool) throws {
        let directory = FileSystem.directory(of: path)
        if FileSystem.isDirectory(path) { throw StoreError.cannotOpen(store: path, reason: "it is a folder") }
        if !FileSystem.exists(path) {
            guard create else { throw StoreError.missing(store: path) }
            guard FileSystem.isDirectory(directory) else {
                throw StoreError.cannotOpen(store: path, reason: "there is no folder \(directory)")
            }
            if let kind = FileSystem.networkKind(of: directory) {
                throw StoreError.networkFileSystem(store: path, kind: kind)
            }
            if let reason = FileSystem.createPrivateFile(path) {
                throw StoreError.cannotOpen(store: path, reason: reason)
            }
        }
        if let kind = FileSystem.networkKind(of: path) {
            throw StoreError.networkFileSystem(store: path, kind: kind)
        }
        guard FileSystem.isWritable(path), FileSystem.isWritable(directory) else {
            throw StoreError.readOnly(store: path)
        }
    }

    /// Marks an empty file as ours; refuses the database of another program.
    private static func checkApplication(_ database: Database, path: String) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        guard found != applicationID else { return }
        let objects = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_schema") ?? 0
        guard found == 0, objects == 0 else { throw StoreError.foreign(store: path) }
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    }

    private static func explained(_ error: DatabaseError, path: String) -> StoreError {
        SQLiteErrors.error(error, sql: "opening the store", store: path)
    }

    // MARK: Driver

    func read<T>(_ body: (any Session) throws -> T) throws -> T {
        try translating {
            try pool.unsafeReentrantRead { database in
                let isInside = database.isInsideTransaction
                let session = try SQLiteSession(database, store: name, rows: nil)
                guard !isInside else { return try body(session) }
                var result: T?
                try database.inTransaction(.deferred) {
                    result = try body(session)
                    return .commit
                }
                return try Self.unwrap(result)
            }
        }
    }

    func write<T>(_ body: (any Session) throws -> T) throws -> T {
        try translating {
            try pool.unsafeReentrantWrite { database in
                if let session = writing.session {
                    return try session.savepoint(named: "nested") { try body(session) }
                }
                return try transaction(database, body, completion: .commit)
            }
        }
    }

    func rehearse<T>(_ body: (any Session) throws -> T) throws -> T {
        try translating {
            try pool.unsafeReentrantWrite { database in
                guard writing.session == nil else { throw StoreError.misuse("a rehearsal inside a transaction") }
                return try transaction(database, body, completion: .rollback)
            }
        }
    }

    /// BEGIN IMMEDIATE: a transaction that turns into a writer halfway cannot wait for another one.
    private func transaction<T>(
        _ database: Database, _ body: (any Session) throws -> T, completion: Database.TransactionCompletion
    ) throws -> T {
        let session = try SQLiteSession(database, store: name, rows: writing.rows)
        writing.session = session
        defer { writing.session = nil }
        var result: T?
        try database.inTransaction(.immediate) {
            result = try body(session)
            if completion == .commit, let error = session.spoiledBy { throw error }
            return completion
        }
        return try Self.unwrap(result)
    }

    private static func unwrap<T>(_ result: T?) throws -> T {
        guard let result else { throw StoreError.misuse("a transaction without a result") }
        return result
    }

    private func translating<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            if error.resultCode == .SQLITE_MISUSE { throw StoreError.closed }
            throw SQLiteErrors.error(error, sql: error.sql ?? "", store: name)
        }
    }

    func close() throws {
        // The writer must be the last to go: only it can bring the WAL home and remove it.
        pool.invalidateReadOnlyConnections()
        try translating { try pool.close() }
    }

    /// Changes how the writer works, until the store is closed.
    func configureWriter(_ pragmas: String) throws {
        try translating { try pool.writeWithoutTransaction { try $0.execute(sql: pragmas) } }
    }

    // MARK: Migrations

    /// Foreign keys rest meanwhile, so that a table can be rebuilt under the rows that point to it; they are checked
    /// at the end. Source: sqlite.org/lang_altertable.html, section 7.
    func migrate<T>(_ body: (any Session) throws -> T) throws -> T {
        try translating {
            try pool.unsafeReentrantWrite { database in
                guard writing.session == nil else { throw StoreError.misuse("a migration inside a transaction") }
                try database.execute(sql: "PRAGMA foreign_keys = OFF")
                defer { try? database.execute(sql: "PRAGMA foreign_keys = ON") }
                return try transaction(database, body, completion: .commit)
            }
        }
    }

    func prepareMigration(_ session: any Session) throws {}

    func finishMigration(_ session: any Session) throws {
        var orphans: [String] = []
        try session.rows("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check", [], fetch: .all) { row in
            orphans.append(try row.text(0))
            return true
        }
        guard orphans.isEmpty else {
            throw StoreError.statement(
                sql: "PRAGMA foreign_key_check", reason: "rows point nowhere in \(orphans.joined(separator: ", "))")
        }
    }

    func hasTable(_ name: String, _ session: any Session) throws -> Bool {
        var found = false
        try session.rows(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", [name], fetch: .first
        ) { _ in
            found = true
            return false
        }
        return found
    }

    // MARK: Copies and checks

    func copy(
        to path: String, shownAs shown: String, progress: (StoreProgress) throws -> Void
    ) throws -> StoreCopy {
        try inspect { try SQLiteCopy.copy($0, to: path, shownAs: shown, progress: progress) }
    }

    func integrityProblems(of schema: Schema) throws -> [String] {
        try inspect { try SQLiteCopy.problems($0) + SQLiteCopy.schemaProblems($0, schema) }
    }

    func sizeInBytes() throws -> Int64 {
        try inspect { database in
            try Int64.fetchOne(
                database,
                sql: """
                    SELECT (pages.page_count - free.freelist_count) * size.page_size
                      FROM pragma_page_count AS pages, pragma_freelist_count AS free, pragma_page_size AS size
                    """) ?? 0
        }
    }

    func references(to table: String) throws -> [TableReference] {
        try inspect { database in
            try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT child.name, reference."from"
                      FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS reference
                     WHERE child.type = 'table' AND reference."table" = ?
                     ORDER BY child.name, reference.seq
                    """, arguments: [table]
            ).map { TableReference(table: $0[0], column: $0[1]) }
        }
    }

    /// One view of the store for reads that are SQLite's alone.
    private func inspect<T>(_ body: (Database) throws -> T) throws -> T {
        try translating {
            try pool.unsafeReentrantRead { database in
                guard !database.isInsideTransaction else { return try body(database) }
                var result: T?
                try database.inTransaction(.deferred) {
                    result = try body(database)
                    return .commit
                }
                return try Self.unwrap(result)
            }
        }
    }
}
