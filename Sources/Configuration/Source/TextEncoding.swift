import Diagnostics

/// What can be wrong with a file before its format matters: it is not UTF-8, or holds what no text holds.
package enum TextEncoding {
    package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// Of one kind of bad byte this many places are named; the rest of such a file looks the same.
    package static let maximumPlaces = 20

    /// The refusal of a file in UTF-16 or UTF-32, with the command that converts it; nil for anything else.
    ///
    /// Without a byte order mark a file counts as UTF-16 when every second of its first bytes is zero.
    package static func refusalOfWideText(_ bytes: some Collection<UInt8>, file: String) -> Problem? {
        let head = Array(bytes.prefix(64))
        let encoding: String? =
            if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) {
                "UTF-32"
            } else if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
                "UTF-16"
            } else if isEverySecondZero(head, from: 1) {
                "UTF-16LE"
            } else if isEverySecondZero(head, from: 0) {
                "UTF-16BE"
            } else {
                nil
            }
        guard let encoding else { return nil }
        return Problem(
            "the file is in \(encoding)",
            expected: "UTF-8; convert it: iconv -f \(encoding) -t UTF-8 \(shellQuoted(file)) > converted-file",
            at: SourceLocation(file: file, line: 1, column: 1))
    }

    private static func isEverySecondZero(_ head: [UInt8], from first: Int) -> Bool {
        guard head.count >= 4 else { return false }
        let zeros = stride(from: first, to: head.count, by: 2).allSatisfy { head[$0] == 0 }
        let others = stride(from: 1 - first, to: head.count, by: 2).allSatisfy { head[$0] != 0 }
        return zeros && others
    }

    /// The byte ranges that are not UTF-8, at most `maximumPlaces`.
    package static func invalidRanges(in bytes: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        while start < bytes.count, ranges.count < maximumPlaces {
            do throws(UTF8.ValidationError) {
                _ = try UTF8Span(validating: bytes.span.extracting(start..<bytes.count))
                break
            } catch {
                let bad = (start + error.byteOffsets.lowerBound)..<(start + error.byteOffsets.upperBound)
                ranges.append(bad)
                start = max(bad.upperBound, start + 1)
            }
        }
        return ranges
    }

    /// `the byte 0xE9 is not UTF-8`, with what it is likely to be.
    package static func invalidProblem(_ bytes: some Collection<UInt8>, at location: SourceLocation) -> Problem {
        let text = bytes.prefix(4).map { "0x" + hex($0) }.joined(separator: " ")
        let noun = bytes.count == 1 ? "the byte \(text) is" : "the bytes \(text) are"
        return Problem(
            "\(noun) not UTF-8", expected: "UTF-8; where the file is Windows-1252: iconv -f WINDOWS-1252 -t UTF-8",
            at: location)
    }

    static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }

    private static func shellQuoted(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain
            ? name : "'" + name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
