/// The tables of a database, and the rules that a copy of rows which fulfilled them once does not ask again for each row.
///
/// Triggers, foreign keys and every index but those of the keys are taken off before the rows come, and put back when all
/// are there: an index is made of sorted rows much faster than it grows row by row.
protocol TransferCatalog: Driver {
    func tables(_ session: any Session) throws -> [TransferTable]

    /// Makes the connections ready for long statements and many rows.
    func prepareTransfer() throws
    /// All that is committed afterwards is on disk before the commit returns, with what was committed before.
    func completeTransfer() throws
    /// Runs `body` in a transaction that only reads, however long it takes.
    func readForTransfer<T>(_ body: (any Session) throws -> T) throws -> T
    /// Runs `body` in a transaction in which rows may come before those that they point to.
    func load<T>(_ body: (any Session) throws -> T) throws -> T

    /// Gives the rows of a part of a table in the order of their key, so many at most in a batch.
    func readRows(
        of table: TransferTable, _ part: TransferPart, rowsPerBatch: Int, _ session: any Session,
        _ take: (RowBatch) throws -> Void) throws

    /// Takes the rules and the indexes off.
    ///
    /// - Returns: the statements that put them back, in their order.
    func suspendRules(_ session: any Session) throws -> [TransferRule]
    /// Makes the rules hold again that `suspendRules` gave no statement for.
    func restoreRules(_ session: any Session) throws

    /// The last number that each table with a `SERIAL_KEY` has given out, which may be of a row that is gone.
    func lastNumbers(_ session: any Session) throws -> [String: Int64]
    func setLastNumbers(_ numbers: [String: Int64], _ session: any Session) throws
    /// Tells the planner what is in a table now.
    func analyze(_ table: TransferTable, _ session: any Session) throws
}

/// A statement that puts a rule or an index back.
struct TransferRule: Hashable, Sendable {
    var sql: String
    /// Whether it holds from the end of the transfer on: a trigger. An index or a foreign key is made before.
    var isLast: Bool
}
