import Configuration
import Diagnostics
import Store

/// Finds out, without a store, what a query gives, and what it names that there is not.
///
/// SQLite is asked with views that are empty. It tells one mistake at a time; so an unknown column is reported, taken out,
/// and the question put again.
final class QueryProbe {
    /// A query that was understood, as far as that goes.
    struct Columns {
        /// In small letters.
        var names: [String]
        /// Names in the query that are wrong, and what they may be meant to be; to name them again is no further mistake.
        fileprivate var wrongNames: [String]
        /// The query without what is unknown.
        fileprivate var body: String

        func has(_ name: String) -> Bool { names.contains(name) || wrongNames.contains(name) }

        /// What a report may name, for people.
        var words: String { "one of: " + names.joined(separator: ", ") }
    }

    private let probe = StatementProbe(tables: ReportViews.all.map { ($0.name, $0.columns.map(\.name)) })

    /// Mistakes of one query that are told.
    private static let maximumProblems = 100

    /// What a query gives; nil where it is not understood, which is reported.
    func columns(of query: QueryText, problems: inout ProblemList) -> Columns? {
        let known = query.views.flatMap { ReportViews[$0]?.columns.map(\.name) ?? [] }.reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        var question = Question(query, before: "WITH facts AS (", after: ")\nSELECT * FROM facts")
        guard
            let names = answer(
                &question, problems: &problems,
                unknown: { name in
                    let column = name.split(separator: ".").last.map(String.init) ?? name
                    // Where the column is known, it is the view before it that is not.
                    let hint = known.contains(column) ? "" : Suggestion.hint(for: column, among: known)
                    return (
                        "no view here has a column \(name)" + hint,
                        known.isEmpty ? "the column of a view" : "one of: " + known.joined(separator: ", ")
                    )
                })
        else { return nil }
        return Columns(
            names: names.map { $0.lowercased() }.filter { !$0.hasPrefix("null") },
            wrongNames: question.removed + question.removed.compactMap { Suggestion.closest(to: $0, among: known) },
            body: question.body)
    }

    /// Reports what a condition over the rows of a query names that these have not.
    func check(_ condition: QueryText, over query: Columns, problems: inout ProblemList) {
        var question = Question(
            condition, before: "WITH facts AS (\(query.body)) SELECT (", after: ") FROM facts AS fact")
        _ = answer(&question, problems: &problems) { name in
            query.has(name)
                ? nil
                : ("the query gives no column \(name)" + Suggestion.hint(for: name, among: query.names), query.words)
        }
    }

    // MARK: - Asking

    private func answer(
        _ question: inout Question, problems: inout ProblemList,
        unknown: (String) -> (message: String, expected: String)?
    ) -> [String]? {
        for _ in 0..<Self.maximumProblems {
            switch probe?.answer(question.statement) {
            case .columns(let names)?: return names
            case nil: return nil
            case .refusal(let reason, let offset)?:
                if let name = Self.name(in: reason, after: "no such column: "),
                    let place = question.remove(name, near: offset)
                {
                    if let (message, expected) = unknown(name) {
                        problems.add(message, expected: expected, at: place)
                    }
                } else if let name = Self.name(in: reason, after: "ambiguous column name: "),
                    let place = question.remove(name, near: offset)
                {
                    problems.add(
                        "several of the views have a column \(name)",
                        expected: "the view before it, as posting.\(name)", at: place)
                } else {
                    let isAtEnd = question.isBehind(offset)
                    problems.add(
                        isAtEnd ? "something is missing at the end" : "the database would refuse this: \(reason)",
                        expected: "SQL that SQLite and PostgreSQL understand", at: question.place(of: offset))
                    return nil
                }
            }
        }
        return nil
    }

    private static func name(in reason: String, after words: String) -> String? {
        reason.hasPrefix(words) ? String(reason.dropFirst(words.count)) : nil
    }
}

/// A statement around a text of a declaration, whose tokens know their places.
private struct Question {
    private let before: String
    private let after: String
    private let tokens: [QueryScanner.Token]
    private let origin: SourceLocation?
    /// What stands for each token.
    private var pieces: [String]
    /// The columns that were taken out.
    private(set) var removed: [String] = []

    init(_ text: QueryText, before: String, after: String) {
        var scanner = text.source.map { QueryScanner($0) }
        var tokens: [QueryScanner.Token] = []
        while let token = scanner?.next() { tokens.append(token) }
        self.tokens = tokens
        self.before = before
        self.after = after
        origin = text.location
        pieces = tokens.map { token in
            switch token.kind {
            case .parameter: "?"
            // A comment may hold anything.
            case .space: token.text.contains("\n") ? "\n" : " "
            default: token.text
            }
        }
    }

    var body: String { pieces.joined() }
    var statement: String { before + body + after }

    /// The token in which a byte of the statement lies.
    private func token(at offset: Int?) -> Int? {
        guard let offset else { return nil }
        var end = before.utf8.count
        guard offset >= end else { return nil }
        for (index, piece) in pieces.enumerated() {
            end += piece.utf8.count
            if offset < end { return index }
        }
        return nil
    }

    func isBehind(_ offset: Int?) -> Bool {
        offset.map { $0 >= before.utf8.count + body.utf8.count } ?? false
    }

    func place(of offset: Int?) -> SourceLocation? { token(at: offset).map { tokens[$0].location } ?? origin }

    /// Puts nothing in the place of a name, `account` or `posting.account`, and says where that was.
    mutating func remove(_ name: String, near offset: Int?) -> SourceLocation? {
        let wanted = name.lowercased().split(separator: ".").map(String.init).flatMap { [$0, "."] }.dropLast()
        let starts = (token(at: offset).map { [$0] } ?? []) + Array(tokens.indices)
        for start in starts {
            let words = tokens.indices.dropFirst(start).filter { tokens[$0].kind != .space }.prefix(wanted.count)
            guard words.first == start, words.elementsEqual(wanted, by: { pieces[$0].lowercased() == $1 }) else {
                continue
            }
            for index in words { pieces[index] = "" }
            pieces[start] = "NULL"
            removed.append(String(wanted.last ?? ""))
            return tokens[start].location
        }
        return nil
    }
}
