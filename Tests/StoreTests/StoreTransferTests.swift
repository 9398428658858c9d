import Calendars
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Store

/// What a transfer brings over, whatever stands in it and wherever it is cut off.
@Suite struct StoreTransferTests {
    /// Keys of every type, references, indexes, unique columns and rules.
    private static let tables = Migration(
        number: 1, name: "tables",
        sql: """
            CREATE TABLE place (name TEXT PRIMARY KEY, note TEXT, CONSTRAINT place_note UNIQUE (note)) STRICT;
            CREATE TABLE thing (
                thing_id SERIAL_KEY, place TEXT NOT NULL REFERENCES place, weight INTEGER, picture BLOB
            ) STRICT;
            CREATE INDEX thing_weight ON thing (weight, thing_id);
            CREATE UNIQUE INDEX thing_heavy ON thing (weight) WHERE weight > 100;
            CREATE TABLE print (
                picture BLOB NOT NULL, number INTEGER NOT NULL, place TEXT NOT NULL, thing_id INTEGER REFERENCES thing,
                PRIMARY KEY (picture, place, number)
            ) STRICT;
            APPEND_ONLY(print);
            REFUSE_INSERTS(thing, nothing_in_limbo, place,
                SELECT 1 FROM INSERTED AS added JOIN place ON place.name = added.place WHERE place.note = 'limbo');
            """)

    private static let names = [
        "", "plain", "O'Brien's \\ 1\t2\n3\r4", "$1 ? \"quoted\"", "Zoë", "\u{1F4A1}", "\\x41", "NULL",
    ]
    private static let numbers: [Int64?] = [0, -1, .min, .max, nil, 101]
    private static let pictures: [[UInt8]?] = [
        [], [0], [0xFF, 0, 0x5C, 0x27], Array(repeating: 7, count: 270_000), nil,
    ]

    private static func fill(_ store: Store) throws {
        try store.write { db in
            try db.insert(into: "place", columns: ["name", "note"], rows: names) { name, row in
                try row.bind(name)
                try row.bind(name == "plain" ? nil : name + name)
            }
            for (index, name) in names.enumerated() {
                try db.execute(
                    "INSERT INTO thing (place, weight, picture) VALUES (?, ?, ?)", name, index < 6 ? numbers[index] : 7,
                    pictures[index % pictures.count])
            }
            // The last number given out is of a row that is gone.
            try db.execute("INSERT INTO thing (place, weight) VALUES ('plain', 3)")
            try db.execute("DELETE FROM thing WHERE weight = 3")
            for (index, name) in names.enumerated() {
                for picture in pictures.compactMap(\.self) where picture.count < 10 {
                    try db.execute(
                        "INSERT INTO print (picture, number, place, thing_id) VALUES (?, ?, ?, ?)", picture, index,
                        name,
                        index % 2 == 0 ? Int64(index + 1) : nil)
                }
            }
        }
    }

    /// Everything, and the schema as the database tells it.
    private static func contents(of store: Store) throws -> [String] {
        try store.read { db in
            var lines: [String] = []
            for (table, columns, key) in [
                ("place", "name, note", "name"), ("thing", "thing_id, place, weight, picture", "thing_id"),
                ("print", "picture, number, place, thing_id", "picture, place, number"),
            ] {
                try db.forEach("SELECT \(columns) FROM \(table) ORDER BY \(key)") { row in
                    lines.append("\(table) " + (0..<row.columnCount).map { Self.cell(row, $0) }.joined(separator: "|"))
                }
            }
            return lines
        }
    }

    private static func cell(_ row: Row, _ index: Int) -> String {
        if row.isNull(index) { return "null" }
        if let number = try? row.int(index) { return "\(number)" }
        if let text = try? row.text(index) { return "'\(text)'" }
        return (try? row.blob(index)).map { "\($0.count) bytes, \($0.prefix(8))" } ?? "unreadable"
    }

    private static func schema(of store: Store) throws -> [String] {
        let sql =
            switch store.dialect {
            case .sqlite:
                "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> 'schema_version' ORDER BY 1"
            case .postgresql:
                """
                SELECT text FROM (
                    SELECT replace(indexdef, schemaname || '.', '') AS text FROM pg_indexes
                     WHERE schemaname = current_schema()
                    UNION ALL
                    SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                     WHERE connamespace = current_schema()::regnamespace
                    UNION ALL
                    SELECT tgname || ' ' || tgrelid::regclass::text || ' ' || tgenabled::text FROM pg_trigger
                      JOIN pg_class ON pg_class.oid = tgrelid
                     WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal
                    UNION ALL
                    SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()
                ) AS parts ORDER BY 1
                """
            }
        return try store.read { try $0.all(sql) { try $0.text(0) } }
    }

    private struct Stop: Error {}

    private static func copied(
        _ source: Store, to url: StoreURL, rowsPerTransaction: Int = 3, stopAfter limit: Int? = nil
    ) throws -> StoreTransfer.Outcome {
        var reports = 0
        return try StoreTransfer(
            from: source, to: url, relativeTo: "/", migrations: [tables], rowsPerTransaction: rowsPerTransaction
        ).run(at: Instant(microseconds: 0)) { _ in
            reports += 1
            if let limit, reports > limit { throw Stop() }
        }
    }

    @Test(arguments: StoreUnderTest.available, StoreUnderTest.available)
    func `whatever stands in a table comes over as it is, and the schema is the one of the migrations`(
        from origin: StoreUnderTest, to destination: StoreUnderTest
    ) throws {
        try withTemporaryDirectory { directory in
            try origin.withStore([Self.tables]) { source in
                try Self.fill(source)
                let url = try destination.freshURL(in: directory)
                let outcome = try Self.copied(source, to: url)
                #expect(outcome.rows == 40)
                let copy = try Store.open(url, relativeTo: "/", migrations: [Self.tables])
                defer { try? copy.close() }
                let (before, after) = (try Self.contents(of: source), try Self.contents(of: copy))
                #expect(after == before)
                let expected = try destination.withStore([Self.tables]) { try Self.schema(of: $0) }
                let found = try Self.schema(of: copy)
                #expect(found == expected)
                let next = try copy.write {
                    try $0.first("INSERT INTO thing (place) VALUES ('plain') RETURNING thing_id") { try $0.int(0) }
                }
                #expect(next == 10)
                #expect(throws: StoreError.self) {
                    try copy.write { try $0.execute("INSERT INTO thing (place) VALUES ('?')") }
                }
                #expect(throws: StoreError.appendOnly(table: "print")) {
                    try copy.write { try $0.execute("DELETE FROM print") }
                }
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a transfer that is cut off anywhere goes on and ends the same`(to destination: StoreUnderTest) throws {
        try withTemporaryDirectory { directory in
            for origin in [StoreUnderTest.sqlite, .postgresql] where StoreUnderTest.available.contains(origin) {
                try origin.withStore([Self.tables]) { source in
                    try Self.fill(source)
                    let url = try destination.freshURL(in: directory)
                    var limit = 0
                    var outcome: StoreTransfer.Outcome?
                    while outcome == nil {
                        do {
                            outcome = try Self.copied(source, to: url, stopAfter: limit)
                        } catch is Stop {
                            limit += 4
                            #expect(throws: StoreError.self) {
                                try Store.open(url, relativeTo: "/", migrations: [Self.tables])
                            }
                        }
                    }
                    #expect(limit > 20)
                    #expect(outcome?.rowsBefore == 40)
                    let copy = try Store.open(url, relativeTo: "/", migrations: [Self.tables])
                    defer { try? copy.close() }
                    let (before, after) = (try Self.contents(of: source), try Self.contents(of: copy))
                    #expect(after == before)
                    let expected = try destination.withStore([Self.tables]) { try Self.schema(of: $0) }
                    let found = try Self.schema(of: copy)
                    #expect(found == expected)
                }
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `rows that came to the source since a transfer was cut off are found, wherever they stand`(
        to destination: StoreUnderTest
    ) throws {
        try withTemporaryDirectory { directory in
            for key in [-5, 1_000] {
                try StoreUnderTest.sqlite.withStore([Self.tables]) { source in
                    try Self.fill(source)
                    let url = try destination.freshURL(in: directory)
                    // Every row is over, none is compared.
                    #expect(throws: Stop.self) {
                        try StoreTransfer(from: source, to: url, relativeTo: "/", migrations: [Self.tables])
                            .run(at: Instant(microseconds: 0)) { if $0.phase == .comparing { throw Stop() } }
                    }
                    try source.write {
                        try $0.execute("INSERT INTO thing (thing_id, place) VALUES (?, 'plain')", Int64(key))
                    }
                    if key < 0 {
                        let failure = #expect(throws: Failure.self) { try Self.copied(source, to: url) }
                        #expect(failure?.summary.contains("thing is not the same") == true)
                    } else {
                        // It stands after all the others, and so it comes with the rest.
                        let outcome = try Self.copied(source, to: url)
                        #expect(outcome.rows == 41 && outcome.rowsBefore == 40)
                    }
                }
            }
        }
    }

    @Test(.enabled(if: PostgresCluster.isInstalled, "skipped: no PostgreSQL"))
    func `a row that points nowhere is refused when the references are made`() throws {
        try withTemporaryDirectory { directory in
            let source = try Store.open(
                try StoreUnderTest.sqlite.freshURL(in: directory), relativeTo: "/", create: true,
                migrations: [Self.tables])
            defer { try? source.close() }
            try source.migrate()
            // As a program may leave it that has switched foreign keys off.
            try source.driver.migrate { session in
                _ = try session.execute("INSERT INTO thing (place) VALUES ('nowhere')", [])
            }
            let url = try StoreUnderTest.postgresql.freshURL(in: directory)
            let error = #expect(throws: StoreError.self) { try Self.copied(source, to: url) }
            #expect(error?.failure.summary.contains("thing") == true, "\(error as Any)")
            #expect(throws: StoreError.self) { try Store.open(url, relativeTo: "/", migrations: [Self.tables]) }
        }
    }
}
