import Amounts
import Configuration
import Diagnostics
import Formulas

/// Reads one column of a sheet.
struct ColumnReader {
    let currency: Currency
    /// Nil where it is wrong.
    let query: QueryText?
    /// What the query gives; nil where that is not known.
    let given: QueryProbe.Columns?
    /// Reads the condition of a sum and checks it.
    let condition: (LocatedText, inout ProblemList) -> QueryText?

    private enum TypeWord: String, CaseIterable {
        case text, date, instant, money, number, percent, integer, boolean
    }

    func read(_ map: YAMLMapping, _ problems: inout ProblemList) -> ColumnDeclaration? {
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
            condition($0, &problems)
        }
        if let sum { require(sum, map, at: "sum") }
        if let value { require(value, map, at: "value") }
        if sum == nil, value == nil, !count, formula == nil { require(key, map, at: "column") }
        if map.contains("when"), sum == nil, !count {
            map.report("when belongs to sum and count", expected: "no when here", at: "when")
        }
        let source: ColumnDeclaration.Source =
            if let formula { .formula(formula) } else if let sum { .sum(sum, when: when) } else if count {
                .count(when: when)
            } else { .plain(value ?? key) }
        let (content, currencyColumn) = content(map, key, source)
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
        if !map.hasProblems, total == .sum, !isNumber || content == .money(nil) {
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
        if let pivot { require(pivot, map, at: "pivot") }
        if let pivotOrder { require(pivotOrder, map, at: "pivot_order") }
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

    /// Reports a column of the query that it does not give.
    private func require(_ name: String, _ map: YAMLMapping, at key: String) {
        guard let given, FormulaScope.isValidName(name), !given.has(name) else { return }
        map.report(
            "the query gives no column \(name)" + Suggestion.hint(for: name, among: given.names),
            expected: given.words, at: key)
    }

    /// The type: as written, or else that of the column of a view with the same name.
    private func content(
        _ map: YAMLMapping, _ key: String, _ source: ColumnDeclaration.Source
    ) -> (ReportColumn.Content, currency: String?) {
        let places = map.optional("places", .integer(0...9))
        let currencyColumn = map.optional("currency", .identifier)
        if let currencyColumn { require(currencyColumn, map, at: "currency") }
        let known: ReportView.Content? =
            switch source {
            case .plain(let name), .sum(let name, _): viewContent(name)
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
                if currencyColumn == nil, let column, let given, !given.has(column) {
                    map.report(
                        "the amounts of \(key) are each in the currency of the column \(column), which the query does not give",
                        expected: "\(column) in the query, or amounts in the currency of the books")
                }
                let column = currencyColumn ?? column
                return (.money(column == nil ? currency : nil), column)
            case nil:
                if query != nil, !map.hasProblems {
                    map.report(
                        "the type of \(key) is not known from a view",
                        expected: "type: " + TypeWord.allCases.map(\.rawValue).joined(separator: ", "))
                }
                return (.text, nil)
            }
        }
        // A name that the query gives anew may be of any type.
        if let known, !map.hasProblems, !isRenamed(source), !Self.agrees(word, known) {
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

    private func isRenamed(_ source: ColumnDeclaration.Source) -> Bool {
        switch source {
        case .plain(let name), .sum(let name, _): query?.aliases.contains(name) ?? true
        case .count, .formula: true
        }
    }

    private func viewContent(_ name: String) -> ReportView.Content? {
        for view in query?.views ?? [] {
            if let column = ReportViews[view]?.columns.first(where: { $0.name == name }) { return column.content }
        }
        return nil
    }

    private static func agrees(_ word: TypeWord, _ content: ReportView.Content) -> Bool {
        switch (word, content) {
        case (.text, .text), (.date, .date), (.instant, .instant), (.integer, .integer), (.boolean, .boolean),
            (.number, .number), (.number, .integer), (.percent, .number), (.money, .money), (.text, .date):
            true
        default: false
        }
    }
}
