/// Texts as a terminal shows them.
enum TerminalText {
    /// One line, without what a terminal would obey, and without what turns the order of a line round.
    static func clean(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isCommand) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(isCommand(scalar) ? (scalar == "\n" || scalar == "\t" ? " " : "\u{FFFD}") : scalar)
        }
        return String(result)
    }

    private static func isCommand(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// The cells of a line that it takes: two for a wide character (Unicode Standard Annex 11), one for another.
    static func width(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + width($1) }
    }

    private static func width(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default:
            let isEmoji =
                first.properties.isEmojiPresentation || character.unicodeScalars.contains { $0.value == 0xFE0F }
            return isEmoji ? 2 : 1
        }
    }

    /// Cut to a width, with a mark where something is left out.
    static func fitting(_ text: String, _ room: Int) -> String {
        guard width(text) > room else { return text }
        var result = ""
        var used = 1
        for character in text {
            used += width(character)
            guard used <= room else { break }
            result.append(character)
        }
        return room > 0 ? result + "…" : ""
    }
}
