import Amounts
import Configuration
import Diagnostics
import Formulas

/// What of a sheet others may name, whether or not it could be read whole.
struct SheetOutline {
    var name: String
    var location: SourceLocation
    /// As they are declared, those too that are wrong.
    var columns: [String]
    /// Those that are wrong.
    var wrongColumns: Set<String>
}

/// Reads one sheet of a report's file. What is wrong in one part keeps no other from being checked.
struct SheetReader {
    let currency: Currency
    let parameters: [ReportParameter]
    /// Parameters that are wrong; to name one is no further mistake.
    let wrongParameters: Set<String>
    let probe: QueryProbe
    let titles: TitleCheck

    func read(
        _ map: YAMLMapping, _ problems: inout ProblemList, _ outlines: inout [SheetOutline]
    ) -> SheetDeclaration? {
        let name = map.required("sheet", .text)
        titles.check(["sheet", "title", "subtitle", "total_label", "notes", "empty"], map)
        let title = map.optional("title", .text, default: name)
        let subtitle = map.optional("subtitle", .text, default: "")
        let style = map.optional(
            "style", .choice([("table", .table), ("statement", .statement)], placeholder: .table),
            default: ReportSheetHeading.Style.table)
        let orientation = map.optional(
            "print", .choice([("landscape", .landscape), ("portrait", .portrait)], placeholder: .landscape),
            default: style == .statement ? ReportSheetHeading.Orientation.portrait : .landscape)
        var queryProblems = ProblemList()
        let query = map.requiredValue("query", expected: "SELECT …").flatMap {
            let text = $0.locatedText()
            checkParameters(text, &queryProblems)
            return QueryText.read(text, .query, problems: &queryProblems)
        }
        let given = query.flatMap { probe.columns(of: $0, problems: &queryProblems) }
        var columnProblems = ProblemList()
        let reader = ColumnReader(currency: currency, query: query, given: given) { text, problems in
            checkParameters(text, &problems)
            let condition = QueryText.read(text, .condition, problems: &problems)
            if let condition, let given { probe.check(condition, over: given, problems: &problems) }
            return condition
        }
        var outline = SheetOutline(name: name, location: map.location, columns: [], wrongColumns: [])
        let columns = map.list("columns", minimumCount: 1) { value in
            var key = ""
            let column = value.mapping { map in
                if case .scalar(let scalar)? = map.optionalValue("column")?.node.content { key = scalar.text }
                titles.check(["title"], map, others: map.contains("pivot") ? ["value"] : [])
                titles.check(["group"], map)
                return reader.read(map, &columnProblems)
            }
            if column == nil { outline.wrongColumns.insert(key) }
            if !key.isEmpty, outline.columns.contains(key) {
                columnProblems.add("there are two columns \(key)", expected: "a name of its own", at: value.location)
            }
            outline.columns.append(key)
            return column
        }
        outlines.append(outline)
        if columns.count > ReportFile.maximumColumns {
            map.report("\(columns.count) columns", expected: "at most \(ReportFile.maximumColumns)", at: "columns")
        }
        let groups = map.optionalList("groups") { value in value.mapping { group($0, given) } }
        let running = map.optionalList("running") { value in
            value.mapping { map in
                titles.check(["label"], map)
                return SheetDeclaration.RunningLine(
                    label: map.required("label", .text), through: Int64(map.required("through", .integer(0...1_000))))
            }
        }
        if !running.isEmpty, groups.first?.order == nil {
            map.report(
                "running lines stand between groups that have an order", expected: "order in the first of groups",
                at: "running")
        }
        let order = map.optionalList("order", .text).map { key in
            SheetDeclaration.OrderKey(
                column: key.hasPrefix("-") ? String(key.dropFirst()) : key, isDescending: key.hasPrefix("-"))
        }
        for key in order where !FormulaScope.isValidName(key.column) {
            map.report(
                "\"\(key.column)\" is no column of a query", expected: "names, those with - from the last", at: "order")
        }
        let key = map.optionalList("key", .identifier)
        for (names, place) in [(order.map(\.column), "order"), (key, "key")] {
            for name in names { require(name, given, map, at: place) }
        }
        if !key.isEmpty, columns.contains(where: { $0.source.isAggregate }) {
            map.report(
                "rows that are added up are told apart by the columns without sum and count",
                expected: "no key beside sum and count", at: "key")
        }
        let hasTotal = map.optional("total", .bool, default: columns.contains { $0.total == .sum } && style == .table)
        let totalLabel = map.optional("total_label", .text, default: "Total")
        let hidesZeroRows = map.optional("hide_zero_rows", .bool, default: false)
        let charts = map.optionalList("charts") { value in value.mapping { chart($0, columns, outline, groups) } }
        let notes = map.optionalList("notes", .longText)
        let emptyText = map.optional("empty", .text, default: "Nothing to report.")
        let frozen = map.optional("frozen_columns", .integer(0...20), default: 1)
        // Formulas are compiled for each making, because a pivot has columns of its own; here to hear of mistakes.
        _ = SheetFormulas.compile(
            columns, parameters, unknown: outline.wrongColumns.union(wrongParameters), problems: &columnProblems)
        problems.add(contentsOf: queryProblems)
        problems.add(contentsOf: columnProblems)
        guard let query, !map.hasProblems, queryProblems.isEmpty, columnProblems.isEmpty else { return nil }
        return SheetDeclaration(
            name: name, title: title, subtitle: subtitle, style: style, orientation: orientation, query: query,
            groups: groups, running: running.sorted { $0.through < $1.through }, columns: columns, order: order,
            key: key,
            hasTotal: hasTotal, totalLabel: totalLabel, hidesZeroRows: hidesZeroRows, charts: charts, notes: notes,
            emptyText: emptyText, frozenColumns: frozen, location: map.location)
    }

    /// Reports parameters that a query names and the report does not have.
    private func checkParameters(_ text: LocatedText, _ problems: inout ProblemList) {
        let values = ReportArguments.sample(parameters, currency: currency)
        for (name, location) in QueryText.parameters(in: text) where values[name] == nil {
            if wrongParameters.contains(where: { name == $0 || name.hasPrefix("\($0)_") }) { continue }
            problems.add(
                "there is no parameter :\(name)" + Suggestion.hint(for: name, among: parameters.map(\.name)),
                expected: values.words, at: location)
        }
    }

    /// Reports a column of the query that it does not give.
    private func require(_ name: String, _ given: QueryProbe.Columns?, _ map: YAMLMapping, at key: String) {
        guard let given, FormulaScope.isValidName(name), !given.has(name) else { return }
        map.report(
            "the query gives no column \(name)" + Suggestion.hint(for: name, among: given.names),
            expected: given.words, at: key)
    }

    private func group(_ map: YAMLMapping, _ given: QueryProbe.Columns?) -> GroupDeclaration? {
        let column = map.required("by", .identifier)
        require(column, given, map, at: "by")
        titles.check(["label"], map, others: ["heading"])
        for key in ["heading", "order"] {
            if let name = map.optional(key, .identifier) { require(name, given, map, at: key) }
        }
        return GroupDeclaration(
            column: column, heading: map.optional("heading", .identifier, default: column),
            order: map.optional("order", .identifier), hasSubtotal: map.optional("subtotal", .bool, default: true),
            subtotalLabel: map.optional("label", .text, default: "{heading}"), location: map.location)
    }

    private func chart(
        _ map: YAMLMapping, _ columns: [ColumnDeclaration], _ outline: SheetOutline, _ groups: [GroupDeclaration]
    ) -> ChartDeclaration? {
        let kind = map.required(
            "chart", .choice([("column", .column), ("bar", .bar), ("line", .line)], placeholder: ReportChart.Kind.bar))
        let title = map.required("title", .text)
        titles.check(["title"], map)
        let rows = map.optional("of", .choice(ChartDeclaration.Rows.self), default: .rows)
        let categories = map.optional("categories", .identifier)
        let values = map.list("values", .identifier, minimumCount: 1)
        for (names, place) in [(categories.map { [$0] } ?? [], "categories"), (values, "values")] {
            for name in names where !outline.columns.contains(name) {
                map.report(
                    "there is no column \(name)" + Suggestion.hint(for: name, among: outline.columns),
                    expected: "a column of the sheet", at: place)
            }
        }
        for name in values {
            guard let column = columns.first(where: { $0.key == name }) else { continue }
            if !ReportColumn("", "", column.content).isNumeric {
                map.report("the column \(name) holds no numbers", expected: "amounts, numbers or shares", at: "values")
            }
        }
        if let name = categories, columns.contains(where: { $0.key == name && $0.pivot != nil }) {
            map.report(
                "the column \(name) is spread by a pivot", expected: "a column that stands once", at: "categories")
        }
        if rows == .groups, groups.isEmpty, !map.hasProblems {
            map.report("the sheet has no groups", expected: "of: rows", at: "of")
        }
        if rows == .rows, categories == nil {
            map.report("categories is missing", expected: "the column whose texts stand below the chart")
        }
        return ChartDeclaration(
            kind: kind, title: title, rows: rows, categories: categories, values: values, location: map.location)
    }
}
