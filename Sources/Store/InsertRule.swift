/// What the rows of a table must fulfil when they are inserted, beyond what a CHECK can say: it looks at other rows.
///
/// PostgreSQL asks once for all rows of a statement, which costs a bulk insert next to nothing; SQLite for each row. What
/// must be asked of many rows that belong together is better an `UpdateRule` of the row that stands for them.
struct InsertRule {
    var table: String
    var rule: String
    /// The column by which the query finds the new rows.
    var column: String
    var query: [SQLTokens.Token]

    /// The word in the query for the new rows.
    private static let newRows = "INSERTED"

    /// Reads `( table , rule , column , query )`.
    ///
    /// - Returns: the rule, and the index of its closing parenthesis.
    static func read(after start: Int, _ tokens: [SQLTokens.Token]) throws -> (InsertRule, end: Int) {
        let (parts, end) = try RuleParts.read(after: start, tokens, "a table, a rule, a column and a query")
        return (
            InsertRule(
                table: try parts.name(0), rule: try parts.name(1), column: try parts.name(2), query: parts.tokens[3]),
            end
        )
    }

    private var asksOwnTable: Bool { query.contains { $0.kind == .word && $0.text == table } }

    func trigger(for dialect: Dialect) throws -> String {
        let newRows = dialect == .sqlite ? "(SELECT NEW.\(column) AS \(column))" : "inserted"
        let text = query.map { $0.kind == .word && $0.text == Self.newRows ? newRows : $0.text }.joined()
        let query = try MigrationText.migration(text, for: dialect).trimmingWhitespace
        switch dialect {
        case .sqlite:
            // A statement that may be undone keeps a copy of each page that it changes, for every single row. One that is
            // refused before its row is written has nothing to undo: FAIL says so. A rule that looks at the table itself
            // must see the row, and undo it.
            let (time, refusal) = asksOwnTable ? ("AFTER", "ABORT") : ("BEFORE", "FAIL")
            return """
                CREATE TRIGGER \(table)_\(rule) \(time) INSERT ON \(table) WHEN EXISTS (\(query))
                BEGIN SELECT RAISE(\(refusal), '\(MigrationText.ruleMark)\(table).\(rule)'); END
                """
        case .postgresql:
            return """
                \(RuleParts.function(table, rule, query));
                CREATE TRIGGER \(table)_\(rule) AFTER INSERT ON \(table) REFERENCING NEW TABLE AS inserted
                    FOR EACH STATEMENT EXECUTE FUNCTION \(table)_\(rule)()
                """
        }
    }
}
