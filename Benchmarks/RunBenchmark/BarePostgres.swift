import CPostgres

#if canImport(Glibc)
    import Glibc
#endif

/// libpq, one statement and one round trip after the other.
final class BarePostgres: BareDatabase {
    private let connection: OpaquePointer
    private var statementCount = 0

    /// - Parameter url: of the server, without the schema.
    init(url: String, schema: String) throws {
        if let reason = steward_libpq_load() { throw BenchmarkError(String(cString: reason)) }
        let words = ["dbname", url].map { (word: String) in strdup(word) }
        defer { words.forEach { free($0) } }
        let names: [UnsafePointer<CChar>?] = [UnsafePointer(words[0]), nil]
        let values: [UnsafePointer<CChar>?] = [UnsafePointer(words[1]), nil]
        guard let connection = PQconnectdbParams(names, values, 1), PQstatus(connection) == CONNECTION_OK else {
            throw BenchmarkError("PostgreSQL cannot be reached")
        }
        self.connection = connection
        try script("SET search_path TO \"\(schema)\"")
    }

    deinit {
        PQfinish(connection)
    }

    func script(_ sql: String) throws {
        try check(PQexec(connection, sql))
    }

    /// Question marks become the `$1` that PostgreSQL has.
    func prepare(_ sql: String) throws -> Int {
        var text = ""
        var count = 0
        for character in sql {
            if character == "?" {
                count += 1
                text += "$\(count)"
            } else {
                text.append(character)
            }
        }
        statementCount += 1
        try check(PQprepare(connection, "s\(statementCount)", text, 0, nil))
        return statementCount
    }

    func run(_ number: Int, _ values: [BareValue]) throws {
        let texts = values.map { value -> String in
            switch value {
            case .number(let number): String(number)
            case .text(let text): text
            }
        }.map { (text: String) in strdup(text) }
        defer { texts.forEach { free($0) } }
        let pointers = texts.map { text -> UnsafePointer<CChar>? in UnsafePointer(text) }
        try check(PQexecPrepared(connection, "s\(number)", CInt(values.count), pointers, nil, nil, 0))
    }

    /// Rows by COPY, each as its line of text.
    func copy(into table: String, columns: String, rows: Int, line: (Int) -> String) throws {
        guard let begun = PQexec(connection, "COPY \(table) (\(columns)) FROM STDIN"),
            PQresultStatus(begun) == PGRES_COPY_IN
        else { throw failure() }
        PQclear(begun)
        var block = ""
        for row in 0..<rows {
            block += line(row)
            guard block.utf8.count > 60_000 || row == rows - 1 else { continue }
            guard PQputCopyData(connection, block, CInt(block.utf8.count)) == 1 else { throw failure() }
            block = ""
        }
        guard PQputCopyEnd(connection, nil) == 1 else { throw failure() }
        while let result = PQgetResult(connection) { try check(result) }
    }

    private func check(_ result: OpaquePointer?) throws {
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else { throw failure() }
    }

    private func failure() -> BenchmarkError {
        BenchmarkError("libpq: \(PQerrorMessage(connection).map { String(cString: $0) } ?? "")")
    }
}
