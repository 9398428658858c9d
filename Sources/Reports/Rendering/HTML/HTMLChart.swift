import Documents

/// A chart in HTML: lying bars as a table, which every mail program shows, others as SVG.
enum HTMLChart {
    static func text(_ chart: Chart) -> String {
        let isTable = chart.kind == .bar && chart.series.allSatisfy { $0.values.allSatisfy { ($0?.height ?? 0) >= 0 } }
        return "<h3\(HTMLText.direction(chart.title))>\(HTMLText.escaped(chart.title))</h3>\n<div class=\"chart\">"
            + (isTable ? bars(chart) : svg(chart)) + "</div>\n"
    }

    private static func bars(_ chart: Chart) -> String {
        var text = ""
        if chart.series.count > 1 {
            text += "<p>"
            for (index, series) in chart.series.enumerated() {
                text += "<span style=\"color:\(colour(.series(index)))\">&#9632;</span> "
                text += HTMLText.escaped(series.name) + (index < chart.series.count - 1 ? " &nbsp; " : "")
            }
            text += "</p>"
        }
        let greatest = chart.series.flatMap { $0.values.compactMap { $0?.height } }.filter(\.isFinite).max() ?? 0
        text += "<table class=\"bars\" role=\"presentation\" width=\"100%\">\n"
        for (row, category) in chart.categories.enumerated() {
            for (index, series) in chart.series.enumerated() {
                guard series.values.indices.contains(row), let value = series.values[row] else { continue }
                let share = greatest > 0 && value.height.isFinite ? value.height / greatest : 0
                let percent = Int((share * 100).rounded())
                text += "<tr><td\(HTMLText.direction(category))>\(index == 0 ? HTMLText.escaped(category) : "")</td>"
                text += "<td class=\"bar\" width=\"100%\"><i style=\"width:\(percent)%;"
                text += "background:\(colour(.series(index)))\"></i></td>"
                text += "<td align=\"right\">\(HTMLText.escaped(value.text))</td></tr>\n"
            }
        }
        return text + "</table>"
    }

    private static func svg(_ chart: Chart) -> String {
        let drawing = ChartDrawing(chart, width: 560)
        var text = "<svg viewBox=\"0 0 \(number(drawing.width)) \(number(drawing.height))\" role=\"img\""
        text += " aria-label=\"\(HTMLText.attribute(chart.title))\">\n"
        for shape in drawing.shapes {
            switch shape {
            case .rectangle(let x, let y, let width, let height, let ink):
                text += "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\""
                text += " height=\"\(number(height))\" fill=\"\(colour(ink))\"/>\n"
            case .line(let x, let y, let toX, let toY, let thickness, let ink):
                text += "<line x1=\"\(number(x))\" y1=\"\(number(y))\" x2=\"\(number(toX))\" y2=\"\(number(toY))\""
                text += " stroke=\"\(colour(ink))\" stroke-width=\"\(number(thickness))\"/>\n"
            case .text(let words, let x, let baseline, let anchor, _, let ink):
                let place =
                    switch anchor {
                    case .start: ""
                    case .middle: " text-anchor=\"middle\""
                    case .end: " text-anchor=\"end\""
                    }
                text += "<text x=\"\(number(x))\" y=\"\(number(baseline))\"\(place) fill=\"\(colour(ink))\">"
                text += "\(HTMLText.escaped(words))</text>\n"
            }
        }
        return text + "</svg>"
    }

    /// `#1f3a5f`
    private static func colour(_ ink: Ink) -> String {
        let digits = String(ink.rgb, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }

    /// Hundredths are enough.
    private static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e6 else { return "0" }
        let hundredths = Int((value * 100).rounded())
        let rest = abs(hundredths % 100)
        let sign = hundredths < 0 ? "-" : ""
        let whole = "\(sign)\(abs(hundredths) / 100)"
        return rest == 0 ? whole : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
