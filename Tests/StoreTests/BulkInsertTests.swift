import Calendars
import Testing

@testable import Store

@Suite struct BulkInsertTests {
    @Test(arguments: StoreUnderTest.available)
    func `a hundred thousand rows go in and come out`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            let count = 100_000
            let inserted = try store.write { db throws in
                try db.insert(into: "cell", columns: ["id", "number", "text", "bytes"], rows: 0..<count) { i, row in
                    try row.bind(i)
                    try row.bind(i % 7 == 0 ? nil : Int64(i) &* 1_000_003)
                    try row.bind("row\t\(i)\\n")
                    try row.bind([UInt8(i & 255), 0])
                }
            }
            #expect(inserted == count)
            var next = 0
            var wrong = 0
            try store.read { db throws in
                try db.forEach("SELECT id, number, \"text\", bytes FROM cell ORDER BY id") { row throws in
                    let number = try row.optionalInt(1)
                    let isRight =
                        try row.int(0) == Int64(next) && number == (next % 7 == 0 ? nil : Int64(next) &* 1_000_003)
                        && row.text(2) == "row\t\(next)\\n" && row.blob(3) == [UInt8(next & 255), 0]
                    if !isRight { wrong += 1 }
                    next += 1
                }
            }
            #expect(wrong == 0)
            #expect(next == count)
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `an insert of no rows does nothing`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            for policy in [ConflictPolicy.fail, .doNothing] {
                let count = try store.write { db throws in
                    try db.insert(into: "cell", columns: ["id"], rows: [Int](), onConflict: policy) { try $1.bind($0) }
                }
                #expect(count == 0)
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `rows that are there already are left out where that is asked for`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            let insert = { (db: Connection, ids: [Int], text: String) in
                try db.insert(into: "cell", columns: ["id", "text"], rows: ids, onConflict: .doNothing) { id, row in
                    try row.bind(id)
                    try row.bind(text)
                }
            }
            try store.write { db throws in
                #expect(try insert(db, [1, 2, 2, 3], "first") == 3)
                #expect(try insert(db, [3, 4, 5], "second") == 2)
            }
            try store.write { db throws in #expect(try insert(db, [1, 5, 6], "third") == 1) }
            let found = try store.read {
                try $0.all("SELECT id, \"text\" FROM cell ORDER BY id") { "\(try $0.int(0)) \(try $0.text(1))" }
            }
            #expect(found == ["1 first", "2 first", "3 first", "4 second", "5 second", "6 third"])
        }
    }

    @Test(arguments: StoreUnderTest.available, [1, 50_000])
    func `one row that is refused undoes the whole insert`(database: StoreUnderTest, count: Int) throws {
        try database.withStore { store throws in
            #expect {
                try store.write { db throws in
                    try db.insert(into: "department", columns: ["name"], rows: Array(0..<count) + [0]) { i, row in
                        try row.bind("department \(i)")
                    }
                }
            } throws: { error in
                guard case StoreError.constraint(let violation) = error else { return false }
                return violation.kind == .unique && violation.table == "department" && violation.columns == ["name"]
            }
            #expect(try store.departments() == [])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a row with too few or too many values is refused`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            for (count, reason) in [
                (1, "a row of cell binds 1 of its 2 columns"), (3, "a row of cell binds more than its 2 columns"),
            ] {
                #expect(throws: StoreError.misuse(reason)) {
                    try store.write { db throws in
                        try db.insert(into: "cell", columns: ["id", "number"], rows: [1]) { id, row in
                            for _ in 0..<count { try row.bind(id) }
                        }
                    }
                }
            }
            #expect(try store.read { try $0.first("SELECT COUNT(*) FROM cell") { try $0.int(0) } } == 0)
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `an insert that its caller breaks off is undone`(database: StoreUnderTest) throws {
        struct Stopped: Error {}
        try database.withStore { store throws in
            try store.write { db throws in
                #expect(throws: Stopped.self) {
                    try db.savepoint { db throws in
                        try db.insert(into: "cell", columns: ["id"], rows: 0..<30_000) { id, row in
                            if id == 20_000 { throw Stopped() }
                            try row.bind(id)
                        }
                    }
                }
                try db.insert(into: "cell", columns: ["id"], rows: [7]) { try $1.bind($0) }
            }
            #expect(try store.read { try $0.all("SELECT id FROM cell") { try $0.int(0) } } == [7])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `texts and blobs of any length come out as they went in`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            // Each alone, many in a row, and one after a short one that already lies where it is to go.
            let lengths = [0, 1, 65_535, 65_536, 200_000, 3] + Array(repeating: 30_000, count: 9) + [1_000_000, 0]
            func text(_ index: Int) -> String { String(repeating: index % 2 == 0 ? "a" : "é", count: lengths[index]) }
            func blob(_ index: Int) -> [UInt8] { Array(repeating: UInt8(index), count: lengths[index]) }
            for _ in 1...2 {
                try store.write { db throws in
                    try db.execute("DELETE FROM cell")
                    try db.insert(
                        into: "cell", columns: ["id", "text", "bytes"], rows: lengths.indices
                    ) { index, row in
                        try row.bind(index)
                        try row.bind(text(index))
                        try row.bind(blob(index))
                    }
                }
                let wrong = try store.read { db throws in
                    try db.all("SELECT id, \"text\", bytes FROM cell ORDER BY id") { row throws in
                        let index = Int(try row.int(0))
                        return try row.text(1) == text(index) && row.blob(2) == blob(index) ? nil : index
                    }.compactMap(\.self)
                }
                #expect(wrong == [])
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `rows of a batch are not held to the rules of their table on SQLite, and all others are`(
        database: StoreUnderTest
    ) throws {
        try database.withStore { store throws in
            let stamp = Stamp(run: nil, person: "ada", at: Instant(microseconds: 1))
            func insert(_ sack: Int, maximum: Int, _ rules: InsertRuleCheck, _ db: Connection) throws {
                try UnitOfWork(connection: db, stamp: stamp, digest: nil).insert(
                    into: "light_sack", columns: ["sack", "maximum_weight"], rules: rules
                ) { row in
                    try row.bind(sack)
                    try row.bind(maximum)
                    try row.finishRow()
                }
            }
            func isRefused(_ body: (Connection) throws -> Void) throws -> Bool {
                do {
                    try store.write(body)
                    return false
                } catch StoreError.constraint(let violation) where violation.constraint == "is_light" {
                    return true
                }
            }
            func isHeavyRefused(_ sack: Int, _ rules: InsertRuleCheck) throws -> Bool {
                try isRefused { db in try insert(sack, maximum: 100, rules, db) }
            }
            // The statements that follow were prepared before, with their rules and without.
            try store.write { db throws in
                for sack in 1...2 { try insert(sack, maximum: 1, sack == 1 ? .now : .withBatch, db) }
            }
            #expect(try isHeavyRefused(3, .now))
            #expect(try isHeavyRefused(4, .withBatch) == (store.dialect == .postgresql))
            #expect(try isHeavyRefused(5, .now))
            // Also after a batch that was broken off, and after one that stood beside an open query.
            struct Stopped: Error {}
            #expect(throws: Stopped.self) {
                try store.write { db throws in
                    try UnitOfWork(connection: db, stamp: stamp, digest: nil).insert(
                        into: "light_sack", columns: ["sack"], rules: .withBatch
                    ) { _ in throw Stopped() }
                }
            }
            #expect(try isHeavyRefused(6, .now))
            var seen = 0
            let isRefusedAfterQuery = try isRefused { db throws in
                try db.forEach("SELECT sack FROM light_sack WHERE sack < 3 ORDER BY sack") { _ in
                    seen += 1
                    try insert(10 + seen, maximum: 1, .withBatch, db)
                }
                try insert(7, maximum: 100, .now, db)
            }
            #expect(isRefusedAfterQuery)
            #expect(seen == 2)
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `the connection is not used while rows are bound`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            #expect(throws: StoreError.misuse("a statement from inside a bulk insert")) {
                try store.write { db throws in
                    try db.insert(into: "cell", columns: ["id"], rows: [1]) { id, row in
                        try db.execute("DELETE FROM cell")
                        try row.bind(id)
                    }
                }
            }
        }
    }

    @Test(
        arguments: StoreUnderTest.available,
        [
            ("cell; DROP TABLE cell", ["id"]), ("cell", ["id\""]), ("Cell", ["id"]), ("cell", []), ("", ["id"]),
            ("cell", ["id", "id"]),
        ])
    func `names that are none are refused`(database: StoreUnderTest, name: (table: String, columns: [String])) throws {
        try database.withStore { store throws in
            #expect {
                try store.write { db throws in
                    try db.insert(into: name.table, columns: name.columns, rows: [1]) { try $1.bind($0) }
                }
            } throws: { error in
                guard case StoreError.misuse = error else { return false }
                return true
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a unit of work stamps and fingerprints what it writes`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            let digest = EffectDigest()
            let stamp = Stamp(run: 12, person: "ada", at: Instant(microseconds: 1_000))
            try store.write { db throws in
                let work = UnitOfWork(connection: db, stamp: stamp, digest: digest)
                #expect(try work.insert(into: "fact", columns: ["name"], rows: ["a", "b"]) { try $1.bind($0) } == 2)
            }
            try store.write { db throws in
                let byHand = Stamp(run: nil, person: "tab\there", at: Instant(microseconds: 2_000))
                let work = UnitOfWork(connection: db, stamp: byHand, digest: nil)
                try work.insert(into: "fact", columns: ["name"], rows: ["c"]) { try $1.bind($0) }
            }
            let rows = try store.read { db throws in
                try db.all("SELECT name, run_id, recorded_by, recorded_at FROM fact ORDER BY name") { row throws in
                    let run = try row.optionalInt(1).map(String.init) ?? "-"
                    return "\(try row.text(0)) \(run) \(try row.text(2)) \(try row.instant(3).microseconds)"
                }
            }
            #expect(rows == ["a 12 ada 1000", "b 12 ada 1000", "c - tab\there 2000"])
            #expect(digest.rowCounts.map(\.table) == ["fact"])
            #expect(digest.rowCounts.map(\.count) == [2])
        }
    }

    @Test func `a digest is of the rows alone`() throws {
        // Not of who wrote them, in how many pieces, into which database.
        var digests: Set<String> = []
        for database in StoreUnderTest.available {
            for pieces in [[1...3000], [1...1, 2...3000]] {
                digests.insert(try database.digest(pieces, person: "\(database) \(pieces.count)"))
            }
        }
        #expect(digests.count == 1)
        #expect(digests.first?.count == 64)
        let other = try StoreUnderTest.sqlite.digest([1...2999], person: "ada")
        #expect(!digests.contains(other))
        #expect(EffectDigest().value == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `a rehearsal and the run after it have the same digest`() throws {
        try StoreUnderTest.sqlite.withStore { store throws in
            func run(_ store: Store, _ run: Int64) throws -> String {
                let digest = EffectDigest()
                try store.write { db throws in
                    let stamp = Stamp(run: run, person: "ada", at: Instant(microseconds: run))
                    let work = UnitOfWork(connection: db, stamp: stamp, digest: digest)
                    try work.insert(into: "fact", columns: ["name"], rows: ["a", "b"]) { try $1.bind($0) }
                }
                return digest.value
            }
            let rehearsed = try store.rehearsing { try run($0, 1) }
            #expect(try run(store, 2) == rehearsed)
        }
    }

    @Test func `rows that look alike have different digests`() throws {
        func digest(_ bind: (inout RowWriter) throws -> Void) throws -> String {
            try StoreUnderTest.sqlite.withStore { store throws in
                let digest = EffectDigest()
                let stamp = Stamp(run: nil, person: "ada", at: Instant(microseconds: 0))
                try store.rehearsing { store throws in
                    try store.write { db throws in
                        try db.execute(
                            "CREATE TABLE loose (a, b, run_id INTEGER, recorded_by TEXT, recorded_at INTEGER)")
                        let work = UnitOfWork(connection: db, stamp: stamp, digest: digest)
                        try work.insert(into: "loose", columns: ["a", "b"], rows: [1]) { try bind(&$1) }
                    }
                }
                return digest.value
            }
        }
        let digests = [
            try digest {
                try $0.bind("ab"); try $0.bind("c")
            },
            try digest {
                try $0.bind("a"); try $0.bind("bc")
            },
            try digest {
                try $0.bind(1); try $0.bind(nil as Int?)
            },
            try digest {
                try $0.bind(nil as Int?); try $0.bind(1)
            },
            try digest {
                try $0.bind("1"); try $0.bind("")
            },
            try digest {
                try $0.bind("1"); try $0.bind(nil as String?)
            },
            try digest {
                try $0.bind([49]); try $0.bind("")
            },
        ]
        #expect(Set(digests).count == digests.count)
    }
}

extension StoreUnderTest {
    func digest(_ pieces: [ClosedRange<Int>], person: String) throws -> String {
        try withStore { store throws in
            let digest = EffectDigest()
            for piece in pieces {
                try store.write { db throws in
                    let stamp = Stamp(run: 1, person: person, at: Instant(microseconds: 0))
                    let work = UnitOfWork(connection: db, stamp: stamp, digest: digest)
                    try work.insert(into: "fact", columns: ["name"], rows: piece) { try $1.bind("fact \($0)") }
                }
            }
            return digest.value
        }
    }
}
