/// Why a person does something, for those who look at it later.
struct Reason: Hashable, Sendable {
    var text: String

    /// It stands in lists, on one line.
    static let maximumCharacters = 500

    struct Unusable: Error, CustomStringConvertible {
        var description: String
    }

    init(_ text: String) throws(Unusable) {
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw Unusable(description: "say why, for those who look at it later")
        }
        guard text.count <= Self.maximumCharacters else {
            throw Unusable(description: "say it in at most \(Self.maximumCharacters) characters")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Unusable(description: "write it on one line, without control characters")
        }
        self.text = text
    }
}
