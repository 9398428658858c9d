import Calendars
import Store

/// What one digest says, read from the store: of a stretch of time what ran and what did not, and what waits at its end.
struct DigestContents: Sendable {
    /// One list with its headings; without rows it says `none`.
    struct Section: Hashable, Sendable {
        var title: String
        /// What people read in the place of a list without rows.
        var none: String
        var columns: [String]
        var rows: [[String]] = []
        /// Rows beyond those that are listed.
        var left = 0
    }

    var sections: [Section]
    /// For the summary of the run and the subject.
    var counts: [(label: String, count: Int)]

    /// Rows of one list; more are counted.
    static let maximumListedRows = 200
    /// A run is late that has neither ended nor come to an approval so long after it was due, where its job says nothing.
    static let lateAfterSeconds: Int64 = 3_600
    /// How far ahead what is due is told.
    static let aheadSeconds: Int64 = 86_400

    /// - Parameters:
    ///   - window: what happened from its lower bound up to, and not at, its upper bound.
    ///   - now: when what waits is looked at.
    static func load(
        _ window: ClosedRange<Instant>, at now: Instant, company: Company, zone: ZoneRules, in connection: Connection
    ) throws -> DigestContents {
        let reader = DigestReader(window: window, now: now, company: company, zone: zone, connection: connection)
        let ran = try reader.ran()
        let failed = try reader.failed()
        let notRun = try reader.notRun()
        let waiting = try reader.waiting()
        let counts = [("ran", ran), ("failed", failed), ("missed or skipped", notRun), ("waiting", waiting)]
        return DigestContents(
            sections: [failed, notRun, waiting, ran, try reader.due()],
            counts: counts.map { ($0.0, $0.1.rows.count + $0.1.left) })
    }
}

/// The queries behind a digest.
private struct DigestReader {
    let window: ClosedRange<Instant>
    let now: Instant
    let company: Company
    let zone: ZoneRules
    let connection: Connection

    private func time(_ instant: Instant) -> String { zone.text(instant) }

    private func section(_ title: String, none: String, _ columns: [String], _ rows: [[String]])
        -> DigestContents.Section
    {
        DigestContents.Section(
            title: title, none: none, columns: columns, rows: Array(rows.prefix(DigestContents.maximumListedRows)),
            left: max(0, rows.count - DigestContents.maximumListedRows))
    }

    private func firstLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }

    private func ended(as states: [RunState]) throws -> [RunRecord] {
        let marks = states.map { _ in "?" }.joined(separator: ", ")
        let arguments: [(any SQLBindable)?] = [window.lowerBound, window.upperBound] + states.map(\.rawValue)
        return try connection.all(
            """
            SELECT \(RunRecord.columns) FROM run
             WHERE finished_at >= ? AND finished_at < ? AND state IN (\(marks)) ORDER BY finished_at, run_id
            """, arguments: arguments, map: RunRecord.init)
    }

    func ran() throws -> DigestContents.Section {
        let rows = try ended(as: [.succeeded, .partly]).map { run in
            let seconds = (run.finishedAt ?? now).secondsSinceEpoch - (run.startedAt ?? run.createdAt).secondsSinceEpoch
            return [
                "\(run.id)", run.identity.job, "\(run.identity.period)", ElapsedText(seconds).description,
                "\(run.itemsDone - run.exceptions)", "\(run.exceptions)",
            ]
        }
        return section(
            "What ran", none: "Nothing.", ["Run", "Job", "Period", "Took", "Done", "Set aside"], rows)
    }

    func failed() throws -> DigestContents.Section {
        let runs = try ended(as: [.failed, .canceled, .rejected])
        let rows = try runs.map { run in
            let reason = try connection.first(
                "SELECT reason FROM run_event WHERE run_id = ? AND to_state = ? ORDER BY sequence DESC LIMIT 1", run.id,
                run.state.rawValue
            ) { try $0.optionalText(0) ?? "" }
            return ["\(run.id)", run.identity.job, "\(run.identity.period)", run.state.words, firstLine(reason ?? "")]
        }
        return section("What failed or was stopped", none: "Nothing.", ["Run", "Job", "Period", "State", "Why"], rows)
    }

    func notRun() throws -> DigestContents.Section {
        // By when it was found, so that nothing falls between two digests.
        let rows = try connection.all(
            """
            SELECT job, due_at, state, reason FROM occurrence
             WHERE state <> 'run' AND recorded_at >= ? AND recorded_at < ? ORDER BY due_at, job
            """, window.lowerBound, window.upperBound
        ) { row in
            [try row.text(0), time(try row.instant(1)), try row.text(2), try row.optionalText(3) ?? ""]
        }
        return section("What was due and did not run", none: "Nothing.", ["Job", "Due", "What", "Why"], rows)
    }

    func waiting() throws -> DigestContents.Section {
        let rows = try approvals() + lateRuns() + messages() + pauses()
        return section("What waits for somebody", none: "Nothing.", ["What", "Since", "What to do"], rows)
    }

    private func approvals() throws -> [[String]] {
        try connection.all(
            """
            SELECT run.run_id, run.job, run.period, proposal.proposed_at
              FROM run JOIN run_proposal AS proposal ON proposal.run_id = run.run_id
             WHERE run.state = 'waiting_approval' ORDER BY run.run_id
            """
        ) { row in
            let run: RunID = try row.id(0)
            return [
                "Approval of \(try row.text(1)) \(try row.text(2)) (run \(run))", time(try row.instant(3)),
                "steward run show \(run)",
            ]
        }
    }

    private func lateRuns() throws -> [[String]] {
        let runs = try connection.all(
            """
            SELECT \(RunRecord.columns) FROM run
             WHERE state IN ('planned', 'queued', 'running', 'retry_wait') AND due_at <= ? ORDER BY due_at, run_id
            """, now, map: RunRecord.init)
        return try runs.compactMap { run in
            guard let due = run.dueAt else { return nil }
            let text = try ScheduleRecords.declarationText(run.jobVersion, in: connection)
            let rule = text.flatMap { try? DeclaredRules(declaration: $0).notifications.late }
            guard due.adding(seconds: rule?.afterSeconds ?? DigestContents.lateAfterSeconds) <= now else { return nil }
            return [
                "Late: \(run.identity.job) \(run.identity.period) (run \(run.id)), \(run.state.words)", time(due),
                "steward run show \(run.id)",
            ]
        }
    }

    private func messages() throws -> [[String]] {
        try connection.all(
            """
            SELECT delivery.outbox_message_id, message.subject, delivery.state, delivery.changed_at
              FROM outbox_delivery AS delivery
              JOIN outbox_message AS message ON message.outbox_message_id = delivery.outbox_message_id
             WHERE delivery.state NOT IN ('pending', 'deferred', 'sent') AND delivery.state IN ('in_doubt', 'refused')
             ORDER BY delivery.outbox_message_id
            """
        ) { row in
            let state: DeliveryState = try row.named(2)
            return [
                "Mail \"\(try row.text(1))\": \(state.words)", time(try row.instant(3)),
                "steward outbox show \(try row.int(0))",
            ]
        }
    }

    private func pauses() throws -> [[String]] {
        try ScheduleRecords.all(in: connection).flatMap { state -> [[String]] in
            guard !state.isRemoved else { return [] }
            return state.pauses.filter { $0.since <= now && ($0.until ?? now.adding(seconds: 1)) > now }.map { pause in
                let until = pause.until.map { " until \(time($0))" } ?? ""
                return [
                    "Paused\(until): \(state.job) (by \(pause.person): \(pause.reason))", time(pause.since),
                    "steward job resume \(state.job)",
                ]
            }
        }
    }

    func due() throws -> DigestContents.Section {
        let end = now.adding(seconds: DigestContents.aheadSeconds)
        let states = try ScheduleRecords.all(in: connection).filter { !$0.isRemoved && ($0.next ?? end) < end }
        var found: [(first: Instant, row: [String])] = []
        for state in states {
            guard let next = state.next else { continue }
            // Of a job that is due often the first time and the number.
            var count = 1
            if let text = try ScheduleRecords.declarationText(state.declaration, in: connection),
                let schedule = JobDeclaration.formerSchedule(in: text, of: company)?.schedule
            {
                count += schedule.occurrences(after: next, through: end).reduce(0) { total, _ in total + 1 }
            }
            found.append((next, [time(next), state.job, count == 1 ? "once" : "\(count) times"]))
        }
        found.sort { ($0.first, $0.row[1]) < ($1.first, $1.row[1]) }
        return section(
            "What is due in the next 24 hours", none: "Nothing.", ["First", "Job", "How often"], found.map(\.row))
    }
}
