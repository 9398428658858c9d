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

    /// Those of foreign keys stay: only a superuser may switch them off.
    func suspendRules(_ session: any Session) throws {
        try alterRules("DISABLE", session)
    }

    func restoreRules(of _: Schema, _ session: any Session) throws {
        try alterRules("ENABLE", session)
    }

    private func alterRules(_ verb: String, _ session: any Session) throws {
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

    func analyze(_ session: any Session) throws {
        for table in try tables(session) { try session.script("ANALYZE \"\(table.name)\"") }
    }
}
