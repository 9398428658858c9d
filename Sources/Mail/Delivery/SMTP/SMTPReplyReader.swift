/// Puts the bytes that a mail server sends together to replies (RFC 5321, section 4.2).
struct SMTPReplyReader {
    private var bytes: [UInt8] = []
    private var lines: [String] = []

    /// A reply of more bytes than this is none.
    static let maximumReplyBytes = 65_536

    mutating func append(_ received: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: received)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        lines.removeAll()
    }

    /// The next whole reply; nil while none has come. What is no reply has the code 0.
    mutating func next() -> ServerReply? {
        while let end = bytes.firstIndex(of: 0x0A) {
            var line = bytes[..<end]
            if line.last == 0x0D { line.removeLast() }
            let code = Self.code(line)
            let isLast = code == nil || line.count == 3 || line[3] != UInt8(ascii: "-")
            let text = String(decoding: code == nil ? line : line.dropFirst(4), as: UTF8.self)
            bytes.removeFirst(end + 1)
            // Beyond what is kept of a reply its lines are passed over.
            if lines.count < 100 { lines.append(text) }
            if isLast {
                defer { lines.removeAll() }
                return ServerReply(code: code ?? 0, text: lines.count == 1 ? text : lines.joined(separator: " "))
            }
        }
        guard bytes.count <= Self.maximumReplyBytes else {
            removeAll()
            return ServerReply(code: 0, text: "a line of more than \(Self.maximumReplyBytes) bytes")
        }
        return nil
    }

    private static func code(_ line: ArraySlice<UInt8>) -> Int? {
        guard line.count >= 3 else { return nil }
        var code = 0
        for byte in line.prefix(3) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            code = code * 10 + Int(byte - UInt8(ascii: "0"))
        }
        guard (200...599).contains(code) else { return nil }
        // `250-more`, `250 last`, `250`.
        guard line.count == 3 || line[3] == UInt8(ascii: " ") || line[3] == UInt8(ascii: "-") else { return nil }
        return code
    }
}
