/// Names and values below the title of a document, in as many columns as the page has room for.
struct FactBlock {
    /// Where a value begins that is not known yet; in points.
    struct Place {
        let x: Double
        let baseline: Double
        let width: Double
    }

    static let style = TextStyle.fact
    private let writer: DocumentWriter
    private let page: PageSize
    private let columnCount: Int
    private let width: Double
    private let labelWidth: Double

    init(_ writer: DocumentWriter, _ page: PageSize, labels: [String]) {
        self.writer = writer
        self.page = page
        columnCount = page.bodyWidth > 600 ? 3 : 2
        width = (page.bodyWidth - Double(columnCount - 1) * FigureBand.gap) / Double(columnCount)
        let widest = labels.reduce(0) { max($0, writer.typesetter.width(DocumentText.oneLine($1), Self.style)) }
        labelWidth = min(widest + 10, width * 0.5)
    }

    func columns(_ facts: [(label: String, value: String)]) throws {
        let rows = (facts.count + columnCount - 1) / columnCount
        for row in 0..<rows {
            let shown = (0..<columnCount).compactMap { column -> (x: Double, label: String, lines: [ShapedLine])? in
                let index = column * rows + row
                guard index < facts.count else { return nil }
                let value = writer.clean(facts[index].value, "")
                let lines = writer.typesetter.lines(value, Self.style, width: width - labelWidth)
                return (page.left + Double(column) * (width + FigureBand.gap), facts[index].label, lines)
            }
            let height = Self.height(shown.map(\.lines.count).max() ?? 1)
            try writer.ensure(height)
            for (x, label, lines) in shown { draw(label, lines, x: x, width: width, height: height) }
            writer.advance(height)
        }
    }

    /// A fact over the whole width.
    @discardableResult
    func line(_ label: String, _ value: String) throws -> Place {
        let room = page.bodyWidth - labelWidth
        let lines = writer.typesetter.lines(writer.clean(value, ""), Self.style, width: room)
        let height = Self.height(lines.count)
        try writer.ensure(height)
        draw(label, lines, x: page.left, width: page.bodyWidth, height: height)
        let place = Place(x: page.left + labelWidth, baseline: writer.y + 2 + Self.style.baseline, width: room)
        writer.advance(height)
        return place
    }

    private static func height(_ lineCount: Int) -> Double { Double(max(lineCount, 1)) * style.lineHeight + 4 }

    private func draw(_ label: String, _ lines: [ShapedLine], x: Double, width: Double, height: Double) {
        let baseline = writer.y + 2 + Self.style.baseline
        let name = writer.typesetter.fitted(DocumentText.oneLine(label), Self.style, width: labelWidth - 6)
        let bottom = writer.y + height
        writer.draw { canvas in
            canvas.text(name, x: x, baseline: baseline, .muted)
            for (number, line) in lines.enumerated() {
                canvas.text(
                    line, x: x + labelWidth, baseline: baseline + Double(number) * Self.style.lineHeight, .ink)
            }
            canvas.rule(x: x, y: bottom, width: width, thickness: 0.4, .hairline)
        }
    }
}
