import Amounts
import Diagnostics

/// Evaluates a formula part by part and writes down each step.
///
/// It walks the tree where the machine runs a program, and shares the arithmetic with it: a test holds the two to the
/// same values and the same errors.
struct ExplainedEvaluation {
    private let formula: CompiledFormula
    private let inputs: FormulaInputs
    private(set) var explanation = Explanation()

    private var syntax: Syntax { formula.syntax }

    init(_ formula: CompiledFormula, _ inputs: FormulaInputs) {
        self.formula = formula
        self.inputs = inputs
    }

    mutating func result() throws(FormulaError) -> Scalar {
        let result = try evaluate(syntax.root)
        // A formula that is a lone name or number has no step of its own.
        if explanation.steps.isEmpty {
            let label = excerpt(syntax.root)
            explanation.add(label, computation: label, result: show(result, syntax.root))
        }
        return result
    }

    // MARK: Words

    private func excerpt(_ node: Int) -> String { formula.source.excerpt(syntax[node].range) }

    private func show(_ scalar: Scalar, _ node: Int) -> String {
        let kind = node == syntax.root ? formula.resultType.kind : formula.types[node] ?? .number
        guard kind != .text else { return Quoted.text(formula.program.text(scalar, inputs)) }
        return ValueText.text(Scalar(scalar.coefficient, scale: scalar.scale, kind), inputs.currency)
    }

    private mutating func step(
        _ node: Int, _ computation: String, _ result: Scalar, rounding: String? = nil, source: String? = nil
    ) -> Scalar {
        explanation.add(
            excerpt(node), computation: computation, result: show(result, node), rounding: rounding, source: source)
        return result
    }

    private func error(_ reason: FormulaError.Reason, _ node: Int) -> FormulaError {
        FormulaError(
            reason: reason, expression: excerpt(node),
            location: formula.source.location(syntax[node].range.lowerBound))
    }

    /// Runs an operation of the machine; a stop becomes an error at `node`.
    private func compute(
        _ node: Int, _ operand: String = "", _ operation: () throws(Stop) -> Scalar
    ) throws(FormulaError) -> Scalar {
        do throws(Stop) {
            return try operation()
        } catch {
            switch error {
            case .divisionByZero: throw self.error(.divisionByZero, node)
            case .notWhole: throw self.error(.notWhole(value: operand), node)
            case .dateOutOfRange: throw self.error(.dateOutOfRange, node)
            case .overflow, .inputNotSet, .inputOfOtherType, .keyNotFound, .notCovered:
                throw self.error(.overflow, node)
            }
        }
    }

    // MARK: Expressions

    private mutating func evaluate(_ node: Int) throws(FormulaError) -> Scalar {
        switch syntax[node].kind {
        case .invalid, .word: preconditionFailure("only a formula without problems is evaluated")
        case .number(let decimal): return Scalar(decimal)
        case .percent(let decimal): return Scalar(decimal)
        case .text(let text): return Scalar(Int128(formula.program.texts.firstIndex(of: text) ?? 0), scale: 0)
        case .date(let date): return Scalar(date)
        case .bool(let bool): return Scalar(bool)
        case .name(let name): return try input(name, node)
        case .negative(let operand):
            let value = try evaluate(operand)
            let result = try compute(node) { () throws(Stop) in try Scalar.negated(value) }
            if case .number = syntax[operand].kind { return result }
            return step(node, "−(\(show(value, operand)))", result)
        case .not(let operand):
            let value = try evaluate(operand)
            return step(node, "not \(show(value, operand))", Scalar(!value.isTrue))
        case .binary(let sign, let left, let right): return try binary(sign, left, right, node)
        case .conditional(let condition, let then, let otherwise):
            let test = try evaluate(condition)
            let branch = test.isTrue ? then : otherwise
            let result = try evaluate(branch)
            let verb = test.isTrue ? "holds, so" : "does not hold, so"
            return step(node, "\(excerpt(condition)) \(verb) \(excerpt(branch))", result)
        case .membership(let subject, let members): return try membership(subject, members, node)
        case .call(_, let arguments): return try call(arguments, node)
        }
    }

    private func input(_ name: String, _ node: Int) throws(FormulaError) -> Scalar {
        guard case .input(let slot) = formula.meanings[node], let kind = formula.types[node] else {
            preconditionFailure("a checked name is an input")
        }
        guard slot < inputs.scalars.count, inputs.scalars[slot].kind != .none else {
            throw error(.inputNotSet(name: name), node)
        }
        let value = inputs.scalars[slot]
        guard value.kind == kind else {
            throw error(.inputOfOtherType(name: name, declared: kind.type, found: value.kind.type), node)
        }
        return value
    }

    private mutating func binary(
        _ sign: BinaryOperator, _ left: Int, _ right: Int, _ node: Int
    ) throws(FormulaError) -> Scalar {
        let a = try evaluate(left)
        if sign == .and || sign == .or {
            if a.isTrue == (sign == .or) {
                return step(node, "\(show(a, left)) \(sign.rawValue) …", a)
            }
            let b = try evaluate(right)
            return step(node, "\(show(a, left)) \(sign.rawValue) \(show(b, right))", b)
        }
        let b = try evaluate(right)
        var rounding: String?
        let result = try compute(node, show(b, right)) { () throws(Stop) in try combined(sign, a, b, left, right) }
        if sign == .over { rounding = Self.quotientRounding(a, b, result) }
        if sign == .times { rounding = Self.productRounding(a, b) }
        return step(node, "\(show(a, left)) \(sign.sign) \(show(b, right))", result, rounding: rounding)
    }

    private func combined(
        _ sign: BinaryOperator, _ a: Scalar, _ b: Scalar, _ left: Int, _ right: Int
    ) throws(Stop) -> Scalar {
        let isText = formula.types[left] == .text
        let isDate = formula.types[left] == .date
        switch sign {
        case .plus: return isDate ? try Scalar.day(a, plus: b) : try Scalar.sum(a, b)
        case .minus:
            guard isDate, formula.types[right] != .date else { return try Scalar.difference(a, b) }
            return try Scalar.day(a, plus: Scalar.negated(b))
        case .times: return try Scalar.product(a, b)
        case .over: return try Scalar.quotient(a, b)
        case .equal: return Scalar(isText ? text(a) == text(b) : Scalar.isEqual(a, b))
        case .notEqual: return Scalar(isText ? text(a) != text(b) : !Scalar.isEqual(a, b))
        case .less: return Scalar(Scalar.isLess(a, b))
        case .lessOrEqual: return Scalar(!Scalar.isLess(b, a))
        case .more: return Scalar(Scalar.isLess(b, a))
        case .moreOrEqual: return Scalar(!Scalar.isLess(a, b))
        case .and, .or: preconditionFailure("and, or are evaluated one side at a time")
        }
    }

    private func text(_ scalar: Scalar) -> String { formula.program.text(scalar, inputs) }

    /// The rounding of a quotient that does not end within the places kept.
    private static func quotientRounding(_ a: Scalar, _ b: Scalar, _ result: Scalar) -> String? {
        if let back = try? Scalar.product(result, b), Scalar.isEqual(back, a) { return nil }
        return "half_even to \(FormulaLimits.quotientPlaces) places"
    }

    private static func productRounding(_ a: Scalar, _ b: Scalar) -> String? {
        let places = Int(a.decimal.normalized.scale) + Int(b.decimal.normalized.scale)
        return places > Int(FormulaLimits.productPlaces) ? "half_even to \(FormulaLimits.productPlaces) places" : nil
    }

    private mutating func membership(
        _ subject: Int, _ members: [Int], _ node: Int
    ) throws(FormulaError) -> Scalar {
        let value = try evaluate(subject)
        let isText = formula.types[subject] == .text
        var shown: [String] = []
        var isFound = false
        for member in members {
            let other = try evaluate(member)
            shown.append(show(other, member))
            isFound = isText ? text(value) == text(other) : Scalar.isEqual(value, other)
            if isFound { break }
        }
        if shown.count < members.count { shown.append("…") }
        let list = shown.joined(separator: ", ")
        return step(node, "\(show(value, subject)) in (\(list))", Scalar(isFound))
    }

    // MARK: Calls

    private mutating func call(_ arguments: [Int], _ node: Int) throws(FormulaError) -> Scalar {
        switch formula.meanings[node] {
        case .date(let date): return Scalar(date)
        case .has(let slot):
            let isSet = slot < inputs.scalars.count && inputs.scalars[slot].kind != .none
            return step(node, excerpt(node), Scalar(isSet))
        case .round(let places, let rounding):
            let value = try evaluate(arguments[0])
            let result = try compute(node) { () throws(Stop) in
                try Scalar.rounded(value, places: places, rounding)
            }
            return step(
                node, "round(\(show(value, arguments[0])), \(places))", result,
                rounding: "\(rounding.rawValue) to \(places) places")
        case .bracket(let table): return try bracket(table, arguments[1], node)
        case .lookup(let table): return try lookup(table, arguments[1], node)
        case .function(let function):
            var values: [Scalar] = []
            for argument in arguments { values.append(try evaluate(argument)) }
            let shown = zip(values, arguments).map { show($0, $1) }
            let result = try compute(node, shown.last ?? "") { () throws(Stop) in try apply(function, values) }
            return step(node, "\(function.rawValue)(\(shown.joined(separator: ", ")))", result)
        case .plain, .input: preconditionFailure("a checked call has a meaning")
        }
    }

    private func apply(_ function: Function, _ values: [Scalar]) throws(Stop) -> Scalar {
        let first = values[0]
        switch function {
        case .min: return values.dropFirst().reduce(first) { Scalar.least($0, $1) }
        case .max: return values.dropFirst().reduce(first) { Scalar.greatest($0, $1) }
        case .clamp: return Scalar.least(Scalar.greatest(first, values[1]), values[2])
        case .abs: return try Scalar.magnitude(first)
        case .money, .rate, .quantity: return first
        case .year: return .whole(try Scalar.calendarDate(first).year)
        case .month: return .whole(try Scalar.calendarDate(first).month)
        case .day: return .whole(try Scalar.calendarDate(first).day)
        case .addMonths: return try Scalar.day(first, plusMonths: values[1])
        case .monthsBetween: return try Scalar.months(from: first, to: values[1])
        case .yearsBetween: return try Scalar.years(from: first, to: values[1])
        case .contains: return Scalar(Program.contains(text(first), text(values[1])))
        case .startsWith: return Scalar(text(first).utf8.starts(with: text(values[1]).utf8))
        case .endsWith:
            return Scalar(text(first).utf8.reversed().starts(with: text(values[1]).utf8.reversed()))
        case .round, .bracket, .lookup, .has, .date: preconditionFailure("evaluated by their meaning")
        }
    }

    private mutating func bracket(
        _ table: FormulaTable, _ argument: Int, _ node: Int
    ) throws(FormulaError) -> Scalar {
        let x = try evaluate(argument)
        guard let row = table.row(covering: x) else {
            throw error(.notCovered(table: table.name, value: show(x, argument)), node)
        }
        let result = try compute(node) { () throws(Stop) in try table.amount(row: row, x) }
        let base = show(table.bases[row], node)
        let lower = show(table.lowerBounds[row], argument)
        let rate = ValueText.text(table.rates[row], nil)
        return step(
            node, "\(base) + (\(show(x, argument)) − \(lower)) × \(rate), in the row \(span(table, row, argument))",
            result, source: table.source(ofRow: row))
    }

    private mutating func lookup(
        _ table: FormulaTable, _ argument: Int, _ node: Int
    ) throws(FormulaError) -> Scalar {
        let key = try evaluate(argument)
        let shown = show(key, argument)
        let row: Int
        var place = ""
        if case .keys = table.shape {
            guard let found = table.rowsByKey[text(key)] else {
                throw error(.keyNotFound(table: table.name, key: shown), node)
            }
            row = found
        } else {
            guard let found = table.row(covering: key) else {
                throw error(.notCovered(table: table.name, value: shown), node)
            }
            row = found
            place = ", in the row \(span(table, row, argument))"
        }
        let index = formula.program.tables.firstIndex { $0.table.name == table.name }
        guard let index else { preconditionFailure("a compiled lookup has its table") }
        return step(
            node, "\(table.name)(\(shown))\(place)", formula.program.tables[index].values[row],
            source: table.source(ofRow: row))
    }

    /// `from 12,570 to below 50,270`
    private func span(_ table: FormulaTable, _ row: Int, _ argument: Int) -> String {
        let lower = row == 0 && table.isOpenBelow ? "" : "from \(show(table.lowerBounds[row], argument))"
        let end = row + 1 < table.rowCount ? table.lowerBounds[row + 1] : table.upperBound
        let upper = end.map { "to below \(show($0, argument))" } ?? ""
        return [lower, upper].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
