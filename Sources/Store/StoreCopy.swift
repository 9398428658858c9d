/// A copy of a store that was made and found to be good.
package struct StoreCopy: Hashable, Sendable {
    package var path: String
    package var bytes: Int64
    package var tables: Int
    /// Of all tables together.
    package var rows: Int64

    package init(path: String, bytes: Int64, tables: Int, rows: Int64) {
        self.path = path
        self.bytes = bytes
        self.tables = tables
        self.rows = rows
    }
}

/// How far a backup, a restore or a check has come.
package struct StoreProgress: Hashable, Sendable {
    package enum Phase: String, Sendable {
        case copying, verifying, checking, restoring
    }

    package var phase: Phase
    package var done: Int
    /// 0 where nobody knows.
    package var total: Int

    package init(_ phase: Phase, done: Int = 0, total: Int = 0) {
        self.phase = phase
        self.done = done
        self.total = total
    }
}

extension Store {
    /// Copies the whole store, as it is at one moment while others go on writing, into a new file that its owner alone
    /// may read; the file comes into being when the copy is complete, on disk and verified.
    ///
    /// On SQLite it is a store of its own, which `PRAGMA integrity_check` and the number of rows of every table have
    /// proved; on PostgreSQL an archive of pg_dump (`-Fc`) of our schema, which pg_restore has read to its end.
    ///
    /// - Parameter progress: called between two pieces; when it throws, nothing is left.
    /// - Throws: `BackupError`, `StoreError`; nothing is left of a copy that failed.
    package func backup(to path: String, progress: (StoreProgress) throws -> Void = { _ in }) throws -> StoreCopy {
        guard !isRehearsal else { throw StoreError.misuse("a backup in a rehearsal") }
        return try NewFile.make(at: path) { try driver.copy(to: $0, shownAs: path, progress: progress) }
    }

    /// What is wrong with the database itself, one sentence each: damaged pages, rows that point nowhere, tables that
    /// are not as the migrations made them, rules of the schema that were switched off.
    package func integrityProblems() throws -> [String] {
        try driver.integrityProblems(of: schema)
    }

    /// How many bytes the store takes, without what was deleted and not given back.
    package func sizeInBytes() throws -> Int64 {
        try driver.sizeInBytes()
    }

    /// The tables whose rows point to rows of `table`, with the columns that do so, by name.
    package func references(to table: String) throws -> [TableReference] {
        try driver.references(to: table)
    }

    /// The most sentences that `integrityProblems` gives of one kind.
    static let maximumProblems = 100
}

/// A column that points to a row of another table.
package struct TableReference: Hashable, Sendable {
    package var table: String
    package var column: String

    package init(table: String, column: String) {
        self.table = table
        self.column = column
    }
}
