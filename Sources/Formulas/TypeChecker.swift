import Amounts
import Calendars
import Diagnostics

/// What a node turned out to mean, beyond its type.
enum Meaning: Sendable {
    /// What the node's kind says.
    case plain
    /// The input in this slot.
    case input(Int)
    /// `has` of the input in this slot.
    case has(Int)
    case date(CalendarDate)
    case function(Function)
    case round(places: Int, Rounding)
    case bracket(FormulaTable)
    case lookup(FormulaTable)
}

/// Finds the type of every node and what every name means, and reports all that does not fit.
///
/// A node whose type cannot be told has none, and nothing is reported about what is made of it.
struct TypeChecker {
    let text: SourceText
    let syntax: Syntax
    let scope: FormulaScope
    private(set) var types: [Kind?] = []
    private(set) var meanings: [Meaning] = []
    var problems: ProblemList
    private let countBefore: Int

    init(_ syntax: Syntax, of text: SourceText, in scope: FormulaScope, problems: ProblemList) {
        self.text = text
        self.syntax = syntax
        self.scope = scope
        self.problems = problems
        countBefore = problems.count
    }

    /// Nodes stand after their parts, so one walk in order sees every part before its whole.
    mutating func check() {
        types.reserveCapacity(syntax.nodes.count)
        meanings.reserveCapacity(syntax.nodes.count)
        for index in syntax.nodes.indices {
            var meaning = Meaning.plain
            types.append(type(of: index, &meaning))
            meanings.append(meaning)
        }
    }

    /// Whether every part has a type, bare words aside. Comparisons have one even where their sides do not fit, so that
    /// what is made of them is checked too; then the count of problems has grown.
    var isWhole: Bool {
        problems.count == countBefore
            && !syntax.nodes.indices.contains { index in
                if case .word = syntax[index].kind { return false }
                return types[index] == nil
            }
    }

    private mutating func type(of index: Int, _ meaning: inout Meaning) -> Kind? {
        switch syntax[index].kind {
        case .invalid, .word: nil
        case .number: .number
        case .percent: .rate
        case .text: .text
        case .date: .date
        case .bool: .bool
        case .name(let name): input(name, index, &meaning)
        case .negative(let operand): number(operand, "the sign −", index)
        case .not(let operand): truth(operand, "not") ? .bool : nil
        case .binary(let sign, let left, let right): binary(sign, left, right, index)
        case .conditional(let condition, let then, let otherwise): conditional(condition, then, otherwise)
        case .membership(let subject, let members): membership(subject, members, index)
        case .call(let name, let arguments): call(name, arguments, index, &meaning)
        }
    }

    // MARK: Reports

    mutating func report(_ message: String, expected: String? = nil, at node: Int) {
        problems.add(message, expected: expected, at: text.location(syntax[node].range.lowerBound))
    }

    func excerpt(_ node: Int) -> String { text.excerpt(syntax[node].range) }

    /// Whether the part has that type; a part without a type counts as right, for it has been reported.
    mutating func truth(_ node: Int, _ role: String) -> Bool {
        guard let kind = types[node], kind != .bool else { return true }
        report("\(role): \"\(excerpt(node))\" is \(kind.name)", expected: "true or false", at: node)
        return false
    }

    /// The numeric kind of the part; nil, reported, when it has another.
    mutating func number(_ node: Int, _ role: String, _ whole: Int) -> Kind? {
        guard let kind = types[node] else { return nil }
        if kind.isNumeric { return kind }
        report("\(role): \"\(excerpt(node))\" is \(kind.name)", expected: "a number", at: node)
        return nil
    }

    mutating func require(_ wanted: Kind, _ node: Int, _ role: String) -> Bool {
        guard let kind = types[node] else { return true }
        if kind == wanted || (kind == .number && wanted.isNumeric) { return true }
        report("\(role): \"\(excerpt(node))\" is \(kind.name)", expected: wanted.name, at: node)
        return false
    }

    // MARK: Names

    private mutating func input(_ name: String, _ node: Int, _ meaning: inout Meaning) -> Kind? {
        if let slot = scope.slot(name) {
            meaning = .input(slot.index)
            return slot.type.kind
        }
        if scope.namesWithoutType.contains(name) { return nil }
        if let reason = scope.refusals[name] {
            report("\(name) \(reason)", at: node)
        } else if scope.table(name) != nil {
            report("\(name) is a table", expected: "bracket(\(name), x) or lookup(\(name), key)", at: node)
        } else if let function = Function(rawValue: name) {
            report("\(name) is a function", expected: function.usage, at: node)
        } else {
            report("unknown name \"\(name)\"\(Suggestion.hint(for: name, among: knownNames))", at: node)
        }
        return nil
    }

    var knownNames: [String] { scope.inputs.map(\.name) + scope.namesWithoutType.sorted() }

    // MARK: Operators

    private mutating func binary(_ sign: BinaryOperator, _ left: Int, _ right: Int, _ node: Int) -> Kind? {
        switch sign {
        case .and, .or:
            // Both sides are looked at, so that both are reported.
            let isLeftRight = truth(left, sign.rawValue)
            let isRightRight = truth(right, sign.rawValue)
            return isLeftRight && isRightRight ? .bool : nil
        case .equal, .notEqual, .less, .lessOrEqual, .more, .moreOrEqual:
            guard let a = types[left], let b = types[right] else { return .bool }
            guard let common = a.unified(with: b) else {
                report(
                    "\"\(excerpt(node))\" compares \(a.name) with \(b.name)", expected: "two values of one type",
                    at: node)
                return .bool
            }
            if sign != .equal, sign != .notEqual, !common.isOrdered {
                report("\"\(excerpt(node))\": \(common.name) has no order", expected: "= or !=", at: node)
            }
            return .bool
        case .plus, .minus, .times, .over:
            guard let a = types[left], let b = types[right] else { return nil }
            if let kind = Self.arithmetic(sign, a, b) { return kind }
            report(
                "\"\(excerpt(node))\" \(Self.refusal(sign, a, b))", expected: Self.advice(sign, a, b), at: node)
            return nil
        }
    }

    /// The type of `a sign b`; nil when it has no meaning. A plain number is whatever fits.
    static func arithmetic(_ sign: BinaryOperator, _ a: Kind, _ b: Kind) -> Kind? {
        switch sign {
        case .plus, .minus:
            if a == .date {
                if b == .date { return sign == .minus ? .quantity : nil }
                return b == .quantity || b == .number ? .date : nil
            }
            return a.isNumeric ? a.unified(with: b) : nil
        case .times:
            switch (a, b) {
            case (.number, let other) where other.isNumeric, (let other, .number) where other.isNumeric: return other
            case (.money, .rate), (.rate, .money), (.money, .quantity), (.quantity, .money): return .money
            case (.rate, .rate): return .rate
            case (.rate, .quantity), (.quantity, .rate), (.quantity, .quantity): return .quantity
            default: return nil
            }
        case .over:
            switch (a, b) {
            case (let other, .number) where other.isNumeric: return other
            case (.number, let other) where other.isNumeric: return .rate
            case (.money, .money), (.rate, .rate), (.quantity, .quantity), (.rate, .quantity): return .rate
            case (.money, .rate), (.money, .quantity): return .money
            case (.quantity, .rate): return .quantity
            default: return nil
            }
        default: return nil
        }
    }

    private static func refusal(_ sign: BinaryOperator, _ a: Kind, _ b: Kind) -> String {
        switch sign {
        case .plus: "adds \(b.name) to \(a.name)"
        case .minus: "takes \(b.name) from \(a.name)"
        case .times: "multiplies \(a.name) by \(b.name)"
        default: "divides \(a.name) by \(b.name)"
        }
    }

    private static func advice(_ sign: BinaryOperator, _ a: Kind, _ b: Kind) -> String {
        switch (sign, a, b) {
        case (.times, .money, .money): "money by a rate, a quantity or a number"
        case (_, .date, _), (_, _, .date): "a date plus or minus days, or a date minus a date"
        case (.over, _, .money): "money over money; rate(x), quantity(x) and money(x) convert"
        case (.plus, _, _) where a.isNumeric && b.isNumeric, (.minus, _, _) where a.isNumeric && b.isNumeric:
            "two values of one type; rate(x), quantity(x) and money(x) convert"
        default: "numbers"
        }
    }

    private mutating func conditional(_ condition: Int, _ then: Int, _ otherwise: Int) -> Kind? {
        _ = truth(condition, "if")
        guard let a = types[then], let b = types[otherwise] else { return types[then] ?? types[otherwise] }
        if let common = a.unified(with: b) { return common }
        report(
            "then gives \(a.name) and else gives \(b.name): \"\(excerpt(otherwise))\"", expected: a.name, at: otherwise)
        return nil
    }

    private mutating func membership(_ subject: Int, _ members: [Int], _ node: Int) -> Kind? {
        if members.isEmpty { report("the list is empty", expected: "at least one value", at: node) }
        guard let kind = types[subject] else { return .bool }
        for member in members {
            guard let other = types[member], kind.unified(with: other) == nil else { continue }
            report(
                "\"\(excerpt(member))\" is \(other.name)", expected: "\(kind.name), as \"\(excerpt(subject))\" is",
                at: member)
        }
        return .bool
    }
}
