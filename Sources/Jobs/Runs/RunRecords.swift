import Calendars
import Diagnostics
import Store

/// Runs in the store: finding, listing, and all that belongs to one of them.
package enum RunRecords {
    /// How a person names a run: by number, or by job and period (`payroll@2026-11`).
    package enum Reference: Hashable, Sendable, CustomStringConvertible {
        case number(RunID)
        case job(String, Period)

        package init?(_ text: String) {
            if let number = Int64(text), number > 0 {
                self = .number(RunID(rawValue: number))
                return
            }
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let period = Period(parts[1]) else { return nil }
            self = .job(String(parts[0]), period)
        }

        package var description: String {
            switch self {
            case .number(let id): "\(id)"
            case .job(let job, let period): "\(job)@\(period)"
            }
        }
    }

    /// The run that `reference` names; for a job and period the latest one.
    ///
    /// - Throws: `RunError.notFound`.
    package static func find(_ reference: Reference, in connection: Connection) throws -> RunRecord {
        let found =
            switch reference {
            case .number(let id):
                try connection.first(
                    "SELECT \(RunRecord.columns) FROM run WHERE run_id = ?", id, map: RunRecord.init)
            case .job(let job, let period): try latest(of: job, for: period, in: connection)
            }
        guard let found else { throw RunError.notFound("\(reference)") }
        return found
    }

    /// The run of a job for a period that was asked for last, whatever its parameters.
    static func latest(of job: String, for period: Period, in connection: Connection) throws -> RunRecord? {
        try connection.first(
            "SELECT \(RunRecord.columns) FROM run WHERE job = ? AND period = ? ORDER BY run_id DESC LIMIT 1", job,
            period, map: RunRecord.init)
    }

    /// The latest run with this identity.
    static func find(_ identity: RunIdentity, in connection: Connection) throws -> RunRecord? {
        try connection.first(
            """
            SELECT \(RunRecord.columns) FROM run WHERE job = ? AND period = ? AND parameters = ?
             ORDER BY generation DESC LIMIT 1
            """, identity.job, identity.period, identity.parameters.canonicalText, map: RunRecord.init)
    }

    /// What `run list` can ask for.
    package struct Filter: Sendable {
        package var job: String?
        package var state: RunState?
        /// Asked for at this time or later.
        package var from: Instant?
        /// Asked for before this time.
        package var to: Instant?
        package var maximumCount: Int

        package init(
            job: String? = nil, state: RunState? = nil, from: Instant? = nil, to: Instant? = nil, maximumCount: Int = 50
        ) {
            self.job = job
            self.state = state
            self.from = from
            self.to = to
            self.maximumCount = maximumCount
        }
    }

    /// The latest runs that pass the filter, newest first.
    package static func list(_ filter: Filter, in connection: Connection) throws -> [RunRecord] {
        var conditions: [String] = []
        var arguments: [(any SQLBindable)?] = []
        if let job = filter.job {
            conditions.append("job = ?")
            arguments.append(job)
        }
        if let state = filter.state {
            conditions.append("state = ?")
            arguments.append(state.rawValue)
        }
        if let from = filter.from {
            conditions.append("created_at >= ?")
            arguments.append(from)
        }
        if let to = filter.to {
            conditions.append("created_at < ?")
            arguments.append(to)
        }
        arguments.append(filter.maximumCount)
        let clause = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try connection.all(
            "SELECT \(RunRecord.columns) FROM run \(clause) ORDER BY run_id DESC LIMIT ?", arguments: arguments,
            map: RunRecord.init)
    }

    /// The number of runs that pass the filter's conditions.
    package static func count(job: String?, in connection: Connection) throws -> Int {
        let count =
            if let job {
                try connection.first("SELECT count(*) FROM run WHERE job = ?", job) { try $0.int(0) }
            } else {
                try connection.first("SELECT count(*) FROM run") { try $0.int(0) }
            }
        return Int(count ?? 0)
    }

    package static func exceptions(of run: RunID, in connection: Connection) throws -> [RunException] {
        try connection.all("SELECT item, reason, message FROM run_exception WHERE run_id = ? ORDER BY item", run) {
            RunException(item: try $0.text(0), reason: try $0.text(1), message: try $0.text(2))
        }
    }

    package static func effects(of run: RunID, in connection: Connection) throws -> [(table: String, rows: Int)] {
        try connection.all(
            "SELECT table_name, row_count FROM run_effect WHERE run_id = ? ORDER BY table_name", run
        ) { (try $0.text(0), Int(try $0.int(1))) }
    }

    /// The process that works, or worked, on an attempt; nil while the daemon has not started it.
    static func holder(of run: RunID, attempt: Int, in connection: Connection) throws -> WorkerProcess? {
        try connection.first(
            "SELECT host, process_id, process_started FROM attempt WHERE run_id = ? AND number = ?", run, attempt
        ) { WorkerProcess(host: try $0.text(0), id: try $0.int(1), started: try $0.text(2)) }
    }

    package struct AttemptRecord: Hashable, Sendable {
        package var number: Int
        package var state: AttemptState
        package var host: String
        package var processID: Int64
        package var claimedAt: Instant
        /// When its worker began; nil where it never did.
        package var startedAt: Instant?
        package var endedAt: Instant?
        package var exitCode: Int?
        package var signal: Int?
        package var processorMilliseconds: Int64?
        package var memoryPeakBytes: Int64?
        package var error: String?
    }

    package static func attempts(of run: RunID, in connection: Connection) throws -> [AttemptRecord] {
        try connection.all(
            """
            SELECT number, state, host, process_id, claimed_at, started_at, ended_at, exit_code, signal,
                   processor_milliseconds, memory_peak_bytes, error
              FROM attempt WHERE run_id = ? ORDER BY number
            """, run
        ) {
            AttemptRecord(
                number: Int(try $0.int(0)), state: try $0.named(1), host: try $0.text(2), processID: try $0.int(3),
                claimedAt: try $0.instant(4), startedAt: try $0.optionalInstant(5),
                endedAt: try $0.optionalInstant(6), exitCode: try $0.optionalInt(7).map { Int($0) },
                signal: try $0.optionalInt(8).map { Int($0) }, processorMilliseconds: try $0.optionalInt(9),
                memoryPeakBytes: try $0.optionalInt(10), error: try $0.optionalText(11))
        }
    }
}
