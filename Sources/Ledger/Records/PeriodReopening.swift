import Calendars
import Diagnostics
import Jobs
import Store

/// A closed period that is opened again.
package enum PeriodReopening {
    /// What the entries come from that undo what a close posted. Debits and credits are told without them and without
    /// what they undo, so that a period that is closed again shows the figures that it would have shown without them.
    package static let sourceType = "period-reopening"

    /// Opens areas of a period; with general among them, undoes its close: what the steps wrote, the entries that the
    /// close posted, by exact mirrors on their own days, and the snapshots, which count no more.
    ///
    /// - Parameter people: two, who stand in the history.
    /// - Throws: everything that forbids it.
    static func reopen(
        _ period: FiscalPeriod, _ areas: Set<LedgerArea>, by people: [String], reason: String, _ company: Company,
        _ steps: [any CloseStep], in unit: UnitOfWork
    ) throws {
        let close = try CloseContext(company: company, period: period, knownAt: unit.stamp.at, in: unit.connection)
        if areas.contains(.general) { try endRuns(of: close, reason: reason, in: unit) }
        try FiscalPeriodRecords.move(period, areas, to: .open, by: people, reason: reason, in: unit)
        guard areas.contains(.general) else { return }
        try undo(close, steps, in: unit)
        try PeriodSnapshots.end(from: period.ordinal, reason: "\(period) was opened again: \(reason)", in: unit)
    }

    /// Undoes what the closes of a period before this run did: what their steps wrote, and the entries that they posted.
    static func undo(_ close: CloseContext, _ steps: [any CloseStep], in unit: UnitOfWork) throws {
        let hasBegun = try unit.connection.first(
            "SELECT 1 FROM run WHERE kind = ? AND period = ? AND run_id <> ?", close.occasion.kind, close.runPeriod,
            unit.stamp.run ?? 0
        ) { _ in true }
        guard hasBegun == true else { return }
        let entries = try entriesPosted(by: close, in: unit.connection)
        let reversed = try keysReversed(ofEntriesPostedBy: close, in: unit.connection)
        for step in steps.reversed() where step.occasions.contains(close.occasion) { try step.undo(close, in: unit) }
        try Journal.post(
            try entries.map { posted in
                try posted.entry.undone(
                    number: posted.number, reopening: close.period, canNameIt: !reversed.contains(posted.entry.key))
            }, in: unit)
    }

    /// A close that has stopped half-way does not go on with a period that was opened again.
    ///
    /// - Throws: while it is worked on, or waits for an approval.
    private static func endRuns(of close: CloseContext, reason: String, in unit: UnitOfWork) throws {
        let runs = try unit.connection.all(
            "SELECT run_id, state FROM run WHERE kind = ? AND period = ? ORDER BY run_id", close.occasion.kind,
            close.runPeriod
        ) { (id: try $0.id(0) as RunID, state: try $0.named(1) as RunState) }
        for run in runs where !run.state.isFinal {
            guard run.state != .running, run.state != .waitingApproval else {
                throw Failure(
                    .refused, "The close of \(close.period), run \(run.id), is \(run.state.words).",
                    advice: run.state == .running
                        ? "Let it come to its end first."
                        : "Have it rejected first: `steward run reject \(run.id) --reason REASON`.")
            }
            _ = try RunQueue(unit.connection, person: unit.stamp.person, at: unit.stamp.at)
                .cancel(run.id, reason: "\(close.period) was opened again: \(reason)")
        }
    }

    /// What the closes of a period posted and no reopening has undone, in its order.
    private static func entriesPosted(by close: CloseContext, in connection: Connection) throws -> [Journal.Posted] {
        var entries: [Journal.Posted] = []
        try JournalReader.forEach(
            "entry.run_id IN (SELECT run_id FROM run WHERE kind = ? AND period = ?)",
            [close.occasion.kind, close.runPeriod], in: connection
        ) { entries.append(try $0.posted()) }
        let undone = try Journal.find(keys: entries.map { key($0.number, close.period) }, in: connection)
        return entries.filter {
            $0.entry.source?.type != sourceType && undone[key($0.number, close.period)] == nil
        }
    }

    /// The keys among them that another entry says it reverses: the one of the next day, say.
    private static func keysReversed(
        ofEntriesPostedBy close: CloseContext, in connection: Connection
    ) throws -> Set<String> {
        Set(
            try connection.all(
                """
                SELECT entry.entry_key FROM journal_entry AS entry
                  JOIN journal_entry AS mirror ON mirror.reverses = entry.entry_key
                 WHERE entry.run_id IN (SELECT run_id FROM run WHERE kind = ? AND period = ?)
                """, close.occasion.kind, close.runPeriod
            ) { try $0.text(0) })
    }

    fileprivate static func key(_ number: Int64, _ period: FiscalPeriod) -> String { "reopen/\(period)/\(number)" }
}

extension JournalEntry {
    /// The mirror of an entry that a close posted, on the same day.
    ///
    /// - Parameter canNameIt: whether no other entry says that it reverses it.
    fileprivate func undone(number: Int64, reopening period: FiscalPeriod, canNameIt: Bool) throws -> JournalEntry {
        try JournalEntry(
            key: PeriodReopening.key(number, period), journal: journal, kind: kind, date: date, documentDate: date,
            source: Source(type: PeriodReopening.sourceType, id: "\(period)"), reverses: canNameIt ? key : nil,
            description: description, postings: postings.map { try $0.negated() })
    }
}
