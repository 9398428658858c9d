import Store

/// What a database needs to write the rows of a journal: `INSERT … SELECT` into tables with the same columns, keys and
/// indexes, without triggers and without a program that makes the rows. Nobody posts faster.
enum BareRows {
    private static let tables = ["journal_entry", "posting"]

    static func copy(in store: Store, isSQLite: Bool) throws {
        try store.write { connection in
            for statement in try definitions(isSQLite, in: connection) { try connection.execute(statement) }
        }
        // Without a condition SQLite would copy whole trees, indexes ready-sorted, which no insert can do.
        try store.write { connection in
            for table in tables {
                try connection.execute("INSERT INTO bare_\(table) SELECT * FROM \(table) WHERE entry_number > 0")
            }
        }
    }

    private static func definitions(_ isSQLite: Bool, in connection: Connection) throws -> [String] {
        guard isSQLite else {
            return tables.map { "CREATE TABLE bare_\($0) (LIKE \($0) INCLUDING ALL)" }
        }
        return try tables.flatMap { table in
            try connection.all(
                "SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL AND type <> 'trigger' ORDER BY rowid",
                table
            ) { try $0.text(0).replacing(table, with: "bare_\(table)") }
        }
    }
}
