/// A chart as rectangles, lines and words, in points from its upper left corner: for a page and for SVG alike.
package struct ChartDrawing {
    package enum Anchor: Sendable { case start, middle, end }

    package enum Shape {
        case rectangle(x: Double, y: Double, width: Double, height: Double, Ink)
        case line(fromX: Double, y: Double, toX: Double, y2: Double, thickness: Double, Ink)
        case text(String, x: Double, baseline: Double, Anchor, room: Double, Ink)
    }

    package let width: Double
    package private(set) var height: Double
    package private(set) var shapes: [Shape] = []
    /// Of all words, in points.
    package static let textSize = 7.5

    private let chart: Chart
    private static let characterWidth = textSize * 0.6
    private static let plotHeight = 150.0
    private static let barHeight = 9.0

    package init(_ chart: Chart, width: Double) {
        self.chart = chart
        self.width = width
        height = 0
        legend()
        switch chart.kind {
        case .bar: bars()
        case .column, .line: upright()
        }
    }

    private var values: [Double] { chart.series.flatMap { $0.values.compactMap { $0?.height } } }

    private mutating func text(
        _ words: String, x: Double, baseline: Double, _ anchor: Anchor = .start, room: Double, _ ink: Ink = .muted
    ) {
        shapes.append(.text(words, x: x, baseline: baseline, anchor, room: room, ink))
    }

    private mutating func legend() {
        guard chart.series.count > 1 else { return }
        var x = 0.0
        for (index, series) in chart.series.enumerated() {
            let room = min(Double(series.name.count) * Self.characterWidth + 4, width / 2)
            if x > 0, x + room + 14 > width {
                x = 0
                height += 12
            }
            shapes.append(.rectangle(x: x, y: height + 2, width: 7, height: 7, Ink.series(index)))
            text(series.name, x: x + 11, baseline: height + 8.5, room: room)
            x += room + 24
        }
        height += 18
    }

    // MARK: - Lying bars

    private mutating func bars() {
        let axis = ChartAxis(values, isPercent: chart.isPercent)
        let longest = chart.categories.map(\.count).max() ?? 0
        // Names are often in capitals.
        let labels = min(Double(longest) * Self.characterWidth * 1.2 + 8, width * 0.34)
        let longestValue = chart.series.flatMap { $0.values.compactMap { $0?.text.count } }.max() ?? 0
        let margin = Double(longestValue) * Self.characterWidth + 8
        // Words of negative values stand at the left of their bars.
        let leftMargin = axis.low < 0 ? margin : 0
        let plot = max(40, width - labels - leftMargin - margin)
        let left = labels + leftMargin
        let zero = left + axis.place(0) * plot
        let band = Double(chart.series.count) * Self.barHeight + 5
        let top = height
        for (row, category) in chart.categories.enumerated() {
            let y = top + Double(row) * band
            text(category, x: labels - 6, baseline: y + band / 2 + 0.6, .end, room: labels - 6, .ink)
            for (index, series) in chart.series.enumerated() {
                guard series.values.indices.contains(row), let value = series.values[row] else { continue }
                let end = left + axis.place(value.height) * plot
                let barTop = y + Double(index) * Self.barHeight
                shapes.append(
                    .rectangle(
                        x: min(zero, end), y: barTop, width: abs(end - zero), height: Self.barHeight - 1.5,
                        Ink.series(index)))
                let isNegative = value.height < 0
                text(
                    value.text, x: isNegative ? end - 4 : end + 4, baseline: barTop + Self.barHeight - 2.2,
                    isNegative ? .end : .start, room: margin)
            }
        }
        height = top + Double(chart.categories.count) * band
        shapes.append(.line(fromX: zero, y: top - 2, toX: zero, y2: height - 2, thickness: 0.6, .muted))
    }

    // MARK: - Columns and lines

    private mutating func upright() {
        let axis = ChartAxis(values, isPercent: chart.isPercent)
        let ticks = axis.ticks
        let labels = (ticks.map { Double(axis.text($0).count) }.max() ?? 0) * Self.characterWidth + 8
        let plot = max(40, width - labels - 4)
        let top = height + 6
        let bottom = top + Self.plotHeight
        func place(_ value: Double) -> Double { bottom - axis.place(value) * Self.plotHeight }
        for tick in ticks {
            let y = place(tick)
            shapes.append(
                .line(
                    fromX: labels, y: y, toX: labels + plot, y2: y, thickness: tick == 0 ? 0.8 : 0.4,
                    tick == 0 ? .muted : .hairline))
            text(axis.text(tick), x: labels - 5, baseline: y + 2.6, .end, room: labels)
        }
        let count = max(chart.categories.count, 1)
        let band = plot / Double(count)
        if chart.kind == .column {
            columns(place, left: labels, band: band)
        } else {
            lines(place, left: labels, band: band)
        }
        // As many names as there is room for.
        let longest = Double(chart.categories.map(\.count).max() ?? 0) * Self.characterWidth + 6
        let every = max(1, Int((min(longest, 90) / band).rounded(.up)))
        for index in stride(from: 0, to: chart.categories.count, by: every) {
            text(
                chart.categories[index], x: labels + (Double(index) + 0.5) * band, baseline: bottom + 11, .middle,
                room: band * Double(every))
        }
        height = bottom + 16
    }

    private mutating func columns(_ place: (Double) -> Double, left: Double, band: Double) {
        let gap = min(band * 0.28, 14)
        let thickness = min((band - gap) / Double(max(chart.series.count, 1)), 42)
        let used = thickness * Double(chart.series.count)
        for (index, series) in chart.series.enumerated() {
            for (category, value) in series.values.enumerated() {
                guard let value, category < chart.categories.count else { continue }
                let x = left + (Double(category) + 0.5) * band - used / 2 + Double(index) * thickness
                let (zero, end) = (place(0), place(value.height))
                shapes.append(
                    .rectangle(
                        x: x, y: min(zero, end), width: max(thickness - 1, 0.5), height: abs(zero - end),
                        Ink.series(index)))
            }
        }
    }

    private mutating func lines(_ place: (Double) -> Double, left: Double, band: Double) {
        for (index, series) in chart.series.enumerated() {
            var previous: (x: Double, y: Double)?
            for (category, value) in series.values.enumerated() {
                guard let value, category < chart.categories.count else {
                    previous = nil
                    continue
                }
                let point = (x: left + (Double(category) + 0.5) * band, y: place(value.height))
                if let previous {
                    shapes.append(
                        .line(
                            fromX: previous.x, y: previous.y, toX: point.x, y2: point.y, thickness: 1.4,
                            Ink.series(index)))
                }
                shapes.append(
                    .rectangle(x: point.x - 1.5, y: point.y - 1.5, width: 3, height: 3, Ink.series(index)))
                previous = point
            }
        }
    }
}
