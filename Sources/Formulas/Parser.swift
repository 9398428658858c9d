import Amounts
import Diagnostics

/// Reads tokens into a syntax tree by precedence climbing, and goes on after a mistake to find the next one.
struct Parser {
    private let text: SourceText
    private let tokens: [Token]
    private var position = 0
    private var nesting = 0
    private var nodes: [Syntax.Node] = []
    /// Operations on the longest way from a node to a leaf, by node.
    private var heights: [Int] = []
    private var hasReportedNesting = false
    private var hasReportedChain = false
    /// The token at which the last mistake was reported: one mistake is reported once.
    private var lastMistake = -1

    private init(_ text: SourceText, _ tokens: [Token]) {
        self.text = text
        self.tokens = tokens
    }

    /// - Returns: the tree; nil when it cannot be used at all, because it is too long or too deep.
    static func parse(_ text: SourceText, problems: inout ProblemList) -> Syntax? {
        guard text.bytes.count <= FormulaLimits.maximumLengthBytes else {
            problems.add(
                "the formula is \(text.bytes.count) bytes long",
                expected: "at most \(FormulaLimits.maximumLengthBytes); split it into named formulas",
                at: text.location(0))
            return nil
        }
        let countBefore = problems.count
        let tokens = Lexer.tokens(of: text, problems: &problems)
        var parser = Parser(text, tokens)
        guard tokens.count > 1 else {
            problems.add("the formula is empty", expected: "an expression", at: text.location(0))
            return nil
        }
        let root = parser.expression(&problems)
        if parser.hasReportedNesting || parser.hasReportedChain { return nil }
        if parser.token.kind != .end {
            parser.mistake("an operator or the end of the formula", &problems)
        }
        return Syntax(nodes: parser.nodes, root: root, isComplete: problems.count == countBefore)
    }

    // MARK: Tokens

    private var token: Token { tokens[position] }

    private mutating func advance() {
        if position < tokens.count - 1 { position += 1 }
    }

    private func isAt(_ symbol: Symbol) -> Bool { token.kind == .symbol(symbol) }
    private func isAt(_ keyword: Keyword) -> Bool { token.kind == .keyword(keyword) }

    /// Reports the token at hand as unexpected, once.
    private mutating func mistake(_ expected: String, _ problems: inout ProblemList) {
        defer { lastMistake = position }
        guard lastMistake != position, token.kind != .invalid, !hasReportedNesting, !hasReportedChain else { return }
        let found = token.kind == .end ? "the formula ends here" : "unexpected \"\(text.excerpt(token.range))\""
        problems.add(found, expected: expected, at: text.location(token.range.lowerBound))
    }

    private mutating func expect(_ symbol: Symbol, _ expected: String, _ problems: inout ProblemList) {
        if isAt(symbol) { advance() } else { mistake(expected, &problems) }
    }

    private mutating func expect(_ keyword: Keyword, _ expected: String, _ problems: inout ProblemList) {
        if isAt(keyword) { advance() } else { mistake(expected, &problems) }
    }

    // MARK: Nodes

    private var previousEnd: Int { position > 0 ? tokens[position - 1].range.upperBound : 0 }

    private mutating func add(
        _ kind: Syntax.Kind, from start: Int, parts: [Int] = [], _ problems: inout ProblemList
    ) -> Syntax.Index {
        let height = (parts.map { heights[$0] }.max() ?? -1) + 1
        if height > FormulaLimits.maximumChainOperations, !hasReportedChain {
            hasReportedChain = true
            problems.add(
                "the formula is a chain of more than \(FormulaLimits.maximumChainOperations) operations",
                expected: "fewer; split it into named formulas", at: text.location(start))
        }
        nodes.append(Syntax.Node(kind: kind, range: start..<max(start, previousEnd)))
        heights.append(height)
        return nodes.count - 1
    }

    // MARK: Grammar

    private mutating func expression(_ problems: inout ProblemList) -> Syntax.Index {
        binary(atLeast: 1, &problems)
    }

    /// Operators that bind at least as tightly as `precedence`; all associate to the left, comparisons not at all.
    private mutating func binary(atLeast precedence: Int, _ problems: inout ProblemList) -> Syntax.Index {
        let start = token.range.lowerBound
        var left: Syntax.Index
        if isAt(.not), precedence <= BinaryOperator.notPrecedence {
            left = negation(start, &problems)
        } else {
            left = unary(&problems)
        }
        var hasCompared = false
        while !hasReportedNesting, !hasReportedChain {
            if isAt(.in), precedence <= BinaryOperator.comparisonPrecedence {
                left = membership(left, start, &problems)
                continue
            }
            guard let found = operatorAtHand, found.precedence >= precedence else { break }
            if found.isComparison, hasCompared {
                mistake("one comparison at a time: a < b and b < c", &problems)
            }
            advance()
            let right = binary(atLeast: found.precedence + 1, &problems)
            left = add(.binary(found, left, right), from: start, parts: [left, right], &problems)
            hasCompared = hasCompared || found.isComparison
        }
        return left
    }

    private mutating func negation(_ start: Int, _ problems: inout ProblemList) -> Syntax.Index {
        guard enter(&problems) else { return add(.invalid, from: start, &problems) }
        defer { nesting -= 1 }
        advance()
        let operand = binary(atLeast: BinaryOperator.notPrecedence, &problems)
        return add(.not(operand), from: start, parts: [operand], &problems)
    }

    private var operatorAtHand: BinaryOperator? {
        switch token.kind {
        case .symbol(let symbol): BinaryOperator(rawValue: symbol.rawValue)
        case .keyword(.and): .and
        case .keyword(.or): .or
        default: nil
        }
    }

    /// `x in (a, b, c)`
    private mutating func membership(
        _ subject: Syntax.Index, _ start: Int, _ problems: inout ProblemList
    ) -> Syntax.Index {
        advance()
        expect(.open, "a list in parentheses: in (a, b)", &problems)
        let members = arguments(&problems) { parser, _, problems in parser.expression(&problems) }
        return add(.membership(subject, members), from: start, parts: [subject] + members, &problems)
    }

    private mutating func unary(_ problems: inout ProblemList) -> Syntax.Index {
        let start = token.range.lowerBound
        guard isAt(.minus) else { return primary(&problems) }
        guard enter(&problems) else { return add(.invalid, from: start, &problems) }
        defer { nesting -= 1 }
        advance()
        let operand = unary(&problems)
        return add(.negative(operand), from: start, parts: [operand], &problems)
    }

    private mutating func primary(_ problems: inout ProblemList) -> Syntax.Index {
        let start = token.range.lowerBound
        let kind: Syntax.Kind
        switch token.kind {
        case .number(let decimal): kind = .number(decimal)
        case .percent(let decimal): kind = .percent(decimal)
        case .text(let text): kind = .text(text)
        case .date(let date): kind = .date(date)
        case .keyword(.true): kind = .bool(true)
        case .keyword(.false): kind = .bool(false)
        case .name(let name):
            advance()
            return isAt(.open) ? call(name, start, &problems) : add(.name(name), from: start, &problems)
        case .symbol(.open): return parenthesis(&problems)
        case .keyword(.if): return conditional(start, &problems)
        default: return unexpected(start, &problems)
        }
        advance()
        return add(kind, from: start, &problems)
    }

    private mutating func parenthesis(_ problems: inout ProblemList) -> Syntax.Index {
        let start = token.range.lowerBound
        guard enter(&problems) else { return add(.invalid, from: start, &problems) }
        defer { nesting -= 1 }
        advance()
        let inner = expression(&problems)
        expect(.close, "an operator or )", &problems)
        return inner
    }

    private mutating func conditional(_ start: Int, _ problems: inout ProblemList) -> Syntax.Index {
        guard enter(&problems) else { return add(.invalid, from: start, &problems) }
        defer { nesting -= 1 }
        advance()
        let condition = expression(&problems)
        expect(.then, "then", &problems)
        let then = expression(&problems)
        expect(.else, "else: an if needs both branches", &problems)
        let otherwise = expression(&problems)
        return add(
            .conditional(condition, then: then, otherwise: otherwise), from: start,
            parts: [condition, then, otherwise],
            &problems)
    }

    private mutating func call(_ name: String, _ start: Int, _ problems: inout ProblemList) -> Syntax.Index {
        guard enter(&problems) else { return add(.invalid, from: start, &problems) }
        defer { nesting -= 1 }
        advance()
        let function = Function(rawValue: name)
        let parts = arguments(&problems) { parser, index, problems in
            guard function?.takesWord(at: index) == true, case .name(let word) = parser.token.kind else {
                return parser.expression(&problems)
            }
            let start = parser.token.range.lowerBound
            parser.advance()
            return parser.add(.word(word), from: start, &problems)
        }
        return add(.call(name, parts), from: start, parts: parts, &problems)
    }

    /// Expressions with commas between them and `)` at the end; the `(` has been read.
    private mutating func arguments(
        _ problems: inout ProblemList, one: (inout Parser, Int, inout ProblemList) -> Syntax.Index
    ) -> [Syntax.Index] {
        if isAt(.close) {
            advance()
            return []
        }
        var parts: [Syntax.Index] = []
        while !hasReportedNesting, !hasReportedChain {
            parts.append(one(&self, parts.count, &problems))
            guard isAt(.comma) else { break }
            advance()
        }
        expect(.close, ", or )", &problems)
        return parts
    }

    /// A token that begins no expression. It is passed over unless it may close what is open around it.
    private mutating func unexpected(_ start: Int, _ problems: inout ProblemList) -> Syntax.Index {
        mistake("a value, a name, a function, ( or if", &problems)
        switch token.kind {
        case .symbol(.close), .symbol(.comma), .keyword(.then), .keyword(.else), .end: break
        default:
            // An operator is left for the loop that called, which takes what follows as its right side.
            if operatorAtHand == nil {
                advance()
                lastMistake = position
            }
        }
        return add(.invalid, from: start, &problems)
    }

    /// One level deeper; false, with one problem for the whole formula, where that is too deep.
    private mutating func enter(_ problems: inout ProblemList) -> Bool {
        guard nesting < FormulaLimits.maximumNestingLevels else {
            if !hasReportedNesting {
                hasReportedNesting = true
                problems.add(
                    "the formula is nested more than \(FormulaLimits.maximumNestingLevels) levels deep",
                    expected: "fewer; split it into named formulas", at: text.location(token.range.lowerBound))
            }
            return false
        }
        nesting += 1
        return true
    }
}
