import Calendars
import Foundation
import TestSupport
import Testing

@testable import Store

@Suite struct MigrationTests {
    static let first = Migration(number: 1, name: "a", sql: "CREATE TABLE a (id SERIAL_KEY, name TEXT) STRICT;")
    static let second = Migration(
        number: 2, name: "b", sql: "CREATE TABLE b (id SERIAL_KEY, a_id INTEGER REFERENCES a (id)) STRICT;")
    static let third = Migration(number: 3, name: "c", sql: "ALTER TABLE a ADD COLUMN note TEXT;")

    @Test(arguments: StoreUnderTest.available)
    func `migrations are applied in order, once, and recorded`(database: StoreUnderTest) throws {
        try database.withLocation { open in
            let at = Instant(microseconds: 1_700_000_000_000_000)
            let young = try open([Self.first], true, true)
            #expect(try young.migrate(at: at) == [Self.first])
            #expect(try young.migrate(at: at) == [])
            try young.close()
            let store = try open([Self.first, Self.second, Self.third], false, false)
            #expect(try store.migrate() == [Self.second, Self.third])
            let recorded = try store.read { db in
                try db.all("SELECT number, name, checksum, applied_at FROM schema_version ORDER BY number") { row in
                    #expect(try row.text(2).count == 64)
                    return "\(try row.int(0)) \(try row.text(1)) \(try row.optionalInt(3) ?? 0)"
                }
            }
            #expect(recorded == ["1 a 1700000000000000", "2 b 0", "3 c 0"])
            try store.write { try $0.execute("INSERT INTO a (name, note) VALUES ('x', 'y')") }
            try store.close()
            try open([Self.first, Self.second, Self.third], false, true).close()
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a store that is behind or ahead is refused`(database: StoreUnderTest) throws {
        try database.withLocation { open in
            let store = try open([Self.first, Self.second], true, true)
            try store.migrate()
            try store.close()
            #expect {
                try open([Self.first, Self.second, Self.third], false, true)
            } throws: { error in
                guard case StoreError.schemaTooOld(_, found: 2, needed: 3) = error else { return false }
                return (error as? StoreError)?.failure.exitCode == .schemaMismatch
                    && "\(error)".contains("steward store migrate")
            }
            for requireCurrent in [true, false] {
                #expect {
                    try open([Self.first], false, requireCurrent)
                } throws: { error in
                    guard case StoreError.schemaTooNew(_, found: 2, known: 1) = error else { return false }
                    return (error as? StoreError)?.failure.exitCode == .schemaMismatch
                }
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a migration that was changed after it was applied is refused`(database: StoreUnderTest) throws {
        try database.withLocation { open in
            let store = try open([Self.first], true, true)
            try store.migrate()
            try store.close()
            let changed = Migration(number: 1, name: "a", sql: Self.first.sql + " ")
            #expect(throws: StoreError.migrationChanged(number: 1, name: "a")) { try open([changed], false, true) }
            // Its name is not what it does.
            try open([Migration(number: 1, name: "renamed", sql: Self.first.sql)], false, true).close()
        }
    }

    @Test(
        arguments: StoreUnderTest.available,
        [
            "CREATE TABLE c (id SERIAL_KEY) STRICT; CREATE TABLE a (id INTEGER) STRICT;",
            "CREATE TABLE c (id SERIAL_KEY) STRICT; SELEC 1;",
            "CREATE TABLE c (id SERIAL_KEY) STRICT; APPEND_ONLY c;",
            "INSERT INTO b (a_id) VALUES (99);",
        ])
    func `a migration that fails leaves the store as it was`(database: StoreUnderTest, sql: String) throws {
        try database.withLocation { open in
            let failing = Migration(number: 3, name: "failing", sql: sql)
            let store = try open([Self.first, Self.second, failing], true, true)
            defer { try? store.close() }
            #expect {
                try store.migrate()
            } throws: { error in
                guard case StoreError.migrationFailed(number: 3, name: "failing", _) = error else { return false }
                return true
            }
            let numbers = try store.read { try $0.all("SELECT number FROM schema_version") { try $0.int(0) } }
            #expect(numbers == [1, 2])
            #expect(throws: StoreError.self) {
                try store.read { try $0.first("SELECT 1 FROM c") { try $0.int(0) } }
            }
            try store.write { try $0.execute("INSERT INTO a (name) VALUES ('still usable')") }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `migrations with a hole in their numbers are a defect`(database: StoreUnderTest) throws {
        try database.withLocation { open in
            #expect(throws: StoreError.misuse("migration 3 (c) stands at place 2")) {
                try open([Self.first, Self.third], true, true)
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a migration inside a write is refused`(database: StoreUnderTest) throws {
        try database.withLocation { open throws in
            let store = try open([Self.first], true, true)
            defer { try? store.close() }
            #expect(throws: StoreError.misuse("a migration inside a transaction")) {
                try store.write { _ in try store.migrate() }
            }
            #expect(try store.migrate() == [Self.first])
        }
    }

    @Test func `a table is rebuilt under the rows that point to it`() throws {
        // SQLite's only way to change a column.
        try StoreUnderTest.sqlite.withLocation { open in
            let store = try open([Self.first, Self.second], true, true)
            try store.migrate()
            try store.write { db in
                try db.execute("INSERT INTO a (name) VALUES ('x')")
                try db.execute("INSERT INTO b (a_id) VALUES (1)")
            }
            try store.close()
            let rebuild = Migration(
                number: 3, name: "rebuild",
                sql: """
                    CREATE TABLE a_new (id SERIAL_KEY, name TEXT NOT NULL) STRICT;
                    INSERT INTO a_new SELECT id, name FROM a;
                    DROP TABLE a;
                    ALTER TABLE a_new RENAME TO a;
                    """)
            let rebuilt = try open([Self.first, Self.second, rebuild], false, false)
            defer { try? rebuilt.close() }
            try rebuilt.migrate()
            let keys = try rebuilt.write { try $0.first("PRAGMA foreign_keys") { try $0.int(0) } }
            #expect(keys == 1)
            let names = try rebuilt.read { db in
                try db.all("SELECT a.name FROM b JOIN a ON a.id = b.a_id") { try $0.text(0) }
            }
            #expect(names == ["x"])
            #expect(throws: StoreError.constraint(ConstraintViolation(.foreignKey))) {
                try rebuilt.write { try $0.execute("DELETE FROM a") }
            }
        }
    }
}

extension StoreUnderTest {
    typealias Open = (_ migrations: [Migration], _ create: Bool, _ requireCurrentSchema: Bool) throws -> Store

    /// Runs `body` with a way to open one new location several times.
    @discardableResult
    func withLocation<T>(_ body: (Open) throws -> T) throws -> T {
        try withTemporaryDirectory { directory in
            let url = try freshURL(in: directory)
            return try body { migrations, create, requireCurrentSchema in
                try Store.open(
                    url, relativeTo: directory.path, create: create, migrations: migrations,
                    requireCurrentSchema: requireCurrentSchema)
            }
        }
    }
}
