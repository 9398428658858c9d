import Amounts
import Documents

/// The bar behind a number.
enum ReportBar {
    /// How much of its cell the bar fills, from 0 to 1. Only shares have one where rows go by one at a time: what the
    /// largest amount of a column is, is known only at its end.
    static func share(of value: ReportValue, in column: ReportColumn) -> Double {
        guard column.hasBar, case .percent(let decimal) = value else { return 0 }
        return min(max(decimal.approximation, 0), 1)
    }
}

extension ExactDecimal {
    /// The nearest number for a place on paper; never for a figure.
    var approximation: Double {
        var value = Double(coefficient)
        for _ in 0..<scale { value /= 10 }
        return value
    }
}

extension ReportChart {
    /// The chart as it is drawn; nil where it has too much for one, or nothing.
    var drawn: Chart? {
        guard !categories.isEmpty, categories.count <= Self.maximumCategories, !series.isEmpty else { return nil }
        let column = ReportColumn("", "", content)
        let kind: Chart.Kind =
            switch self.kind {
            case .column: .column
            case .bar: .bar
            case .line: .line
            }
        var isPercent = false
        if case .percent = content { isPercent = true }
        return Chart(
            kind, title: title, categories: categories,
            series: series.map { series in
                Chart.Series(
                    series.name,
                    series.values.map { value in
                        value.approximation.map { Chart.Value($0, column.text(of: value)) }
                    })
            }, isPercent: isPercent)
    }
}

extension ReportValue {
    /// The nearest number for a place on paper; nil where it is none.
    fileprivate var approximation: Double? {
        switch self {
        case .money(let money): money.decimal.approximation
        case .number(let decimal), .percent(let decimal): decimal.approximation
        case .integer(let integer): Double(integer)
        case .empty, .text, .date, .instant, .boolean: nil
        }
    }
}
