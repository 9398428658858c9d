import Amounts
import Calendars
import Diagnostics

extension TypeChecker {
    mutating func call(_ name: String, _ arguments: [Int], _ node: Int, _ meaning: inout Meaning) -> Kind? {
        guard let function = Function(rawValue: name) else {
            if scope.slot(name) != nil || scope.table(name) != nil {
                report("\(name) is no function", expected: "its name alone, without parentheses", at: node)
            } else {
                let hint = Suggestion.hint(for: name, among: Function.allCases.map(\.rawValue))
                report("unknown function \"\(name)\"\(hint)", at: node)
            }
            return nil
        }
        guard function.argumentCounts.contains(arguments.count) else {
            let count = arguments.count == 1 ? "1 argument" : "\(arguments.count) arguments"
            report("\(name) is given \(count)", expected: function.usage, at: node)
            return nil
        }
        meaning = .function(function)
        switch function {
        case .min, .max, .clamp: return common(function, arguments)
        case .abs: return number(arguments[0], name, node)
        case .money, .rate, .quantity:
            guard number(arguments[0], name, node) != nil else { return nil }
            return function == .money ? .money : (function == .rate ? .rate : .quantity)
        case .round: return round(arguments, node, &meaning)
        case .bracket: return bracket(arguments[0], arguments[1], node, &meaning)
        case .lookup: return lookup(arguments[0], arguments[1], node, &meaning)
        case .has: return has(arguments[0], &meaning)
        case .year, .month, .day: return require(.date, arguments[0], name) ? .quantity : nil
        case .date: return date(arguments[0], &meaning)
        case .addMonths:
            let isDate = require(.date, arguments[0], name)
            let isQuantity = require(.quantity, arguments[1], name)
            return isDate && isQuantity ? .date : nil
        case .monthsBetween, .yearsBetween:
            let areDates = arguments.map { require(.date, $0, name) }
            return areDates.contains(false) ? nil : .quantity
        case .contains, .startsWith, .endsWith:
            let areTexts = arguments.map { require(.text, $0, name) }
            return areTexts.contains(false) ? nil : .bool
        }
    }

    /// The one type of all arguments, which must have an order.
    private mutating func common(_ function: Function, _ arguments: [Int]) -> Kind? {
        var common: Kind?
        var first = arguments[0]
        for argument in arguments {
            guard let kind = types[argument] else { return nil }
            guard kind.isOrdered else {
                report(
                    "\(function.rawValue): \"\(excerpt(argument))\" is \(kind.name)", expected: "numbers or dates",
                    at: argument)
                return nil
            }
            guard let known = common else {
                common = kind
                continue
            }
            guard let unified = known.unified(with: kind) else {
                report(
                    "\(function.rawValue): \"\(excerpt(argument))\" is \(kind.name)",
                    expected: "\(known.name), as \"\(excerpt(first))\" is", at: argument)
                return nil
            }
            if known != unified { first = argument }
            common = unified
        }
        return common
    }

    /// `round(x, places)` and `round(x, places, rounding)`; the places and the rounding are fixed when it is written.
    private mutating func round(_ arguments: [Int], _ node: Int, _ meaning: inout Meaning) -> Kind? {
        let kind = number(arguments[0], "round", node)
        let places = wholeNumber(arguments[1])
        if places.map({ (-18...18).contains($0) }) != true {
            report(
                "round: \"\(excerpt(arguments[1]))\" is no number of places",
                expected: "a whole number from -18 to 18, such as 2", at: arguments[1])
        }
        var rounding = Rounding.halfAwayFromZero
        if arguments.count == 3 {
            guard case .word(let word) = syntax[arguments[2]].kind, let named = Rounding(rawValue: word) else {
                let names = Rounding.allCases.map(\.rawValue)
                let hint = Suggestion.hint(for: excerpt(arguments[2]), among: names)
                report(
                    "unknown rounding \"\(excerpt(arguments[2]))\"\(hint)",
                    expected: "one of " + names.joined(separator: ", "), at: arguments[2])
                return kind
            }
            rounding = named
        }
        if let places, (-18...18).contains(places) { meaning = .round(places: places, rounding) }
        return kind
    }

    /// The value of a number as written, with or without a sign; nil for anything else.
    private func wholeNumber(_ node: Int) -> Int? {
        switch syntax[node].kind {
        case .number(let decimal) where decimal.scale == 0: return Int(exactly: decimal.coefficient)
        case .negative(let operand):
            guard case .number(let decimal) = syntax[operand].kind, decimal.scale == 0,
                let whole = Int(exactly: decimal.coefficient)
            else { return nil }
            return -whole
        default: return nil
        }
    }

    private mutating func table(_ node: Int, _ function: Function) -> FormulaTable? {
        guard case .word(let name) = syntax[node].kind else {
            guard case .invalid = syntax[node].kind else {
                report(
                    "\(function.rawValue): \"\(excerpt(node))\" is not a table's name", expected: function.usage,
                    at: node)
                return nil
            }
            return nil
        }
        if let table = scope.table(name) { return table }
        if scope.slot(name) != nil || scope.namesWithoutType.contains(name) {
            report("\(name) is no table", expected: function.usage, at: node)
        } else {
            report(
                "unknown table \"\(name)\"\(Suggestion.hint(for: name, among: scope.tables.keys.sorted()))", at: node)
        }
        return nil
    }

    private mutating func bracket(_ name: Int, _ x: Int, _ node: Int, _ meaning: inout Meaning) -> Kind? {
        guard let table = table(name, .bracket) else { return nil }
        guard case .brackets(let over, let giving) = table.shape else {
            report("\(table.name) has no brackets", expected: "lookup(\(table.name), key)", at: node)
            return nil
        }
        meaning = .bracket(table)
        _ = require(over.kind, x, "bracket(\(table.name), …)")
        return giving.kind
    }

    private mutating func lookup(_ name: Int, _ key: Int, _ node: Int, _ meaning: inout Meaning) -> Kind? {
        guard let table = table(name, .lookup) else { return nil }
        meaning = .lookup(table)
        switch table.shape {
        case .brackets:
            report("\(table.name) is a table of brackets", expected: "bracket(\(table.name), x)", at: node)
            return nil
        case .ranges(let over, let giving):
            _ = require(over.kind, key, "lookup(\(table.name), …)")
            return giving.kind
        case .keys(let giving):
            _ = require(.text, key, "lookup(\(table.name), …)")
            return giving.kind
        }
    }

    private mutating func has(_ node: Int, _ meaning: inout Meaning) -> Kind? {
        guard case .word(let name) = syntax[node].kind else {
            guard case .invalid = syntax[node].kind else {
                report("has: \"\(excerpt(node))\" is not an input's name", expected: Function.has.usage, at: node)
                return nil
            }
            return nil
        }
        guard let slot = scope.slot(name) else {
            if !scope.namesWithoutType.contains(name) {
                report("unknown name \"\(name)\"\(Suggestion.hint(for: name, among: knownNames))", at: node)
            }
            return nil
        }
        meaning = .has(slot.index)
        return .bool
    }

    private mutating func date(_ node: Int, _ meaning: inout Meaning) -> Kind? {
        guard case .text(let text) = syntax[node].kind, let date = CalendarDate(text) else {
            if case .invalid = syntax[node].kind { return .date }
            report(
                "date: \(excerpt(node)) is not a day of the calendar", expected: "a text such as \"2026-04-06\"",
                at: node)
            return .date
        }
        meaning = .date(date)
        return .date
    }
}
