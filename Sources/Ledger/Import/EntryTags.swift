import Calendars
import Interchange

/// The named values with which a text journal says what the program that it is for has no words for.
///
/// Those that begin with `steward-` are of our own export, and make that what is read back is the same entry.
enum EntryTags {
    static let entry = "steward-entry"
    static let journal = "steward-journal"
    static let kind = "steward-kind"
    static let reverses = "steward-reverses"
    static let sourceType = "steward-source-type"
    static let sourceID = "steward-source-id"
    static let description = "steward-description"
    static let documentDate = "date2"
    /// On a posting: its own text.
    static let text = "steward-text"
    /// On a posting in base: the currency whose worth it changes, of which it moves nothing.
    static let worthOf = "steward-worth-of"

    // Those that anybody's journal may have.
    static let party = "party"
    static let costCentre = "cost_centre"
    static let project = "project"
    static let due = "due"

    static let all = [
        entry, journal, kind, reverses, sourceType, sourceID, description, text, worthOf, party, costCentre, project,
        due,
    ]

    /// A text as a named value of any of the formats: what would end it or be read in another way as `%2C`.
    static func escaped(_ text: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            let isEdgeBlank = byte == 0x20 && (index == 0 || index == bytes.count - 1)
            switch byte {
            case 0..<0x20, 0x7F, UInt8(ascii: ","), UInt8(ascii: "%"), UInt8(ascii: "["), UInt8(ascii: "]"),
                UInt8(ascii: ";"), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "|"):
                result += hexadecimal(byte)
            case UInt8(ascii: ":") where index == 0 || index == bytes.count - 1: result += hexadecimal(byte)
            default: result += isEdgeBlank ? hexadecimal(byte) : [byte]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    /// The text that `escaped` was made of; the value itself where it is not of our making.
    static func unescaped(_ value: String) -> String {
        guard value.utf8.contains(UInt8(ascii: "%")) else { return value }
        var result: [UInt8] = []
        let bytes = Array(value.utf8)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(validating: result, as: UTF8.self) ?? value
    }

    /// `customer C-1042`; nil for what names no kind of party.
    static func party(_ text: String) -> Party? {
        let words = text.split(separator: " ", maxSplits: 1)
        guard words.count == 2, let kind = Party.Kind(rawValue: String(words[0])) else { return nil }
        return Party(kind, String(words[1]))
    }
}

extension [TextMetadata] {
    subscript(_ key: String) -> String? { first { $0.key == key }?.value }
}
