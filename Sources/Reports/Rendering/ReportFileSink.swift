import Diagnostics

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a renderer of text puts its bytes: a file that appears under its name when it is whole, or an open descriptor.
package final class ReportFileSink {
    private let path: String?
    private let partialPath: String
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private static let chunkBytes = 65_536

    /// - Parameter descriptor: of a terminal or a pipe; it stays open.
    package init(descriptor: Int32) {
        path = nil
        partialPath = ""
        self.descriptor = descriptor
    }

    package init(path: String) throws(Failure) {
        self.path = path
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        partialPath = "\(path[..<slash]).\(path[slash...]).partial"
        descriptor = open(partialPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
    }

    deinit { discard() }

    private static func failure(_ path: String) -> Failure {
        Failure(
            .failed, "\(path) cannot be written: \(String(cString: strerror(errno))).",
            advice: "Check the folder, its permissions and its disk.")
    }

    package func write(_ text: String) throws(Failure) { try write(Array(text.utf8)) }

    package func write(_ bytes: [UInt8]) throws(Failure) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.chunkBytes { try flush() }
    }

    private func flush() throws(Failure) {
        var start = 0
        while start < buffer.count {
            let count = buffer[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.failure(path ?? "the output")
            }
            start += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left, and gives the file its name.
    package func finish() throws(Failure) {
        try flush()
        guard let path else { return }
        guard fsync(descriptor) == 0, rename(partialPath, path) == 0 else {
            let failure = Self.failure(path)
            discard()
            throw failure
        }
        close(descriptor)
        descriptor = -1
    }

    /// Leaves nothing of a file.
    package func discard() {
        guard path != nil, descriptor >= 0 else { return }
        unlink(partialPath)
        close(descriptor)
        descriptor = -1
    }
}
