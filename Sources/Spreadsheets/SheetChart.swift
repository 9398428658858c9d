import CXLSXWriter

/// A chart on a sheet: bars that can be compared at a glance, one colour a series, no decoration.
package struct SheetChart {
    package enum Kind: Hashable, Sendable {
        /// Upright: for a few categories, or periods.
        case column
        /// Lying: for names, which stay readable.
        case bar
        /// For many periods.
        case line
    }

    let kind: Kind
    let title: String
    let table: SummaryTable

    private static let pixelsPerRow = 22
    /// The library's own size of a chart, which it scales.
    private static let defaultWidth = 480.0
    private static let defaultHeight = 288.0

    var heightInRows: Int {
        kind == .bar ? min(max(8, table.rowCount * 2 + 5), 30) : 15
    }

    func insert(
        into part: SheetPart, at row: Int, _ column: Int, widthPixels: Int, categories: String, values: [String],
        writer: WorkbookWriter
    ) throws(SpreadsheetError) {
        guard let rows = table.rows else { return }
        let type =
            switch kind {
            case .column: LXW_CHART_COLUMN
            case .bar: LXW_CHART_BAR
            case .line: LXW_CHART_LINE
            }
        guard let chart = workbook_add_chart(writer.workbook, UInt8(type.rawValue)) else {
            throw .library(path: writer.path, operation: "adding a chart", reason: "the library refused it")
        }
        let categoryColumn = lxw_col_t(try table.column(categories))
        let (firstRow, lastRow) = (lxw_row_t(rows.lowerBound), lxw_row_t(rows.upperBound))
        var unit = NumberFormat.axis
        for (index, title) in values.enumerated() {
            let valueColumn = lxw_col_t(try table.column(title))
            guard let series = chart_add_series(chart, nil, nil) else {
                throw .library(path: writer.path, operation: "adding a series to a chart", reason: "out of memory")
            }
            chart_series_set_categories(series, table.sheet, firstRow, categoryColumn, lastRow, categoryColumn)
            chart_series_set_values(series, table.sheet, firstRow, valueColumn, lastRow, valueColumn)
            chart_series_set_name_range(series, table.sheet, lxw_row_t(table.headerRow), valueColumn)
            dress(series, color: Palette.series[index % Palette.series.count])
            if case .rate = table.columns[Int(valueColumn) - table.firstColumn].kind { unit = "0%" }
        }
        dress(chart, unit: unit, seriesCount: values.count)
        var options = lxw_chart_options()
        options.x_scale = Double(widthPixels) / Self.defaultWidth
        options.y_scale = Double(heightInRows * Self.pixelsPerRow) / Self.defaultHeight
        let error = withCStrings([CellText.cleaned(title).text]) { strings in
            options.description = strings[0]
            return worksheet_insert_chart_opt(part.worksheet, lxw_row_t(row), lxw_col_t(column), chart, &options)
        }
        try writer.check(error, "sheet \(part.name), chart \(title)")
    }

    private func dress(_ series: UnsafeMutablePointer<lxw_chart_series>, color: lxw_color_t) {
        if kind == .line {
            var line = lxw_chart_line()
            line.color = color
            line.width = 2.25
            chart_series_set_line(series, &line)
        } else {
            var fill = lxw_chart_fill()
            fill.color = color
            chart_series_set_fill(series, &fill)
        }
    }

    private func dress(_ chart: UnsafeMutablePointer<lxw_chart>, unit: String, seriesCount: Int) {
        chart_title_set_name(chart, CellText.cleaned(title).text)
        var titleFont = lxw_chart_font()
        titleFont.size = 12
        titleFont.bold = 1
        titleFont.color = Palette.accent
        chart_title_set_name_font(chart, &titleFont)
        if kind != .line { chart_set_series_gap(chart, 60) }
        let legend = seriesCount > 1 ? LXW_CHART_LEGEND_BOTTOM : LXW_CHART_LEGEND_NONE
        chart_legend_set_position(chart, UInt8(legend.rawValue))

        var none = lxw_chart_line()
        none.none = 1
        var grid = lxw_chart_line()
        grid.color = Palette.hairline
        grid.width = 0.75
        var font = lxw_chart_font()
        font.size = 9
        font.color = Palette.muted
        chart_chartarea_set_line(chart, &none)
        // For lying bars the library has its axes exchanged already.
        let axes = (x: chart.pointee.x_axis, y: chart.pointee.y_axis)
        if let categories = kind == .bar ? axes.y : axes.x, let values = kind == .bar ? axes.x : axes.y {
            chart_axis_set_num_font(categories, &font)
            chart_axis_set_num_font(values, &font)
            chart_axis_set_line(values, &none)
            chart_axis_set_line(categories, &grid)
            chart_axis_set_num_format(values, unit)
            chart_axis_major_gridlines_set_visible(values, 1)
            chart_axis_major_gridlines_set_line(values, &grid)
            // The first row of the table at the top, as it is read, and the scale below all the same.
            if kind == .bar {
                chart_axis_set_reverse(categories)
                chart_axis_set_crossing_max(categories)
            }
        }
    }
}
