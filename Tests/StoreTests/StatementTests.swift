import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Store

@Suite struct StatementTests {
    @Test(arguments: StoreUnderTest.available)
    func `a statement says how many rows it changed`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { db throws in
                #expect(try db.execute("INSERT INTO cell (id, number) VALUES (1, 1), (2, 2), (3, 3)") == 3)
                #expect(try db.execute("UPDATE cell SET number = number + 1 WHERE id > ?", 1) == 2)
                #expect(try db.execute("CREATE TABLE other (id INTEGER)") == 0)
                #expect(try db.execute("SELECT id FROM cell") == 0)
                #expect(try db.execute("DELETE FROM cell WHERE id = ?", 9) == 0)
                #expect(try db.execute("INSERT INTO cell (id) VALUES (1) ON CONFLICT DO NOTHING") == 0)
                #expect(try db.execute("DELETE FROM cell") == 3)
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a statement that writes returns rows`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { db throws in
                let sql = "INSERT INTO department (name) VALUES (?) RETURNING id"
                let first: DepartmentID? = try db.first(sql, "a") { try $0.id(0) }
                let second: DepartmentID? = try db.first(sql, "b") { try $0.id(0) }
                #expect(first == DepartmentID(rawValue: 1))
                #expect(second == DepartmentID(rawValue: 2))
                // All rows are written, though one is looked at.
                _ = try db.first("UPDATE department SET name = name || '!' RETURNING id") { try $0.int(0) }
                var names: [String] = []
                try db.forEach("UPDATE department SET name = name || '?' RETURNING name") {
                    names.append(try $0.text(0))
                }
                #expect(names.sorted() == ["a!?", "b!?"])
            }
            #expect(try store.departments() == ["a!?", "b!?"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `the subset of SQL that we write means the same`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { db throws in
                try db.insert(into: "cell", columns: ["id", "number", "text"], rows: 1...10) { id, row in
                    try row.bind(id)
                    try row.bind(id % 3 == 0 ? nil : Int64(id) * 1_000_000_000_000)
                    try row.bind("t\(id % 2)")
                }
            }
            try store.read { db throws in
                // A sum, a cast, an argument that is or is not given, a window, a CTE, EXISTS as a truth value.
                #expect(try db.first("SELECT SUM(number) FROM cell") { try $0.int(0) } == 37_000_000_000_000)
                #expect(
                    try db.first("SELECT CAST(? AS INTEGER) + 1", 4_000_000_000) { try $0.int(0) } == 4_000_000_001)
                let sql = "SELECT COUNT(*) FROM cell WHERE ? IS NULL OR \"text\" = ?"
                #expect(try db.first(sql, nil, nil) { try $0.int(0) } == 10)
                #expect(try db.first(sql, "t1", "t1") { try $0.int(0) } == 5)
                let ranks = try db.all(
                    """
                    WITH odd AS (SELECT id FROM cell WHERE "text" = ? /* ? */)
                    SELECT id, ROW_NUMBER() OVER (ORDER BY id DESC), 'What? ''No?''' FROM odd ORDER BY id LIMIT ?
                    """, "t1", 2
                ) { row throws in
                    #expect(try row.text(2) == "What? 'No?'")
                    return [try row.int(0), try row.int(1)]
                }
                #expect(ranks == [[1, 5], [3, 4]])
                #expect(try db.first("SELECT EXISTS (SELECT 1 FROM cell)") { try $0.bool(0) } == true)
                #expect(
                    try db.first("SELECT 7 / 2, -7 / 2, 7 % 3") { [try $0.int(0), try $0.int(1), try $0.int(2)] } == [
                        3, -3, 1,
                    ])
                #expect(try db.first("SELECT id FROM cell WHERE id = 99") { try $0.int(0) } == nil)
                #expect(try db.all("SELECT id FROM cell WHERE id = 99") { try $0.int(0) } == [])
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `two who claim rows at once never get the same one`(database: StoreUnderTest) throws {
        try withTemporaryDirectory { directory in
            let url = try database.freshURL(in: directory)
            let stores = try (0..<2).map { _ in
                try Store.open(url, relativeTo: directory.path, create: true, migrations: [.tables])
            }
            defer { for store in stores { try? store.close() } }
            try stores[0].migrate()
            try stores[0].write { db throws in
                try db.insert(into: "cell", columns: ["id"], rows: 1...400) { try $1.bind($0) }
            }
            let claimed = Mutex<[Int64]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { worker in
                while true {
                    let ids = try? stores[worker % 2].write { db in
                        let ids = try db.all(
                            """
                            SELECT one.id FROM cell AS one JOIN cell AS two ON two.id = one.id
                             WHERE one.number IS NULL ORDER BY one.id LIMIT ? SKIP_LOCKED(one)
                            """, 7
                        ) { try $0.int(0) }
                        for id in ids { try db.execute("UPDATE cell SET number = ? WHERE id = ?", worker, id) }
                        return ids
                    }
                    guard let ids else { continue }
                    if ids.isEmpty { return }
                    claimed.withLock { $0 += ids }
                }
            }
            #expect(claimed.withLock { $0.sorted() } == Array(1...400))
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `rows are read one after another, and the connection is free meanwhile`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { db throws in
                try db.insert(into: "cell", columns: ["id", "number"], rows: 1...10_000) { id, row in
                    try row.bind(id)
                    try row.bind(id * 2)
                }
            }
            var sum: Int64 = 0
            try store.read { db throws in
                try db.forEach("SELECT id, number FROM cell WHERE id > ? ORDER BY id", 10) { row throws in
                    sum += try row.int(1)
                    if try row.int(0) % 1_000 == 0 {
                        let double = try db.first("SELECT number FROM cell WHERE id = ?", try row.int(0)) {
                            try $0.int(0)
                        }
                        let number = try row.int(1)
                        #expect(double == number)
                        // The same statement inside itself.
                        let same = "SELECT id, number FROM cell WHERE id > ? ORDER BY id"
                        #expect(try db.first(same, 9_998) { try $0.int(0) } == 9_999)
                    }
                }
            }
            #expect(sum == 100_010_000 - 110)
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a reader that stops half-way leaves the connection usable`(database: StoreUnderTest) throws {
        struct Enough: Error {}
        try database.withStore { store throws in
            try store.write { db throws in
                try db.insert(into: "cell", columns: ["id"], rows: 1...5_000) { try $1.bind($0) }
                for _ in 0..<3 {
                    #expect(throws: Enough.self) {
                        try db.forEach("SELECT id FROM cell ORDER BY id") {
                            if try $0.int(0) == 2_500 { throw Enough() }
                        }
                    }
                }
                #expect(try db.execute("DELETE FROM cell WHERE id > ?", 10) == 4_990)
            }
            #expect(try store.read { try $0.first("SELECT COUNT(*) FROM cell") { try $0.int(0) } } == 10)
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `more statements than are cached can be run`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.read { db throws in
                for number in 0..<600 {
                    #expect(
                        try db.first("SELECT \(number) + CAST(? AS INTEGER)", 1) { try $0.int(0) } == Int64(number + 1))
                }
            }
        }
    }
}
