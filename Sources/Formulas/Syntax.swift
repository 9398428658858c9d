import Amounts
import Calendars

/// A formula as written: nodes in an array, each after its parts, so that a walk in order needs no recursion.
struct Syntax: Sendable {
    typealias Index = Int

    struct Node: Sendable {
        var kind: Kind
        /// The bytes of the text that it takes.
        var range: Range<Int>
    }

    enum Kind: Sendable {
        /// A part that could not be read and has been reported.
        case invalid
        case number(ExactDecimal)
        case percent(ExactDecimal)
        case text(String)
        case date(CalendarDate)
        case bool(Bool)
        case name(String)
        /// A bare word in a call where no expression stands: a table, a rounding, an input in `has`.
        case word(String)
        case negative(Index)
        case not(Index)
        case binary(BinaryOperator, Index, Index)
        case conditional(Index, then: Index, otherwise: Index)
        case membership(Index, [Index])
        case call(String, [Index])
    }

    var nodes: [Node]
    var root: Index
    /// Whether all of the text could be read.
    var isComplete: Bool

    subscript(index: Index) -> Node { nodes[index] }

    /// The names that are read or asked for by `has`, in order of appearance, each once, with the node of the first.
    var references: [(name: String, node: Index)] {
        var seen: Set<String> = []
        var found: [(name: String, node: Index)] = []
        func add(_ name: String, _ node: Index) {
            if seen.insert(name).inserted { found.append((name, node)) }
        }
        for (index, node) in nodes.enumerated() {
            switch node.kind {
            case .name(let name): add(name, index)
            case .call(Function.has.rawValue, let arguments):
                guard let first = arguments.first, case .word(let name) = nodes[first].kind else { continue }
                add(name, first)
            default: continue
            }
        }
        return found
    }
}

enum BinaryOperator: String, Sendable, CaseIterable {
    case or
    case and
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case more = ">"
    case moreOrEqual = ">="
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"

    /// Larger binds tighter. `not` binds between `and` and the comparisons, the minus sign tighter than all.
    var precedence: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .equal, .notEqual, .less, .lessOrEqual, .more, .moreOrEqual: 4
        case .plus, .minus: 5
        case .times, .over: 6
        }
    }

    static let notPrecedence = 3
    static let comparisonPrecedence = 4

    var isComparison: Bool { precedence == Self.comparisonPrecedence }

    /// As explanations show it.
    var sign: String {
        switch self {
        case .times: "×"
        case .over: "÷"
        case .minus: "−"
        case .notEqual: "≠"
        case .lessOrEqual: "≤"
        case .moreOrEqual: "≥"
        default: rawValue
        }
    }
}
