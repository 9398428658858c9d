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
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            line += rest[..<(end ?? rest.endIndex)]
            rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
            while line.count > maximumLineBytes {
                let cut = Self.lastBoundary(of: line, notBeyond: maximumLineBytes)
                lines.append(String(decoding: line[..<cut], as: UTF8.self))
                line.removeFirst(cut)
            }
            guard end != nil else { break }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            lines.append(String(decoding: line, as: UTF8.self))
            line.removeAll(keepingCapacity: true)
        }
        return lines
    }

    /// What stands behind the last end of line; nil when there is nothing.
    var rest: String? { line.isEmpty ? nil : String(decoding: line, as: UTF8.self) }

    /// The last place at which a character of UTF-8 begins; `limit` where the bytes are none.
    private static func lastBoundary(of bytes: [UInt8], notBeyond limit: Int) -> Int {
        let isContinuation = { (byte: UInt8) in byte & 0xC0 == 0x80 }
        return (max(1, limit - 3)...limit).last { !isContinuation(bytes[$0]) } ?? limit
    }
}
