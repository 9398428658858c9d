/// The company's own number of an employee: 1 to 32 ASCII letters, digits, `-`, `_` or `.`.
///
/// Such ids sort alike in Swift and in both databases.
package struct EmployeeID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package static let maximumCharacters = 32
    package static let expected = "1 to 32 letters, digits, full stops, - or _"

    package init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard !bytes.isEmpty, bytes.count <= Self.maximumCharacters, bytes.allSatisfy(Self.isAllowed) else {
            return nil
        }
        rawValue = String(text)
    }

    /// For ids that the store holds, which were checked when they came in.
    package init(stored rawValue: String) {
        self.rawValue = rawValue
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    package static func < (a: EmployeeID, b: EmployeeID) -> Bool { a.rawValue < b.rawValue }
    package var description: String { rawValue }
}
