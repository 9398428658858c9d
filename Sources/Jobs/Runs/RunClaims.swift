import Calendars
import Diagnostics
import Store

/// How many runs may be worked on at once.
package struct RunLimits: Sendable {
    /// By the name of the job. A job that is not among them has no limit of its own.
    package var perJob: [String: Int]
    /// By the name of the queue. A queue that is not among them has no limit of its own.
    package var perQueue: [String: Int]

    package init(perJob: [String: Int] = [:], perQueue: [String: Int] = [:]) {
        self.perJob = perJob
        self.perQueue = perQueue
    }
}

extension RunQueue {
    /// Runs that are looked at to find some whose job and queue have room; of those that are known to have none, however
    /// many wait, none is looked at.
    static let maximumCandidates = 1_000

    /// Gives up to `count` waiting runs to a daemon, those of the lowest priority number first, then in the order of their
    /// times. It holds them until their workers say, by `started`, that they have begun.
    ///
    /// Any number of daemons may do it at once: each takes rows that no other is taking, and none waits for another.
    /// - Parameter placements: what runs ask of a node that this one fulfils (`RunPlacements.matching`).
    package func claim(
        _ count: Int, within limits: RunLimits, placements: [String] = [], for daemon: WorkerProcess
    ) throws -> [RunRecord] {
        guard count > 0 else { return [] }
        if limits.perJob.isEmpty, limits.perQueue.isEmpty {
            return try take(
                Self.waiting(placements: placements, maximumCount: count, isTaken: true), [now] + placements,
                for: daemon)
        }
        return try claim(count, within: limits, placements: placements, ofLimited: daemon)
    }

    /// A run that waits, and what its limits go by.
    private struct Waiting {
        var id: RunID
        var job: String
        var queue: String

        /// The locks of the limits that it counts for.
        func locks(within limits: RunLimits) -> [String] {
            (limits.perJob[job] == nil ? [] : ["job:\(job)"])
                + (limits.perQueue[queue] == nil ? [] : ["queue:\(queue)"])
        }
    }

    /// A query for the runs that wait for a node like this one, in the order in which they are taken. Its arguments are the
    /// time and the names. How many there are at most stands in the text: PostgreSQL plans a statement anew at each call where
    /// that is an argument, and claiming one run takes twice as long.
    ///
    /// - Parameter isTaken: whether they are taken with that: those that another daemon is taking are left out.
    private static func waiting(
        placements: [String], fullJobs: [String] = [], fullQueues: [String] = [], maximumCount: Int, isTaken: Bool
    ) -> String {
        let isForUs = String(repeating: " OR runs_on = ?", count: placements.count)
        return """
            SELECT run_id, job, queue FROM run
             WHERE state = 'queued' AND not_before <= ? AND (runs_on = ''\(isForUs))\(isNone("job", of: fullJobs))\
            \(isNone("queue", of: fullQueues))
             ORDER BY priority, not_before, run_id LIMIT \(maximumCount)\(isTaken ? " SKIP_LOCKED(run)" : "")
            """
    }

    /// Where jobs or queues have limits, what runs of them is counted and taken by one daemon at a time: the one that
    /// holds their locks. Nobody waits for a lock; what it keeps is its holder's to take.
    private func claim(
        _ count: Int, within limits: RunLimits, placements: [String], ofLimited daemon: WorkerProcess
    ) throws -> [RunRecord] {
        var room = try roomLeft(within: limits)
        let fullJobs = room.perJob.filter { $0.value <= 0 }.keys.sorted()
        let fullQueues = room.perQueue.filter { $0.value <= 0 }.keys.sorted()
        let candidates = try connection.all(
            Self.waiting(
                placements: placements, fullJobs: fullJobs, fullQueues: fullQueues,
                maximumCount: Self.maximumCandidates, isTaken: false),
            arguments: [now] + placements + fullJobs + fullQueues
        ) { Waiting(id: try $0.id(0), job: try $0.text(1), queue: try $0.text(2)) }
        var held: Set<String> = []
        var claimed: [RunRecord] = []
        // What may still be taken.
        var open = candidates
        while claimed.count < count {
            let chosen = Self.choose(count - claimed.count, among: open, within: limits, &room)
            guard !chosen.isEmpty else { break }
            let wanted = Set(chosen.flatMap { $0.locks(within: limits) }).subtracting(held)
            if !wanted.isEmpty {
                let gained = try hold(wanted.sorted())
                held.formUnion(gained)
                let closed = wanted.subtracting(gained)
                open.removeAll { !closed.isDisjoint(with: $0.locks(within: limits)) }
                // Only now nobody else changes how many run: they are counted again, and the choice is made by that.
                room = try roomLeft(within: limits)
                continue
            }
            let taken = try take(chosen.map(\.id), for: daemon)
            claimed += taken
            // Another process has taken them after they were read: then there is room for those after them.
            let takenIDs = Set(taken.map(\.id))
            for lost in chosen where !takenIDs.contains(lost.id) {
                room.perJob[lost.job]? += 1
                room.perQueue[lost.queue]? += 1
            }
            let done = Set(chosen.map(\.id))
            open.removeAll { done.contains($0.id) }
        }
        return claimed
    }

    /// The first that there is room for, which they take up.
    private static func choose(
        _ count: Int, among waiting: [Waiting], within limits: RunLimits, _ room: inout RunLimits
    ) -> [Waiting] {
        var chosen: [Waiting] = []
        for run in waiting where chosen.count < count {
            guard room.perJob[run.job] ?? 1 > 0, room.perQueue[run.queue] ?? 1 > 0 else { continue }
            room.perJob[run.job]? -= 1
            room.perQueue[run.queue]? -= 1
            chosen.append(run)
        }
        return chosen
    }

    /// Takes those that wait and that nobody else is taking.
    private func take(_ runs: [RunID], for daemon: WorkerProcess) throws -> [RunRecord] {
        let marks = Array(repeating: "?", count: runs.count).joined(separator: ", ")
        return try take(
            "SELECT run_id FROM run WHERE run_id IN (\(marks)) AND state = 'queued' ORDER BY run_id SKIP_LOCKED(run)",
            runs.map { $0.rawValue }, for: daemon)
    }

    /// Makes the locks that there are to be, so that nobody waits for another who makes one.
    package func makeLimitLocks(for limits: RunLimits) throws {
        let names = limits.perJob.keys.map { "job:\($0)" } + limits.perQueue.keys.map { "queue:\($0)" }
        guard !names.isEmpty else { return }
        try connection.insert(into: "run_limit_lock", columns: ["name"], rows: names.sorted(), onConflict: .doNothing) {
            try $1.bind($0)
        }
    }

    /// Holds locks until the end of the transaction.
    ///
    /// - Returns: those that no other daemon holds.
    private func hold(_ locks: [String]) throws -> [String] {
        let marks = Array(repeating: "?", count: locks.count).joined(separator: ", ")
        let held = try connection.all(
            "SELECT name FROM run_limit_lock WHERE name IN (\(marks)) ORDER BY name SKIP_LOCKED(run_limit_lock)",
            arguments: locks
        ) { try $0.text(0) }
        let rest = locks.filter { !held.contains($0) }
        guard !rest.isEmpty else { return held }
        // One that was never made is made now, and held with that; one that another holds is there already.
        let rows = Array(repeating: "(?)", count: rest.count).joined(separator: ", ")
        return held
            + (try connection.all(
                "INSERT INTO run_limit_lock (name) VALUES \(rows) ON CONFLICT DO NOTHING RETURNING name",
                arguments: rest
            ) { try $0.text(0) })
    }

    /// Takes waiting runs for a daemon, all of them with a few statements, of which only the first is waited for.
    ///
    /// - Parameter free: a query for the runs that are free, which takes them.
    /// - Returns: those, as they are from now on, in the order in which runs are taken.
    private func take(
        _ free: String, _ arguments: [(any SQLBindable)?], for daemon: WorkerProcess
    ) throws -> [RunRecord] {
        let records = try connection.all(
            """
            WITH free AS (\(free))
            UPDATE run
               SET state = 'running', attempt = attempt + 1, lease_until = ?, finished_at = NULL,
                   cancel_requested_by = NULL, cancel_reason = NULL, started_at = COALESCE(started_at, ?),
                   known_at = CASE WHEN chunks = 0 THEN ? ELSE known_at END
             WHERE run_id IN (SELECT run_id FROM free) AND state = 'queued'
            RETURNING \(RunRecord.columns)
            """, arguments: arguments + [now.adding(seconds: Run.leaseSeconds), now, now], map: RunRecord.init)
        guard !records.isEmpty else { return [] }
        let taken = "run_id IN (\(Array(repeating: "?", count: records.count).joined(separator: ", ")))"
        let ids: [(any SQLBindable)?] = records.map { $0.id.rawValue }
        try connection.send(
            """
            INSERT INTO attempt (run_id, number, state, host, process_id, process_started, claimed_at)
            SELECT run_id, attempt, 'running', CAST(? AS TEXT), CAST(? AS INTEGER), CAST(? AS TEXT), CAST(? AS INTEGER)
              FROM run WHERE \(taken)
            """, arguments: [daemon.host, daemon.id, daemon.started, now] + ids)
        try addEvents(ofRunsWhere: taken, ids, from: .queued, to: .running)
        return records.sorted {
            ($0.priority, $0.notBefore, $0.id.rawValue) < ($1.priority, $1.notBefore, $1.id.rawValue)
        }
    }

    /// A condition that a column has none of so many values; nothing where there are none.
    private static func isNone(_ column: String, of values: [String]) -> String {
        guard !values.isEmpty else { return "" }
        return " AND \(column) NOT IN (\(Array(repeating: "?", count: values.count).joined(separator: ", ")))"
    }

    private func roomLeft(within limits: RunLimits) throws -> RunLimits {
        var room = limits
        try connection.forEach("SELECT job, queue, COUNT(*) FROM run WHERE state = 'running' GROUP BY job, queue") {
            let (job, queue, running) = (try $0.text(0), try $0.text(1), Int(try $0.int(2)))
            room.perJob[job]? -= running
            room.perQueue[queue]? -= running
        }
        return room
    }

    /// Makes `process` the one that works on a run, also on one that was cut off or failed.
    ///
    /// - Throws: `RunError` when it has come to its end, waits for a person, or is worked on by a process that is, or
    ///   may be, alive.
    package func claim(_ run: RunID, for process: WorkerProcess) throws -> RunRecord {
        let record = try RunRecords.find(.number(run), in: connection)
        var reason: String?
        switch record.state {
        case .canceled: throw RunError.canceled(run)
        case .rejected: throw RunError.rejected(run)
        case .waitingApproval: throw RunError.waitsForApproval(run)
        case .succeeded, .partly: throw RunError.alreadyDone(run)
        case .planned: throw RunError.changed(run, expected: .queued)
        case .queued, .failed, .retryWait: break
        case .running:
            try requireLost(record, from: process)
            try endAttempt(of: record, as: .lost)
            reason = "the process of attempt \(record.attempt) was gone"
        }
        if let claimed = try take(record, for: process, reason: reason) { return claimed }
        // Another process has taken or ended it since it was read: what it is now decides.
        return try claim(run, for: process)
    }

    /// - Throws: `RunError.alreadyRunning` while the attempt that has the run is, or may be, alive.
    private func requireLost(_ record: RunRecord, from process: WorkerProcess) throws {
        let holder = try RunRecords.holder(of: record.id, attempt: record.attempt, in: connection)
        if let holder, !holder.hasEnded, holder.host == process.host || (record.leaseUntil ?? now) > now {
            throw RunError.alreadyRunning(record.id, host: holder.host, process: holder.id)
        }
    }

    /// - Returns: the run as it is from now on; nil when it is no longer as it was read. In its state and at its attempt
    ///   nothing else of it changes, so what was read need not be read again.
    private func take(_ record: RunRecord, for process: WorkerProcess, reason: String?) throws -> RunRecord? {
        var claimed = record
        claimed.state = .running
        claimed.attempt += 1
        claimed.leaseUntil = now.adding(seconds: Run.leaseSeconds)
        claimed.finishedAt = nil
        claimed.startedAt = record.startedAt ?? now
        // A run that has committed nothing yet may know what was recorded since it was asked for.
        if record.chunks == 0 { claimed.knownAt = now }
        let taken = try connection.execute(
            """
            UPDATE run
               SET state = 'running', attempt = ?, lease_until = ?, finished_at = NULL, cancel_requested_by = NULL,
                   cancel_reason = NULL, started_at = ?, known_at = ?
             WHERE run_id = ? AND state = ? AND attempt = ?
            """, claimed.attempt, claimed.leaseUntil, claimed.startedAt, claimed.knownAt, record.id,
            record.state.rawValue, record.attempt)
        guard taken == 1 else { return nil }
        try connection.send(
            """
            INSERT INTO attempt (run_id, number, state, host, process_id, process_started, claimed_at, started_at)
            VALUES (?, ?, 'running', ?, ?, ?, ?, ?)
            """, record.id, claimed.attempt, process.host, process.id, process.started, now, now)
        try addEvent(to: record.id, from: record.state, to: .running, attempt: claimed.attempt, reason: reason)
        return claimed
    }

    /// A run that somebody is to be working on.
    package struct Held: Hashable, Sendable {
        package var run: RunID
        package var job: String
        package var attempt: Int
        package var holder: WorkerProcess
        package var leaseUntil: Instant?
        /// Why the attempt failed, where its worker could still say so.
        package var error: String?
        package var cause: FailureCause?
        package var failures: Int
    }

    private static let heldColumns = """
        SELECT run.run_id, run.job, run.attempt, attempt.host, attempt.process_id, attempt.process_started,
               run.lease_until, attempt.error, attempt.cause, run.failures
          FROM run JOIN attempt ON attempt.run_id = run.run_id AND attempt.number = run.attempt
         WHERE run.state = 'running'
        """

    private static func held(_ row: Row) throws -> Held {
        Held(
            run: try row.id(0), job: try row.text(1), attempt: Int(try row.int(2)),
            holder: WorkerProcess(host: try row.text(3), id: try row.int(4), started: try row.text(5)),
            leaseUntil: try row.optionalInstant(6), error: try row.optionalText(7),
            cause: try row.optionalText(8).flatMap(FailureCause.init(rawValue:)), failures: Int(try row.int(9)))
    }

    /// The runs that are being worked on, as the store knows it.
    package func held() throws -> [Held] {
        try connection.all(Self.heldColumns + " ORDER BY run.run_id", map: Self.held)
    }

    /// A run as far as this attempt has it; nil when the attempt has ended, or lost it to another.
    package func held(_ run: RunID, attempt: Int) throws -> Held? {
        try connection.first(Self.heldColumns + " AND run.run_id = ? AND run.attempt = ?", run, attempt, map: Self.held)
    }

    /// How many attempts of a run were lost.
    package func lostAttempts(of run: RunID) throws -> Int {
        try connection.first("SELECT COUNT(*) FROM attempt WHERE run_id = ? AND state = 'lost'", run) {
            Int(try $0.int(0))
        } ?? 0
    }

    /// Whether a run waits for a worker now.
    package static func hasQueued(at now: Instant, in connection: Connection) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM run WHERE state = 'queued' AND not_before <= ? LIMIT 1", now, map: { _ in true }) ?? false
    }

    /// Whether a run waits for something else, which may have come.
    package static func hasWaiting(at now: Instant, in connection: Connection) throws -> Bool {
        try connection.first(
            """
            SELECT 1 FROM run WHERE state = 'planned' OR (state = 'retry_wait' AND not_before <= ?) LIMIT 1
            """, now, map: { _ in true }) ?? false
    }

    /// Says which process works on an attempt, once it has begun.
    ///
    /// - Throws: `RunError.fenced` when the run was taken from it meanwhile.
    package func started(_ run: RunID, attempt: Int, by process: WorkerProcess) throws {
        let isHeld = try connection.first(
            "SELECT 1 FROM run WHERE run_id = ? AND attempt = ? AND state = 'running'", run, attempt, map: { _ in true }
        )
        guard isHeld == true else { throw RunError.fenced(run, attempt: attempt) }
        try connection.execute(
            """
            UPDATE attempt SET host = ?, process_id = ?, process_started = ?, started_at = ?
             WHERE run_id = ? AND number = ?
            """, process.host, process.id, process.started, now, run, attempt)
    }
}
