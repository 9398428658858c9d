extension PostgresDriver: TransferCatalog {
    func tables(_ session: any Session) throws -> [TransferTable] {
        let names = try session.texts(
            "SELECT tablename FROM pg_tables WHERE schemaname = ? ORDER BY tablename", [schema])
        var columns: [String: [TransferTable.Column]] = [:]
        var keys: [String: [String]] = [:]
        try session.rows(
            """
            SELECT c.relname, a.attname, t.typname, i.indrelid IS NOT NULL
              FROM pg_attribute a
              JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_type t ON t.oid = a.atttypid
              LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)
             WHERE n.nspname = ? AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY c.relname, array_position(i.indkey::int2[], a.attnum), a.attnum
            """, [schema], fetch: .all
        ) { row in
            let (table, column) = (try row.text(0), try row.text(1))
            columns[table, default: []].append(
                TransferTable.Column(name: column, kind: try Self.kind(try row.text(2), of: column, in: table)))
            if try row.bool(3) { keys[table, default: []].append(column) }
            return true
        }
        var references: [String: Set<String>] = [:]
        try session.rows(
            """
            SELECT child.relname, parent.relname
              FROM pg_constraint k
              JOIN pg_class child ON child.oid = k.conrelid
              JOIN pg_class parent ON parent.oid = k.confrelid
              JOIN pg_namespace n ON n.oid = k.connamespace
             WHERE k.contype = 'f' AND n.nspname = ? AND child.oid <> parent.oid
            """, [schema], fetch: .all
        ) { row in
            references[try row.text(0), default: []].insert(try row.text(1))
            return true
        }
        return names.map { name in
            TransferTable(
                name: name, columns: columns[name] ?? [], key: keys[name] ?? [], references: references[name] ?? [])
        }
    }

    private static func kind(_ type: String, of column: String, in table: String) throws -> TransferTable.Kind {
        switch type {
        case "int8": .integer
        case "text": .text
        case "bytea": .blob
        default: throw StoreError.misuse("the column \(column) of \(table) is of the type \(type)")
        }
    }

    func prepareTransfer() throws {}
    func completeTransfer() throws {}

    func readForTransfer<T>(_ body: (any Session) throws -> T) throws -> T {
        try read { session in
            try session.script(Self.longTransaction)
            return try body(session)
        }
    }

    func load<T>(_ body: (any Session) throws -> T) throws -> T {
        try write { session in
            try session.script(Self.longTransaction)
            return try body(session)
        }
    }

    /// No limits but those of a statement that would wait for ever: the two sides wait for each other.
    private static let longTransaction = """
        SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = 0;
        SET LOCAL work_mem = '64MB'; SET LOCAL maintenance_work_mem = '256MB'
        """

    func readRows(
        of table: TransferTable, _ part: TransferPart, rowsPerBatch: Int, _ session: any Session,
        _ take: (RowBatch) throws -> Void
    ) throws {
        guard let session = session as? PostgresSession else { throw StoreError.misuse("a transfer from a rehearsal") }
        let query = part.query(table, try part.key.map(Self.literal))
        try PostgresRowCopy(session, query, table).run(rowsPerBatch: rowsPerBatch, take)
    }

    /// COPY takes no arguments.
    private static func literal(_ value: SQLValue) throws -> String {
        switch value {
        case .null: throw StoreError.misuse("a key without a value")
        case .integer(let number): return "\(number)"
        case .text(let text):
            guard !text.utf8.contains(0) else { throw StoreError.textWithNUL }
            return "'\(text.replacing("'", with: "''"))'"
        case .blob(let bytes): return "'\\x\(Hexadecimal.text(bytes))'"
        }
    }

    /// Triggers are switched off; foreign keys, whose triggers only a superuser may switch off, are taken off, and with them
    /// every index but those of the primary keys.
    func suspendRules(_ session: any Session) throws -> [TransferRule] {
        var rules: [TransferRule] = []
        var drops: [String] = []
        // Unique keys before the references to them, and the other way round when they go.
        for kind in ["u", "f"] {
            var ofKind: [String] = []
            try session.rows(
                """
                SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
                  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = ? AND k.contype = CAST(? AS "char") ORDER BY c.relname, k.conname
                """, [schema, kind], fetch: .all
            ) { row in
                let alter = "ALTER TABLE \"\(try row.text(0))\""
                let name = "CONSTRAINT \"\(try row.text(1))\""
                ofKind.append("\(alter) DROP \(name)")
                rules.append(TransferRule(sql: "\(alter) ADD \(name) \(try row.text(2))", isLast: false))
                return true
            }
            drops = ofKind + drops
        }
        try session.script("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for drop in drops { try session.script(drop) }
        var indexes: [(name: String, sql: String)] = []
        try session.rows(
            """
            SELECT c.relname, pg_get_indexdef(i.indexrelid)
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND NOT i.indisprimary ORDER BY c.relname
            """, [schema], fetch: .all
        ) { row in
            indexes.append((try row.text(0), try row.text(1)))
            return true
        }
        for index in indexes { try session.script("DROP INDEX \"\(index.name)\"") }
        try alterTriggers("DISABLE", session)
        return indexes.map { TransferRule(sql: $0.sql, isLast: false) } + rules
    }

    func restoreRules(_ session: any Session) throws {
        try alterTriggers("ENABLE", session)
    }

    private func alterTriggers(_ verb: String, _ session: any Session) throws {
        // A table is not altered while references of it wait to be checked.
        try session.script("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for table in try tables(session) { try session.script("ALTER TABLE \"\(table.name)\" \(verb) TRIGGER USER") }
    }

    func lastNumbers(_ session: any Session) throws -> [String: Int64] {
        var numbers: [String: Int64] = [:]
        for (table, sequence) in try sequences(session) {
            try session.rows("SELECT last_value FROM \(sequence) WHERE is_called", [], fetch: .first) { row in
                numbers[table] = try row.int(0)
                return false
            }
        }
        return numbers
    }

    func setLastNumbers(_ numbers: [String: Int64], _ session: any Session) throws {
        for (table, sequence) in try sequences(session) {
            guard let number = numbers[table], number > 0 else { continue }
            try session.rows("SELECT setval(?::regclass, ?)", [sequence, number], fetch: .first) { _ in false }
        }
    }

    /// The sequences behind the keys, by table, with their schema and in quotes.
    private func sequences(_ session: any Session) throws -> [(table: String, sequence: String)] {
        var sequences: [(table: String, sequence: String)] = []
        try session.rows(
            """
            SELECT c.relname, pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname)
              FROM pg_attribute a
              JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND a.attidentity <> '' ORDER BY c.relname
            """, [schema], fetch: .all
        ) { row in
            sequences.append((try row.text(0), try row.text(1)))
            return true
        }
        return sequences
    }

    func analyze(_ table: TransferTable, _ session: any Session) throws {
        try session.script("ANALYZE \"\(table.name)\"")
    }
}
