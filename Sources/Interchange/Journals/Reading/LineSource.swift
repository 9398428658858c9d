import Configuration
import Diagnostics

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The lines of a file or of bytes in memory, one after the other, in a buffer of fixed size.
final class LineSource {
    static let blockBytes = 1 << 18

    /// How messages call it.
    let name: String
    let maximumLineBytes: Int
    /// The number of the line that `next()` gave last, from 1.
    private(set) var line = 0
    /// Whether that line was longer than `maximumLineBytes`: what there is of it is its beginning.
    private(set) var isCut = false

    private let descriptor: Int32
    private var buffer: UnsafeMutableBufferPointer<UInt8>
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var failure: Int32 = 0

    /// - Throws: `Failure` where the file cannot be opened, or is no file.
    init(path: String, shownAs name: String, maximumLineBytes: Int) throws(Failure) {
        self.name = name
        self.maximumLineBytes = maximumLineBytes
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        buffer = .allocate(capacity: Self.blockBytes)
        guard descriptor >= 0 else { throw Self.cannotOpen(name, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.cannotOpen(name, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(.usage, "\(name) is not a regular file.", advice: "Name a journal file.")
        }
    }

    init(bytes: [UInt8], shownAs name: String, maximumLineBytes: Int) {
        self.name = name
        self.maximumLineBytes = maximumLineBytes
        descriptor = -1
        isAtEnd = true
        buffer = .allocate(capacity: max(1, bytes.count))
        end = bytes.count
        _ = buffer.update(fromContentsOf: bytes)
    }

    deinit {
        buffer.deallocate()
        if descriptor >= 0 { close(descriptor) }
    }

    private static func cannotOpen(_ name: String, _ code: Int32) -> Failure {
        switch code {
        case ENOENT, ENOTDIR:
            Failure(.notFound, "There is no file \(name).", advice: "Check the name and the folder.")
        case EACCES, EPERM:
            Failure(.usage, "\(name) cannot be opened: permission denied.", advice: "Check who may read it: ls -l.")
        default:
            Failure(.usage, "\(name) cannot be opened: \(String(cString: strerror(code))).")
        }
    }

    /// What kept the file from being read to its end.
    var readFailure: Problem? {
        guard failure != 0 else { return nil }
        return Problem(
            "\(name) cannot be read on: \(String(cString: strerror(failure)))",
            at: SourceLocation(file: name, line: line))
    }

    /// The first bytes of the file, without taking them.
    func head() -> UnsafeBufferPointer<UInt8> {
        if !isAtEnd, end == 0 { fill() }
        return UnsafeBufferPointer(rebasing: buffer[start..<end])
    }

    /// Passes over bytes at the start of the file.
    func skip(_ count: Int) {
        start = min(start + count, end)
    }

    /// The next line without its end (LF or CR LF), valid until the next call; nil behind the last.
    func next() -> UnsafeBufferPointer<UInt8>? {
        isCut = false
        var searched = start
        while true {
            if let found = lineFeed(from: searched) {
                defer { start = found + 1 }
                return finish(start..<found)
            }
            searched = end
            if isAtEnd {
                guard start < end else { return nil }
                defer { start = end }
                return finish(start..<end)
            }
            if end - start >= maximumLineBytes { return cutLine() }
            let taken = searched - start
            fill()
            searched = start + taken
        }
    }

    private func finish(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        line += 1
        var range = range
        if range.count > maximumLineBytes {
            isCut = true
            range = range.lowerBound..<(range.lowerBound + maximumLineBytes)
        } else if let last = range.last, buffer[last] == UInt8(ascii: "\r") {
            range = range.lowerBound..<last
        }
        return UnsafeBufferPointer(rebasing: buffer[range])
    }

    /// The beginning of a line that is too long; its rest is passed over.
    private func cutLine() -> UnsafeBufferPointer<UInt8> {
        line += 1
        isCut = true
        let kept = min(maximumLineBytes, 1_024)
        // The beginning is moved to the front, and the rest read over what lies behind it.
        copyToFront(start..<(start + kept))
        while !isAtEnd {
            start = kept
            end = kept
            fillBehind()
            if let found = lineFeed(from: start) {
                start = found + 1
                return UnsafeBufferPointer(rebasing: buffer[0..<kept])
            }
        }
        start = end
        return UnsafeBufferPointer(rebasing: buffer[0..<kept])
    }

    private func lineFeed(from offset: Int) -> Int? {
        guard offset < end, let base = buffer.baseAddress else { return nil }
        guard let hit = memchr(base + offset, 0x0A, end - offset) else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }

    private func copyToFront(_ range: Range<Int>) {
        guard range.lowerBound > 0, let base = buffer.baseAddress else { return }
        memmove(base, base + range.lowerBound, range.count)
    }

    /// Moves what is left to the front and reads on behind it.
    private func fill() {
        let left = end - start
        copyToFront(start..<end)
        start = 0
        end = left
        if end == buffer.count {
            let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: buffer.count * 2)
            _ = larger.update(fromContentsOf: buffer)
            buffer.deallocate()
            buffer = larger
        }
        fillBehind()
    }

    private func fillBehind() {
        guard let base = buffer.baseAddress else { return }
        while true {
            let got = read(descriptor, base + end, buffer.count - end)
            if got < 0, errno == EINTR { continue }
            if got < 0 { failure = errno }
            if got <= 0 { isAtEnd = true } else { end += got }
            return
        }
    }
}
