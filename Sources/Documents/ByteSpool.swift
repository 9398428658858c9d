import Glibc

/// Bytes that are written once from the front and read later: in memory, and in a temporary file without a name where
/// they are many.
package final class ByteSpool {
    private var descriptor: Int32 = -1
    private var fileBytes = 0
    private var memory: [UInt8] = []
    private let memoryLimit: Int

    package init(memoryLimitBytes: Int = DocumentLimits.spoolMemoryBytes) { memoryLimit = memoryLimitBytes }

    deinit { if descriptor >= 0 { close(descriptor) } }

    package var count: Int { fileBytes + memory.count }

    package func append(_ bytes: [UInt8]) throws(DocumentError) {
        memory.append(contentsOf: bytes)
        if memory.count > memoryLimit { try spill() }
    }

    /// Calls `body` with `count` bytes from `offset` on.
    package func read<Result>(
        from offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        precondition(offset >= 0 && count >= 0 && count <= self.count - offset, "the spool does not hold these bytes")
        if offset >= fileBytes {
            return try memory.withUnsafeBytes { bytes in
                try body(UnsafeRawBufferPointer(rebasing: bytes[(offset - fileBytes)..<(offset - fileBytes + count)]))
            }
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        defer { buffer.deallocate() }
        let fromFile = min(count, fileBytes - offset)
        var done = 0
        while done < fromFile {
            let read = pread(descriptor, buffer.baseAddress?.advanced(by: done), fromFile - done, offset + done)
            if read < 0, errno == EINTR { continue }
            guard read > 0 else { throw DocumentError.cannotSpool(reason: Self.systemReason()) }
            done += read
        }
        if fromFile < count {
            memory.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: buffer[fromFile...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[0..<(count - fromFile)]))
            }
        }
        return try body(UnsafeRawBufferPointer(buffer))
    }

    /// Calls `body` with everything, piece by piece.
    package func readAll(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let pieceBytes = 1 << 20
        var offset = 0
        while offset < count {
            let piece = min(pieceBytes, count - offset)
            try read(from: offset, count: piece, body)
            offset += piece
        }
    }

    private func spill() throws(DocumentError) {
        if descriptor < 0 { descriptor = try Self.openTemporaryFile() }
        var done = 0
        while done < memory.count {
            let written = memory.withUnsafeBytes { bytes in
                pwrite(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, fileBytes + done)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .cannotSpool(reason: Self.systemReason()) }
            done += written
        }
        fileBytes += memory.count
        memory.removeAll(keepingCapacity: true)
    }

    /// A file that nobody else sees and that is gone with the process, however that ends.
    private static func openTemporaryFile() throws(DocumentError) -> Int32 {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/.steward-pages-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw .cannotSpool(reason: "\(folder): \(systemReason())") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(&template)
        return descriptor
    }

    private static func systemReason() -> String { String(cString: strerror(errno)) }
}
