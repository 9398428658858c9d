import GRDB

extension SQLiteDriver: TransferCatalog {
    func tables(_ session: any Session) throws -> [TransferTable] {
        let names = try session.texts(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
        )
        return try names.map { name in
            var columns: [TransferTable.Column] = []
            var key: [(place: Int64, name: String)] = []
            try session.rows("SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid", [name], fetch: .all) {
                row in
                let column = try row.text(0)
                columns.append(
                    TransferTable.Column(name: column, kind: try Self.kind(try row.text(1), of: column, in: name)))
                let place = try row.int(2)
                if place > 0 { key.append((place, column)) }
                return true
            }
            let references = try session.texts(
                "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?) WHERE \"table\" <> ?", [name, name])
            return TransferTable(
                name: name, columns: columns, key: key.sorted { $0.place < $1.place }.map(\.name),
                references: Set(references))
        }
    }

    private static func kind(_ type: String, of column: String, in table: String) throws -> TransferTable.Kind {
        switch type {
        case "INTEGER": .integer
        case "TEXT": .text
        case "BLOB": .blob
        default: throw StoreError.misuse("the column \(column) of \(table) is of the type \(type)")
        }
    }

    func suspendRules(_ session: any Session) throws {
        for name in try session.texts("SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name") {
            try session.script("DROP TRIGGER \"\(name)\"")
        }
    }

    func restoreRules(of schema: Schema, _ session: any Session) throws {
        let model = try DatabaseQueue()
        let triggers = try model.write { model in
            for migration in schema.migrations {
                try model.execute(sql: MigrationText.migration(migration.sql, for: .sqlite))
            }
            return try String.fetchAll(model, sql: "SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name")
        }
        for trigger in triggers { try session.script(trigger) }
    }

    func lastNumbers(_ session: any Session) throws -> [String: Int64] {
        var numbers: [String: Int64] = [:]
        try session.rows("SELECT name, seq FROM sqlite_sequence", [], fetch: .all) { row in
            numbers[try row.text(0)] = try row.int(1)
            return true
        }
        return numbers
    }

    func setLastNumbers(_ numbers: [String: Int64], _ session: any Session) throws {
        for (table, number) in numbers {
            _ = try session.execute("DELETE FROM sqlite_sequence WHERE name = ?", [table])
            _ = try session.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, number])
        }
    }

    /// SQLite plans by its indexes alone here, before a transfer and after it.
    func analyze(_ session: any Session) throws {}
}
