/// Text on its way onto a page: what cannot be shown is made visible, and every line break is a line feed.
///
/// - Control characters other than tab and line feed, U+FEFF, U+FFFE and U+FFFF become U+FFFD.
/// - CR LF, CR, U+2028 and U+2029 become LF; a tab becomes a space.
/// - A text beyond `DocumentLimits.textUnits` is cut at a character and ends in `cutMark`.
package enum DocumentText {
    package static let cutMark = " … [cut]"

    /// What had to be done to a text.
    package struct Change: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let replaced = Change(rawValue: 1)
        package static let cut = Change(rawValue: 2)
    }

    package static func cleaned(_ text: String) -> (text: String, change: Change) {
        var text = text
        let isPlain = text.utf8.count <= DocumentLimits.textUnits && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        if isPlain { return (text, []) }
        text.makeContiguousUTF8()
        var change = Change()
        if text.utf8.count > DocumentLimits.textUnits, text.utf16.count > DocumentLimits.textUnits {
            change.insert(.cut)
            text = cut(text)
        }
        guard text.unicodeScalars.contains(where: isSpecial) else { return (text, change) }
        var scalars = String.UnicodeScalarView()
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\r", "\u{2028}", "\u{2029}": scalars.append("\n")
            case "\n": if !isAfterReturn { scalars.append("\n") }
            case "\t": scalars.append(" ")
            case _ where isSpecial(scalar):
                scalars.append("\u{FFFD}")
                change.insert(.replaced)
            default: scalars.append(scalar)
            }
            isAfterReturn = scalar == "\r"
        }
        return (String(scalars), change)
    }

    /// On one line, for titles and page headers.
    static func oneLine(_ text: String) -> String {
        let clean = cleaned(text).text
        guard clean.utf8.contains(UInt8(ascii: "\n")) else { return clean }
        return String(clean.map { $0.isNewline ? " " : $0 })
    }

    private static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    private static func cut(_ text: String) -> String {
        let room = DocumentLimits.textUnits - cutMark.utf16.count
        var end = text.startIndex
        var units = 0
        for scalar in text.unicodeScalars {
            units += scalar.utf16.count
            if units > room { break }
            text.unicodeScalars.formIndex(after: &end)
        }
        return text[..<end] + cutMark
    }
}
