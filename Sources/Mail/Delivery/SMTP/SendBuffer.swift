#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Bytes on their way out, in one piece of memory that does not move: OpenSSL wants a write that it put off to be
/// repeated with the same bytes at the same address (SSL_write(3)).
final class SendBuffer {
    private let memory: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0

    static let capacityBytes = 65_536

    init() {
        memory = .allocate(byteCount: Self.capacityBytes, alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    var isEmpty: Bool { start == end }
    var room: Int { memory.count - end }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[start..<end]) }

    func removeAll() {
        start = 0
        end = 0
    }

    func removeFirst(_ count: Int) {
        start += count
        if start >= end { removeAll() }
    }

    /// - Precondition: there is room.
    func append(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            UnsafeMutableRawBufferPointer(rebasing: memory[end...]).copyMemory(from: UnsafeRawBufferPointer(bytes))
            end += bytes.count
        }
    }

    /// Appends content from `offset` on as far as there is room, with a dot before each line that begins with one
    /// (RFC 5321, section 4.5.2).
    ///
    /// - Returns: the offset of what is left.
    func append(content: [UInt8], from offset: Int) -> Int {
        content.withUnsafeBytes { content in
            var offset = offset
            while offset < content.count {
                let isLineStart = offset == 0 || content[offset - 1] == 0x0A
                if isLineStart, content[offset] == UInt8(ascii: ".") {
                    guard room >= 2 else { break }
                    memory[end] = UInt8(ascii: ".")
                    end += 1
                }
                // To the end of the line, or as far as there is room.
                let limit = min(content.count - offset, room)
                guard limit > 0, let start = content.baseAddress else { break }
                let lineEnd = memchr(start + offset, 0x0A, limit).map { UnsafeRawPointer($0) - (start + offset) + 1 }
                let count = lineEnd ?? limit
                let line = UnsafeRawBufferPointer(rebasing: content[offset..<(offset + count)])
                UnsafeMutableRawBufferPointer(rebasing: memory[end...]).copyMemory(from: line)
                end += count
                offset += count
            }
            return offset
        }
    }
}
