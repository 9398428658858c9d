import Diagnostics

/// The bytes of a text file, and where its lines begin: turns offsets into `file:line:column`.
package struct SourceText: Sendable {
    /// How messages call the file.
    package let file: String
    package let bytes: [UInt8]
    /// The offset of each line's first byte. A line ends with LF, CR LF or CR.
    package let lineStarts: [Int]

    package init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() {
            let next = index + 1
            if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && !bytes.has(UInt8(ascii: "\n"), at: next)) {
                starts.append(next)
            }
        }
        lineStarts = starts
    }

    /// Line and character of the byte at `offset`; of the end of the text where it lies beyond.
    package func location(atByte offset: Int) -> SourceLocation {
        let offset = min(max(0, offset), bytes.count)
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return SourceLocation(file: file, line: low + 1, column: Self.column(of: bytes[lineStarts[low]..<offset]))
    }

    /// The column right after `before`, the bytes of a line up to a place: its characters and one.
    package static func column(of before: ArraySlice<UInt8>) -> Int {
        if before.allSatisfy({ $0 < 0x80 }) { return before.count + 1 }
        // A file may begin with a byte order mark, which no editor counts.
        let text = before.starts(with: TextEncoding.byteOrderMark) ? before.dropFirst(3) : before
        return String(decoding: text, as: UTF8.self).count + 1
    }

    /// The offset of the `scalar`-th Unicode scalar (from 0) of `line` (from 1); the line's end where it has fewer.
    func offset(line: Int, scalar: Int) -> Int {
        guard line >= 1, line <= lineStarts.count else { return bytes.count }
        var offset = lineStarts[line - 1]
        let end = line < lineStarts.count ? lineStarts[line] : bytes.count
        var left = scalar
        while offset < end {
            let isScalarStart = bytes[offset] & 0xC0 != 0x80
            if isScalarStart {
                if left == 0 { break }
                left -= 1
            }
            offset += 1
        }
        return offset
    }
}

extension [UInt8] {
    func has(_ byte: UInt8, at index: Int) -> Bool { index < count && self[index] == byte }
}

extension SourceText {
    /// The bytes of a line (from 1) without its end; nil where there is no such line.
    func line(_ number: Int) -> ArraySlice<UInt8>? {
        guard number >= 1, number <= lineStarts.count else { return nil }
        let start = lineStarts[number - 1]
        var end = number < lineStarts.count ? lineStarts[number] : bytes.count
        while end > start, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return bytes[start..<end]
    }
}
