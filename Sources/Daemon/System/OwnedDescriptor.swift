import CLinux
import Glibc

/// A file descriptor that is closed when nobody holds it any more.
final class OwnedDescriptor: Sendable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    /// From now on a read or write that would have to wait fails with `EAGAIN`.
    func setNonBlocking() throws(SystemError) {
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0, fcntl(number, F_SETFL, flags | O_NONBLOCK) == 0 else { throw SystemError("fcntl") }
    }

    /// What one read gives: at most `maximumBytes`; empty at the end of the file; nil when there is nothing yet.
    func read(into buffer: inout [UInt8], maximumBytes: Int) throws(SystemError) -> ArraySlice<UInt8>? {
        while true {
            let count = Glibc.read(number, &buffer, min(maximumBytes, buffer.count))
            if count >= 0 { return buffer[..<count] }
            if errno == EAGAIN { return nil }
            guard errno == EINTR else { throw SystemError("read") }
        }
    }
}

/// A pipe. Neither end outlives an exec, and neither is one of the standard streams.
struct DescriptorPair {
    let reading: OwnedDescriptor
    let writing: OwnedDescriptor

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { throw SystemError("pipe2") }
        reading = try Self.aboveStandardStreams(ends[0])
        writing = try Self.aboveStandardStreams(ends[1])
    }

    /// A daemon that was started with a standard stream closed is given its number for the next file that it opens.
    private static func aboveStandardStreams(_ number: Int32) throws(SystemError) -> OwnedDescriptor {
        guard number <= STDERR_FILENO else { return OwnedDescriptor(number) }
        defer { close(number) }
        let moved = fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
        guard moved >= 0 else { throw SystemError("fcntl") }
        return OwnedDescriptor(moved)
    }
}
