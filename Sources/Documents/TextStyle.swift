/// Size and weight of a text. Sizes are kept to a tenth of a point, so that a document has few fonts.
package struct TextStyle: Hashable, Sendable {
    package let tenths: Int
    package let isBold: Bool

    package init(size: Double, isBold: Bool = false) {
        tenths = min(max(Int((size * 10).rounded()), 30), 720)
        self.isBold = isBold
    }

    /// In points.
    package var size: Double { Double(tenths) / 10 }
    /// From the top of a line to the top of the next, in points. Fixed, whatever fonts the characters come from.
    var lineHeight: Double { size * 1.32 }
    /// From the top of a line to its baseline: the capitals of DejaVu Sans stand in the middle.
    var baseline: Double { size * 1.02 }

    /// The family that every machine should have; others are taken for characters that it lacks.
    package static let family = "DejaVu Sans"

    static let title = TextStyle(size: 17, isBold: true)
    static let subtitle = TextStyle(size: 10)
    static let heading = TextStyle(size: 11.5, isBold: true)
    static let paragraph = TextStyle(size: 9)
    static let fact = TextStyle(size: 8.5)
    static let factBold = TextStyle(size: 8.5, isBold: true)
    static let small = TextStyle(size: 7)
    static let smallBold = TextStyle(size: 7, isBold: true)
}
