import GRDB

/// Copies of a SQLite store, by SQLite's online backup (sqlite.org/backup.html).
enum SQLiteCopy {
    /// Pages between two looks at whether to go on: 8 MB.
    private static let pagesPerStep: CInt = 2_048

    /// Copies all that `source` sees in its transaction to the empty file at `path`, and verifies it.
    ///
    /// The transaction of `source` stands still, so a writer beside it does not make the copy begin again.
    static func copy(
        _ source: Database, to path: String, shownAs shown: String, progress: (StoreProgress) throws -> Void
    ) throws -> StoreCopy {
        // The first read is what the transaction's view is of.
        let expected = try rowCounts(source)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration(isReadOnly: false))
            try queue.writeWithoutTransaction { destination in
                try withoutActuallyEscaping(progress) { progress in
                    try source.backup(to: destination, pagesPerStep: pagesPerStep) { step in
                        try progress(StoreProgress(.copying, done: step.completedPageCount, total: step.totalPageCount))
                    }
                }
                // One file, whoever opens it next.
                try destination.execute(sql: "PRAGMA journal_mode = DELETE")
            }
            try queue.close()
        } catch let error as DatabaseError {
            throw explained(error, shown)
        }
        try progress(StoreProgress(.verifying))
        let found = try inspect(path, shownAs: shown) { database in
            if let problem = try problems(database).first {
                throw BackupError.notVerified(path: shown, reason: problem)
            }
            return try rowCounts(database)
        }
        guard found == expected else {
            let table = Set(expected.keys).union(found.keys).sorted().first { expected[$0] != found[$0] } ?? ""
            throw BackupError.notVerified(
                path: shown,
                reason: "\(table) has \(found[table] ?? 0) rows in it and \(expected[table] ?? 0) in the store")
        }
        return StoreCopy(
            path: shown, bytes: FileSystem.size(of: path), tables: found.count, rows: found.values.reduce(0, +))
    }

    /// Looks into a file that nobody else uses.
    static func inspect<T>(_ path: String, shownAs shown: String, _ body: (Database) throws -> T) throws -> T {
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration(isReadOnly: true))
            let result = try queue.read(body)
            try queue.close()
            return result
        } catch let error as DatabaseError {
            throw BackupError.notABackup(path: shown, reason: error.message ?? "SQLite \(error.resultCode.rawValue)")
        }
    }

    private static func configuration(isReadOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.label = "backup"
        return configuration
    }

    private static func explained(_ error: DatabaseError, _ path: String) -> any Error {
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            StoreError.damaged(store: "being copied", reason: error.message ?? "a page cannot be read")
        case .SQLITE_FULL: BackupError.cannotWrite(path: path, reason: "the disk is full")
        // Of a step that failed GRDB has no better word than the last of the connection, which knows of no error.
        case .SQLITE_IOERR:
            BackupError.cannotWrite(
                path: path, reason: "input or output failed (SQLite \(error.extendedResultCode.rawValue))")
        default: BackupError.cannotWrite(path: path, reason: error.message ?? "SQLite \(error.resultCode.rawValue)")
        }
    }

    /// Rows of each table.
    static func rowCounts(_ database: Database) throws -> [String: Int64] {
        let tables = try String.fetchAll(
            database,
            sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")
        var counts: [String: Int64] = [:]
        for table in tables {
            counts[table] = try Int64.fetchOne(database, sql: "SELECT COUNT(*) FROM \(table.quotedDatabaseIdentifier)")
        }
        return counts
    }

    /// What `integrity_check` and `foreign_key_check` find.
    static func problems(_ database: Database) throws -> [String] {
        var problems = try String.fetchAll(database, sql: "PRAGMA integrity_check(\(Store.maximumProblems))")
            .filter { $0 != "ok" }.flatMap { $0.split(separator: "\n").map(String.init) }.filter {
                !$0.hasPrefix("*** in ")
            }
        let orphans = try GRDB.Row.fetchAll(
            database,
            sql: """
                SELECT "table", "parent", COUNT(*) FROM pragma_foreign_key_check GROUP BY "table", "parent"
                """)
        problems += orphans.map { row in
            let (table, parent, count): (String, String, Int) = (row[0], row[1], row[2])
            return
                "\(count) row\(count == 1 ? "" : "s") of \(table) point\(count == 1 ? "s" : "") to no row of \(parent)"
        }
        return problems
    }

    /// Where the tables, indexes and triggers differ from those that the migrations make.
    static func schemaProblems(_ database: Database, _ schema: Schema) throws -> [String] {
        let sql = """
            SELECT name, type, sql FROM sqlite_schema
             WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> 'schema_version' ORDER BY name
            """
        func objects(_ database: Database) throws -> [String: (type: String, sql: String)] {
            Dictionary(
                try GRDB.Row.fetchAll(database, sql: sql).map { ($0[0], (type: $0[1], sql: $0[2] ?? "")) },
                uniquingKeysWith: { first, _ in first })
        }
        let model = try DatabaseQueue()
        let expected = try model.write { model in
            for migration in schema.migrations {
                try model.execute(sql: MigrationText.migration(migration.sql, for: .sqlite))
            }
            return try objects(model)
        }
        let found = try objects(database)
        return Set(expected.keys).union(found.keys).sorted().compactMap { name in
            switch (expected[name], found[name]) {
            case (let object?, nil): "the \(object.type) \(name) is missing"
            case (nil, let object?): "the \(object.type) \(name) is none of ours"
            case (let one?, let other?):
                one.sql == other.sql ? nil : "the \(other.type) \(name) is not as the migrations make it"
            case (nil, nil): nil
            }
        }
    }
}
