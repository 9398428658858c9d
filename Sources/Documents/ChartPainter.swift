/// Puts a chart on a page.
enum ChartPainter {
    static func paint(
        _ drawing: ChartDrawing, x: Double, y: Double, _ typesetter: Typesetter, on canvas: inout PageCanvas
    ) {
        let style = TextStyle(size: ChartDrawing.textSize)
        for shape in drawing.shapes {
            switch shape {
            case .rectangle(let left, let top, let width, let height, let ink):
                canvas.rectangle(x: x + left, y: y + top, width: width, height: height, ink)
            case .line(let fromX, let fromY, let toX, let toY, let thickness, let ink):
                canvas.line(fromX: x + fromX, y: y + fromY, toX: x + toX, y: y + toY, thickness: thickness, ink)
            case .text(let words, let at, let baseline, let anchor, let room, let ink):
                let line = typesetter.fitted(DocumentText.oneLine(words), style, width: room)
                let left =
                    switch anchor {
                    case .start: at
                    case .middle: at - line.width / 2
                    case .end: at - line.width
                    }
                canvas.text(line, x: x + left, baseline: y + baseline, ink)
            }
        }
    }
}
