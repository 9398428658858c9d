/// Text of any language in a header: `=?UTF-8?B?5bGx55Sw?=` (RFC 2047).
enum EncodedWords {
    static let maximumWordBytes = 75
    private static let prefixBytes = "=?UTF-8?B?".utf8.count
    private static let overheadBytes = prefixBytes + 2

    /// Whether a reader would not get `text` back if it stood in the header as it is.
    static func isNeeded(for text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte >= 0x80 || byte < 0x20 || byte == 0x7F { return true }
            if previous == UInt8(ascii: "="), byte == UInt8(ascii: "?") { return true }
            previous = byte
        }
        return text.hasPrefix(" ") || text.hasSuffix(" ")
    }

    /// The text as words of at most 75 bytes each, cut between characters as people see them; a reader joins them
    /// without the spaces between.
    ///
    /// - Parameter firstRoom: bytes that the first word may have.
    static func words(for text: String, firstRoom: Int) -> [String] {
        let isBase64 = usesBase64(text)
        let roomOfWord = maximumWordBytes - overheadBytes
        var room = max(firstRoom - overheadBytes, 12)
        var words: [String] = []
        var word: [UInt8] = []
        var qLength = 0

        func length(_ bytes: Int, _ q: Int) -> Int { isBase64 ? (bytes + 2) / 3 * 4 : q }
        func finish() {
            words.append(encoded(word, isBase64: isBase64))
            word = []
            qLength = 0
            room = roomOfWord
        }
        func add(_ bytes: [UInt8], q: Int) {
            if !word.isEmpty, length(word.count + bytes.count, qLength + q) > room { finish() }
            word += bytes
            qLength += q
        }

        for character in text {
            let bytes = Array(character.utf8)
            let q = qLengthOf(bytes)
            if length(bytes.count, q) <= min(room, roomOfWord) {
                add(bytes, q: q)
            } else {
                // A character of many scalars that no word can hold whole.
                for scalar in character.unicodeScalars {
                    let bytes = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                    add(bytes, q: qLengthOf(bytes))
                }
            }
        }
        if !word.isEmpty { finish() }
        return words
    }

    /// Base64 where it is shorter, otherwise the Q encoding, which stays legible.
    private static func usesBase64(_ text: String) -> Bool {
        let count = text.utf8.count
        return (count + 2) / 3 * 4 < text.utf8.reduce(0) { $0 + qLength(of: $1) }
    }

    private static func qLengthOf(_ bytes: [UInt8]) -> Int {
        bytes.reduce(0) { $0 + qLength(of: $1) }
    }

    private static func qLength(of byte: UInt8) -> Int {
        isPlainInQ(byte) || byte == UInt8(ascii: " ") ? 1 : 3
    }

    /// What a Q word may hold even inside a name (RFC 2047, section 5, rule 3).
    private static func isPlainInQ(_ byte: UInt8) -> Bool {
        byte.isASCIILetterOrDigit || "!*+-/".utf8.contains(byte)
    }

    private static func encoded(_ bytes: [UInt8], isBase64: Bool) -> String {
        guard !isBase64 else {
            return "=?UTF-8?B?" + String(decoding: Base64.encoded(bytes), as: UTF8.self) + "?="
        }
        var payload: [UInt8] = []
        for byte in bytes {
            if byte == UInt8(ascii: " ") {
                payload.append(UInt8(ascii: "_"))
            } else if isPlainInQ(byte) {
                payload.append(byte)
            } else {
                payload += Hexadecimal.escaped(byte, mark: UInt8(ascii: "="))
            }
        }
        return "=?UTF-8?Q?" + String(decoding: payload, as: UTF8.self) + "?="
    }
}

enum Hexadecimal {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// `=3D`, `%C3`.
    static func escaped(_ byte: UInt8, mark: UInt8) -> [UInt8] {
        [mark, digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
    }

    /// Sixteen digits in lower case.
    static func text(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, 16 - text.count)) + text
    }
}
