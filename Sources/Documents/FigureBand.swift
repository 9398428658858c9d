/// The figures that matter, below the title: each a large value with its name, side by side and in rows.
enum FigureBand {
    /// Between the rows of boxes, and below the last, in points.
    private static let rowGap = 8.0
    private static let spaceBelow = 10.0
    /// Between the boxes, and the columns of facts below them.
    static let gap = 12.0
    private static let boxHeight = 40.0
    private static let value = TextStyle(size: 13, isBold: true)
    private static let label = TextStyle(size: 7.5)

    /// Boxes in a row: three to five, so that rows are as even as they can be and an amount has room.
    static func figuresInRow(_ count: Int, on page: PageSize) -> Int {
        let most = page.bodyWidth > 600 ? 5 : 4
        let rows = (max(count, 1) + most - 1) / most
        return max(3, (max(count, 1) + rows - 1) / rows)
    }

    /// What so many figures take, with the space below them, in points.
    static func height(of count: Int, on page: PageSize) -> Double {
        let inRow = figuresInRow(count, on: page)
        let rows = Double((max(count, 1) + inRow - 1) / inRow)
        return rows * boxHeight + (rows - 1) * rowGap + spaceBelow
    }

    static func canvas(
        _ figures: [(label: String, value: String)], on page: PageSize, y: Double, _ typesetter: Typesetter
    ) -> PageCanvas {
        var canvas = PageCanvas()
        guard !figures.isEmpty else { return canvas }
        let inRow = figuresInRow(figures.count, on: page)
        let width = (page.bodyWidth - gap * Double(inRow - 1)) / Double(inRow)
        for (index, figure) in figures.enumerated() {
            let x = page.left + Double(index % inRow) * (width + gap)
            let y = y + Double(index / inRow) * (boxHeight + rowGap)
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
