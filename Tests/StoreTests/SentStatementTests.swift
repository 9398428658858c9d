import Foundation
import TestSupport
import Testing

@testable import Store

/// Statements that nobody waits for.
@Suite struct SentStatementTests {
    private struct Stop: Error {}

    private static let add = "INSERT INTO department (name) VALUES (?)"

    private static func isConstraint(_ error: any Error) -> Bool {
        if case StoreError.constraint(let violation) = error { violation.table == "department" } else { false }
    }

    @Test(arguments: StoreUnderTest.available)
    func `what is sent is done in its order, before what comes after it`(database: StoreUnderTest) throws {
        try database.withStore { store in
            let counts = try store.write { db in
                var counts: [Int64] = []
                for number in 1...200 {
                    try db.send(Self.add, String(format: "d%03d", number))
                    if number % 90 == 0 {
                        counts.append(try db.first("SELECT COUNT(*) FROM department") { try $0.int(0) } ?? 0)
                    }
                }
                try db.send("UPDATE department SET name = name || 'x' WHERE name = ?", "d200")
                return counts
            }
            #expect(counts == [90, 180])
            let names = try store.departments()
            #expect(names == (1...199).map { String(format: "d%03d", $0) } + ["d200x"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `what is sent last is there when the write returns`(database: StoreUnderTest) throws {
        try database.withStore { store in
            try store.write { try $0.send(Self.add, "a") }
            try store.write { db in
                try db.send(Self.add, "b")
                try db.insert(into: "department", columns: ["name"], rows: ["c"]) { try $1.bind($0) }
                try db.send(Self.add, "d")
            }
            #expect(try store.departments() == ["a", "b", "c", "d"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `the error of a sent statement comes at the latest with the end, and nothing is kept`(
        database: StoreUnderTest
    ) throws {
        try database.withStore { store in
            try store.write { try $0.send(Self.add, "a") }
            // The very first statement, the last, one that others follow, one before a bulk insert, one before a stream.
            let bodies: [@Sendable (Connection) throws -> Void] = [
                { try $0.send(Self.add, "a") },
                { db in
                    _ = try db.first("SELECT 1") { try $0.int(0) }
                    try db.send(Self.add, "a")
                },
                { db in
                    try db.send(Self.add, "b")
                    try db.send(Self.add, "a")
                    try db.send("UPDATE department SET name = 'c'")
                    try db.execute(Self.add, "d")
                },
                { db in
                    try db.send(Self.add, "a")
                    try db.insert(into: "department", columns: ["name"], rows: ["c"]) { try $1.bind($0) }
                },
                { db in
                    try db.send(Self.add, "a")
                    try db.forEach("SELECT name FROM department") { _ in }
                },
            ]
            for body in bodies {
                let error = #expect(throws: StoreError.self) { try store.write(body) }
                #expect(try Self.isConstraint(#require(error)), "\(error as Any)")
                #expect(try store.departments() == ["a"])
            }
            // A statement that does not exist, too, and it can be written rightly afterwards.
            #expect(throws: StoreError.self) { try store.write { try $0.send("INSERT INTO nowhere VALUES (?)", 1) } }
            try store.write { try $0.send(Self.add, "b") }
            #expect(try store.departments() == ["a", "b"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `the error of a sent statement is that of its savepoint`(database: StoreUnderTest) throws {
        try database.withStore { store in
            try store.write { db in
                try db.send(Self.add, "a")
                let error = #expect(throws: StoreError.self) { try db.savepoint { try $0.send(Self.add, "a") } }
                #expect(try Self.isConstraint(#require(error)))
                // Nothing of a savepoint that ends with another error is done, also of what the server never heard of.
                #expect(throws: Stop.self) {
                    try db.savepoint { part in
                        try part.send(Self.add, "b")
                        try part.savepoint { try $0.send(Self.add, "c") }
                        try part.send(Self.add, "d")
                        throw Stop()
                    }
                }
                #expect(throws: Stop.self) {
                    try db.savepoint { part in
                        try part.send(Self.add, "e")
                        throw Stop()
                    }
                }
                try db.savepoint { try $0.send(Self.add, "f") }
            }
            #expect(try store.departments() == ["a", "f"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a savepoint does not catch what was sent before it`(database: StoreUnderTest) throws {
        try database.withStore { store in
            try store.write { try $0.send(Self.add, "a") }
            let error = #expect(throws: StoreError.self) {
                try store.write { db in
                    try db.send(Self.add, "a")
                    _ = try? db.savepoint { try $0.send(Self.add, "b") }
                    try db.send(Self.add, "c")
                }
            }
            #expect(error != nil)
            #expect(try store.departments() == ["a"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a transaction in which nothing is asked leaves nothing behind`(database: StoreUnderTest) throws {
        try database.withStore { store in
            for _ in 1...3 {
                try store.write { _ in }
                try store.read { _ in }
                #expect(throws: Stop.self) { try store.write { _ in throw Stop() } }
                #expect(throws: Stop.self) {
                    try store.write { db in
                        try db.send(Self.add, "never")
                        throw Stop()
                    }
                }
            }
            try store.write { try $0.send(Self.add, "a") }
            #expect(try store.departments() == ["a"])
        }
    }

    @Test(.enabled(if: PostgresCluster.isInstalled, "skipped: PostgreSQL is not installed (apt: postgresql)"))
    func `a transaction begins again on a new connection where the old one was lost, and is done once`() throws {
        try StoreUnderTest.postgresql.withStore { store in
            let other = try Store.open(
                try #require(StoreURL(try PostgresCluster.shared())), relativeTo: "/", migrations: [])
            defer { try? other.close() }
            for number in 1...5 {
                let backend = try store.write { db in
                    try db.send(Self.add, "before \(number)")
                    return try db.first("SELECT pg_backend_pid()") { try $0.int(0) }
                }
                _ = try other.read {
                    try $0.first("SELECT pg_terminate_backend(CAST(? AS int), 5000)", backend) { try $0.bool(0) }
                }
                try store.write { db in
                    try db.send(Self.add, "first \(number)")
                    try db.send(Self.add, "second \(number)")
                    if number % 2 == 0 { try db.savepoint { try $0.send(Self.add, "third \(number)") } }
                }
            }
            let names = try store.departments()
            #expect(names.count == 17 && Set(names).count == 17)
        }
    }
}
