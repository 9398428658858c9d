import Amounts
import Diagnostics

/// The accounts behind a line of a statement: they add up to its figures, column by column.
package struct LineExplanation: Hashable, Sendable {
    package let line: Statement.Line
    package let rows: [Row]

    package struct Row: Hashable, Sendable {
        package let account: AccountCode
        package let name: String
        package let cells: [Statement.Cell]
    }
}

extension Statement {
    /// The line with this key, or else the one called so, in whatever case; of several the first. A heading stands for
    /// the total of what is below it.
    package func line(named name: String) -> Line? {
        let wanted = name.lowercased()
        let found =
            self[key: name] ?? lines.first { !$0.cells.isEmpty && $0.label.lowercased() == wanted }
            ?? lines.first { $0.key.lowercased() == wanted || $0.label.lowercased() == wanted }
        guard let found, found.cells.isEmpty else { return found }
        return self[key: "\(found.key)-total"]
    }

    /// What a line is made of.
    ///
    /// - Throws: that there is no such line, with the one most like it.
    package func explanation(of name: String, _ accounts: StatementAccounts) throws -> LineExplanation {
        guard let line = line(named: name), !line.cells.isEmpty else {
            let candidates = lines.filter { !$0.cells.isEmpty }
            let names = candidates.map(\.label) + candidates.map(\.key)
            throw Failure(
                .notFound, "\(title) has no line \"\(name)\".\(Suggestion.question(for: name, among: names))",
                advice: "The lines are called as the statement shows them; --json shows their keys, too.")
        }
        return LineExplanation(
            line: line,
            rows: try line.parts.map {
                .init(
                    account: $0.account, name: accounts[$0.account]?.name ?? "",
                    cells: try columns.cells(of: $0.amounts))
            })
    }
}
