import Calendars
import Diagnostics

/// Copies all that a store holds into an empty database of either kind: how a company moves from SQLite to PostgreSQL,
/// and back.
///
/// The rows go over in the order of their keys, so many in a transaction; a transfer that was cut off goes on where it
/// stood when it is begun again. At the end every table is read on both sides and compared, row by row, through a
/// digest. Until then the destination is no store: whoever opens it is told so.
///
/// What the source holds is as of one moment. Rows that were written to it between two beginnings of a transfer are
/// found by the comparison; so stop the daemon first.
package struct StoreTransfer {
    private let source: Store
    private let destination: any TransferCatalog
    private let schema: Schema
    private let rowsPerTransaction: Int

    /// Rows that go over in one transaction.
    package static let defaultRowsPerTransaction = 50_000
    /// Rows between two reports of how far it is.
    private static let rowsPerReport = 10_000
    /// What `schema_version` is called until the transfer is complete.
    static let pendingVersionTable = "transfer_schema_version"
    private static let versionTable = "schema_version"

    package struct Outcome: Hashable, Sendable {
        package var tables: Int
        package var rows: Int64
        /// Those that an earlier beginning had brought over.
        package var rowsBefore: Int64
    }

    package enum Phase: String, Sendable {
        case copying, comparing
    }

    package struct Progress: Hashable, Sendable {
        package var phase: Phase
        package var table: String
        package var rows: Int64
        package var totalRows: Int64
    }

    /// Opens the destination; makes a SQLite file that is missing.
    ///
    /// - Parameters:
    ///   - directory: where a relative path of a SQLite store begins.
    ///   - rowsPerTransaction: how many go over in one.
    /// - Throws: `StoreError`; a `Failure` where the destination is a store already.
    package init(
        from source: Store, to url: StoreURL, relativeTo directory: String, migrations: [Migration],
        rowsPerTransaction: Int = defaultRowsPerTransaction
    ) throws {
        self.rowsPerTransaction = rowsPerTransaction
        self.source = source
        guard source.driver is any TransferCatalog else { throw StoreError.misuse("a transfer from a rehearsal") }
        destination =
            switch url.location {
            case .sqlite: try SQLiteDriver(path: url.sqlitePath(relativeTo: directory) ?? "", create: true)
            case .postgresql(let address):
                try PostgresDriver(address, name: url.description, secrets: url.secrets)
            }
        schema = try Schema(migrations, store: destination.name)
    }

    /// Copies, compares, and makes the destination a store.
    ///
    /// - Parameters:
    ///   - instant: the time to record with the migrations of the destination.
    ///   - progress: may throw, to stop; the transfer can go on later.
    package func run(at instant: Instant, progress: (Progress) throws -> Void = { _ in }) throws -> Outcome {
        defer { try? destination.close() }
        guard let origin = source.driver as? any TransferCatalog else {
            throw StoreError.misuse("a transfer from a rehearsal")
        }
        try prepare(at: instant)
        return try origin.read { session in
            let tables = try transferred(origin.tables(session)).parentsFirst()
            try requireSameTables(tables)
            var total: Int64 = 0
            for table in tables { total += try count(of: table, session) }
            var outcome = Outcome(tables: tables.count, rows: 0, rowsBefore: 0)
            for table in tables { try copy(table, from: session, &outcome, total, progress) }
            var compared: Int64 = 0
            for table in tables {
                try progress(Progress(phase: .comparing, table: table.name, rows: compared, totalRows: total))
                compared += try compare(table, session) { rows in
                    try progress(
                        Progress(phase: .comparing, table: table.name, rows: compared + rows, totalRows: total))
                }
            }
            let numbers = try origin.lastNumbers(session)
            try finish(numbers)
            return outcome
        }
    }

    // MARK: - Beginning and end

    /// Makes the tables, empty and without rules, or finds those of a transfer that was cut off.
    private func prepare(at instant: Instant) throws {
        try destination.migrate { session in
            try destination.prepareMigration(session)
            guard try !destination.hasTable(Self.versionTable, session) else {
                throw Failure(
                    .refused, "\(destination.name) is a store already; nothing was copied.",
                    advice: "Name a file that does not exist yet, or another schema: postgresql://…?schema=NAME.")
            }
            if try destination.hasTable(Self.pendingVersionTable, session) {
                return try schema.compare(
                    schema.applied(in: Self.pendingVersionTable, session), store: destination.name)
            }
            try schema.createVersionTable(session, destination.dialect)
            for migration in schema.migrations { try schema.apply(migration, destination, session, at: instant) }
            try destination.suspendRules(session)
            // What migrations put into their tables comes from the source.
            for table in try transferred(destination.tables(session)).parentsFirst().reversed() {
                try session.script("DELETE FROM \"\(table.name)\"")
            }
            try session.script("ALTER TABLE \(Self.versionTable) RENAME TO \(Self.pendingVersionTable)")
        }
    }

    private func finish(_ numbers: [String: Int64]) throws {
        try destination.migrate { session in
            try destination.setLastNumbers(numbers, session)
            try session.script("ALTER TABLE \(Self.pendingVersionTable) RENAME TO \(Self.versionTable)")
            try destination.restoreRules(of: schema, session)
            try destination.analyze(session)
        }
    }

    private func transferred(_ tables: [TransferTable]) -> [TransferTable] {
        tables.filter { $0.name != Self.versionTable && $0.name != Self.pendingVersionTable }
            .map { $0.inOrderOfColumns() }
    }

    private func requireSameTables(_ tables: [TransferTable]) throws {
        let others = try destination.read { try transferred(destination.tables($0)).parentsFirst() }
        guard tables.map(\.name) == others.map(\.name) else {
            throw StoreError.misuse("the two databases have other tables")
        }
        for (table, other) in zip(tables, others) where table.columns != other.columns || table.key != other.key {
            throw StoreError.misuse("the table \(table.name) is another one in the two databases")
        }
        for table in tables where table.key.isEmpty {
            throw StoreError.misuse("the table \(table.name) has no primary key")
        }
    }

    // MARK: - Rows

    private func count(of table: TransferTable, _ session: any Session) throws -> Int64 {
        var count: Int64 = 0
        try session.rows("SELECT COUNT(*) FROM \"\(table.name)\"", [], fetch: .first) { row in
            count = try row.int(0)
            return false
        }
        return count
    }

    private func copy(
        _ table: TransferTable, from source: any Session, _ outcome: inout Outcome, _ total: Int64,
        _ progress: (Progress) throws -> Void
    ) throws {
        let before = try destination.read { try count(of: table, $0) }
        outcome.rows += before
        outcome.rowsBefore += before
        var last = try destination.read { try lastKey(of: table, $0) }
        let keys = TransferTable.list(table.key)
        while true {
            let marks = table.key.map { _ in "?" }.joined(separator: ", ")
            let condition = last.isEmpty ? "" : "WHERE (\(keys)) > (\(marks))"
            let sql = """
                SELECT \(table.columnList) FROM "\(table.name)" \(condition) ORDER BY \(keys)
                 LIMIT \(rowsPerTransaction)
                """
            var copied = 0
            try destination.write { session in
                copied = try Store.connected(session) { connection in
                    try connection.insert(into: table.name, columns: table.columns.map(\.name)) { writer in
                        var read = 0
                        try source.rows(sql, last, fetch: .streamed) { row in
                            try writer.copy(row, table.columns)
                            read += 1
                            if read % Self.rowsPerReport == 0 {
                                try progress(
                                    Progress(
                                        phase: .copying, table: table.name, rows: outcome.rows + Int64(read),
                                        totalRows: total))
                            }
                            return true
                        }
                    }
                }
                if copied == rowsPerTransaction { last = try lastKey(of: table, session) }
            }
            outcome.rows += Int64(copied)
            try progress(Progress(phase: .copying, table: table.name, rows: outcome.rows, totalRows: total))
            guard copied == rowsPerTransaction else { return }
        }
    }

    /// The greatest key that is there; empty where there is no row.
    private func lastKey(of table: TransferTable, _ session: any Session) throws -> [(any SQLBindable)?] {
        let order = table.key.map { "\"\($0)\" DESC" }.joined(separator: ", ")
        var key: [(any SQLBindable)?] = []
        try session.rows(
            "SELECT \(TransferTable.list(table.key)) FROM \"\(table.name)\" ORDER BY \(order) LIMIT 1", [],
            fetch: .first
        ) { row in
            for (index, column) in table.keyColumns.enumerated() {
                switch column.kind {
                case .integer: key.append(try row.int(index))
                case .text: key.append(try row.text(index))
                case .blob: key.append(try row.blob(index))
                }
            }
            return false
        }
        return key
    }

    // MARK: - Comparing

    /// - Returns: the rows compared.
    private func compare(
        _ table: TransferTable, _ source: any Session, _ report: (Int64) throws -> Void
    ) throws -> Int64 {
        let original = try digest(of: table, source, report)
        let copy = try destination.read { try digest(of: table, $0) { _ in } }
        guard original == copy else {
            throw Failure(
                .failed,
                "The table \(table.name) is not the same on both sides: \(original.rows) and \(copy.rows) rows.",
                advice: "Something was written to the store since the copy was begun: stop the daemon, remove what was "
                    + "copied to \(destination.name), and begin again.")
        }
        return original.rows
    }

    private struct TableDigest: Hashable {
        var rows: Int64
        var value: String
    }

    private func digest(
        of table: TransferTable, _ session: any Session, _ report: (Int64) throws -> Void
    ) throws -> TableDigest {
        let digest = EffectDigest()
        var rows: Int64 = 0
        digest.begin(table: table.name, columns: table.columns.map(\.name))
        let sql = """
            SELECT \(table.columnList) FROM "\(table.name)" ORDER BY \(TransferTable.list(table.key))
            """
        try session.rows(sql, [], fetch: .streamed) { row in
            for (index, column) in table.columns.enumerated() {
                if row.isNull(index) {
                    digest.appendNull()
                    continue
                }
                switch column.kind {
                case .integer: digest.append(try row.int(index))
                case .text: digest.append(utf8: UnsafeRawBufferPointer(try row.utf8(index)))
                case .blob: try row.blob(index).withUnsafeBytes { digest.append(blob: $0) }
                }
            }
            digest.finishRow()
            rows += 1
            if rows % Int64(Self.rowsPerReport) == 0 { try report(rows) }
            return true
        }
        digest.end(table: table.name, inserted: 0)
        return TableDigest(rows: rows, value: digest.value)
    }
}

extension RowWriter {
    fileprivate mutating func copy(_ row: Row, _ columns: [TransferTable.Column]) throws {
        for (index, column) in columns.enumerated() {
            if row.isNull(index) {
                try bindNull()
                continue
            }
            switch column.kind {
            case .integer: try bind(try row.int(index))
            case .text: try bind(utf8: UnsafeRawBufferPointer(try row.utf8(index)))
            case .blob: try bind(try row.blob(index))
            }
        }
        try finishRow()
    }
}

extension Session {
    /// The first column of each row.
    func texts(_ sql: String, _ arguments: [(any SQLBindable)?] = []) throws -> [String] {
        var texts: [String] = []
        try rows(sql, arguments, fetch: .all) { row in
            texts.append(try row.text(0))
            return true
        }
        return texts
    }
}
