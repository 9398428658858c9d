import Amounts
import Calendars
import Diagnostics
import Formulas

/// The formulas of a sheet: those of its columns and the conditions of its marks, over the columns and parameters.
struct SheetFormulas: Sendable {
    /// Of the formula columns, in an order in which each comes after those that it uses.
    let items: [(column: Int, formula: Formula, slot: FormulaSlot)]
    /// By column, those that mark its cells.
    let marks: [(column: Int, mark: ReportRow.Mark, condition: Formula)]
    /// By column; nil where formulas cannot name it.
    let slots: [FormulaSlot?]
    let parameterSlots: [(name: String, slot: FormulaSlot)]
    let today: FormulaSlot?
    let scope: FormulaScope

    var isEmpty: Bool { items.isEmpty && marks.isEmpty }

    /// Compiles what the columns say, and reports every mistake at its place.
    ///
    /// - Parameter unknown: names of columns and parameters that are wrong themselves: to use one is no further mistake.
    static func compile(
        _ columns: [ColumnDeclaration], _ parameters: [ReportParameter], unknown: Set<String> = [],
        problems: inout ProblemList
    ) -> SheetFormulas? {
        var scope = FormulaScope()
        var slots: [FormulaSlot?] = []
        var definitions: [FormulaSet.Definition] = []
        for name in unknown { scope.declareWithoutType(name) }
        let countBefore = problems.count
        for column in columns {
            if case .formula(let text) = column.source {
                slots.append(nil)
                definitions.append(
                    .init(
                        name: column.key, at: column.location, text: text.text, at: text.location,
                        type: type(of: column.content)))
            } else if let reason = refusal(of: column) {
                scope.refuse(column.key, because: reason)
                slots.append(nil)
            } else {
                slots.append(
                    type(of: column.content).flatMap {
                        try? scope.declare(input: column.key, $0, description: column.title)
                    })
            }
        }
        var parameterSlots: [(name: String, slot: FormulaSlot)] = []
        for parameter in parameters where !columns.contains(where: { $0.key == parameter.name }) {
            if parameter.kind.isPeriod {
                scope.refuse(parameter.name, because: "is a period, which formulas cannot compute with")
            }
            guard let type = type(of: parameter.kind),
                let slot = try? scope.declare(input: parameter.name, type, description: parameter.title)
            else { continue }
            parameterSlots.append((parameter.name, slot))
        }
        let today =
            columns.contains { $0.key == "today" }
            ? nil : try? scope.declare(input: "today", .date, description: "the day as of which the report is made")
        guard let set = FormulaSet.compile(definitions, in: scope, problems: &problems) else { return nil }
        var marks: [(column: Int, mark: ReportRow.Mark, condition: Formula)] = []
        for (index, column) in columns.enumerated() {
            for mark in column.marks {
                guard
                    let condition = Formula.compile(
                        mark.condition.text, at: mark.condition.location, in: set.scope, expecting: .bool,
                        problems: &problems)
                else { continue }
                marks.append((index, mark.mark, condition))
            }
        }
        guard problems.count == countBefore else { return nil }
        let items = set.items.compactMap { item in
            columns.firstIndex { $0.key == item.name }.map { (column: $0, formula: item.formula, slot: item.slot) }
        }
        for item in items { slots[item.column] = item.slot }
        return SheetFormulas(
            items: items, marks: marks, slots: slots, parameterSlots: parameterSlots, today: today, scope: set.scope)
    }

    /// Why formulas cannot name a column; nil where they can.
    private static func refusal(of column: ColumnDeclaration) -> String? {
        if column.pivot != nil { return "is spread over several columns by its pivot, and formulas name single ones" }
        switch column.content {
        case .money(nil): return "has amounts of several currencies, which formulas cannot compute with"
        case .instant: return "holds instants, which formulas cannot compute with"
        default: return nil
        }
    }

    private static func type(of content: ReportColumn.Content) -> FormulaType? {
        switch content {
        case .text: .text
        case .date: .date
        case .money(.some): .money
        case .number, .integer: .quantity
        case .percent: .rate
        case .boolean: .bool
        case .money(nil), .instant: nil
        }
    }

    private static func type(of kind: ReportParameter.Kind) -> FormulaType? {
        switch kind {
        case .text: .text
        case .date: .date
        case .money: .money
        case .integer: .quantity
        case .boolean: .bool
        case .month, .week, .quarter, .year, .period: nil
        }
    }

    // MARK: - Values

    /// Inputs with the parameters set.
    func inputs(_ arguments: ReportArguments, today: CalendarDate?, currency: Currency) throws -> FormulaInputs {
        var inputs = FormulaInputs(for: scope, currency: currency)
        if let slot = self.today, let today { inputs.set(slot, .date(today)) }
        for (name, slot) in parameterSlots {
            guard let value = arguments.values.first(where: { $0.parameter.name == name })?.value else { continue }
            switch value {
            case .text(let text): inputs.set(slot, .text(text))
            case .date(let date): inputs.set(slot, .date(date))
            case .money(let money): try inputs.set(slot, money)
            case .integer(let integer): inputs.set(slot, .quantity(Quantity(ExactDecimal(integer))))
            case .boolean(let boolean): inputs.set(slot, .bool(boolean))
            case .period: break
            }
        }
        return inputs
    }

    /// Puts the values of a row in and computes the formula columns.
    ///
    /// - Parameter computes: which columns are computed: all in a row of data, in a row of totals those that have one.
    func compute(
        _ values: inout [ReportValue], _ columns: [ReportColumn], _ inputs: inout FormulaInputs,
        where computes: (Int) -> Bool = { _ in true }
    ) throws {
        for (index, slot) in slots.enumerated() {
            guard let slot else { continue }
            try set(values[index], slot, &inputs)
        }
        for item in items where computes(item.column) {
            let value = try Self.value(of: item.formula, inputs, columns[item.column].content)
            values[item.column] = value
            try set(value, item.slot, &inputs)
        }
    }

    private func set(_ value: ReportValue, _ slot: FormulaSlot, _ inputs: inout FormulaInputs) throws {
        switch value {
        case .empty, .instant: inputs.clear(slot)
        case .text(let text): inputs.set(slot, .text(text))
        case .date(let date): inputs.set(slot, .date(date))
        case .money(let money): try inputs.set(slot, money)
        case .number(let decimal): inputs.set(slot, .quantity(Quantity(decimal)))
        case .integer(let integer): inputs.set(slot, .quantity(Quantity(ExactDecimal(integer))))
        case .percent(let decimal): inputs.set(slot, .rate(Rate(decimal)))
        case .boolean(let boolean): inputs.set(slot, .bool(boolean))
        }
    }

    /// What a formula gives; empty where it divides by zero or an input has no value.
    private static func value(
        of formula: Formula, _ inputs: borrowing FormulaInputs, _ content: ReportColumn.Content
    ) throws -> ReportValue {
        let result: FormulaValue
        do throws(FormulaError) {
            result = try formula.evaluate(inputs)
        } catch {
            switch error.reason {
            case .divisionByZero, .inputNotSet: return .empty
            default: throw error
            }
        }
        switch content {
        case .money(let currency):
            guard let currency, let money = try result.money(currency, rounding: .halfAwayFromZero) else {
                return .empty
            }
            return .money(money)
        case .percent: return result.decimal.map { .percent($0) } ?? .empty
        case .number: return result.decimal.map { .number($0) } ?? .empty
        case .integer:
            let rounded = try result.decimal?.rounded(.halfAwayFromZero, places: 0)
            return rounded.flatMap { Int64(exactly: $0.coefficient) }.map { .integer($0) } ?? .empty
        case .date: return result.date.map { .date($0) } ?? .empty
        case .boolean: return result.bool.map { .boolean($0) } ?? .empty
        case .text: return result.text.map { .text($0) } ?? .empty
        case .instant: return .empty
        }
    }

    /// The marks of a row whose values are in the inputs.
    func marks(_ inputs: borrowing FormulaInputs, columnCount: Int) -> [ReportRow.Mark] {
        var result: [ReportRow.Mark] = []
        for mark in marks {
            guard (try? mark.condition.evaluate(inputs))?.bool == true else { continue }
            if result.isEmpty { result = Array(repeating: .none, count: columnCount) }
            if result[mark.column] == .none { result[mark.column] = mark.mark }
        }
        return result
    }
}
