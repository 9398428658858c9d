import Calendars
import Concurrency
import Diagnostics

/// Copies all that a store holds into an empty database of either kind: how a company moves from SQLite to PostgreSQL,
/// and back.
///
/// The rows go over in the order of their keys, so many in a transaction; a transfer that was cut off goes on where it
/// stood when it is begun again. One thread reads and another writes. What is read is hashed on the way, and at the end every
/// table of the destination is read and compared with that, while its indexes and foreign keys are made. Until then the
/// destination is no store: whoever opens it is told so.
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
    /// Batches that wait for the thread that writes.
    private static let maximumWaitingBatches = 4
    /// What `schema_version` is called until the transfer is complete.
    static let pendingVersionTable = "transfer_schema_version"
    private static let versionTable = "schema_version"
    /// What is put back when all rows are there, as `TransferRule`s.
    private static let ruleTable = "transfer_rule"

    package struct Outcome: Hashable, Sendable {
        package var tables: Int
        package var rows: Int64
        /// Those that an earlier beginning had brought over.
        package var rowsBefore: Int64
    }

    package enum Phase: String, Sendable {
        case copying, comparing
        /// All is compared, and indexes are still being made.
        case completing
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
        try destination.prepareTransfer()
        try prepare(at: instant)
        return try origin.readForTransfer { session in
            let tables = try transferred(origin.tables(session)).parentsFirst()
            try requireSameTables(tables)
            var total: Int64 = 0
            for table in tables { total += try count(of: table, session) }
            var outcome = Outcome(tables: tables.count, rows: 0, rowsBefore: 0)
            var digests: [(table: TransferTable, digest: TableDigest)] = []
            for table in tables {
                digests.append((table, try copy(table, from: origin, session, &outcome, total, progress)))
            }
            try complete {
                try compare(digests, total, progress)
            } waiting: {
                try progress(Progress(phase: .completing, table: "indexes", rows: total, totalRows: total))
            }
            try finish(origin.lastNumbers(session))
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
            try keep(destination.suspendRules(session), session)
            // What migrations put into their tables comes from the source.
            for table in try transferred(destination.tables(session)).parentsFirst().reversed() {
                try session.script("DELETE FROM \"\(table.name)\"")
            }
            try session.script("ALTER TABLE \(Self.versionTable) RENAME TO \(Self.pendingVersionTable)")
        }
    }

    private func keep(_ rules: [TransferRule], _ session: any Session) throws {
        let sql = """
            CREATE TABLE \(Self.ruleTable) (number INTEGER PRIMARY KEY, sql TEXT NOT NULL, is_last INTEGER NOT NULL) STRICT
            """
        try session.script(MigrationText.migration(sql, for: destination.dialect))
        for (index, rule) in rules.enumerated() {
            _ = try session.execute(
                "INSERT INTO \(Self.ruleTable) (number, sql, is_last) VALUES (?, ?, ?)",
                [index + 1, rule.sql, rule.isLast]
            )
        }
    }

    /// Makes the indexes and foreign keys, while `body` reads what they are made of. Each is forgotten in the transaction
    /// that makes it, so a transfer that is cut off here goes on with the next.
    private func complete(_ body: () throws -> Void, waiting report: () throws -> Void) throws {
        let isStopped = StopSign()
        let making = WorkAlongside { [destination] in
            while !isStopped.isSet {
                let isDone = try destination.load { session in
                    guard let number = try Self.firstRule(isLast: false, session) else { return true }
                    try Self.restoreRule(number, session)
                    return false
                }
                if isDone { return }
            }
        }
        do {
            try body()
            try making.finish(reporting: report)
        } catch {
            isStopped.set()
            try? making.finish()
            throw error
        }
    }

    private static func firstRule(isLast: Bool, _ session: any Session) throws -> Int64? {
        var number: Int64?
        try session.rows(
            "SELECT number FROM \(ruleTable) WHERE is_last = ? ORDER BY number LIMIT 1", [isLast], fetch: .first
        ) { row in
            number = try row.int(0)
            return false
        }
        return number
    }

    private static func restoreRule(_ number: Int64, _ session: any Session) throws {
        for sql in try session.texts("SELECT sql FROM \(ruleTable) WHERE number = ?", [number]) {
            try session.script(sql)
        }
        _ = try session.execute("DELETE FROM \(ruleTable) WHERE number = ?", [number])
    }

    private func finish(_ numbers: [String: Int64]) throws {
        try destination.completeTransfer()
        try destination.load { session in
            try destination.setLastNumbers(numbers, session)
            while let number = try Self.firstRule(isLast: true, session) { try Self.restoreRule(number, session) }
            try session.script("DROP TABLE \(Self.ruleTable)")
            try session.script("ALTER TABLE \(Self.pendingVersionTable) RENAME TO \(Self.versionTable)")
            try destination.restoreRules(session)
        }
    }

    private func transferred(_ tables: [TransferTable]) -> [TransferTable] {
        let own = [Self.versionTable, Self.pendingVersionTable, Self.ruleTable]
        return tables.filter { !own.contains($0.name) }.map { $0.inOrderOfColumns() }
    }

    private func requireSameTables(_ tables: [TransferTable]) throws {
        // Without their foreign keys, those of the destination have no order of their own.
        let others = Dictionary(
            try destination.read { try transferred(destination.tables($0)) }.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first })
        guard others.count == tables.count, tables.allSatisfy({ others[$0.name] != nil }) else {
            throw StoreError.misuse("the two databases have other tables")
        }
        for table in tables where table.columns != others[table.name]?.columns || table.key != others[table.name]?.key {
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

    /// - Returns: the digest of all rows that the source has.
    private func copy(
        _ table: TransferTable, from origin: any TransferCatalog, _ session: any Session, _ outcome: inout Outcome,
        _ total: Int64, _ progress: (Progress) throws -> Void
    ) throws -> TableDigest {
        let (before, last) = try destination.read { (try count(of: table, $0), try lastKey(of: table, $0)) }
        outcome.rows += before
        outcome.rowsBefore += before
        let batchRows = min(RowBatch.maximumRows, rowsPerTransaction)
        var digest = TableDigest()
        if !last.isEmpty {
            try origin.readRows(of: table, .upTo(last), rowsPerBatch: batchRows, session) { batch in
                digest.add(batch)
                try progress(Progress(phase: .copying, table: table.name, rows: outcome.rows, totalRows: total))
            }
        }
        let batches = Handover<RowBatch, Void>(capacity: Self.maximumWaitingBatches)
        let committed = CommittedRows()
        var writing: WorkAlongside?
        do {
            let part: TransferPart = last.isEmpty ? .all : .after(last)
            try origin.readRows(of: table, part, rowsPerBatch: batchRows, session) { batch in
                if writing == nil { writing = write(table, from: batches, counting: committed) }
                digest.add(batch)
                try batches.put { batch }
                try progress(
                    Progress(
                        phase: .copying, table: table.name, rows: outcome.rows + committed.count, totalRows: total))
            }
        } catch {
            batches.end(with: .success(()))
            try? writing?.finish()
            throw error
        }
        batches.end(with: .success(()))
        try writing?.finish()
        outcome.rows += committed.count
        try progress(Progress(phase: .copying, table: table.name, rows: outcome.rows, totalRows: total))
        return digest
    }

    /// Writes what is handed over, so many rows in a transaction, until nothing more comes.
    private func write(
        _ table: TransferTable, from batches: Handover<RowBatch, Void>, counting committed: CommittedRows
    ) -> WorkAlongside {
        WorkAlongside { [destination, rowsPerTransaction] in
            do {
                while let first = try batches.next() {
                    let rows = try destination.load { session in
                        try Store.connected(session) { connection in
                            try connection.insert(into: table.name, columns: table.columns.map(\.name)) { writer in
                                var batch: RowBatch? = first
                                var rows = 0
                                while let next = batch {
                                    try next.write(columnCount: table.columns.count, to: &writer)
                                    rows += next.rowCount
                                    batch = rows < rowsPerTransaction ? try batches.next() : nil
                                }
                            }
                        }
                    }
                    committed.add(rows)
                }
                try destination.load { try destination.analyze(table, $0) }
            } catch {
                batches.cancel(error)
                throw error
            }
        }
    }

    /// The greatest key that is there; empty where there is no row.
    private func lastKey(of table: TransferTable, _ session: any Session) throws -> [SQLValue] {
        let order = table.key.map { "\"\($0)\" DESC" }.joined(separator: ", ")
        var key: [SQLValue] = []
        try session.rows(
            "SELECT \(TransferTable.list(table.key)) FROM \"\(table.name)\" ORDER BY \(order) LIMIT 1", [],
            fetch: .first
        ) { row in
            for (index, column) in table.keyColumns.enumerated() {
                switch column.kind {
                case .integer: key.append(.integer(try row.int(index)))
                case .text: key.append(.text(try row.text(index)))
                case .blob: key.append(.blob(try row.blob(index)))
                }
            }
            return false
        }
        return key
    }

    // MARK: - Comparing

    private func compare(
        _ originals: [(table: TransferTable, digest: TableDigest)], _ total: Int64,
        _ progress: (Progress) throws -> Void
    ) throws {
        var compared: Int64 = 0
        for (table, original) in originals {
            try progress(Progress(phase: .comparing, table: table.name, rows: compared, totalRows: total))
            var copy = TableDigest()
            try destination.readForTransfer { session in
                try destination.readRows(of: table, .all, rowsPerBatch: RowBatch.maximumRows, session) { batch in
                    copy.add(batch)
                    try progress(
                        Progress(phase: .comparing, table: table.name, rows: compared + copy.rows, totalRows: total))
                }
            }
            guard copy.isSame(as: original) else {
                throw Failure(
                    .failed,
                    "The table \(table.name) is not the same on both sides: \(original.rows) and \(copy.rows) rows.",
                    advice:
                        "Something was written to the store since the copy was begun: stop the daemon, remove what was "
                        + "copied to \(destination.name), and begin again.")
            }
            compared += copy.rows
        }
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
