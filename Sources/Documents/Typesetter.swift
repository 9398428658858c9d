import CPango
import Glibc

/// Turns text into glyphs: pango breaks the lines, orders what runs from right to left, and finds a font for each
/// character.
///
/// It keeps its fonts and the texts that it has seen, so one typesetter should serve many documents. It belongs to one
/// thread at a time. The same texts give the same glyphs on every machine that has the same fonts: nothing is fitted to
/// the pixels of a screen.
package final class Typesetter {
    private let map: OpaquePointer
    private let context: OpaquePointer
    private let layout: OpaquePointer
    private var descriptions: [TextStyle: OpaquePointer] = [:]
    private var layoutStyle: TextStyle?
    private(set) var fonts: [OpaquePointer] = []
    private var fontNumbers: [OpaquePointer: UInt16] = [:]
    private var shapedTexts: [ShapedKey: [ShapedLine]] = [:]
    private var tabularGlyphs: [TextStyle: TabularGlyphs] = [:]
    private var hasMissingCharacters = false
    /// The family that the machine gives for `TextStyle.family`.
    let family: String

    private struct ShapedKey: Hashable {
        let text: String
        let style: TextStyle
        let width: Double
    }

    /// Texts that are kept, and how long one may be in bytes.
    private static let maximumKeptTexts = 8_192
    private static let maximumKeptBytes = 64

    package init() throws(DocumentError) {
        try PangoLibrary.load()
        guard let map = pango_cairo_font_map_new(), let context = pango_font_map_create_context(map),
            let layout = pango_layout_new(context), let options = cairo_font_options_create()
        else { throw .library(operation: "the fonts", reason: "out of memory") }
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        pango_cairo_context_set_font_options(context, options)
        cairo_font_options_destroy(options)
        pango_cairo_context_set_resolution(context, 72)
        pango_context_set_round_glyph_positions(context, 0)
        // The language of the machine would choose other fonts for Chinese and Japanese.
        pango_context_set_language(context, pango_language_from_string("en"))
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        self.map = map
        self.context = context
        self.layout = layout
        family = Self.familyFound(context)
    }

    deinit {
        for font in fonts { cairo_scaled_font_destroy(font) }
        for description in descriptions.values { pango_font_description_free(description) }
        g_object_unref(UnsafeMutableRawPointer(layout))
        g_object_unref(UnsafeMutableRawPointer(context))
        g_object_unref(UnsafeMutableRawPointer(map))
    }

    /// Whether this machine makes the bytes that are compared with golden ones: cairo of Debian 12, and our own font.
    package static var isReference: Bool {
        guard let typesetter = try? Typesetter(), let version = cairo_version_string() else { return false }
        return typesetter.family == TextStyle.family && String(cString: version) == "1.16.0"
    }

    private static func familyFound(_ context: OpaquePointer) -> String {
        guard let wanted = pango_font_description_new() else { return "" }
        defer { pango_font_description_free(wanted) }
        pango_font_description_set_family(wanted, TextStyle.family)
        pango_font_description_set_absolute_size(wanted, 8 * Double(STEWARD_PANGO_SCALE))
        guard let font = pango_context_load_font(context, wanted) else { return "" }
        defer { g_object_unref(UnsafeMutableRawPointer(font)) }
        guard let found = pango_font_describe(font) else { return "" }
        defer { pango_font_description_free(found) }
        return pango_font_description_get_family(found).map { String(cString: $0) } ?? ""
    }

    /// Whether a character that no font has was set since the last call.
    func takeMissingCharacters() -> Bool {
        defer { hasMissingCharacters = false }
        return hasMissingCharacters
    }

    // MARK: - Lines

    /// The lines of a text, broken at `width` points between words, or within a word that is longer than a line.
    ///
    /// - Parameter text: cleaned (`DocumentText`).
    func lines(_ text: String, _ style: TextStyle, width: Double) -> [ShapedLine] {
        if text.utf8.count <= Self.maximumKeptBytes * 4 {
            let natural = shaped(text, style, width: -1)
            if natural.allSatisfy({ $0.width <= width + 0.01 }) { return natural }
        }
        return shaped(text, style, width: width)
    }

    /// Width of the widest line of a text that is broken only where it has line feeds.
    func width(_ text: String, _ style: TextStyle) -> Double {
        shaped(text, style, width: -1).reduce(0) { max($0, $1.width) }
    }

    /// One line; what is longer than `width` points ends in an ellipsis.
    func fitted(_ text: String, _ style: TextStyle, width: Double) -> ShapedLine {
        let natural = shaped(text, style, width: -1)
        if natural.count == 1, natural[0].width <= width { return natural[0] }
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
        defer { pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_NONE) }
        return shape(text, style, width: width).first ?? .empty
    }

    /// Figures, dates and codes in ASCII on one line, with every digit of one width and no kerning, so that they stand
    /// exactly below each other. Other text is shaped as usual.
    func tabularLine(_ text: String, _ style: TextStyle) -> ShapedLine {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            return shaped(DocumentText.oneLine(text), style, width: -1).first ?? .empty
        }
        return glyphs(of: style).line(text)
    }

    private func glyphs(of style: TextStyle) -> TabularGlyphs {
        if let known = tabularGlyphs[style] { return known }
        let glyphs = TabularGlyphs { character in shaped(character, style, width: -1).first ?? .empty }
        tabularGlyphs[style] = glyphs
        return glyphs
    }

    private func shaped(_ text: String, _ style: TextStyle, width: Double) -> [ShapedLine] {
        guard text.utf8.count <= Self.maximumKeptBytes else { return shape(text, style, width: width) }
        let key = ShapedKey(text: text, style: style, width: width)
        if let known = shapedTexts[key] {
            if known.contains(where: \.lacksCharacters) { hasMissingCharacters = true }
            return known
        }
        if shapedTexts.count >= Self.maximumKeptTexts { shapedTexts.removeAll(keepingCapacity: true) }
        let lines = shape(text, style, width: width)
        shapedTexts[key] = lines
        return lines
    }

    // MARK: - Pango

    private func shape(_ text: String, _ style: TextStyle, width: Double) -> [ShapedLine] {
        if style != layoutStyle {
            pango_layout_set_font_description(layout, description(of: style))
            layoutStyle = style
        }
        let scale = Double(STEWARD_PANGO_SCALE)
        pango_layout_set_width(layout, width < 0 ? -1 : Int32(clamping: Int(width * scale)))
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                pango_layout_set_text(layout, characters.baseAddress, Int32(clamping: characters.count))
            }
            var lines: [ShapedLine] = []
            var next = pango_layout_get_lines_readonly(layout)
            while let entry = next {
                if let line = entry.pointee.data?.assumingMemoryBound(to: PangoLayoutLine.self) {
                    lines.append(shapedLine(line.pointee, of: UnsafeRawBufferPointer(bytes)))
                }
                next = entry.pointee.next
            }
            return lines
        }
    }

    private func description(of style: TextStyle) -> OpaquePointer? {
        if let known = descriptions[style] { return known }
        guard let description = pango_font_description_new() else { return nil }
        pango_font_description_set_family(description, TextStyle.family)
        pango_font_description_set_weight(description, style.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
        pango_font_description_set_absolute_size(description, style.size * Double(STEWARD_PANGO_SCALE))
        descriptions[style] = description
        return description
    }

    private func shapedLine(_ line: PangoLayoutLine, of text: UnsafeRawBufferPointer) -> ShapedLine {
        var buffer = ByteBuffer()
        var x: Int64 = 0
        var lacksCharacters = false
        var next = line.runs
        while let entry = next {
            if let run = entry.pointee.data?.assumingMemoryBound(to: PangoGlyphItem.self).pointee,
                let item = run.item?.pointee, let glyphs = run.glyphs?.pointee
            {
                if append(glyphs, of: item, text, from: &x, to: &buffer) { lacksCharacters = true }
            }
            next = entry.pointee.next
        }
        if lacksCharacters { hasMissingCharacters = true }
        return ShapedLine(
            width: Double(x) / Double(STEWARD_PANGO_SCALE),
            isRightToLeft: line.resolved_dir == UInt32(STEWARD_PANGO_DIRECTION_RTL), lacksCharacters: lacksCharacters,
            runs: buffer.bytes)
    }

    /// Adds one run, and its width to `x`. True where no font has one of its characters.
    private func append(
        _ glyphs: PangoGlyphString, of item: PangoItem, _ text: UnsafeRawBufferPointer, from x: inout Int64,
        to buffer: inout ByteBuffer
    ) -> Bool {
        let count = Int(glyphs.num_glyphs)
        guard let infos = glyphs.glyphs, let clusters = glyphs.log_clusters, count > 0, let font = item.analysis.font,
            let number = fontNumber(font)
        else { return false }
        var lacksCharacters = false
        let isBackward = item.analysis.level % 2 == 1
        let drawn = (0..<count).count { infos[$0].glyph != UInt32(STEWARD_PANGO_GLYPH_EMPTY) }
        let hasHeights = (0..<count).contains { infos[$0].geometry.y_offset != 0 }
        let textClusters = Self.clusters(infos, clusters, count, textBytes: Int(item.length), isBackward: isBackward)
        buffer.append(
            ShapedLine.RunHead(
                font: number,
                flags: (isBackward ? ShapedLine.RunHead.isBackward : 0)
                    | (hasHeights ? ShapedLine.RunHead.hasHeights : 0),
                glyphs: UInt32(drawn), clusters: UInt32(textClusters.count), textBytes: UInt32(item.length)))
        let scale = Float(STEWARD_PANGO_SCALE)
        for index in 0..<count {
            let info = infos[index]
            if info.glyph != UInt32(STEWARD_PANGO_GLYPH_EMPTY) {
                let isMissing = info.glyph & UInt32(STEWARD_PANGO_GLYPH_UNKNOWN_FLAG) != 0
                if isMissing { lacksCharacters = true }
                // Glyph 0 is the box that each font has for what it lacks.
                buffer.append(isMissing ? 0 : UInt16(clamping: info.glyph))
                buffer.append(Float(x + Int64(info.geometry.x_offset)) / scale)
                if hasHeights { buffer.append(Float(info.geometry.y_offset) / scale) }
            }
            x += Int64(info.geometry.width)
        }
        for cluster in textClusters { buffer.append(cluster) }
        let start = Int(item.offset)
        buffer.append(contentsOf: Array(text[start..<(start + Int(item.length))]))
        return lacksCharacters
    }

    /// The clusters of a run in the order of its text.
    private static func clusters(
        _ infos: UnsafeMutablePointer<PangoGlyphInfo>, _ starts: UnsafeMutablePointer<Int32>, _ count: Int,
        textBytes: Int, isBackward: Bool
    ) -> [ShapedLine.Cluster] {
        var clusters: [ShapedLine.Cluster] = []
        clusters.reserveCapacity(count)
        var done = 0
        while done < count {
            let start = starts[isBackward ? count - 1 - done : done]
            var drawn = 0
            var end = textBytes
            while done < count {
                let index = isBackward ? count - 1 - done : done
                guard starts[index] == start else {
                    end = Int(starts[index])
                    break
                }
                if infos[index].glyph != UInt32(STEWARD_PANGO_GLYPH_EMPTY) { drawn += 1 }
                done += 1
            }
            clusters.append(
                ShapedLine.Cluster(
                    textBytes: UInt16(clamping: end - Int(start)), glyphs: UInt16(clamping: drawn)))
        }
        return clusters
    }

    private func fontNumber(_ font: OpaquePointer) -> UInt16? {
        guard let scaled = pango_cairo_font_get_scaled_font(font) else { return nil }
        if let known = fontNumbers[scaled] { return known }
        guard fonts.count < Int(UInt16.max) else { return nil }
        let number = UInt16(fonts.count)
        fonts.append(cairo_scaled_font_reference(scaled))
        fontNumbers[scaled] = number
        return number
    }
}
