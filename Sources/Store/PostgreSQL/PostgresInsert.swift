import CPostgres
import Crypto

/// A bulk insert by COPY in text format.
///
/// Rows whose key may be taken go into a temporary table first, and from there with ON CONFLICT DO NOTHING.
final class PostgresInsert: BulkInsertSink {
    private let session: PostgresSession
    private let insert: BulkInsert
    private let buffer = ByteBuffer(capacity: PostgresInsert.blockBytes + 4_096)
    private let fixedText: ByteBuffer
    private var isFirstInRow = true
    private var rowStart = 0
    private var isCopying = false

    private static let blockBytes = 65_536

    init(_ session: PostgresSession, _ insert: BulkInsert) {
        self.session = session
        self.insert = insert
        fixedText = ByteBuffer(capacity: 128)
        for column in insert.fixedColumns {
            fixedText.append(UInt8(ascii: "\t"))
            switch column.value {
            case .null: fixedText.append("\\N")
            case .integer(let number): fixedText.append(decimal: number)
            case .text(var text): text.withUTF8 { fixedText.append(copyText: UnsafeRawBufferPointer($0)) }
            case .blob(let bytes): bytes.withUnsafeBytes { fixedText.append(copyBlob: $0) }
            }
        }
        fixedText.append(UInt8(ascii: "\n"))
    }

    // MARK: Values

    func appendNull() {
        separate()
        buffer.append("\\N")
    }

    func append(_ value: Int64) {
        separate()
        buffer.append(decimal: value)
    }

    func append(utf8 bytes: UnsafeRawBufferPointer) {
        separate()
        buffer.append(copyText: bytes)
    }

    func append(blob bytes: UnsafeRawBufferPointer) {
        separate()
        buffer.append(copyBlob: bytes)
    }

    private func separate() {
        if !isFirstInRow { buffer.append(UInt8(ascii: "\t")) }
        isFirstInRow = false
    }

    func finishRow() throws {
        buffer.append(fixedText.bytes)
        isFirstInRow = true
        rowStart = buffer.count
        if rowStart >= Self.blockBytes { try flush() }
    }

    // MARK: Copying

    /// The table that COPY fills, as written in SQL.
    private var target: String {
        insert.onConflict == .fail ? "\"\(insert.table)\"" : "pg_temp.\"\(stagingTable)\""
    }

    /// One for each table and list of columns. It is kept as long as the connection, and emptied by each commit; behind a
    /// pooler, where the next transaction may have another connection, it goes with its transaction.
    private var stagingTable: String {
        "copy_" + Hexadecimal.text(SHA256.hash(data: Array("\(insert.table) \(insert.columnList)".utf8)).prefix(8))
    }

    private func begin() throws {
        if insert.onConflict == .doNothing {
            try session.script(
                """
                CREATE TEMP TABLE IF NOT EXISTS "\(stagingTable)" ON COMMIT \(session.isPooled ? "DROP" : "DELETE ROWS") AS
                SELECT \(insert.columnList) FROM "\(insert.table)" WITH NO DATA
                """)
        }
        try session.sendWaiting()
        let sql = "COPY \(target) (\(insert.columnList)) FROM STDIN"
        let result = PostgresResult(PQexec(session.connection, sql))
        guard result.status == PGRES_COPY_IN else { throw session.failure(result, sql) }
        isCopying = true
    }

    private func flush() throws {
        if !isCopying { try begin() }
        let sent = PQputCopyData(
            session.connection, buffer.base.assumingMemoryBound(to: CChar.self), CInt(clamping: buffer.count))
        buffer.removeAll()
        rowStart = 0
        // Otherwise the server has ended the COPY, and its answer says why.
        guard sent == 1 else {
            _ = try endCopy(nil)
            throw session.spoiling(.statement(sql: "COPY", reason: PostgresErrors.reason(session.connection)))
        }
    }

    /// - Returns: rows copied.
    private func endCopy(_ reason: String?) throws -> Int {
        isCopying = false
        PQputCopyEnd(session.connection, reason)
        var count = 0
        var failure: StoreError?
        while let pointer = PQgetResult(session.connection) {
            let result = PostgresResult(pointer)
            if result.isSuccess {
                count += result.changedRows
            } else if failure == nil {
                failure = session.failure(result, "COPY \(target) (\(insert.columnList)) FROM STDIN")
            }
            if !session.isAlive { break }
        }
        if let failure { throw failure }
        return count
    }

    func finish() throws -> Int {
        buffer.truncate(to: rowStart)
        if buffer.count > 0 { try flush() }
        guard isCopying else { return 0 }
        let copied = try endCopy(nil)
        guard insert.onConflict == .doNothing else { return copied }
        let inserted = try session.execute(
            """
            INSERT INTO "\(insert.table)" (\(insert.columnList))
            SELECT \(insert.columnList) FROM \(target) ON CONFLICT DO NOTHING
            """, [])
        try session.script("TRUNCATE \(target)")
        return inserted
    }

    func abandon() {
        if isCopying { _ = try? endCopy("abandoned") }
        _ = session.spoiling(.misuse("a bulk insert into \(insert.table) was broken off"))
    }
}

extension ByteBuffer {
    /// Text as COPY reads it: backslash, tab, line feed and carriage return are escaped.
    func append(copyText bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count * 2)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\t"): append("\\t")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\r"): append("\\r")
            default: append(byte)
            }
        }
    }

    func append(copyBlob bytes: UnsafeRawBufferPointer) {
        append("\\\\x")
        append(hexadecimal: bytes)
    }
}
