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

    func prepareTransfer() throws {
        // A commit that the machine forgets is made again: the file is no store yet.
        try configureWriter(
            """
            PRAGMA synchronous = NORMAL; PRAGMA cache_size = -\(Self.transferCacheKilobytes);
            PRAGMA wal_autocheckpoint = \(Self.transferCheckpointPages); PRAGMA threads = 2
            """)
    }

    func completeTransfer() throws {
        try configureWriter("PRAGMA synchronous = FULL")
    }

    private static let transferCacheKilobytes = 131_072
    private static let transferCheckpointPages = 16_384

    func readForTransfer<T>(_ body: (any Session) throws -> T) throws -> T { try read(body) }

    /// Foreign keys are not asked row by row: the rows fulfilled them where they come from.
    func load<T>(_ body: (any Session) throws -> T) throws -> T { try migrate(body) }

    func readRows(
        of table: TransferTable, _ part: TransferPart, rowsPerBatch: Int, _ session: any Session,
        _ take: (RowBatch) throws -> Void
    ) throws {
        var batch = RowBatch()
        try session.rows(part.query(table, part.key.map { _ in "?" }), part.key, fetch: .streamed) { row in
            for (index, column) in table.columns.enumerated() {
                if row.isNull(index) {
                    batch.appendNull()
                    continue
                }
                switch column.kind {
                case .integer: batch.append(try row.int(index))
                case .text: batch.append(utf8: UnsafeRawBufferPointer(try row.utf8(index)))
                case .blob: try row.blob(index).withUnsafeBytes { batch.append(blob: $0) }
                }
            }
            batch.finishRow()
            if batch.rowCount >= rowsPerBatch || batch.isFull {
                try take(batch)
                batch = RowBatch()
            }
            return true
        }
        if batch.rowCount > 0 { try take(batch) }
    }

    func suspendRules(_ session: any Session) throws -> [TransferRule] {
        var rules: [TransferRule] = []
        var drops: [String] = []
        try session.rows(
            """
            SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
             ORDER BY type, name
            """, [], fetch: .all
        ) { row in
            let type = try row.text(0)
            drops.append("DROP \(type) \"\(try row.text(1))\"")
            rules.append(TransferRule(sql: try row.text(2), isLast: type == "trigger"))
            return true
        }
        for drop in drops { try session.script(drop) }
        return rules
    }

    func restoreRules(_ session: any Session) throws {}

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
    func analyze(_ table: TransferTable, _ session: any Session) throws {}
}
