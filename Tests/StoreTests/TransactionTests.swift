import Dispatch
import Testing

@testable import Store

@Suite struct TransactionTests {
    struct Stopped: Error, Equatable {}

    @Test(arguments: StoreUnderTest.available)
    func `what a write did stays, and what a failed one did does not`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { try $0.add("kept") }
            #expect(throws: Stopped.self) {
                try store.write { db throws in
                    try db.add("lost")
                    throw Stopped()
                }
            }
            #expect(try store.departments() == ["kept"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a write inside a write is a part of it`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { db throws in
                try db.add("outer")
                try store.write { try $0.add("inner") }
                #expect(throws: Stopped.self) {
                    try store.write { inner in
                        try inner.add("undone")
                        throw Stopped()
                    }
                }
                // On the same thread, reading sees what is being written.
                #expect(try store.departments() == ["inner", "outer"])
            }
            #expect(try store.departments() == ["inner", "outer"])
            #expect(throws: Stopped.self) {
                try store.write { _ in
                    try store.write { try $0.add("undone with the outer one") }
                    throw Stopped()
                }
            }
            #expect(try store.departments() == ["inner", "outer"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a savepoint undoes its part alone`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { db throws in
                try db.add("a")
                #expect(throws: StoreError.self) {
                    try db.savepoint { db throws in
                        try db.add("b")
                        try db.add("a")
                    }
                }
                try db.savepoint { try $0.add("c") }
            }
            #expect(try store.departments() == ["a", "c"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `after a statement that failed the transaction can only be rolled back`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            #expect(throws: StoreError.self) {
                try store.write { db throws in
                    try db.add("a")
                    try? db.add("a")
                    try db.add("b")
                }
            }
            #expect(try store.departments() == [])
            // Also when the body says nothing of it.
            #expect(throws: StoreError.self) {
                try store.write { db throws in
                    try db.add("a")
                    try? db.add("a")
                }
            }
            #expect(try store.departments() == [])
            try store.write { try $0.add("later") }
            #expect(try store.departments() == ["later"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a read sees one state throughout`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { try $0.add("a") }
            try store.read { db throws in
                #expect(try db.all("SELECT name FROM department") { try $0.text(0) } == ["a"])
                try store.write { try $0.add("b") }
                #expect(try db.all("SELECT name FROM department") { try $0.text(0) } == ["a"])
                try store.read { again throws in
                    #expect(try again.all("SELECT name FROM department") { try $0.text(0) } == ["a"])
                }
            }
            #expect(try store.departments() == ["a", "b"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a read does not write`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            #expect(throws: StoreError.misuse("a statement that writes, inside `read`")) {
                try store.read { try $0.add("a") }
            }
            #expect(try store.departments() == [])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a rehearsal sees what it writes and keeps nothing`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { try $0.add("before") }
            let seen = try store.rehearsing { rehearsal throws in
                try rehearsal.write { try $0.add("first") }
                #expect(throws: Stopped.self) {
                    try rehearsal.write { db throws in
                        try db.add("undone")
                        throw Stopped()
                    }
                }
                #expect(throws: StoreError.self) { try rehearsal.write { try $0.add("first") } }
                try rehearsal.write { db throws in
                    try db.insert(into: "department", columns: ["name"], rows: ["second"]) { try $1.bind($0) }
                    try rehearsal.write { try $0.add("third") }
                }
                return try rehearsal.departments()
            }
            #expect(seen == ["before", "first", "second", "third"])
            #expect(try store.departments() == ["before"])
            #expect(throws: Stopped.self) {
                try store.rehearsing { rehearsal throws in
                    try rehearsal.write { try $0.add("first") }
                    throw Stopped()
                }
            }
            #expect(try store.departments() == ["before"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a rehearsing store is refused where it has no place`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            var kept: Store?
            try store.rehearsing { rehearsal throws in
                kept = rehearsal
                #expect(throws: StoreError.self) { try rehearsal.rehearsing { _ in } }
                #expect(throws: StoreError.self) { try rehearsal.migrate() }
                #expect(throws: StoreError.self) { try rehearsal.close() }
            }
            let escaped = try #require(kept)
            #expect(throws: StoreError.self) { try escaped.departments() }
            #expect(throws: StoreError.self) {
                try store.write { _ in try store.rehearsing { _ in } }
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a connection that outlives its closure is refused`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            var kept: Connection?
            try store.write { kept = $0 }
            let escaped = try #require(kept)
            #expect(throws: StoreError.misuse("a connection outlived its closure")) { try escaped.add("a") }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a closed store says so`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.close()
            #expect(throws: StoreError.closed) { try store.departments() }
            #expect(throws: StoreError.closed) { try store.write { try $0.add("a") } }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `writers on many threads take turns and none is lost`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            DispatchQueue.concurrentPerform(iterations: 8) { worker in
                for round in 0..<10 {
                    #expect(throws: Never.self) {
                        try store.write { db throws in
                            let count = try db.first("SELECT COUNT(*) FROM department") { try $0.int(0) } ?? -1
                            try db.add("\(worker) \(round) \(count)")
                        }
                        _ = try store.departments()
                    }
                }
            }
            // Each saw the count that the one before it had left.
            let counts = try store.departments().compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
            #expect(counts.sorted() == Array(0..<80))
        }
    }
}

extension Connection {
    func add(_ name: String) throws {
        try execute("INSERT INTO department (name) VALUES (?)", name)
    }
}

extension Store {
    func departments() throws -> [String] {
        try read { db in try db.all("SELECT name FROM department ORDER BY name") { try $0.text(0) } }
    }
}
