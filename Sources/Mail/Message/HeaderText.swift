/// What may stand in a header: text without any character that could end the line or steer a terminal.
enum HeaderText {
    /// The first character that no header may hold: C0 and C1 controls (CR, LF, NUL, TAB …), DEL and the Unicode
    /// line and paragraph separators.
    static func firstControl(in text: String) -> Unicode.Scalar? {
        text.unicodeScalars.first { isControl($0) }
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Characters that change the direction of what follows them: in a file name they make `exe` look like `pdf`.
    static func isDirectionOverride(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }

    /// A value as an error message shows it: quoted, controls written as `\u{A}`, cut after 60 characters.
    static func shown(_ text: String) -> String {
        var shown = "\""
        for scalar in text.unicodeScalars.prefix(60) {
            if isControl(scalar) || isDirectionOverride(scalar) {
                shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown + (text.unicodeScalars.count > 60 ? "…\"" : "\"")
    }

    /// `U+000A (line feed)`.
    static func name(of scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        switch scalar.value {
        case 0x00: return code + " (NUL)"
        case 0x09: return code + " (tab)"
        case 0x0A: return code + " (line feed)"
        case 0x0D: return code + " (carriage return)"
        default: return code
        }
    }
}

extension UInt8 {
    var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}

extension String {
    var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }

    /// Whether a dot stands at its start, at its end or beside another dot.
    var hasStrayDot: Bool {
        let dot = UInt8(ascii: ".")
        var previous = dot
        for byte in utf8 {
            if byte == dot, previous == dot { return true }
            previous = byte
        }
        return previous == dot && !utf8.isEmpty
    }
}
