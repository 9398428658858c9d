import CPostgres
import Foundation

/// A store in a schema of a PostgreSQL server: one connection that writes, a few that read, none that nobody needs.
final class PostgresDriver: Driver {
    let dialect = Dialect.postgresql
    let name: String
    let address: PostgresAddress
    let secrets: [String]
    private let pool = Pool()

    var schema: String { address.schema }

    private static let maximumReaders = 4

    /// What the connections are doing. Every access holds `condition`.
    private final class Pool: @unchecked Sendable {
        let condition = NSCondition()
        /// Nobody uses them just now; whoever comes next, to read or to write, takes the one that was used last.
        var idle: [PostgresSession] = []
        /// The one that writes; nil while its connection is being made.
        var writer: PostgresSession?
        var writingThread: pthread_t?
        var readers: [(thread: pthread_t, session: PostgresSession)] = []
        /// Readers lent out, or about to be.
        var readerCount = 0
        var isClosed = false

        func locked<T>(_ body: () throws -> T) rethrows -> T {
            condition.lock()
            defer { condition.unlock() }
            return try body()
        }

        /// Within the lock.
        func giveBack(_ session: PostgresSession) {
            session.isReadOnly = false
            if session.isAlive, !isClosed { idle.append(session) }
        }
    }

    init(_ address: PostgresAddress, name: String, secrets: [String]) throws {
        self.address = address
        self.name = name
        self.secrets = secrets
        let session = try PostgresSession(address, store: name, secrets: secrets)
        pool.locked { pool.idle.append(session) }
    }

    // MARK: Driver

    func read<T>(_ body: (any Session) throws -> T) throws -> T {
        if let session = sessionOfThisThread() { return try body(session) }
        let session = try takeReader()
        defer { giveBack(session) }
        session.isReadOnly = true
        return try transaction(session, commits: true, body)
    }

    func write<T>(_ body: (any Session) throws -> T) throws -> T {
        if let session = writerOfThisThread() {
            return try session.savepoint(named: "nested") { try body(session) }
        }
        return try withWriter { try transaction($0, commits: true, body) }
    }

    func rehearse<T>(_ body: (any Session) throws -> T) throws -> T {
        guard writerOfThisThread() == nil else { throw StoreError.misuse("a rehearsal inside a transaction") }
        return try withWriter { try transaction($0, commits: false, body) }
    }

    /// Ends the transaction that `session` is in.
    private func transaction<T>(
        _ session: PostgresSession, commits: Bool, _ body: (any Session) throws -> T
    ) throws -> T {
        do {
            let result = try body(session)
            if commits {
                if let error = session.spoiledBy { throw error }
                try session.commit()
            } else {
                session.rollback()
            }
            return result
        } catch {
            session.rollback()
            throw error
        }
    }

    func close() throws {
        pool.locked {
            pool.isClosed = true
            pool.idle.removeAll()
            pool.condition.broadcast()
        }
    }

    // MARK: Connections

    private func writerOfThisThread() -> PostgresSession? {
        pool.locked {
            guard let thread = pool.writingThread, pthread_equal(thread, pthread_self()) != 0 else { return nil }
            return pool.writer
        }
    }

    /// Inside a transaction, reading sees that transaction.
    private func sessionOfThisThread() -> PostgresSession? {
        if let session = writerOfThisThread() { return session }
        return pool.locked { pool.readers.first { pthread_equal($0.thread, pthread_self()) != 0 }?.session }
    }

    private func withWriter<T>(_ body: (PostgresSession) throws -> T) throws -> T {
        let idle = try pool.locked {
            while pool.writingThread != nil, !pool.isClosed { pool.condition.wait() }
            guard !pool.isClosed else { throw StoreError.closed }
            pool.writingThread = pthread_self()
            return pool.idle.popLast()
        }
        defer {
            pool.locked {
                if let session = pool.writer { pool.giveBack(session) }
                pool.writer = nil
                pool.writingThread = nil
                pool.condition.broadcast()
            }
        }
        let session = try begun(idle, "BEGIN ISOLATION LEVEL READ COMMITTED")
        pool.locked { pool.writer = session }
        return try body(session)
    }

    private func takeReader() throws -> PostgresSession {
        let idle: PostgresSession? = try pool.locked {
            while pool.readerCount >= Self.maximumReaders, !pool.isClosed { pool.condition.wait() }
            guard !pool.isClosed else { throw StoreError.closed }
            pool.readerCount += 1
            return pool.idle.popLast()
        }
        do {
            let session = try begun(idle, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            pool.locked { pool.readers.append((pthread_self(), session)) }
            return session
        } catch {
            pool.locked {
                pool.readerCount -= 1
                pool.condition.broadcast()
            }
            throw error
        }
    }

    private func giveBack(_ session: PostgresSession) {
        pool.locked {
            pool.readers.removeAll { $0.session === session }
            pool.readerCount -= 1
            pool.giveBack(session)
            pool.condition.broadcast()
        }
    }

    /// The session with a transaction begun, or a new one where it is lost: a server may have been restarted since.
    private func begun(_ session: PostgresSession?, _ begin: String) throws -> PostgresSession {
        if let session, session.isAlive, session.isIdle {
            session.spoiledBy = nil
            session.begin(begin)
            return session
        }
        // What the server has ended of one connection it has most likely ended of all.
        pool.locked { pool.idle.removeAll { !$0.isAlive } }
        let new = try PostgresSession(address, store: name, secrets: secrets)
        new.begin(begin)
        return new
    }

    // MARK: Migrations

    func migrate<T>(_ body: (any Session) throws -> T) throws -> T {
        guard writerOfThisThread() == nil else { throw StoreError.misuse("a migration inside a transaction") }
        return try write(body)
    }

    func prepareMigration(_ session: any Session) throws {
        try session.script("SELECT pg_advisory_xact_lock(hashtext('steward'), hashtext('\(schema)'))")
        // Even IF NOT EXISTS it takes the right to make schemas, which a role that was given its schema need not have.
        var isThere = false
        try session.rows("SELECT 1 FROM pg_namespace WHERE nspname = ?", [schema], fetch: .first) { _ in
            isThere = true
            return false
        }
        if !isThere { try session.script("CREATE SCHEMA \"\(schema)\"") }
    }

    func finishMigration(_ session: any Session) throws {
        // Tables may have changed under statements and staging tables that were made before.
        guard let session = session as? PostgresSession else { return }
        try session.forgetStatements()
        if !session.isPooled { try session.script("DISCARD TEMP") }
        pool.locked { pool.idle.removeAll() }
    }

    func hasTable(_ name: String, _ session: any Session) throws -> Bool {
        var found = false
        try session.rows(
            "SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = ?", [schema, name], fetch: .first
        ) { _ in
            found = true
            return false
        }
        return found
    }

    // MARK: Copies and checks

    var archive: PostgresArchive { PostgresArchive(address: address, store: name, secrets: secrets) }

    func copy(
        to path: String, shownAs shown: String, progress: (StoreProgress) throws -> Void
    ) throws -> StoreCopy {
        try archive.dump(to: path, shownAs: shown, progress: progress)
    }

    /// Pages are the server's own affair, and it never lets a row point nowhere; but its owner can switch a rule off.
    func integrityProblems(of schema: Schema) throws -> [String] {
        try texts(
            """
            SELECT 'the trigger ' || t.tgname || ' of ' || c.relname || ' is switched off'
              FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND t.tgenabled <> 'O'
            UNION ALL
            SELECT 'the index ' || c.relname || ' is not valid'
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND NOT (i.indisvalid AND i.indisready)
            UNION ALL
            SELECT 'the constraint ' || k.conname || ' of ' || k.conrelid::regclass || ' was never checked'
              FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
             WHERE n.nspname = ? AND NOT k.convalidated
            ORDER BY 1
            """, [self.schema, self.schema, self.schema]) + missingTriggers(of: schema)
    }

    /// The rules of the migrations that somebody has taken away.
    private func missingTriggers(of schema: Schema) throws -> [String] {
        let found = Set(
            try texts(
                """
                SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = ? AND NOT t.tgisinternal
                """, [self.schema]))
        var missing: [String] = []
        for migration in schema.migrations {
            let words = try MigrationText.migration(migration.sql, for: .postgresql).split(
                whereSeparator: \.isWhitespace)
            for (index, word) in words.enumerated()
            where word == "TRIGGER" && index > 0 && words[index - 1] == "CREATE" && index + 1 < words.count {
                let name = String(words[index + 1])
                if !found.contains(name) { missing.append("the trigger \(name) is missing") }
            }
        }
        return missing
    }

    func sizeInBytes() throws -> Int64 {
        var size: Int64 = 0
        try read { session in
            try session.rows(
                """
                SELECT CAST(COALESCE(SUM(pg_total_relation_size(c.oid)), 0) AS INTEGER)
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = ? AND c.relkind = 'r'
                """, [schema], fetch: .first
            ) { row in
                size = try row.int(0)
                return false
            }
        }
        return size
    }

    func references(to table: String) throws -> [TableReference] {
        var references: [TableReference] = []
        try read { session in
            try session.rows(
                """
                SELECT child.relname, a.attname
                  FROM pg_constraint k
                  JOIN pg_class child ON child.oid = k.conrelid
                  JOIN pg_class parent ON parent.oid = k.confrelid
                  JOIN pg_namespace n ON n.oid = k.connamespace
                  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                 WHERE k.contype = 'f' AND n.nspname = ? AND parent.relname = ?
                 ORDER BY child.relname, a.attname
                """, [schema, table], fetch: .all
            ) { row in
                references.append(TableReference(table: try row.text(0), column: try row.text(1)))
                return true
            }
        }
        return references
    }

    private func texts(_ sql: String, _ arguments: [String]) throws -> [String] {
        var texts: [String] = []
        try read { session in
            try session.rows(sql, arguments, fetch: .all) { row in
                texts.append(try row.text(0))
                return true
            }
        }
        return texts
    }
}
