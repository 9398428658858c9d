/// One kind of database behind `Store`.
protocol Driver: AnyObject, Sendable {
    var dialect: Dialect { get }
    /// The store as it may be shown: a path, or a URL without its password.
    var name: String { get }

    /// Runs `body` with a session that sees one state of the store throughout.
    func read<T>(_ body: (any Session) throws -> T) throws -> T
    /// Runs `body` in one transaction, or in a savepoint when this thread is inside one already.
    func write<T>(_ body: (any Session) throws -> T) throws -> T
    /// Runs `body` in a transaction that is always rolled back.
    func rehearse<T>(_ body: (any Session) throws -> T) throws -> T
    func close() throws

    /// Runs `body`, which changes the schema, in one transaction.
    func migrate<T>(_ body: (any Session) throws -> T) throws -> T
    /// Prepares for migrations inside the transaction: a lock, our schema; and what must hold when they are done.
    func prepareMigration(_ session: any Session) throws
    func finishMigration(_ session: any Session) throws
    /// True when the table is there.
    func hasTable(_ name: String, _ session: any Session) throws -> Bool

    /// Copies the store to the empty file at `path`, which is shown under another name, and verifies the copy.
    func copy(
        to path: String, shownAs shown: String, progress: (StoreProgress) throws -> Void
    ) throws -> StoreCopy
    /// What is wrong with the database itself.
    func integrityProblems(of schema: Schema) throws -> [String]
    func sizeInBytes() throws -> Int64
    func references(to table: String) throws -> [TableReference]
}
