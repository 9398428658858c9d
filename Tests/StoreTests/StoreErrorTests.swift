import Diagnostics
import Testing

@testable import Store

@Suite struct StoreErrorTests {
    static let violation = ConstraintViolation(.unique, table: "employee", columns: ["company", "number"])

    @Test(
        arguments: [
            (.missing(store: "a.db"), .storeUnavailable, "There is no store at a.db."),
            (.locked(store: "a.db"), .storeUnavailable, "is locked by another process"),
            (.readOnly(store: "a.db"), .storeUnavailable, "is read-only"),
            (.diskFull(store: "a.db"), .storeUnavailable, "is full"),
            (.damaged(store: "a.db", reason: "r"), .storeUnavailable, "damaged or no store at all: r"),
            (.foreign(store: "a.db"), .storeUnavailable, "another program"),
            (.cannotOpen(store: "a.db", reason: "r"), .storeUnavailable, "cannot be opened: r"),
            (.notPermitted(store: "postgresql://db/a", reason: "r"), .storeUnavailable, "may not do that: r"),
            (.cannotAccess(store: "a.db", reason: "r"), .storeUnavailable, "cannot be read or written: r"),
            (.networkFileSystem(store: "a.db", kind: "nfs4"), .storeUnavailable, "network file system (nfs4)"),
            (.unreachable(store: "a.db", reason: "r"), .storeUnavailable, "cannot be reached: r"),
            (.commitInDoubt(store: "a.db"), .storeUnavailable, "may have taken effect or not"),
            (
                .schemaTooOld(store: "a.db", found: 1, needed: 3), .schemaMismatch,
                "version 1; this version of steward needs 3"
            ),
            (
                .schemaTooNew(store: "a.db", found: 4, known: 3), .schemaMismatch,
                "version 4; this version of steward knows 3"
            ),
            (.migrationChanged(number: 2, name: "people"), .schemaMismatch, "Migration 2 (people)"),
            (.migrationFailed(number: 2, name: "people", reason: "r"), .schemaMismatch, "rolled back: r"),
            (.constraint(violation), .failed, "another row has this employee.company, employee.number already"),
            (.appendOnly(table: "fact"), .refused, "Rows of fact are never changed"),
            (.transition(table: "run"), .refused, "A row of run cannot go from its state"),
            (.corrupt(column: "due_on", expected: "a date"), .storeUnavailable, "in column due_on that is not a date"),
            (.statement(sql: "SELECT\n  1", reason: "r"), .failed, "r. The statement: SELECT 1"),
            (.misuse("r"), .failed, "used wrongly: r"), (.closed, .failed, "is closed"),
        ] as [(StoreError, ExitCode, String)])
    func `each error says what, what to do, and its exit code`(error: StoreError, code: ExitCode, text: String) {
        #expect(error.failure.exitCode == code)
        #expect(error.failure.summary.contains(text))
        if case .constraint = error { return }
        #expect(error.failure.advice?.hasSuffix(".") == true)
    }

    @Test func `a long statement is shortened`() {
        let error = StoreError.statement(sql: "SELECT " + String(repeating: "a, ", count: 10_000), reason: "r")
        #expect(error.description.count < 500)
    }

    @Test(arguments: [
        (ConstraintViolation(.unique, table: "a", columns: ["b"]), "another row has this a.b already"),
        (ConstraintViolation(.unique, constraint: "index 'i'"), "another row has this key (index 'i') already"),
        (ConstraintViolation(.foreignKey), "a row points to a row that does not exist"),
        (
            ConstraintViolation(.check, table: "a", constraint: "positive"), "a rule of a is broken (positive)"
        ),
        (ConstraintViolation(.notNull, table: "a", columns: ["b"]), "a.b has no value"),
        (ConstraintViolation(.type, table: "a", columns: ["b"]), "a value is not of its column's type, a.b"),
    ])
    func `a broken constraint is a sentence`(violation: ConstraintViolation, text: String) {
        #expect(violation.description == text)
    }
}
