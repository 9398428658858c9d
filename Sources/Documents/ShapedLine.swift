/// One line of text as glyphs with their positions from its left end, ready to be put on a page any number of times.
///
/// `runs` holds for each stretch of one font: font, flags, the numbers of glyphs, clusters and text bytes; the glyphs,
/// their places, the clusters and the text itself, by which a viewer finds and copies it.
struct ShapedLine {
    /// In points.
    let width: Double
    let isRightToLeft: Bool
    /// Whether no font has one of its characters; a box stands in its place.
    var lacksCharacters = false
    let runs: [UInt8]

    static let empty = ShapedLine(width: 0, isRightToLeft: false, runs: [])

    /// The head of a run.
    struct RunHead: BitwiseCopyable {
        var font: UInt16
        var flags: UInt16
        var glyphs: UInt32
        var clusters: UInt32
        var textBytes: UInt32

        /// The clusters go from the end of the glyphs to their beginning: right-to-left text.
        static let isBackward: UInt16 = 1
        /// Each glyph has a vertical place, too: accents, marks.
        static let hasHeights: UInt16 = 2
    }

    /// Which bytes of the text became which glyphs.
    struct Cluster: BitwiseCopyable {
        var textBytes: UInt16
        var glyphs: UInt16
    }
}
