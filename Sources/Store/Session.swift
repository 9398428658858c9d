/// One connection of a driver, as `Connection` uses it. The seam between the two databases.
///
/// A session belongs to one thread at a time.
protocol Session: AnyObject {
    /// True inside `Store.read`: a statement that writes is refused.
    var isReadOnly: Bool { get set }
    /// The first error of a statement since the transaction or the savepoint began. As on PostgreSQL, a transaction
    /// in which a statement failed can only be rolled back; SQLite is held to the same, so that what passes on one
    /// passes on the other.
    var spoiledBy: StoreError? { get set }

    func execute(_ sql: String, _ arguments: [(any SQLBindable)?]) throws -> Int

    /// Calls `body` with each row until it returns false.
    func rows(
        _ sql: String, _ arguments: [(any SQLBindable)?], fetch: Fetch, _ body: (Row) throws -> Bool) throws

    func beginInsert(_ insert: BulkInsert) throws -> any BulkInsertSink

    /// Has the others who share the store told, when the transaction commits, that there is something for them. Where
    /// the database cannot tell, they look by themselves.
    func tellAtCommit()

    /// Runs a statement of which nothing is asked. Its error may come with a later statement, at the latest with the end of
    /// the savepoint or the transaction.
    func send(_ sql: String, _ arguments: [(any SQLBindable)?]) throws

    /// Statements without arguments or rows; the text of migrations, many at once.
    func script(_ sql: String) throws

    func beginSavepoint(_ name: String) throws
    /// Keeps what was written since. All statements since have succeeded when it returns.
    func releaseSavepoint(_ name: String) throws
    /// Undoes what was written since, and ends the savepoint.
    func undoSavepoint(_ name: String) throws
}

enum Fetch {
    /// All rows will be looked at, and they fit into memory.
    case all
    /// Only the first row will be looked at.
    case first
    /// There may be millions.
    case streamed
}

extension Session {
    /// Notes that the transaction cannot go on, and hands the error back to be thrown.
    func spoiling(_ error: StoreError) -> StoreError {
        if spoiledBy == nil { spoiledBy = error }
        return error
    }

    func requireUnspoiled() throws {
        if let error = spoiledBy {
            throw StoreError.misuse(
                "a statement after one that failed (\(error.failure.summary)); put what may fail into a savepoint")
        }
    }

    /// Runs `body` inside a savepoint: kept when it returns, undone when it throws.
    func savepoint<T>(named name: String, _ body: () throws -> T) throws -> T {
        try requireUnspoiled()
        try beginSavepoint(name)
        do {
            let result = try body()
            if let error = spoiledBy { throw error }
            try releaseSavepoint(name)
            return result
        } catch {
            spoiledBy = nil
            do {
                try undoSavepoint(name)
            } catch let failure as StoreError {
                spoiledBy = failure
            }
            throw error
        }
    }
}
