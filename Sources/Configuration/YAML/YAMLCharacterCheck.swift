import Diagnostics

/// What must not stand in a YAML file, wherever it stands. Found before the parser, which would stop at the first.
enum YAMLCharacterCheck {
    static func check(_ source: SourceText, _ problems: inout ProblemList) {
        let bytes = source.bytes
        if let refusal = TextEncoding.refusalOfWideText(bytes, file: source.file) {
            problems.add(refusal)
            return
        }
        for range in TextEncoding.invalidRanges(in: bytes) {
            problems.add(TextEncoding.invalidProblem(bytes[range], at: source.location(atByte: range.lowerBound)))
        }
        var places = 0
        var isIndentation = true
        for (offset, byte) in bytes.enumerated() {
            let problem: (message: String, expected: String)?
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                isIndentation = true
                continue
            case UInt8(ascii: " "):
                continue
            case UInt8(ascii: "\t"):
                problem = isIndentation ? ("a tab in the indentation", "spaces") : nil
            case 0..<0x20, 0x7F:
                problem = ("the control character U+00\(TextEncoding.hex(byte))", "text")
            case 0xC2 where bytes.has(0x85, at: offset + 1):
                problem = ("the invisible line break U+0085", "an ordinary line break")
            case 0xE2 where bytes.has(0x80, at: offset + 1) && bytes.has(0xA8, at: offset + 2):
                problem = ("the invisible line break U+2028", "an ordinary line break")
            case 0xE2 where bytes.has(0x80, at: offset + 1) && bytes.has(0xA9, at: offset + 2):
                problem = ("the invisible line break U+2029", "an ordinary line break")
            case 0xEF where bytes.has(0xBB, at: offset + 1) && bytes.has(0xBF, at: offset + 2):
                problem = (
                    "a byte order mark (U+FEFF) in the middle of the file", "text; files were joined together, perhaps"
                )
            default:
                problem = nil
            }
            isIndentation = false
            if let problem {
                problems.add(problem.message, expected: problem.expected, at: source.location(atByte: offset))
                places += 1
                guard places < TextEncoding.maximumPlaces else { return }
            }
        }
    }
}
