import Calendars
import Diagnostics

/// The migrations of a store: which were applied, which are missing.
///
/// They are recorded in the table `schema_version`, with a checksum each: a migration never changes once applied.
struct Schema: Sendable {
    let migrations: [Migration]
    let store: String

    /// - Throws: `StoreError.misuse` unless the migrations are numbered 1, 2, 3, …
    init(_ migrations: [Migration], store: String) throws {
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw StoreError.misuse("migration \(migration.number) (\(migration.name)) stands at place \(index + 1)")
        }
        self.migrations = migrations
        self.store = store
    }

    /// Compares what was applied with what this program knows.
    ///
    /// - Throws: `schemaTooNew`, `migrationChanged`; `schemaTooOld` when `requireCurrent` and one is missing.
    /// - Returns: the number of the last one applied; 0 for an empty store.
    @discardableResult
    func check(_ driver: some Driver, _ session: any Session, requireCurrent: Bool) throws -> Int {
        let applied = try applied(driver, session)
        try compare(applied, store: store)
        if requireCurrent, applied.count < migrations.count {
            throw StoreError.schemaTooOld(store: store, found: applied.count, needed: migrations.count)
        }
        return applied.count
    }

    /// - Throws: `schemaTooNew`, `migrationChanged` where what was applied is none of what this program knows.
    func compare(_ applied: [(number: Int, checksum: String)], store: String) throws {
        let known = migrations.count
        if let last = applied.last, last.number > known {
            throw StoreError.schemaTooNew(store: store, found: last.number, known: known)
        }
        for (migration, record) in zip(migrations, applied)
        where migration.number != record.number || migration.checksum != record.checksum {
            throw StoreError.migrationChanged(number: migration.number, name: migration.name)
        }
    }

    private func applied(_ driver: some Driver, _ session: any Session) throws -> [(number: Int, checksum: String)] {
        if try driver.hasTable("schema_version", session) { return try applied(in: "schema_version", session) }
        guard try !driver.hasTable(StoreTransfer.pendingVersionTable, session) else {
            throw StoreError.transferUnfinished(store: store)
        }
        return []
    }

    func applied(in table: String, _ session: any Session) throws -> [(number: Int, checksum: String)] {
        var applied: [(number: Int, checksum: String)] = []
        try session.rows("SELECT number, checksum FROM \(table) ORDER BY number", [], fetch: .all) { row in
            applied.append((Int(try row.int(0)), try row.text(1)))
            return true
        }
        return applied
    }

    /// Applies the missing ones in their order, each in a transaction of its own.
    ///
    /// - Parameter instant: the time to record; nil leaves it empty.
    func migrate(_ driver: some Driver, at instant: Instant?) throws -> [Migration] {
        var done: [Migration] = []
        // Another process may migrate at the same time: what is missing is asked inside each transaction.
        while let migration = try applyNext(driver, at: instant) { done.append(migration) }
        return done
    }

    private func applyNext(_ driver: some Driver, at instant: Instant?) throws -> Migration? {
        try driver.migrate { session in
            try driver.prepareMigration(session)
            try createVersionTable(session, driver.dialect)
            let applied = try check(driver, session, requireCurrent: false)
            guard applied < migrations.count else { return nil }
            let migration = migrations[applied]
            try apply(migration, driver, session, at: instant)
            return migration
        }
    }

    /// Applies one inside the transaction of `session`, and records it.
    func apply(_ migration: Migration, _ driver: some Driver, _ session: any Session, at instant: Instant?) throws {
        do {
            try session.script(MigrationText.migration(migration.sql, for: driver.dialect))
            try driver.finishMigration(session)
        } catch let error as StoreError where error.isAboutStatement {
            throw StoreError.migrationFailed(
                number: migration.number, name: migration.name, reason: error.statementReason)
        }
        _ = try session.execute(
            "INSERT INTO schema_version (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
            [migration.number, migration.name, migration.checksum, instant])
    }

    func createVersionTable(_ session: any Session, _ dialect: Dialect) throws {
        let sql = """
            CREATE TABLE IF NOT EXISTS schema_version (
                number INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                checksum TEXT NOT NULL,
                applied_at INTEGER
            ) STRICT
            """
        try session.script(MigrationText.migration(sql, for: dialect))
    }
}

extension StoreError {
    /// True for an error of the statement itself, false for one of the store as a whole.
    fileprivate var isAboutStatement: Bool {
        switch self {
        case .statement, .constraint, .appendOnly, .transition, .misuse: true
        default: false
        }
    }

    fileprivate var statementReason: String {
        switch self {
        case .statement(_, let reason), .misuse(let reason): reason
        case .constraint(let violation): violation.description
        default: failure.summary
        }
    }
}
