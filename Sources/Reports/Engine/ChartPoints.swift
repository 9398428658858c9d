/// What is collected for a chart while rows go by.
struct ChartPoints {
    let rows: ChartDeclaration.Rows
    private let declaration: ChartDeclaration
    private let title: String
    private let columns: [ReportColumn]
    private let valueColumns: [Int]
    private let categoryColumn: Int?
    private var categories: [String] = []
    private var values: [[ReportValue]]
    private var isTooLong = false

    /// - Parameter title: as it is shown.
    init(_ declaration: ChartDeclaration, _ plan: SheetPlan, title: String) {
        self.declaration = declaration
        self.title = title
        columns = plan.shown
        rows = declaration.rows
        // A column that is spread by a pivot stands for all that became of it.
        valueColumns = declaration.values.flatMap { name in
            plan.columns.indices.filter { (plan.columns[$0].declaredKey ?? plan.columns[$0].key) == name }
        }
        categoryColumn = declaration.categories.flatMap { name in plan.columns.firstIndex { $0.key == name } }
        values = Array(repeating: [], count: valueColumns.count)
    }

    mutating func add(_ row: ReportRow, category: String? = nil) {
        guard !isTooLong else { return }
        guard categories.count < ReportChart.maximumCategories else {
            isTooLong = true
            return
        }
        categories.append(
            category ?? categoryColumn.map { columns[$0].text(of: row.values[$0]) } ?? "")
        for (index, column) in valueColumns.enumerated() { values[index].append(row.values[column]) }
    }

    /// Nil where there is nothing to draw, or too much.
    var chart: ReportChart? {
        guard !isTooLong, !categories.isEmpty, let first = valueColumns.first else { return nil }
        return ReportChart(
            declaration.kind, title: title, categories: categories,
            series: zip(valueColumns, values).map { index, values in
                ReportChart.Series(names[index] ?? "", values)
            },
            content: columns[first].content)
    }

    /// By column: its title, with the words over it where another has the same one.
    private var names: [Int: String] {
        var names: [Int: String] = [:]
        for index in valueColumns {
            let isShared = valueColumns.contains { $0 != index && columns[$0].title == columns[index].title }
            names[index] = isShared ? columns[index].fullTitle : columns[index].title
        }
        return names
    }

    /// Says that there is no chart where one was to be expected.
    var note: String? {
        isTooLong
            ? "The chart \"\(title)\" is left out: there are more than \(ReportChart.maximumCategories) rows." : nil
    }
}
