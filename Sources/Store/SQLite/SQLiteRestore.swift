import Foundation
import GRDB

/// Puts the file of a backup in the place of a SQLite store.
struct SQLiteRestore {
    let path: String
    let schema: Schema

    /// Beside the file of a store while it is in use.
    private static let companions = ["-wal", "-shm", "-journal"]

    func inspect(_ file: String) throws -> StoreRestore.Backup {
        guard !FileSystem.isSame(file, path) else { throw BackupError.isTheStore(path: file) }
        if Self.companions.contains(where: { FileSystem.size(of: file + $0) > 0 }) {
            throw BackupError.notABackup(
                path: file, reason: "there is a \(file)-wal or -journal beside it: some program has it open, or had")
        }
        var backup = try verify(file)
        let applied = try SQLiteCopy.inspect(file, shownAs: file) { database in
            try GRDB.Row.fetchAll(database, sql: "SELECT number, checksum FROM schema_version ORDER BY number")
                .map { (number: $0[0] as Int, checksum: $0[1] as String) }
        }
        try schema.compare(applied, store: file)
        backup.schemaVersion = applied.count
        backup.isOlder = applied.count < schema.migrations.count
        return backup
    }

    /// Whether the file is a whole store of ours, of whatever version.
    func verify(_ file: String) throws -> StoreRestore.Backup {
        try SQLiteCopy.inspect(file, shownAs: file) { database in
            guard try Int.fetchOne(database, sql: "PRAGMA application_id") == SQLiteDriver.applicationID else {
                throw BackupError.notABackup(path: file, reason: "it is a database of another program")
            }
            if let problem = try SQLiteCopy.problems(database).first {
                throw BackupError.notABackup(path: file, reason: "it is damaged: \(problem)")
            }
            guard try database.tableExists("schema_version") else {
                throw BackupError.notABackup(path: file, reason: "it has no table schema_version")
            }
            return StoreRestore.Backup(
                bytes: FileSystem.size(of: file), tables: try SQLiteCopy.rowCounts(database).count, schemaVersion: nil,
                isOlder: false)
        }
    }

    func restore(
        _ file: String, suffix: String, progress: (StoreProgress) throws -> Void
    ) throws -> StoreRestore.Outcome {
        try progress(StoreProgress(.verifying))
        let backup = try inspect(file)
        let folder = FileSystem.directory(of: path)
        guard FileSystem.isDirectory(folder) else {
            throw StoreError.cannotOpen(store: path, reason: "there is no folder \(folder)")
        }
        let partial = "\(path)\(NewFile.partialMark)\(getpid())"
        defer { unlink(partial) }
        try NewFile.copy(file, to: partial) { try progress(StoreProgress(.restoring, done: $0, total: $1)) }
        try NewFile.sync(partial, for: path)
        let former = FileSystem.exists(path) ? try formerPath(suffix) : nil
        try withStoreAtRest {
            if let former { try rename(path, to: former) }
            do {
                // What a damaged store left beside it must not be taken for the new one's.
                for companion in Self.companions where FileSystem.exists(path + companion) {
                    try rename(path + companion, to: (former ?? path + ".before-restore-\(suffix)") + companion)
                }
                try rename(partial, to: path)
            } catch {
                if let former { try? rename(former, to: path) }
                throw error
            }
        }
        try NewFile.sync(folder, for: path)
        return StoreRestore.Outcome(backup: backup, former: former)
    }

    /// Where the former store is kept: no earlier one is written over.
    private func formerPath(_ suffix: String) throws -> String {
        let name = "\(path).before-restore-\(suffix)"
        for candidate in [name] + (2...99).map({ "\(name)-\($0)" }) where !FileSystem.exists(candidate) {
            return candidate
        }
        throw BackupError.exists(path: name)
    }

    private func rename(_ from: String, to: String) throws {
        guard Foundation.rename(from, to) == 0 else {
            throw BackupError.cannotWrite(path: to, reason: FileSystem.reason(errno))
        }
    }

    /// Runs `body` while nobody has the store open, all of it in its one file.
    ///
    /// A connection holds a lock on the file of a WAL store as long as it is open, and the change to another journal is
    /// refused while there is one (sqlite.org/wal.html, section 2.2). A store that SQLite cannot read is at rest.
    private func withStoreAtRest(_ body: () throws -> Void) throws {
        guard FileSystem.exists(path) else { return try body() }
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(1)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")
                defer { try? database.execute(sql: "ROLLBACK") }
                try body()
            }
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: throw BackupError.inUse(store: path, by: "another process")
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_IOERR: try body()
            default: throw SQLiteErrors.error(error, sql: "", store: path)
            }
        }
    }
}
