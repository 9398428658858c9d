import Testing

@testable import Store

@Suite struct ConstraintTests {
    struct Case: Sendable, CustomStringConvertible {
        let sql: String
        let kind: ConstraintViolation.Kind
        /// What both databases say of the place.
        let columns: [String]
        var description: String { kind.rawValue }
    }

    static let cases = [
        Case(sql: "INSERT INTO department (name) VALUES ('Sales')", kind: .unique, columns: ["name"]),
        Case(sql: "INSERT INTO department (id, name) VALUES (1, 'x')", kind: .unique, columns: ["id"]),
        Case(
            sql: "INSERT INTO employee (number, department_id, hired_on, pay_minor) VALUES ('7', 1, '2026-01-01', 1)",
            kind: .unique, columns: ["department_id", "number"]),
        Case(sql: "INSERT INTO department (name) VALUES (NULL)", kind: .notNull, columns: ["name"]),
        Case(sql: "UPDATE employee SET pay_minor = NULL", kind: .notNull, columns: ["pay_minor"]),
    ]

    @Test(arguments: StoreUnderTest.available, cases)
    func `a broken constraint says which columns`(database: StoreUnderTest, example: Case) throws {
        let violation = try #require(try database.violation(of: example.sql))
        #expect(violation.kind == example.kind)
        #expect(violation.columns == example.columns)
        #expect(violation.table == (example.sql.contains("employee") ? "employee" : "department"))
    }

    @Test(arguments: StoreUnderTest.available)
    func `a broken rule and a row that points nowhere are told apart`(database: StoreUnderTest) throws {
        let check = try #require(try database.violation(of: "UPDATE employee SET pay_minor = -1"))
        #expect(check.kind == .check)
        #expect(check.constraint == "pay_is_positive")
        #expect(try database.violation(of: "UPDATE employee SET department_id = 99")?.kind == .foreignKey)
        #expect(try database.violation(of: "DELETE FROM department")?.kind == .foreignKey)
    }

    @Test(arguments: StoreUnderTest.available)
    func `a text in a column of numbers is refused`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            #expect {
                try store.write { db throws in
                    try db.insert(into: "cell", columns: ["id", "number"], rows: ["secret"]) { text, row in
                        try row.bind(1)
                        try row.bind(text)
                    }
                }
            } throws: { error in
                guard case StoreError.constraint(let violation) = error else { return false }
                return violation.kind == .type && !"\(error)".contains("secret")
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `an error never shows an argument`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            let secret = "GB33BUKB20201555555555"
            try store.write { try $0.add(secret) }
            let statements: [(String, [any SQLBindable])] = [
                ("INSERT INTO department (name) VALUES (?)", [secret]),
                ("INSERT INTO cell (id, number) VALUES (1, ?)", [secret]),
                ("SELECT name FROM departments WHERE name = ?", [secret]),
                ("INSERT INTO employee (number, department_id, hired_on, pay_minor) VALUES ('1', 1, ?, -1)", [secret]),
            ]
            for (sql, arguments) in statements {
                #expect {
                    try store.write { try $0.execute(sql, arguments: arguments) }
                } throws: { error in
                    error is StoreError && !"\(error)".contains(secret)
                }
            }
            #expect {
                try store.write { db throws in
                    try db.insert(into: "department", columns: ["name"], rows: [secret]) { try $1.bind($0) }
                }
            } throws: { error in
                error is StoreError && !"\(error)".contains(secret)
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a statement that makes no sense is shown`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            #expect {
                _ = try store.read { try $0.all("SELECT nothing\n  FROM nowhere") { try $0.int(0) } }
            } throws: { error in
                "\(error)".contains("SELECT nothing FROM nowhere") && "\(error)".contains("nowhere")
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `the number of arguments must be right`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            for arguments in [[], [1, 2]] as [[Int]] {
                #expect {
                    try store.read { db throws in
                        try db.forEach("SELECT 1 FROM cell WHERE id = ?", arguments: arguments) { _ in }
                    }
                } throws: { error in
                    guard case StoreError.misuse(let reason) = error else { return false }
                    return reason.hasPrefix("\(arguments.count) arguments for 1 question marks")
                }
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `rows of a table that only grows are never changed`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write {
                try $0.execute("INSERT INTO fact (name, recorded_by, recorded_at) VALUES ('a', 'test', 0)")
            }
            for sql in ["UPDATE fact SET name = 'b'", "DELETE FROM fact"] {
                #expect(throws: StoreError.appendOnly(table: "fact")) { try store.write { try $0.execute(sql) } }
            }
            // Nothing is refused where nothing would change.
            #expect(try store.write { try $0.execute("DELETE FROM fact WHERE name = 'none'") } == 0)
            #expect(try store.read { try $0.all("SELECT name FROM fact") { try $0.text(0) } } == ["a"])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `rows are held to a rule that looks at other rows, one by one and in bulk`(database: StoreUnderTest) throws {
        try database.withStore([.parcels]) { store throws in
            func add(_ weights: [Int64], limit: Int64) throws {
                try store.write { connection in
                    try connection.insert(into: "parcel", columns: ["sack", "weight"], rows: weights) { weight, row in
                        try row.bind(limit)
                        try row.bind(weight)
                    }
                    try connection.execute("INSERT INTO sack (sack, maximum_weight) VALUES (?, ?)", limit, limit)
                }
            }
            try add([3, 4], limit: 7)
            try add(Array(repeating: 1, count: 5_000), limit: 5_000)
            for weights: [Int64] in [[5, 4], Array(repeating: 2, count: 5_000)] {
                let violation = ConstraintViolation(.check, table: "sack", constraint: "is_not_too_heavy")
                #expect(throws: StoreError.constraint(violation)) { try add(weights, limit: 8) }
            }
            let sacks = try store.read { try $0.first("SELECT COUNT(*) FROM sack") { try $0.int(0) } }
            #expect(sacks == 2)
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a change of a row is held to a rule where its condition holds`(database: StoreUnderTest) throws {
        try database.withStore([.parcels]) { store throws in
            try store.write { try $0.execute("INSERT INTO sack (sack, maximum_weight) VALUES (1, 5), (2, 5)") }
            let violation = ConstraintViolation(.check, table: "sack", constraint: "is_not_empty")
            #expect(throws: StoreError.constraint(violation)) {
                try store.write { try $0.execute("UPDATE sack SET is_sent = 1") }
            }
            try store.write { db in
                try db.execute("UPDATE sack SET maximum_weight = 6")
                try db.execute("INSERT INTO parcel (sack, weight) VALUES (2, 1)")
                try db.execute("UPDATE sack SET is_sent = 1 WHERE sack = 2")
                try db.execute("DELETE FROM parcel")
                try db.execute("UPDATE sack SET is_sent = 1 WHERE sack = 2")
            }
            let sent = try store.read { try $0.all("SELECT sack FROM sack WHERE is_sent = 1") { try $0.int(0) } }
            #expect(sent == [2])
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a state is followed by those that its table of transitions allows`(database: StoreUnderTest) throws {
        try database.withStore([.lamps]) { store throws in
            func state() throws -> String? {
                try store.read { try $0.first("SELECT state FROM lamp") { try $0.text(0) } }
            }
            for next in ["on", "on", "broken"] {
                #expect(
                    try store.write { try $0.execute("UPDATE lamp SET state = ?, changes = changes + 1", next) } == 1)
            }
            for next in ["on", "off", "nowhere"] {
                #expect(throws: StoreError.transition(table: "lamp")) {
                    try store.write { try $0.execute("UPDATE lamp SET state = ?", next) }
                }
                #expect(try state() == "broken")
            }
            // Other columns change as they like.
            #expect(try store.write { try $0.execute("UPDATE lamp SET changes = 0") } == 1)
        }
    }
}

extension StoreUnderTest {
    /// What `sql` breaks in a store of one department and one employee; nil when it passes.
    func violation(of sql: String) throws -> ConstraintViolation? {
        try withStore { store throws in
            try store.write { db throws in
                try db.execute("INSERT INTO department (name) VALUES ('Sales')")
                try db.execute(
                    "INSERT INTO employee (number, department_id, hired_on, pay_minor) VALUES ('7', 1, '2026-01-01', 5)"
                )
            }
            do {
                try store.write { try $0.execute(sql) }
                return nil
            } catch StoreError.constraint(let violation) {
                return violation
            }
        }
    }
}
