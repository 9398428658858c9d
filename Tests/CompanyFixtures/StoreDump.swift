import Store

/// What a store holds, as text to compare: every row of every table, in the order of its columns' text.
package enum StoreDump {
    /// What two stores may differ in although the same was done: which attempts there were, and when they ended.
    package static let attempts: Set<String> = [
        "attempt", "run_event", "run.attempt", "run.failures", "run.lease_until", "schema_version",
        "run_partition.attempt", "run_partition.run_attempt", "run_partition.host", "run_partition.process_id",
        "run_partition.process_started",
    ]

    /// - Parameters:
    ///   - omitting: tables, and columns as `table.column`, that are left out.
    ///   - namingRuns: shows a run by its job and period in the place of its number, which may have gaps.
    package static func lines(
        of store: Store, omitting: Set<String> = [], namingRuns: Bool = false
    ) throws -> [String] {
        try store.read { connection in
            let isSQLite = store.dialect == .sqlite
            let columns = try columns(connection, isSQLite: isSQLite)
            let blobs = isSQLite ? [] : try blobColumns(connection)
            var lines: [String] = []
            for table in Set(columns.map(\.table)).sorted() where !omitting.contains(table) {
                let names = columns.filter { $0.table == table && !omitting.contains("\(table).\($0.name)") }.map(
                    \.name)
                let fields = names.map { name in
                    guard namingRuns, name == "run_id" else {
                        return text(
                            of: "\(table).\(name)", isSQLite: isSQLite, isBlob: blobs.contains("\(table).\(name)"))
                    }
                    return "(SELECT named.job || '@' || named.period FROM run AS named WHERE named.run_id = "
                        + "\(table).run_id)"
                }
                let sql = "SELECT \(fields.joined(separator: ", ")) FROM \(table)"
                let rows = try connection.all(sql) { row in
                    try names.indices.map { "\(names[$0])=\(try row.optionalText($0) ?? "null")" }
                        .joined(separator: " | ")
                }
                lines += rows.sorted().map { "\(table): \($0)" }
            }
            return lines
        }
    }

    /// The same text on both databases.
    private static func text(of column: String, isSQLite: Bool, isBlob: Bool) -> String {
        isSQLite
            ? "CASE WHEN typeof(\(column)) = 'blob' THEN hex(\(column)) ELSE CAST(\(column) AS TEXT) END"
            : isBlob ? "upper(encode(\(column), 'hex'))" : "CAST(\(column) AS TEXT)"
    }

    private static func blobColumns(_ connection: Connection) throws -> Set<String> {
        Set(
            try connection.all(
                """
                SELECT CAST(table_name || '.' || column_name AS TEXT) FROM information_schema.columns
                 WHERE table_schema = current_schema() AND data_type = 'bytea'
                """
            ) { try $0.text(0) })
    }

    private static func columns(
        _ connection: Connection, isSQLite: Bool
    ) throws -> [(table: String, name: String)] {
        let sql =
            isSQLite
            ? """
            SELECT tables.name, columns.name FROM sqlite_schema AS tables
              JOIN pragma_table_info(tables.name) AS columns
             WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'
             ORDER BY tables.name, columns.cid
            """
            : """
            SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
             WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position
            """
        return try connection.all(sql) { (table: try $0.text(0), name: try $0.text(1)) }
    }

    /// The first lines in which two dumps differ; empty where they are the same.
    package static func difference(_ found: [String], from expected: [String]) -> [String] {
        found.difference(from: expected).prefix(10).map { change in
            switch change {
            case .insert(_, let line, _): "+ " + line.prefix(600)
            case .remove(_, let line, _): "- " + line.prefix(600)
            }
        }
    }
}
