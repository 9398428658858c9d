import Amounts
import Configuration
import Diagnostics
import Formulas

/// Reads one sheet of a report's file.
struct SheetReader {
    let currency: Currency
    let parameters: [ReportParameter]

    func read(_ map: YAMLMapping, _ problems: inout ProblemList) -> SheetDeclaration? {
        let name = map.required("sheet", .text)
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
            QueryText.read($0.locatedText(), .query, problems: &queryProblems)
        }
        if let query { check(query, &queryProblems) }
        var columnProblems = ProblemList()
        let columns = map.list("columns", minimumCount: 1) { value in
            value.mapping { column($0, query, &columnProblems) }
        }
        if columns.count > ReportFile.maximumColumns {
            map.report("\(columns.count) columns", expected: "at most \(ReportFile.maximumColumns)", at: "columns")
        }
        let groups = map.optionalList("groups") { value in value.mapping(group) }
        let running = map.optionalList("running") { value in
            value.mapping { map in
                SheetDeclaration.RunningLine(
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
        if !key.isEmpty, columns.contains(where: { $0.source.isAggregate }) {
            map.report(
                "rows that are added up are told apart by the columns without sum and count",
                expected: "no key beside sum and count", at: "key")
        }
        let hasTotal = map.optional("total", .bool, default: columns.contains { $0.total == .sum } && style == .table)
        let totalLabel = map.optional("total_label", .text, default: "Total")
        let hidesZeroRows = map.optional("hide_zero_rows", .bool, default: false)
        let charts = map.optionalList("charts") { value in value.mapping { chart($0, columns, groups) } }
        let notes = map.optionalList("notes", .longText)
        let emptyText = map.optional("empty", .text, default: "Nothing to report.")
        let frozen = map.optional("frozen_columns", .integer(0...20), default: 1)
        checkNames(columns, &columnProblems)
        problems.add(contentsOf: queryProblems)
        problems.add(contentsOf: columnProblems)
        guard let query, !map.hasProblems, queryProblems.isEmpty, columnProblems.isEmpty else { return nil }
        let sheet = SheetDeclaration(
            name: name, title: title, subtitle: subtitle, style: style, orientation: orientation, query: query,
            groups: groups, running: running.sorted { $0.through < $1.through }, columns: columns, order: order,
            key: key,
            hasTotal: hasTotal, totalLabel: totalLabel, hidesZeroRows: hidesZeroRows, charts: charts, notes: notes,
            emptyText: emptyText, frozenColumns: frozen, location: map.location)
        // Formulas are compiled for each making, because a pivot has columns of its own; here to hear of mistakes.
        _ = SheetFormulas.compile(sheet, parameters, problems: &problems)
        return sheet
    }

    /// Reports parameters that a query names and the report does not have.
    private func check(_ query: QueryText, _ problems: inout ProblemList) {
        let values = ReportArguments.sample(parameters, currency: currency)
        for (name, location) in query.parameters where values[name] == nil {
            problems.add(
                "there is no parameter :\(name)" + Suggestion.hint(for: name, among: parameters.map(\.name)),
                expected: values.words, at: location)
        }
    }

    private func checkNames(_ columns: [ColumnDeclaration], _ problems: inout ProblemList) {
        var seen: Set<String> = []
        for column in columns where !seen.insert(column.key).inserted {
            problems.add("there are two columns \(column.key)", expected: "a name of its own", at: column.location)
        }
    }

    private func group(_ map: YAMLMapping) -> GroupDeclaration? {
        let column = map.required("by", .identifier)
        return GroupDeclaration(
            column: column, heading: map.optional("heading", .identifier, default: column),
            order: map.optional("order", .identifier), hasSubtotal: map.optional("subtotal", .bool, default: true),
            subtotalLabel: map.optional("label", .text, default: "{heading}"), location: map.location)
    }

    private func chart(
        _ map: YAMLMapping, _ columns: [ColumnDeclaration], _ groups: [GroupDeclaration]
    ) -> ChartDeclaration? {
        let kind = map.required(
            "chart", .choice([("column", .column), ("bar", .bar), ("line", .line)], placeholder: ReportChart.Kind.bar))
        let title = map.required("title", .text)
        let rows = map.optional("of", .choice(ChartDeclaration.Rows.self), default: .rows)
        let categories = map.optional("categories", .identifier)
        let values = map.list("values", .identifier, minimumCount: 1)
        for name in values + (categories.map { [$0] } ?? []) where !columns.contains(where: { $0.key == name }) {
            map.report(
                "there is no column \(name)" + Suggestion.hint(for: name, among: columns.map(\.key)),
                expected: "a column of the sheet", at: name == categories ? "categories" : "values")
        }
        if rows == .groups, groups.isEmpty { map.report("the sheet has no groups", expected: "of: rows", at: "of") }
        if rows == .rows, categories == nil {
            map.report("categories is missing", expected: "the column whose texts stand below the chart")
        }
        return ChartDeclaration(
            kind: kind, title: title, rows: rows, categories: categories, values: values, location: map.location)
    }

    // MARK: - Columns

    private enum TypeWord: String, CaseIterable {
        case text, date, instant, money, number, percent, integer, boolean
    }

    private func column(
        _ map: YAMLMapping, _ query: QueryText?, _ problems: inout ProblemList
    ) -> ColumnDeclaration? {
        let key = map.required("column", .identifier)
        if !map.hasProblems, !FormulaScope.isValidName(key) {
            map.report("\"\(key)\" cannot be the name of a column", expected: FormulaScope.nameRule, at: "column")
        }
        let title = map.optional("title", .text, default: key.replacing("_", with: " ").capitalizedFirst)
        let group = map.optional("group", .text, default: "")
        let sum = map.optional("sum", .identifier)
        let count = map.optional("count", .bool, default: false)
        let formula = map.optionalLocatedText("formula")
        let value = map.optional("value", .identifier)
        if [sum != nil, count, formula != nil, value != nil].count(where: \.self) > 1 {
            map.report("the column \(key) has several sources", expected: "one of value, sum, count, formula")
        }
        let when = map.optionalLocatedText("when").flatMap {
            QueryText.read($0, .condition, problems: &problems)
        }
        if let when { check(when, &problems) }
        if map.contains("when"), sum == nil, !count {
            map.report("when belongs to sum and count", expected: "no when here", at: "when")
        }
        let source: ColumnDeclaration.Source =
            if let formula { .formula(formula) } else if let sum { .sum(sum, when: when) } else if count {
                .count(when: when)
            } else { .plain(value ?? key) }
        let (content, currencyColumn) = content(map, key, source, query)
        let isNumber = ReportColumn("", "", content).isNumeric
        var standard: ReportColumn.Total = .none
        switch source {
        case .sum, .count: standard = .sum
        case .formula: standard = content == .money(currency) ? .computed : .none
        case .plain: standard = content == .money(currency) ? .sum : .none
        }
        let total = map.optional(
            "total", .choice([("none", .none), ("sum", .sum), ("formula", .computed)], placeholder: .none),
            default: standard)
        if total == .sum, !isNumber || content == .money(nil) {
            map.report(
                "the column \(key) cannot be added up", expected: "total: none, or amounts of one currency", at: "total"
            )
        }
        if case .formula = source {
        } else if total == .computed {
            map.report("the column \(key) has no formula", expected: "total: sum or none", at: "total")
        }
        let marks = map.optionalEntries("mark") { name, value -> ColumnDeclaration.Mark? in
            let marks: [String: ReportRow.Mark] = ["good": .good, "warning": .warning, "bad": .bad, "muted": .muted]
            guard let mark = marks[name] else {
                value.report("there is no mark \(name)", expected: "good, warning, bad or muted")
                return nil
            }
            return .init(mark: mark, condition: value.locatedText())
        }.map(\.value)
        let pivot = map.optional("pivot", .identifier)
        let pivotOrder = map.optional("pivot_order", .identifier)
        if pivotOrder != nil, pivot == nil {
            map.report("there is no pivot to be sorted", expected: "pivot beside pivot_order", at: "pivot_order")
        }
        if pivot != nil, !source.isAggregate {
            map.report("a pivot spreads sums", expected: "sum or count beside pivot", at: "pivot")
        }
        return ColumnDeclaration(
            key: key, title: title, group: group, source: source, content: content, currency: currencyColumn,
            total: total, width: map.optional("width", .integer(2...200)).map(Double.init),
            alignment: map.optional(
                "align", .choice([("left", .left), ("right", .right), ("centre", .centre)], placeholder: .left)),
            warnsOfNegatives: map.optional("red", .bool, default: false),
            hasBar: map.optional("bar", .bool, default: false),
            marks: marks, pivot: pivot, pivotOrder: pivotOrder, isHidden: map.optional("hidden", .bool, default: false),
            location: map.location)
    }

    /// The type: as written, or else that of the column of a view with the same name.
    private func content(
        _ map: YAMLMapping, _ key: String, _ source: ColumnDeclaration.Source, _ query: QueryText?
    ) -> (ReportColumn.Content, currency: String?) {
        let places = map.optional("places", .integer(0...9))
        let currencyColumn = map.optional("currency", .identifier)
        let known: ReportView.Content? =
            switch source {
            case .plain(let name), .sum(let name, _): viewContent(name, query)
            case .count: .integer
            case .formula: nil
            }
        guard let word = map.optional("type", .choice(TypeWord.allCases.map { ($0.rawValue, $0) }, placeholder: .text))
        else {
            switch known {
            case .text: return (.text, nil)
            case .date: return (.date, nil)
            case .instant: return (.instant, nil)
            case .integer: return (.integer, nil)
            case .boolean: return (.boolean, nil)
            case .number: return (.number(places: places ?? 2), nil)
            case .money(let column):
                let column = currencyColumn ?? column
                return (.money(column == nil ? currency : nil), column)
            case nil:
                if query != nil {
                    map.report(
                        "the type of \(key) is not known from a view",
                        expected: "type: " + TypeWord.allCases.map(\.rawValue).joined(separator: ", "))
                }
                return (.text, nil)
            }
        }
        // A name that the query gives anew may be of any type.
        if let known, !map.hasProblems, !isRenamed(source, query), !Self.agrees(word, known) {
            map.report(
                "\(key) is \(word.rawValue) here and \(known.words) in the view", expected: "the type of the view",
                at: "type")
        }
        switch word {
        case .text: return (.text, nil)
        case .date: return (.date, nil)
        case .instant: return (.instant, nil)
        case .money: return (.money(currencyColumn == nil ? currency : nil), currencyColumn)
        case .number: return (.number(places: places ?? 2), nil)
        case .percent: return (.percent(places: places ?? 1), nil)
        case .integer: return (.integer, nil)
        case .boolean: return (.boolean, nil)
        }
    }

    private func isRenamed(_ source: ColumnDeclaration.Source, _ query: QueryText?) -> Bool {
        switch source {
        case .plain(let name), .sum(let name, _): query?.aliases.contains(name) ?? true
        case .count, .formula: true
        }
    }

    private func viewContent(_ name: String, _ query: QueryText?) -> ReportView.Content? {
        for view in query?.views ?? [] {
            if let column = ReportViews[view]?.columns.first(where: { $0.name == name }) { return column.content }
        }
        return nil
    }

    private static func agrees(_ word: TypeWord, _ content: ReportView.Content) -> Bool {
        switch (word, content) {
        case (.text, .text), (.date, .date), (.instant, .instant), (.integer, .integer), (.boolean, .boolean),
            (.number, .number), (.percent, .number), (.money, .money), (.text, .date):
            true
        default: false
        }
    }
}
