/// The least that a queue of runs has to write, with its statements ready and its rows known: the run and its event; its
/// claim, the attempt and its event; its end, the attempt's and its event. Nothing is asked, nothing is read, no two
/// workers could work beside each other on it.
struct BareRuns {
    private var database: any BareDatabase
    private let statements: [Int]
    private var next: Int64 = 1

    init(_ database: any BareDatabase) throws {
        var database = database
        statements = try [
            """
            INSERT INTO run (run_id, job, kind, period, parameters, generation, job_version, state, trigger, created_at,
                             created_by, due_at, queue, priority, not_before, on_doubt, known_at, attempt, failures,
                             chunks, items_total, items_done, exceptions, effects_digest, steps)
            VALUES (?, 'bare', 'benchmark.nothing', ?, '', 1, 'bare', 'queued', 'schedule', 1,
                    'daemon', 1, 'default', 5, 1, 'hold', 1, 0, 0, 0, 0, 0, 0, '', '')
            """,
            """
            INSERT INTO run_event (run_id, sequence, at, from_state, to_state, attempt, person)
            VALUES (?, 1, 1, '', 'queued', 0, 'daemon')
            """,
            "UPDATE run SET state = 'running', attempt = 1, lease_until = 1, started_at = 1 WHERE run_id = ?",
            """
            INSERT INTO attempt (run_id, number, state, host, process_id, process_started, claimed_at, started_at)
            VALUES (?, 1, 'running', 'bare', 1, '1', 1, 1)
            """,
            """
            INSERT INTO run_event (run_id, sequence, at, from_state, to_state, attempt, person)
            VALUES (?, 2, 2, 'queued', 'running', 1, 'daemon')
            """,
            "UPDATE run SET state = 'succeeded', finished_at = 3, lease_until = NULL, summary = '' WHERE run_id = ?",
            "UPDATE attempt SET state = 'succeeded', ended_at = 3 WHERE run_id = ? AND number = 1",
            """
            INSERT INTO run_event (run_id, sequence, at, from_state, to_state, attempt, person)
            VALUES (?, 3, 3, 'running', 'succeeded', 1, 'daemon')
            """,
        ].map { try database.prepare($0) }
        self.database = database
        try database.script(
            "INSERT INTO job_version (hash, job, declaration, recorded_at) VALUES ('bare', 'bare', '', 1)")
    }

    /// - Parameters: runs of each transaction, in which they are asked for, claimed and ended.
    mutating func work(runs count: Int, enqueue: Int, claim: Int, finish: Int) throws {
        let first = next
        let end = first + Int64(count)
        // All are asked for before the first is claimed, as in the other.
        try inTransactions(of: enqueue, from: first, to: end) { run in
            try database.run(statements[0], [.number(run), .text("2026-11-22T00:00:00Z/\(run)")])
            try database.run(statements[1], [.number(run)])
        }
        try inTransactions(of: claim, from: first, to: end) { run in
            for step in 2...4 { try database.run(statements[step], [.number(run)]) }
        }
        try inTransactions(of: finish, from: first, to: end) { run in
            for step in 5...7 { try database.run(statements[step], [.number(run)]) }
        }
        next = end
    }

    private func inTransactions(of size: Int, from first: Int64, to end: Int64, _ body: (Int64) throws -> Void) throws {
        for start in stride(from: first, to: end, by: size) {
            try database.script("BEGIN")
            for run in start..<min(start + Int64(size), end) { try body(run) }
            try database.script("COMMIT")
        }
    }
}
