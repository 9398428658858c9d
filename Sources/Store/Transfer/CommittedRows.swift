import Synchronization

/// Rows that one thread has committed, for another that tells of them.
final class CommittedRows: Sendable {
    private let rows = Mutex<Int64>(0)

    var count: Int64 { rows.withLock { $0 } }
    func add(_ rows: Int) { self.rows.withLock { $0 += Int64(rows) } }
}
