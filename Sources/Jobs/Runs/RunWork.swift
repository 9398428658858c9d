import Calendars
import Diagnostics
import Mail
import Store

/// What one commit of a run writes. It lives as long as the transaction.
package final class RunWork {
    /// For records that are written outside of runs as well.
    package let unit: UnitOfWork
    package let company: Company
    private let run: RunID
    private let onDoubt: DoubtPolicy
    private var exceptions: [RunException] = []

    /// - Parameter onDoubt: what follows for messages of this run where nobody knows whether they were taken.
    init(unit: UnitOfWork, company: Company, run: RunID, onDoubt: DoubtPolicy = .hold) {
        self.unit = unit
        self.company = company
        self.run = run
        self.onDoubt = onDoubt
    }

    /// For reads within the transaction, and for statements that change no effect.
    package var connection: Connection { unit.connection }

    package var stamp: Stamp { unit.stamp }

    /// Inserts rows, stamped with the run and the person; they enter the digest of the run's effects.
    @discardableResult
    package func insert<Rows: Sequence>(
        into table: String, columns: [String], rows: Rows, onConflict: ConflictPolicy = .fail,
        stamping: Stamping = .full, _ bind: (Rows.Element, inout RowWriter) throws -> Void
    ) throws -> Int {
        try unit.insert(into: table, columns: columns, rows: rows, onConflict: onConflict, stamping: stamping, bind)
    }

    /// As `insert(into:columns:rows:)`, for the inner loops: `body` binds the values of each row and ends it with
    /// `finishRow()`.
    @discardableResult
    package func insert(
        into table: String, columns: [String], onConflict: ConflictPolicy = .fail, stamping: Stamping = .full,
        writing body: (inout RowWriter) throws -> Void
    ) throws -> Int {
        try unit.insert(into: table, columns: columns, onConflict: onConflict, stamping: stamping, writing: body)
    }

    /// Sets items aside: they get nothing from this run, and the run ends as `partly`.
    package func setAside(_ items: [RunException]) {
        exceptions += items
    }

    /// Puts a message into the outbox. The same `effectKey` a second time is a no-op.
    ///
    /// - Parameter onDoubt: nil is what the run's job says.
    package func enqueue(
        _ message: RenderedMessage, subject: String, effectKey: String, onDoubt: DoubtPolicy? = nil
    ) throws {
        try enqueue([Outbox.Entry(message, subject: subject, effectKey: effectKey)], onDoubt: onDoubt)
    }

    /// Puts many messages into the outbox at once, which costs a fraction of putting them in one by one.
    package func enqueue(_ entries: [Outbox.Entry], onDoubt: DoubtPolicy? = nil) throws {
        try Outbox.enqueue(entries, onDoubt: onDoubt ?? self.onDoubt, in: unit)
    }

    var exceptionCount: Int { exceptions.count }

    func writeExceptions() throws {
        guard !exceptions.isEmpty else { return }
        try unit.insert(into: "run_exception", columns: ["item", "reason", "message"], rows: exceptions) { item, row in
            try row.bind(item.item)
            try row.bind(item.reason)
            try row.bind(item.message)
        }
    }
}
