import CSQLite
import GRDBSQLite

/// Rows on their way into SQLite: they are laid down in memory, some hundred at a time, and one statement reads them all
/// through a virtual table.
///
/// To step a statement for each row costs as much again as the row. One of these belongs to a connection that writes.
final class SQLiteRows {
    /// What the virtual table reads; it stays where it is as long as the connection.
    let offered: UnsafeMutablePointer<sqlite_rows>
    let cells: UnsafeMutablePointer<sqlite_cell>
    private(set) var bytes: UnsafeMutableRawPointer
    private(set) var byteCapacity = SQLiteRows.bytesAtOnce
    private var offeredColumnCounts: Set<Int> = []

    static let maximumCells = 8_192
    static let maximumRows = 1_024
    /// Rows with more text than this are handed on before there are `maximumRows` of them.
    static let bytesAtOnce = 65_536

    init() {
        offered = .allocate(capacity: 1)
        offered.initialize(to: sqlite_rows())
        cells = .allocate(capacity: Self.maximumCells)
        cells.initialize(repeating: sqlite_cell(), count: Self.maximumCells)
        bytes = .allocate(byteCount: Self.bytesAtOnce, alignment: 16)
        offered.pointee.cells = UnsafePointer(cells)
    }

    deinit {
        offered.deallocate()
        cells.deallocate()
        bytes.deallocate()
    }

    /// The name under which a statement of this connection reads rows of so many columns: `c0`, `c1` ….
    ///
    /// - Throws: the code of SQLite, through `failure`.
    func table(ofColumns count: Int, on connection: OpaquePointer, failure: (CInt) -> StoreError) throws -> String {
        let name = "rows_of_\(count)"
        guard !offeredColumnCounts.contains(count) else { return name }
        let code = sqlite_offer_rows(connection, name, Int32(truncatingIfNeeded: count), offered)
        guard code == SQLITE_OK else { throw failure(code) }
        offeredColumnCounts.insert(count)
        return name
    }

    /// Makes room for a text that is longer than all there is; what was laid down stays.
    func grow(toHold byteCount: Int, keeping usedBytes: Int) {
        let capacity = max(byteCount, 2 * byteCapacity)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: bytes, byteCount: usedBytes)
        bytes.deallocate()
        bytes = larger
        byteCapacity = capacity
    }

    /// Gives back what one insert of long texts took.
    func shrink() {
        guard byteCapacity > Self.bytesAtOnce else { return }
        bytes.deallocate()
        bytes = .allocate(byteCount: Self.bytesAtOnce, alignment: 16)
        byteCapacity = Self.bytesAtOnce
    }
}
