import CPango

/// Draws what a page holds onto a surface of cairo.
struct PageReplay: ~Copyable {
    private let cairo: OpaquePointer
    private let fonts: [OpaquePointer]
    private var glyphs: [cairo_glyph_t] = []
    private var clusters: [cairo_text_cluster_t] = []
    private var ink: Ink?
    private var movedUp = 0.0

    init(_ cairo: OpaquePointer, fonts: [OpaquePointer]) {
        self.cairo = cairo
        self.fonts = fonts
    }

    /// - Parameter movedUp: how much higher everything is drawn, in points.
    mutating func draw(_ page: UnsafeRawBufferPointer, movedUp: Double = 0) {
        var reader = ByteReader(page)
        ink = nil
        self.movedUp = movedUp
        while !reader.isAtEnd {
            guard let operation = PageCanvas.Operation(rawValue: reader.next()), let ink = Ink(rawValue: reader.next())
            else { preconditionFailure("a page holds what no canvas wrote") }
            switch operation {
            case .text:
                use(ink)
                text(&reader)
            case .rectangle:
                use(ink)
                let (x, y, width, height) = (number(&reader), number(&reader), number(&reader), number(&reader))
                cairo_rectangle(cairo, x, y - movedUp, width, height)
                cairo_fill(cairo)
            case .rule:
                use(ink)
                cairo_move_to(cairo, number(&reader), number(&reader) - movedUp)
                cairo_line_to(cairo, number(&reader), number(&reader) - movedUp)
                cairo_set_line_width(cairo, number(&reader))
                cairo_stroke(cairo)
            case .linkBegin:
                let count = Int(reader.next(UInt32.self))
                cairo_tag_begin(cairo, "Link", String(decoding: reader.next(count: count), as: UTF8.self))
            case .linkEnd:
                cairo_tag_end(cairo, "Link")
            }
        }
    }

    @inline(__always)
    private func number(_ reader: inout ByteReader) -> Double { Double(reader.next(Float.self)) }

    private mutating func use(_ ink: Ink) {
        guard ink != self.ink else { return }
        self.ink = ink
        let rgb = ink.rgb
        cairo_set_source_rgb(
            cairo, Double(rgb >> 16 & 0xFF) / 255, Double(rgb >> 8 & 0xFF) / 255, Double(rgb & 0xFF) / 255)
    }

    private mutating func text(_ reader: inout ByteReader) {
        let x = number(&reader)
        let y = number(&reader) - movedUp
        let count = Int(reader.next(UInt32.self))
        let end = reader.offset + count
        while reader.offset < end {
            let head = reader.next(ShapedLine.RunHead.self)
            let hasHeights = head.flags & ShapedLine.RunHead.hasHeights != 0
            glyphs.removeAll(keepingCapacity: true)
            for _ in 0..<head.glyphs {
                let glyph = UInt(reader.next(UInt16.self))
                let right = number(&reader)
                let down = hasHeights ? number(&reader) : 0
                glyphs.append(cairo_glyph_t(index: glyph, x: x + right, y: y + down))
            }
            clusters.removeAll(keepingCapacity: true)
            for _ in 0..<head.clusters {
                let cluster = reader.next(ShapedLine.Cluster.self)
                clusters.append(
                    cairo_text_cluster_t(num_bytes: Int32(cluster.textBytes), num_glyphs: Int32(cluster.glyphs)))
            }
            let text = reader.next(count: Int(head.textBytes))
            guard !glyphs.isEmpty else { continue }
            cairo_set_scaled_font(cairo, fonts[Int(head.font)])
            let isBackward = head.flags & ShapedLine.RunHead.isBackward != 0
            cairo_show_text_glyphs(
                cairo, text.bindMemory(to: CChar.self).baseAddress, Int32(clamping: text.count), glyphs,
                Int32(clamping: glyphs.count), clusters, Int32(clamping: clusters.count),
                isBackward ? CAIRO_TEXT_CLUSTER_FLAG_BACKWARD : cairo_text_cluster_flags_t(rawValue: 0))
        }
    }
}
