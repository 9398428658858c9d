import Documents

/// Text on its way into HTML: escaped, with what no page may hold shown as U+FFFD.
enum HTMLText {
    /// Between tags; a line feed becomes a line break.
    static func escaped(_ text: String) -> String { escape(text, lineFeed: "<br>") }

    /// In an attribute in double quotes.
    static func attribute(_ text: String) -> String { escape(text, lineFeed: "&#10;") }

    private static func escape(_ text: String, lineFeed: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
            default: byte >= 0x20 && byte < 0x7F
            }
        }
        if isPlain, text.utf8.count <= DocumentLimits.textUnits { return text }
        var escaped = ""
        for scalar in DocumentText.cleaned(text).text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n": escaped += lineFeed
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// ` dir="auto"` for text that may run from right to left, so that it does not draw its neighbours along.
    static func direction(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } ? "" : " dir=\"auto\""
    }
}
