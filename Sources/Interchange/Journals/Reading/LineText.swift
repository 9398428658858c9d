import Configuration
import Diagnostics

/// Whether the bytes of a line are text.
enum LineText {
    /// What of the line is no text: not UTF-8, or a control character other than a tab or form feed. Nil for text.
    static func problem(in line: UnsafeBufferPointer<UInt8>, file: String, number: Int) -> Problem? {
        guard !isPlain(line) else { return nil }
        if let index = line.firstIndex(where: { ($0 < 0x20 && $0 != 0x09 && $0 != 0x0C) || $0 == 0x7F }) {
            let place = location(of: index, in: line, file: file, number: number)
            let code = String(line[index], radix: 16, uppercase: true)
            if line[index] == 0 {
                return Problem("a NUL byte", expected: "text; the file is damaged, or no journal", at: place)
            }
            if line[index] == 0x0D {
                return Problem(
                    "a carriage return inside a line", expected: "lines that end with LF or CR LF", at: place)
            }
            return Problem(
                "the control character U+\(String(repeating: "0", count: 4 - code.count))\(code)", expected: "text",
                at: place)
        }
        let bytes = Array(line)
        if let bad = TextEncoding.invalidRanges(in: bytes).first {
            return TextEncoding.invalidProblem(
                bytes[bad], at: location(of: bad.lowerBound, in: line, file: file, number: number))
        }
        return nil
    }

    /// Whether every byte is ASCII and none a control character: what nearly every line is.
    private static func isPlain(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = UnsafeRawBufferPointer(line)
        var index = 0
        // Eight bytes at a time: a high bit is no ASCII, and x − 0x20 borrows only below a space. DEL counts as plain.
        while index + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let high: UInt64 = 0x8080_8080_8080_8080
            guard (word | (word &- 0x2020_2020_2020_2020)) & high == 0 else { return false }
            index += 8
        }
        while index < raw.count {
            guard raw[index] &- 0x20 < 0x5F else { return false }
            index += 1
        }
        return true
    }

    /// The place of a byte of a line; columns count characters.
    static func location(
        of offset: Int, in line: UnsafeBufferPointer<UInt8>, file: String, number: Int
    ) -> SourceLocation {
        let before = Array(line.prefix(max(0, offset)))
        return SourceLocation(file: file, line: number, column: SourceText.column(of: before[...]))
    }
}
