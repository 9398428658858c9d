/// The ASCII characters of one style, each shaped once, so that a figure is set without shaping it.
struct TabularGlyphs {
    private var font: UInt16 = 0
    /// From space to tilde.
    private var glyphs: [UInt16] = []
    private var widths: [Float] = []

    init(shape: (String) -> ShapedLine) {
        for code in UInt8(0x20)..<0x7F {
            let line = shape(String(UnicodeScalar(code)))
            line.runs.withUnsafeBytes { bytes in
                var reader = ByteReader(bytes)
                let head = reader.isAtEnd ? nil : reader.next(ShapedLine.RunHead.self)
                if let head, head.glyphs > 0 {
                    font = head.font
                    glyphs.append(reader.next(UInt16.self))
                } else {
                    glyphs.append(0)
                }
            }
            widths.append(Float(line.width))
        }
    }

    /// - Parameter text: of characters from space to tilde.
    func line(_ text: String) -> ShapedLine {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return .empty }
        var buffer = ByteBuffer()
        let count = UInt32(bytes.count)
        buffer.append(ShapedLine.RunHead(font: font, flags: 0, glyphs: count, clusters: count, textBytes: count))
        var x: Float = 0
        for byte in bytes {
            buffer.append(glyphs[Int(byte) - 0x20])
            buffer.append(x)
            x += widths[Int(byte) - 0x20]
        }
        for _ in bytes { buffer.append(ShapedLine.Cluster(textBytes: 1, glyphs: 1)) }
        buffer.append(contentsOf: bytes)
        return ShapedLine(width: Double(x), isRightToLeft: false, runs: buffer.bytes)
    }
}
