/// The figures that matter, side by side below the title: each a large value with its name.
enum FigureBand {
    static let maximumFigures = 4
    /// With the space below it, in points.
    static let height = 50.0
    /// Between the boxes, and the columns of facts below them.
    static let gap = 12.0
    private static let boxHeight = 40.0
    private static let value = TextStyle(size: 13, isBold: true)
    private static let label = TextStyle(size: 7.5)

    static func canvas(
        _ figures: [(label: String, value: String)], on page: PageSize, y: Double, _ typesetter: Typesetter
    ) -> PageCanvas {
        var canvas = PageCanvas()
        guard !figures.isEmpty else { return canvas }
        let count = Double(max(figures.count, 3))
        let width = (page.bodyWidth - gap * (count - 1)) / count
        for (index, figure) in figures.enumerated() {
            let x = page.left + Double(index) * (width + gap)
            canvas.rectangle(x: x, y: y, width: width, height: boxHeight, .totalFill)
            canvas.rectangle(x: x, y: y, width: 2, height: boxHeight, .accent)
            let name = typesetter.fitted(DocumentText.oneLine(figure.label), label, width: width - 18)
            canvas.text(name, x: x + 10, baseline: y + 13.5, .muted)
            let text = typesetter.fitted(DocumentText.oneLine(figure.value), value, width: width - 18)
            canvas.text(text, x: x + 10, baseline: y + 31, .accent)
        }
        return canvas
    }
}
