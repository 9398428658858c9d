/// What must hold when a row is changed: asked, of the row as it was (`OLD`) and as it becomes (`NEW`), where a condition on
/// the two is true.
///
/// It lets many rows be checked at once that belong together: the row that stands for all of them is changed last.
struct UpdateRule {
    var table: String
    var rule: String
    var condition: [SQLTokens.Token]
    var query: [SQLTokens.Token]

    /// Reads `( table , rule , condition , query )`.
    ///
    /// - Returns: the rule, and the index of its closing parenthesis.
    static func read(after start: Int, _ tokens: [SQLTokens.Token]) throws -> (UpdateRule, end: Int) {
        let (parts, end) = try RuleParts.read(after: start, tokens, "a table, a rule, a condition and a query")
        return (
            UpdateRule(
                table: try parts.name(0), rule: try parts.name(1), condition: parts.tokens[2], query: parts.tokens[3]),
            end
        )
    }

    func trigger(for dialect: Dialect) throws -> String {
        let condition = try MigrationText.migration(condition.map(\.text).joined(), for: dialect).trimmingWhitespace
        let query = try MigrationText.migration(query.map(\.text).joined(), for: dialect).trimmingWhitespace
        switch dialect {
        case .sqlite:
            return """
                CREATE TRIGGER \(table)_\(rule) AFTER UPDATE ON \(table) WHEN \(condition)
                BEGIN SELECT RAISE(ABORT, '\(MigrationText.ruleMark)\(table).\(rule)') WHERE EXISTS (\(query)); END
                """
        case .postgresql:
            return """
                \(RuleParts.function(table, rule, query));
                CREATE TRIGGER \(table)_\(rule) AFTER UPDATE ON \(table) FOR EACH ROW WHEN (\(condition))
                    EXECUTE FUNCTION \(table)_\(rule)()
                """
        }
    }
}
