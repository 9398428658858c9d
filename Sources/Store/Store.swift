import Calendars

/// The one place where everything is kept: a SQLite file, or a schema of a PostgreSQL server. Nobody above asks which.
///
/// ```swift
/// let store = try Store.open(url, relativeTo: company.directory, migrations: Migrations.all)
/// let names = try store.read { db in try db.all("SELECT name FROM employee ORDER BY id") { try $0.text(0) } }
/// try store.write { db in try db.execute("UPDATE employee SET name = ? WHERE id = ?", name, id) }
/// ```
package final class Store: Sendable {
    let driver: any Driver
    let schema: Schema
    /// The one transaction of a rehearsal; nil for a store that commits.
    private let rehearsal: Rehearsal?

    private init(_ driver: any Driver, _ schema: Schema, rehearsal: Rehearsal? = nil) {
        self.driver = driver
        self.schema = schema
        self.rehearsal = rehearsal
    }

    /// Opens a store.
    ///
    /// - Parameters:
    ///   - directory: where a relative path of a SQLite store begins.
    ///   - create: makes the SQLite file when it is missing (mode 0600). A store that is being created may be behind
    ///     in its schema; `migrate` follows.
    ///   - migrations: all that this program knows, numbered from 1.
    ///   - requireCurrentSchema: refuses a store that lacks one of them. One that has more is always refused.
    /// - Throws: `StoreError`.
    package static func open(
        _ url: StoreURL, relativeTo directory: String, create: Bool = false, migrations: [Migration],
        requireCurrentSchema: Bool = true
    ) throws -> Store {
        let driver: any Driver =
            switch url.location {
            case .sqlite:
                try SQLiteDriver(path: url.sqlitePath(relativeTo: directory) ?? "", create: create)
            case .postgresql(let address):
                try PostgresDriver(address, name: url.description, secrets: url.secrets)
            }
        do {
            let schema = try Schema(migrations, store: driver.name)
            try driver.read { session in
                _ = try schema.check(driver, session, requireCurrent: requireCurrentSchema && !create)
            }
            return Store(driver, schema)
        } catch {
            try? driver.close()
            throw error
        }
    }

    var isRehearsal: Bool { rehearsal != nil }

    /// The database behind it: for tests and diagnostics only.
    package var dialect: Dialect { driver.dialect }

    /// Applies the missing migrations in order, each in a transaction; a failing one leaves the store as it was.
    ///
    /// - Parameter instant: the time to record with them; nil leaves it empty.
    /// - Returns: those applied.
    @discardableResult
    package func migrate(at instant: Instant? = nil) throws -> [Migration] {
        guard rehearsal == nil else { throw StoreError.misuse("a migration in a rehearsal") }
        return try schema.migrate(driver, at: instant)
    }

    /// Runs `body` with a connection that sees one state of the store throughout. Inside `write`, on the same thread,
    /// it sees what that transaction has written.
    package func read<T>(_ body: (Connection) throws -> T) throws -> T {
        if let rehearsal { return try rehearsal.read(body) }
        return try driver.read { try Self.connected($0, body) }
    }

    /// Runs `body` in one transaction that is committed when it returns and rolled back when it throws.
    ///
    /// Inside another `write` of the same thread it is a savepoint of that transaction. What `body` does beside the
    /// store is not undone.
    @discardableResult
    package func write<T>(_ body: (Connection) throws -> T) throws -> T {
        if let rehearsal { return try rehearsal.write(body) }
        return try driver.write { try Self.connected($0, body) }
    }

    /// Runs `body` with a store that behaves like this one and keeps nothing: all is rolled back at the end.
    ///
    /// Each `write` inside is a savepoint of the one transaction; `read` sees what was written. Other writers wait as
    /// long. The rehearsing store is used from the calling thread, and inside `body` only.
    @discardableResult
    package func rehearsing<T>(_ body: (Store) throws -> T) throws -> T {
        guard rehearsal == nil else { throw StoreError.misuse("a rehearsal inside a rehearsal") }
        return try driver.rehearse { session in
            let rehearsal = Rehearsal(session)
            defer { rehearsal.end() }
            return try body(Store(driver, schema, rehearsal: rehearsal))
        }
    }

    /// Closes all connections. The store cannot be used afterwards.
    package func close() throws {
        guard rehearsal == nil else { throw StoreError.misuse("closing the store of a rehearsal") }
        try driver.close()
    }

    static func connected<T>(_ session: any Session, _ body: (Connection) throws -> T) throws -> T {
        let connection = Connection(session)
        defer { connection.invalidate() }
        return try body(connection)
    }
}
