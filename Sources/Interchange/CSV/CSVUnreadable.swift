import Configuration
import Diagnostics

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Bytes that no text file has.
enum CSVUnreadable: Sendable {
    case invalidUTF8, nul, byteOrderMark

    func problem(_ bytes: some Collection<UInt8>, at location: SourceLocation) -> Problem {
        switch self {
        case .invalidUTF8:
            TextEncoding.invalidProblem(bytes, at: location)
        case .nul:
            Problem("a NUL byte", expected: "text; the file is damaged, or no CSV file", at: location)
        case .byteOrderMark:
            Problem(
                "a byte order mark (U+FEFF) in the middle of the file",
                expected: "text; files were joined together, perhaps", at: location)
        }
    }

    /// All such places behind `start`, in order; of each kind at most `TextEncoding.maximumPlaces`.
    static func places(in bytes: [UInt8], from start: Int) -> [(range: Range<Int>, kind: CSVUnreadable)] {
        let invalid = TextEncoding.invalidRanges(in: bytes).map { ($0, CSVUnreadable.invalidUTF8) }
        let zeros = occurrences(of: [0], in: bytes, from: start).map { ($0, CSVUnreadable.nul) }
        let marks = occurrences(of: TextEncoding.byteOrderMark, in: bytes, from: start)
            .map { ($0, CSVUnreadable.byteOrderMark) }
        return (invalid + zeros + marks).sorted { $0.0.lowerBound < $1.0.lowerBound }
    }

    private static func occurrences(of pattern: [UInt8], in bytes: [UInt8], from start: Int) -> [Range<Int>] {
        var found: [Range<Int>] = []
        guard let first = pattern.first else { return found }
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            var position = start
            while position < buffer.count, found.count < TextEncoding.maximumPlaces,
                let hit = memchr(base + position, Int32(first), buffer.count - position)
            {
                let offset = UnsafeRawPointer(hit) - base
                if buffer[offset...].starts(with: pattern) { found.append(offset..<offset + pattern.count) }
                position = offset + 1
            }
        }
        return found
    }
}
