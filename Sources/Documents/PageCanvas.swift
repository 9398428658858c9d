/// What is drawn on one page, in the order in which it is drawn; kept as bytes until the number of pages is known.
struct PageCanvas {
    enum Operation: UInt8 {
        case text, rectangle, rule, linkBegin, linkEnd
    }

    private(set) var buffer = ByteBuffer()

    /// - Parameters:
    ///   - x: the left end of the line, in points from the left edge of the page.
    ///   - baseline: in points from its top.
    mutating func text(_ line: ShapedLine, x: Double, baseline: Double, _ ink: Ink) {
        guard !line.runs.isEmpty else { return }
        begin(.text, ink)
        buffer.append(Float(x))
        buffer.append(Float(baseline))
        buffer.append(UInt32(line.runs.count))
        buffer.append(contentsOf: line.runs)
    }

    mutating func rectangle(x: Double, y: Double, width: Double, height: Double, _ ink: Ink) {
        guard width > 0, height > 0 else { return }
        begin(.rectangle, ink)
        for value in [x, y, width, height] { buffer.append(Float(value)) }
    }

    /// A line from left to right.
    mutating func rule(x: Double, y: Double, width: Double, thickness: Double, _ ink: Ink) {
        line(fromX: x, y: y, toX: x + width, y: y, thickness: thickness, ink)
    }

    mutating func line(fromX x: Double, y: Double, toX: Double, y toY: Double, thickness: Double, _ ink: Ink) {
        begin(.rule, ink)
        for value in [x, y, toX, toY, thickness] { buffer.append(Float(value)) }
    }

    /// Whatever `body` draws leads to a web address.
    mutating func link(_ address: WebAddress, _ body: (inout PageCanvas) -> Void) {
        let attributes = Array(address.linkAttributes.utf8)
        begin(.linkBegin, .link)
        buffer.append(UInt32(attributes.count))
        buffer.append(contentsOf: attributes)
        body(&self)
        begin(.linkEnd, .link)
    }

    private mutating func begin(_ operation: Operation, _ ink: Ink) {
        buffer.append(operation.rawValue)
        buffer.append(ink.rawValue)
    }
}

/// An address that a link may lead to: `http://`, `https://` or `mailto:`, without spaces and control characters.
package struct WebAddress: Hashable, Sendable {
    package let text: String

    package static let maximumBytes = 2_000

    /// Nil where the text is no such address.
    package init?(_ text: String) {
        guard ["http://", "https://", "mailto:"].contains(where: { text.hasPrefix($0) }),
            text.utf8.count <= Self.maximumBytes, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        self.text = text
    }

    /// As cairo takes it: an apostrophe and a backslash are escaped.
    var linkAttributes: String {
        var escaped = ""
        for character in text {
            if character == "'" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return "uri='\(escaped)'"
    }
}
