/// Writes one header, its lines folded at spaces (RFC 5322, section 2.2.3).
struct HeaderFolding {
    /// Without CRLF: what a line must not exceed, and what it should not (RFC 5322, section 2.1.1).
    static let maximumLineBytes = 998
    static let wantedLineBytes = 78
    /// For a line that holds an encoded word (RFC 2047, section 2).
    static let encodedLineBytes = 76

    private(set) var bytes: [UInt8]
    private var column: Int
    private let nameBytes: Int

    init(name: String) {
        bytes = Array(name.utf8) + [UInt8(ascii: ":")]
        nameBytes = bytes.count
        column = nameBytes
    }

    /// What is left of the line for a word and the space before it.
    var room: Int { Self.encodedLineBytes - column - 1 }

    /// Adds a space and a word, on the next line where this one is full.
    mutating func append(word: String) {
        append(segment: " " + word, limit: Self.encodedLineBytes)
    }

    /// Adds text that begins with its space; the space begins the next line where this one is full.
    mutating func append(segment: String, limit: Int = Self.wantedLineBytes) {
        if column + segment.utf8.count > limit { fold() }
        bytes += segment.utf8
        column += segment.utf8.count
    }

    /// Adds text that stays with what stands before it, such as a comma.
    mutating func append(joined text: String) {
        bytes += text.utf8
        column += text.utf8.count
    }

    mutating func fold() {
        bytes += [0x0D, 0x0A]
        column = 0
    }

    /// The header with its line end.
    var line: [UInt8] { bytes + [0x0D, 0x0A] }
}

extension HeaderFolding {
    /// A header of free text (RFC 5322, "unstructured").
    ///
    /// - Parameter keepsLongWords: for texts such as `<https://…>` that programs read and that must not be encoded.
    static func unstructured(_ name: String, _ text: String, keepsLongWords: Bool = false) -> [UInt8] {
        var header = HeaderFolding(name: name)
        let segments = segments(of: text)
        let isShort = segments.allSatisfy { $0.utf8.count < encodedLineBytes - name.utf8.count }
        guard EncodedWords.isNeeded(for: text) || (!isShort && !keepsLongWords) else {
            for (index, segment) in segments.enumerated() {
                // The first word stays on the line of the name: some readers take an empty first line for an empty header.
                if index == 0 {
                    header.append(joined: segment)
                } else {
                    header.append(segment: segment)
                }
            }
            return header.line
        }
        header.append(encoded: text)
        return header.line
    }

    /// The longest line that `unstructured` would write for an ASCII value whose words are kept.
    static func longestLine(name: String, asciiValue value: String) -> Int {
        guard !EncodedWords.isNeeded(for: value) else { return 0 }
        let lengths = segments(of: value).map(\.utf8.count)
        return max((lengths.first ?? 0) + name.utf8.count + 1, lengths.max() ?? 0)
    }

    /// A header of addresses, each `name <local@domain>`.
    static func addresses(_ name: String, _ addresses: [EmailAddress]) -> [UInt8] {
        var header = HeaderFolding(name: name)
        for (index, address) in addresses.enumerated() {
            if let name = address.name {
                switch displayForm(of: name) {
                case .plain(let word): header.append(word: word)
                case .encoded: header.append(encoded: name)
                }
                header.append(word: "<\(address.address)>")
            } else {
                header.append(word: address.address)
            }
            if index < addresses.count - 1 { header.append(joined: ",") }
        }
        return header.line
    }

    mutating func append(encoded text: String) {
        var words = EncodedWords.words(for: text, firstRoom: min(room, EncodedWords.maximumWordBytes))
        // Rather a new line than a text in two words, between which some readers leave a space. But not before the
        // header's first word: some readers take an empty first line for an empty header.
        if words.count > 1, column > nameBytes {
            let whole = EncodedWords.words(for: text, firstRoom: EncodedWords.maximumWordBytes)
            if whole.count < words.count {
                fold()
                words = whole
            }
        }
        words.forEach { append(word: $0) }
    }

    private enum DisplayForm {
        case plain(String)
        case encoded
    }

    /// An ASCII name as atoms or as a quoted string; encoded where it is not ASCII or too long for half a line.
    private static func displayForm(of name: String) -> DisplayForm {
        guard !EncodedWords.isNeeded(for: name), name.utf8.count <= 60 else { return .encoded }
        let words = name.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        if words.allSatisfy({ !$0.isEmpty && $0.allSatisfy(EmailAddress.isAtomByte) }) { return .plain(name) }
        return .plain(quoted(name))
    }

    /// A quoted string (RFC 5322, section 3.2.4).
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// The text cut before each run of spaces, the first piece with a space put before it: " a", "  b", " c".
    private static func segments(of text: String) -> [String] {
        var segments: [String] = []
        var segment: [UInt8] = [UInt8(ascii: " ")]
        var isInWord = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: " "), isInWord {
                segments.append(String(decoding: segment, as: UTF8.self))
                segment = []
                isInWord = false
            }
            if byte != UInt8(ascii: " ") { isInWord = true }
            segment.append(byte)
        }
        segments.append(String(decoding: segment, as: UTF8.self))
        return segments
    }
}
