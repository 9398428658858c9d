import Configuration
import Diagnostics

/// Reads one `QueryText`: what is not known to be harmless is refused.
struct QueryReader {
    private(set) var problems: [Problem] = []
    private let kind: QueryText.Kind
    private let source: LocatedText
    private var origin: SourceLocation { source.location }
    private let tokens: [QueryScanner.Token]
    /// Without white space and comments.
    private let words: [QueryScanner.Token]
    private var views: [String] = []

    init(_ text: LocatedText, _ kind: QueryText.Kind) {
        var scanner = QueryScanner(text)
        var tokens: [QueryScanner.Token] = []
        while let token = scanner.next() { tokens.append(token) }
        self.tokens = tokens
        words = tokens.filter { $0.kind != .space }
        self.kind = kind
        source = text
    }

    mutating func read() -> QueryText {
        if words.isEmpty { report("there is nothing here", expected: kind == .query ? "SELECT …" : "a condition") }
        checkWords()
        if kind == .query { checkTables() }
        var parts: [QueryText.Part] = []
        for token in tokens {
            if case .parameter(let name) = token.kind {
                parts.append(.parameter(name, token.location))
            } else {
                // A comment may hold anything, and ends the line.
                let text = token.kind == .space ? (token.text.contains("\n") ? "\n" : " ") : token.text
                if case .text(let before)? = parts.last {
                    parts[parts.count - 1] = .text(before + text)
                } else {
                    parts.append(.text(text))
                }
            }
        }
        let aliases = zip(words, words.dropFirst()).filter { $0.0.text.lowercased() == "as" }.map {
            $0.1.text.lowercased()
        }
        return QueryText(parts: parts, views: views, aliases: Set(aliases), source: source)
    }

    private mutating func report(_ message: String, expected: String? = nil, at token: QueryScanner.Token? = nil) {
        problems.append(Problem(message, expected: expected, at: token?.location ?? origin))
    }

    // MARK: - Words

    /// Functions that only compute, and give the same in both databases.
    private static let functions: Set<String> = [
        "abs", "cast", "coalesce", "count", "length", "lower", "max", "min", "nullif", "substr", "sum", "trim", "upper",
        "row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value", "replace",
    ]
    /// Words that may stand before a parenthesis without being functions.
    private static let beforeParenthesis: Set<String> = [
        "and", "as", "by", "case", "else", "exists", "from", "having", "in", "join", "not", "on", "or", "over",
        "select", "then", "union", "all", "values", "when", "where", "between", "distinct", "filter", "limit", "except",
        "intersect",
    ]
    private static let forbidden: Set<String> = [
        "alter", "analyze", "attach", "begin", "call", "commit", "copy", "create", "delete", "detach", "do", "drop",
        "execute", "explain", "for", "glob", "grant", "indexed", "insert", "into", "lateral", "listen", "load", "lock",
        "match", "natural", "notify", "oid", "pragma", "prepare", "recursive", "refresh", "regexp", "reindex", "reset",
        "returning", "revoke", "rollback", "rowid", "_rowid_", "savepoint", "set", "table", "tablesample", "truncate",
        "update", "using",
        "vacuum",
    ]
    private static let symbols: Set<String> = ["(", ")", ",", ".", "+", "-", "*", "/", "=", "<", ">", "!", "|", "%"]

    private mutating func checkWords() {
        for (index, token) in words.enumerated() {
            let word = token.text.lowercased()
            switch token.kind {
            case .unclosed: report("a text in quotes has no end", expected: "' at its end", at: token)
            case .symbol where !Self.symbols.contains(token.text):
                let expected = token.text == ":" ? "a parameter as :period, and CAST for types" : nil
                report("\"\(token.text)\" has no place in a query of a report", expected: expected, at: token)
            case .word:
                let isCall = index + 1 < words.count && words[index + 1].text == "("
                if Self.forbidden.contains(word) {
                    report("\(token.text) has no place in a query of a report", expected: "one SELECT", at: token)
                } else if isCall, !Self.functions.contains(word), !Self.beforeParenthesis.contains(word),
                    !isCommonTable(index)
                {
                    report(
                        "there is no function \(token.text) for reports"
                            + Suggestion.hint(for: word, among: Self.functions),
                        expected: "one of: " + Self.functions.sorted().joined(separator: ", "), at: token)
                } else if kind == .condition, ["select", "from", "with"].contains(word) {
                    report("\(token.text) has no place in a condition", expected: "a comparison of columns", at: token)
                }
            default: break
            }
        }
        var depth = 0
        for token in words {
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            if depth < 0 {
                report("a ) closes nothing", at: token)
                depth = 0
            }
        }
        if depth > 0 { report("a ( is not closed", at: words.last { $0.text == "(" }) }
    }

    /// `name AS (` or `name (a, b) AS (` behind WITH.
    private func isCommonTable(_ index: Int) -> Bool { commonTables.contains(words[index].text.lowercased()) }

    private var commonTables: Set<String> {
        guard words.first?.text.lowercased() == "with" else { return [] }
        var names: Set<String> = []
        var depth = 0
        for (index, token) in words.enumerated() {
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            guard depth == 0, token.kind == .word, index > 0 else { continue }
            let word = token.text.lowercased()
            if word == "select" { break }
            if ["with", ","].contains(words[index - 1].text.lowercased()) { names.insert(word) }
        }
        return names
    }

    // MARK: - Tables

    private mutating func checkTables() {
        guard let first = words.first else { return }
        guard ["select", "with"].contains(first.text.lowercased()) else {
            return report("a query begins with \(first.text)", expected: "SELECT or WITH", at: first)
        }
        let own = commonTables
        for name in own where ReportViews[name] != nil {
            report("\(name) is the name of a view", expected: "another name behind WITH")
        }
        /// Whether a comma at each depth would name one more table.
        var isListingTables = [false]
        for (index, token) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1] : nil
            let last = isListingTables.count - 1
            switch token.text.lowercased() {
            case "(": isListingTables.append(false)
            case ")": if last > 0 { isListingTables.removeLast() }
            case "from" where token.kind == .word, "join" where token.kind == .word:
                isListingTables[last] = true
                checkTable(next, after: token, isFollowedBy: index + 2 < words.count ? words[index + 2].text : "", own)
            case "where", "group", "order", "having", "limit", "union", "except", "intersect", "select":
                isListingTables[last] = false
            case "," where isListingTables[last]:
                report("tables are joined with JOIN … ON", expected: "no comma between tables", at: token)
            case "in" where next?.text != "(":
                report("IN wants a list", expected: "IN (…)", at: token)
            default: break
            }
        }
    }

    private mutating func checkTable(
        _ token: QueryScanner.Token?, after keyword: QueryScanner.Token, isFollowedBy next: String, _ own: Set<String>
    ) {
        guard let token else { return report("\(keyword.text) has no view behind it", at: keyword) }
        if token.text == "(" {
            guard ["select", "with"].contains(next.lowercased()) else {
                return report("only a query stands in parentheses here", expected: "(SELECT …) AS name", at: token)
            }
            return
        }
        guard token.kind == .word else {
            return report("\(token.text) is no view", expected: "the name of a view, without quotes", at: token)
        }
        let name = token.text.lowercased()
        if next == "." { return report("\(token.text). is no view", expected: "the name of a view alone", at: token) }
        if own.contains(name) { return }
        guard ReportViews[name] != nil else {
            return report(
                "there is no view \(token.text)" + Suggestion.hint(for: name, among: ReportViews.names),
                expected: "one of: " + ReportViews.names.joined(separator: ", "), at: token)
        }
        if !views.contains(name) { views.append(name) }
    }
}
