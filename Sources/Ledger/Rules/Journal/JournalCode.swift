/// One of the books that the journal is kept in: sales, bank, payroll.
package struct JournalCode: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 1 to 8 capital letters and digits, the first one a letter.
    package let rawValue: String

    package static let general = JournalCode(unchecked: "GEN")
    package static let payroll = JournalCode(unchecked: "PAY")
    package static let sales = JournalCode(unchecked: "SAL")
    package static let purchases = JournalCode(unchecked: "PUR")
    package static let bank = JournalCode(unchecked: "BNK")
    package static let stock = JournalCode(unchecked: "STK")
    /// What the close of a period writes.
    package static let closing = JournalCode(unchecked: "CLO")

    package static let maximumCharacters = 8

    /// Nil for anything but 1 to 8 of `A`–`Z` and `0`–`9` that begin with a letter.
    package init?(_ rawValue: String) {
        let bytes = rawValue.utf8
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = bytes.first, letters.contains(first), bytes.count <= Self.maximumCharacters,
            bytes.allSatisfy({ letters.contains($0) || digits.contains($0) })
        else { return nil }
        self.rawValue = rawValue
    }

    private init(unchecked rawValue: String) {
        self.rawValue = rawValue
    }

    package static func < (a: JournalCode, b: JournalCode) -> Bool { a.rawValue < b.rawValue }
    package var description: String { rawValue }
}
