import Calendars
import Diagnostics

/// Puts a backup in the place of a store, and keeps the former store beside it.
package struct StoreRestore {
    private let url: StoreURL
    private let directory: String
    private let migrations: [Migration]

    /// - Parameters:
    ///   - directory: where a relative path of a SQLite store begins.
    ///   - migrations: all that this program knows.
    package init(of url: StoreURL, relativeTo directory: String, migrations: [Migration]) {
        self.url = url
        self.directory = directory
        self.migrations = migrations
    }

    /// What a file was found to be.
    package struct Backup: Hashable, Sendable {
        package var bytes: Int64
        package var tables: Int
        /// The last migration that was applied; nil where only a restored store can say it.
        package var schemaVersion: Int?
        /// Migrations of this program that it lacks; `steward store migrate` applies them.
        package var isOlder: Bool
    }

    package struct Outcome: Hashable, Sendable {
        package var backup: Backup
        /// Where the store is kept that was there before: a file, or a schema; nil where there was none.
        package var former: String?
    }

    /// Looks whether a file is a whole backup of a store that this program can use.
    ///
    /// - Throws: `BackupError`, `StoreError.schemaTooNew`.
    package func inspect(_ file: String) throws -> Backup {
        try requireFile(file)
        switch url.location {
        case .sqlite: return try SQLiteRestore(path: path, schema: try schema()).inspect(file)
        case .postgresql(let address): return try inspectArchive(file, schema: address.schema)
        }
    }

    private func requireFile(_ file: String) throws {
        guard FileSystem.exists(file), !FileSystem.isDirectory(file) else {
            throw BackupError.cannotRead(
                path: file, reason: FileSystem.exists(file) ? "it is a folder" : "there is no such file")
        }
    }

    /// Looks whether a backup that this program wrote is whole, whatever its version.
    ///
    /// - Throws: `BackupError`.
    package func verify(_ file: String) throws -> Backup {
        switch url.location {
        case .sqlite: try SQLiteRestore(path: path, schema: try schema()).verify(file)
        case .postgresql(let address): try inspectArchive(file, schema: address.schema)
        }
    }

    /// - Parameter instant: goes into the name of the former store.
    package func restore(
        _ file: String, at instant: Instant, progress: (StoreProgress) throws -> Void = { _ in }
    ) throws -> Outcome {
        try requireFile(file)
        let suffix = instant.description.filter { $0.isNumber || $0 == "T" || $0 == "Z" }
        switch url.location {
        case .sqlite:
            return try SQLiteRestore(path: path, schema: try schema()).restore(file, suffix: suffix, progress: progress)
        case .postgresql(let address):
            let backup = try inspectArchive(file, schema: address.schema)
            let restore = PostgresRestore(
                archive: PostgresArchive(address: address, store: url.description, secrets: url.secrets))
            let former = try restore.restore(file, suffix: suffix.lowercased(), progress: progress)
            return Outcome(backup: backup, former: former)
        }
    }

    private var path: String { url.sqlitePath(relativeTo: directory) ?? "" }

    private func schema() throws -> Schema { try Schema(migrations, store: url.description) }

    private func inspectArchive(_ file: String, schema: String) throws -> Backup {
        guard try FileSystem.begins(file, with: PostgresArchive.magic) else {
            throw BackupError.notABackup(path: file, reason: "it is no archive of pg_dump (-Fc)")
        }
        let contents = try PostgresArchive.contents(of: file, shownAs: file)
        guard contents.tables.contains("schema_version") else {
            throw BackupError.notABackup(path: file, reason: "it has no table schema_version")
        }
        guard contents.schemas == [schema] else {
            throw BackupError.notABackup(
                path: file,
                reason: "it holds the schema \(contents.schemas.joined(separator: ", ")), and the store is in \(schema)"
            )
        }
        return Backup(
            bytes: FileSystem.size(of: file), tables: contents.tables.count, schemaVersion: nil, isOlder: false)
    }
}
