import Diagnostics

/// What can go wrong with a store, each with a sentence for a person and an exit code.
///
/// A statement may be shown, its arguments never: they may be somebody's pay.
package enum StoreError: Error, Hashable, Sendable {
    // The store as a whole. `store` is its file, or its URL without the password.
    case missing(store: String)
    /// Another process holds it for longer than `SQLiteDriver.busyTimeoutSeconds`, or two transactions stand in each
    /// other's way. A repeat can help.
    case locked(store: String)
    case readOnly(store: String)
    case diskFull(store: String)
    /// The file is no SQLite database, or a damaged one.
    case damaged(store: String, reason: String)
    /// It is a database, but of another program.
    case foreign(store: String)
    case cannotOpen(store: String, reason: String)
    /// The role of the server may not do it.
    case notPermitted(store: String, reason: String)
    /// The disk or the file system fails.
    case cannotAccess(store: String, reason: String)
    case networkFileSystem(store: String, kind: String)
    case unreachable(store: String, reason: String)
    /// The connection was lost while a transaction was being committed: it may have taken effect or not.
    case commitInDoubt(store: String)
    case closed

    // The schema.
    case schemaTooOld(store: String, found: Int, needed: Int)
    /// A copy into it was begun and is not complete.
    case transferUnfinished(store: String)
    case schemaTooNew(store: String, found: Int, known: Int)
    case migrationChanged(number: Int, name: String)
    case migrationFailed(number: Int, name: String, reason: String)

    // A statement.
    case constraint(ConstraintViolation)
    /// A row of a table that only grows was to be changed or deleted.
    case appendOnly(table: String)
    /// A row was to go from its state into one that may not follow. A defect of this program, or of another.
    case transition(table: String)
    /// A cell does not hold what this program writes there.
    case corrupt(column: String, expected: String)
    /// The database refuses the statement. A defect of this program.
    case statement(sql: String, reason: String)
    /// The store is used in a way that it does not allow. A defect of this program.
    case misuse(String)

    /// True when the same work may succeed if it is tried again.
    package var mayPass: Bool {
        switch self {
        case .locked, .unreachable, .diskFull: true
        default: false
        }
    }
}

extension StoreError: ReportableError {
    package var failure: Failure {
        switch self {
        case .missing, .locked, .readOnly, .diskFull, .damaged, .foreign, .cannotOpen, .notPermitted, .cannotAccess,
            .networkFileSystem,
            .unreachable, .commitInDoubt:
            unavailable
        case .schemaTooOld(let store, let found, let needed):
            Failure(
                .schemaMismatch,
                "The store \(store) has schema version \(found); this version of steward needs \(needed).",
                advice: "Make a backup, then run `steward store migrate`.")
        case .transferUnfinished(let store):
            Failure(
                .schemaMismatch, "A copy into the store \(store) was begun and is not complete.",
                advice: "Give `steward store copy` again: it goes on where it stood.")
        case .schemaTooNew(let store, let found, let known):
            Failure(
                .schemaMismatch,
                "The store \(store) has schema version \(found); this version of steward knows \(known) at most.",
                advice: "Use the newer version of steward that wrote it.")
        case .migrationChanged(let number, let name):
            Failure(
                .schemaMismatch,
                "Migration \(number) (\(name)) of this program is not the one that was applied to the store.",
                advice: "Use the version of steward that wrote the store; a migration never changes once applied.")
        case .migrationFailed(let number, let name, let reason):
            Failure(
                .schemaMismatch,
                "Migration \(number) (\(name)) failed and was rolled back: \(reason).",
                advice: "The store is as it was before. Report this to the makers of steward.")
        case .constraint(let violation):
            Failure(.failed, "The store refuses a row: \(violation). Nothing of this transaction was kept.")
        case .appendOnly(let table):
            Failure(
                .refused, "Rows of \(table) are never changed or deleted. Nothing of this transaction was kept.",
                advice: "Correct a row by adding the one that reverses or supersedes it.")
        case .transition(let table):
            Failure(
                .refused,
                "A row of \(table) cannot go from its state into the one that was asked for. Nothing of this transaction "
                    + "was kept.", advice: "Look at it again: another process may have changed it meanwhile.")
        case .corrupt(let column, let expected):
            Failure(
                .storeUnavailable, "The store holds something in column \(column) that is not \(expected).",
                advice: "Restore the store from a backup, or report this to the makers of steward.")
        case .statement(let sql, let reason):
            Failure(
                .failed, "The store refuses a statement: \(reason). The statement: \(Self.oneLine(sql))",
                advice: "This is a defect of steward; report it with this text.")
        case .misuse(let reason):
            Failure(
                .failed, "The store was used wrongly: \(reason).", advice: "This is a defect of steward; report it.")
        case .closed:
            Failure(.failed, "The store is closed.", advice: "This is a defect of steward; report it.")
        }
    }

    private var unavailable: Failure {
        switch self {
        case .missing(let store):
            Failure(
                .storeUnavailable, "There is no store at \(store).",
                advice: "Create it with `steward store migrate`, or check `store` in config/company.yaml.")
        case .locked(let store):
            Failure(
                .storeUnavailable, "The store \(store) is locked by another process. Nothing was changed.",
                advice: "Wait until the other run has finished, then try again.")
        case .readOnly(let store):
            Failure(
                .storeUnavailable, "The store \(store) cannot be written: it, or its folder, is read-only.",
                advice: "Give the user that runs steward write permission on the file and its folder.")
        case .diskFull(let store):
            Failure(
                .storeUnavailable, "The disk of the store \(store) is full. Nothing of this transaction was kept.",
                advice: "Free some space, then run the command again; it goes on where it stopped.")
        case .damaged(let store, let reason):
            Failure(
                .storeUnavailable, "The store \(store) is damaged or no store at all: \(reason).",
                advice: "Restore it from a backup.")
        case .foreign(let store):
            Failure(
                .storeUnavailable, "\(store) is a database of another program, not a store of steward.",
                advice: "Check `store` in config/company.yaml.")
        case .cannotOpen(let store, let reason):
            Failure(
                .storeUnavailable, "The store \(store) cannot be opened: \(reason).",
                advice: "Check `store` in config/company.yaml and the permissions of the file and its folder.")
        case .notPermitted(let store, let reason):
            Failure(
                .storeUnavailable, "The role of the store \(store) may not do that: \(reason).",
                advice: "Let it own a schema and name that, `?schema=NAME`, or grant it CREATE on the database.")
        case .cannotAccess(let store, let reason):
            Failure(
                .storeUnavailable, "The store \(store) cannot be read or written: \(reason).",
                advice: "Nothing of this transaction was kept. Check the disk and the system's log.")
        case .networkFileSystem(let store, let kind):
            Failure(
                .storeUnavailable,
                "The store \(store) lies on a network file system (\(kind)), where SQLite loses data.",
                advice: "Move it to a local disk, or use PostgreSQL (`store: postgresql://…`).")
        case .unreachable(let store, let reason):
            Failure(
                .storeUnavailable, "The store \(store) cannot be reached: \(reason).",
                advice: "Check that the server runs and that host, port, user and password are right.")
        case .commitInDoubt(let store):
            Failure(
                .storeUnavailable,
                "The connection to \(store) was lost during a commit; it may have taken effect or not.",
                advice: "Run the command again: what is done is not done twice.")
        default:
            Failure(.failed, "The store failed.")
        }
    }

    private static let maximumShownStatementCharacters = 300

    private static func oneLine(_ sql: String) -> String {
        let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= maximumShownStatementCharacters
            ? line : line.prefix(maximumShownStatementCharacters) + " …"
    }
}

extension StoreError: CustomStringConvertible {
    package var description: String { failure.description }
}
