/// The four parts of a rule in a migration: `WORD ( table , rule , … , query )`.
struct RuleParts {
    private(set) var tokens: [[SQLTokens.Token]]
    private var misuse: StoreError

    private static let count = 4

    /// - Parameter expected: what the parts are, for the error.
    /// - Returns: the parts, and the index of the closing parenthesis.
    static func read(
        after start: Int, _ tokens: [SQLTokens.Token], _ expected: String
    ) throws -> (RuleParts, end: Int) {
        var parts = RuleParts(
            tokens: [[]],
            misuse: .misuse("\(tokens[start].text) in a migration is not followed by \(expected) in parentheses"))
        var depth = 0
        for (index, token) in tokens.enumerated().dropFirst(start + 1) {
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            if depth == 1, token.text == "(" { continue }
            if depth == 0, token.text == ")" {
                guard parts.tokens.count == count else { break }
                return (parts, index)
            }
            guard depth >= 1 else {
                if token.kind == .space { continue }
                break
            }
            if depth == 1, token.text == ",", parts.tokens.count < count {
                parts.tokens.append([])
            } else {
                parts.tokens[parts.tokens.count - 1].append(token)
            }
        }
        throw parts.misuse
    }

    /// The part that is a name.
    func name(_ index: Int) throws -> String {
        let name = tokens[index].filter { $0.kind != .space }.map(\.text).joined()
        guard Identifier.isPlain(name) else { throw misuse }
        return name
    }

    /// What a trigger of PostgreSQL calls: it refuses where the query finds anything.
    ///
    /// The rows that it looks at were written a moment ago, so that the server's statistics know nothing of them: it is
    /// told to go by the indexes, and not to compile.
    static func function(_ table: String, _ rule: String, _ query: String) -> String {
        """
        CREATE FUNCTION \(table)_\(rule)() RETURNS trigger LANGUAGE plpgsql
            SET enable_seqscan = off SET jit = off AS $refuse$
        BEGIN
            IF EXISTS (\(query)) THEN
                RAISE EXCEPTION '\(MigrationText.ruleMark)\(table).\(rule)'
                    USING ERRCODE = 'check_violation', TABLE = '\(table)', CONSTRAINT = '\(rule)';
            END IF;
            RETURN NULL;
        END
        $refuse$
        """
    }
}

extension String {
    var trimmingWhitespace: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
