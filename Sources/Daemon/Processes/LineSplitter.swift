import Glibc

/// Makes lines of bytes that come in pieces. It holds at most one line.
struct LineSplitter: Sendable {
    let maximumLineBytes: Int
    private var line: [UInt8] = []

    init(maximumLineBytes: Int) {
        self.maximumLineBytes = maximumLineBytes
    }

    /// - Returns: the lines that are complete now. A longer one is cut between two characters.
    mutating func add(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        bytes.withUnsafeBufferPointer { bytes in
            guard let first = bytes.baseAddress else { return }
            var start = 0
            while start < bytes.count {
                let end = memchr(first + start, 0x0A, bytes.count - start).map {
                    UnsafeRawPointer(first).distance(to: UnsafeRawPointer($0))
                }
                let piece = UnsafeBufferPointer(rebasing: bytes[start..<(end ?? bytes.count)])
                start += piece.count + 1
                // Most lines come whole.
                if end != nil, line.isEmpty, piece.count <= maximumLineBytes {
                    lines.append(Self.text(piece))
                    continue
                }
                line += piece
                cutLongLine(into: &lines)
                guard end != nil else { return }
                lines.append(line.withUnsafeBufferPointer(Self.text))
                line.removeAll(keepingCapacity: true)
            }
        }
        return lines
    }

    private mutating func cutLongLine(into lines: inout [String]) {
        var start = 0
        while line.count - start > maximumLineBytes {
            let cut = Self.lastBoundary(of: line, notBeyond: start + maximumLineBytes)
            lines.append(String(decoding: line[start..<cut], as: UTF8.self))
            start = cut
        }
        line.removeFirst(start)
    }

    /// Without the carriage return before the end of the line.
    private static func text(_ line: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: line.last == 0x0D ? line.dropLast() : line[...], as: UTF8.self)
    }

    /// What stands behind the last end of line; nil when there is nothing.
    var rest: String? { line.isEmpty ? nil : String(decoding: line, as: UTF8.self) }

    /// The last place at which a character of UTF-8 begins; `limit` where the bytes are none.
    private static func lastBoundary(of bytes: [UInt8], notBeyond limit: Int) -> Int {
        let isContinuation = { (byte: UInt8) in byte & 0xC0 == 0x80 }
        return (max(1, limit - 3)...limit).last { !isContinuation(bytes[$0]) } ?? limit
    }
}
