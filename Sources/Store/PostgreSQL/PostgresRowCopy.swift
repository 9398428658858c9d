import CPostgres

/// The rows of a query by COPY in binary format: the server goes on sending while we work on what it has sent.
///
/// Source: postgresql.org/docs/15/sql-copy.html, "Binary Format". A row stands in one message as a whole.
struct PostgresRowCopy {
    private let session: PostgresSession
    private let sql: String
    private let columns: [TransferTable.Column]

    /// What stands before the first row: a signature of 11 bytes, flags, and the length of an extension that there is none of.
    private static let headerBytes = 19
    private static let signature = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]

    /// - Parameter query: gives the columns of `table`.
    init(_ session: PostgresSession, _ query: String, _ table: TransferTable) {
        self.session = session
        columns = table.columns
        sql = "COPY (\(query)) TO STDOUT (FORMAT binary)"
    }

    func run(rowsPerBatch: Int, _ take: (RowBatch) throws -> Void) throws {
        try session.sendWaiting()
        let begin = PostgresResult(PQexec(session.connection, sql))
        guard begin.status == PGRES_COPY_OUT else { throw session.failure(begin, sql) }
        var batch = RowBatch()
        var isFirst = true
        do {
            while let message = try nextMessage() {
                defer { PQfreemem(message.mutating) }
                var bytes = message.bytes
                if isFirst {
                    guard bytes.count >= Self.headerBytes, bytes.starts(with: Self.signature) else {
                        throw unreadable()
                    }
                    bytes = UnsafeRawBufferPointer(rebasing: bytes[Self.headerBytes...])
                    isFirst = false
                }
                guard try read(bytes, into: batch) else { continue }
                if batch.rowCount >= rowsPerBatch || batch.isFull {
                    try take(batch)
                    batch = RowBatch()
                }
            }
            if batch.rowCount > 0 { try take(batch) }
        } catch {
            // What the server still sends is not waited for, it may be gigabytes: the connection is given up.
            throw session.abandoned(because: error)
        }
    }

    private struct Message {
        var mutating: UnsafeMutablePointer<CChar>
        var bytes: UnsafeRawBufferPointer
    }

    /// - Returns: nil at the end, when the server has said that it was one.
    private func nextMessage() throws -> Message? {
        var start: UnsafeMutablePointer<CChar>?
        let count = PQgetCopyData(session.connection, &start, 0)
        if count > 0, let start {
            return Message(mutating: start, bytes: UnsafeRawBufferPointer(start: start, count: Int(count)))
        }
        var failure: StoreError?
        while let pointer = PQgetResult(session.connection) {
            let result = PostgresResult(pointer)
            if !result.isSuccess, failure == nil { failure = session.failure(result, sql) }
            if !session.isAlive { break }
        }
        if let failure { throw failure }
        guard count == -1 else {
            throw session.spoiling(.statement(sql: sql, reason: PostgresErrors.reason(session.connection)))
        }
        return nil
    }

    /// - Returns: false where no row stands there: at the end, or after a header of its own.
    private func read(_ bytes: UnsafeRawBufferPointer, into batch: RowBatch) throws -> Bool {
        var position = 0
        func take<T: FixedWidthInteger>(_: T.Type) throws -> T {
            guard bytes.count - position >= MemoryLayout<T>.size else { throw unreadable() }
            defer { position += MemoryLayout<T>.size }
            return T(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
        }
        guard !bytes.isEmpty else { return false }
        let count = try take(Int16.self)
        if count == -1 { return false }
        guard Int(count) == columns.count else { throw unreadable() }
        for column in columns {
            let length = Int(try take(Int32.self))
            if length == -1 {
                batch.appendNull()
                continue
            }
            guard length >= 0, bytes.count - position >= length else { throw unreadable() }
            if column.kind == .integer {
                guard length == MemoryLayout<Int64>.size else { throw unreadable() }
                batch.append(try take(Int64.self))
                continue
            }
            let content = UnsafeRawBufferPointer(rebasing: bytes[position..<(position + length)])
            position += length
            if column.kind == .text { batch.append(utf8: content) } else { batch.append(blob: content) }
        }
        batch.finishRow()
        return true
    }

    private func unreadable() -> StoreError {
        session.spoiling(.statement(sql: sql, reason: "the server's rows are not in the format that was asked for"))
    }
}
