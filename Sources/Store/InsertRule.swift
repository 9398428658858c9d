/// What the rows of a table must fulfil when they are inserted, beyond what a CHECK can say: it looks at other rows.
///
/// PostgreSQL asks once for all rows of a statement, which costs a bulk insert next to nothing; SQLite for each row.
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
        var depth = 0
        var parts: [[SQLTokens.Token]] = [[]]
        for (index, token) in tokens.enumerated().dropFirst(start + 1) {
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            if depth == 1, token.text == "(" { continue }
            if depth == 0, token.text == ")" {
                let names = parts.prefix(3).map { part in part.filter { $0.kind != .space }.map(\.text).joined() }
                guard parts.count == 4, names.allSatisfy(Identifier.isPlain) else { break }
                return (InsertRule(table: names[0], rule: names[1], column: names[2], query: parts[3]), index)
            }
            guard depth >= 1 else {
                if token.kind == .space { continue }
                break
            }
            if depth == 1, token.text == ",", parts.count < 4 {
                parts.append([])
            } else {
                parts[parts.count - 1].append(token)
            }
        }
        throw StoreError.misuse(
            "\(tokens[start].text) in a migration is not followed by a table, a rule, a column and a query in parentheses"
        )
    }

    func trigger(for dialect: Dialect) throws -> String {
        let newRows = dialect == .sqlite ? "(SELECT NEW.\(column) AS \(column))" : "inserted"
        let text = query.map { $0.kind == .word && $0.text == Self.newRows ? newRows : $0.text }.joined()
        let query = try MigrationText.migration(text, for: dialect).trimmingWhitespace
        switch dialect {
        case .sqlite:
            return """
                CREATE TRIGGER \(table)_\(rule) AFTER INSERT ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(MigrationText.ruleMark)\(table).\(rule)') WHERE EXISTS (\(query)); END
                """
        case .postgresql:
            return """
                CREATE FUNCTION \(table)_\(rule)() RETURNS trigger LANGUAGE plpgsql AS $refuse$
                BEGIN
                    IF EXISTS (\(query)) THEN
                        RAISE EXCEPTION '\(MigrationText.ruleMark)\(table).\(rule)'
                            USING ERRCODE = 'check_violation', TABLE = '\(table)', CONSTRAINT = '\(rule)';
                    END IF;
                    RETURN NULL;
                END
                $refuse$;
                CREATE TRIGGER \(table)_\(rule) AFTER INSERT ON \(table) REFERENCING NEW TABLE AS inserted
                    FOR EACH STATEMENT EXECUTE FUNCTION \(table)_\(rule)()
                """
        }
    }
}

extension String {
    fileprivate var trimmingWhitespace: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
