/// An account of a company's chart, and the name that text journals give it: `assets:1200 Bank current account`.
///
/// The name leads back to code, name and type: what a journal would read in another way is written as `%` and the two
/// hexadecimal digits of each byte.
package struct TextChartAccount: Hashable, Sendable {
    package var code: String
    package var name: String
    package var type: TextAccountType

    package init(code: String, name: String, type: TextAccountType) {
        self.code = code
        self.name = name
        self.type = type
    }

    /// The full name in a text journal.
    package var path: String {
        type.lowercaseRoot + ":" + Self.escaped(code, alsoEscaping: UInt8(ascii: " "))
            + (name.isEmpty ? "" : " " + Self.escaped(name, alsoEscaping: nil))
    }

    /// The account that a name made by `path` stands for; nil for any other name.
    package init?(path: String) {
        let parts = path.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let type = TextAccountType(root: parts[0]), parts[0] == type.lowercaseRoot else {
            return nil
        }
        let words = parts[1].split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = words.first, let code = Self.unescaped(first), !code.isEmpty else { return nil }
        guard let name = Self.unescaped(words.count > 1 ? words[1] : "") else { return nil }
        self.init(code: code, name: name, type: type)
        guard self.path == path else { return nil }
    }

    private static func escaped(_ text: String, alsoEscaping extra: UInt8?) -> String {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            let isEdgeBlank = byte == 0x20 && (index == 0 || index == bytes.count - 1 || bytes[index - 1] == 0x20)
            let mustEscape =
                byte == UInt8(ascii: ":") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "%")
                || byte == UInt8(ascii: "\"") || byte < 0x20 || byte == 0x7F || byte == extra || isEdgeBlank
            if mustEscape { result += TextNaming.percentEscape(byte) } else { result.append(byte) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func unescaped(_ text: some StringProtocol) -> String? {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            guard index + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            else { return nil }
            result.append(value)
            index += 3
        }
        return String(validating: result, as: UTF8.self)
    }
}
