import Foundation
import GRDBSQLite

/// What a daemon has left in a SQLite store.
final class StoreReader {
    private var handle: OpaquePointer?

    init(_ file: URL) throws {
        guard sqlite3_open_v2(file.path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
            throw BenchmarkError("\(file.path) cannot be opened")
        }
    }

    deinit {
        sqlite3_close(handle)
    }

    /// All rows; numbers as they are, nil where there is none.
    func rows(_ sql: String) throws -> [[Int64?]] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
            throw BenchmarkError(String(cString: sqlite3_errmsg(handle)))
        }
        defer { sqlite3_finalize(statement) }
        var rows: [[Int64?]] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            rows.append(
                (0..<sqlite3_column_count(statement)).map {
                    sqlite3_column_type(statement, $0) == SQLITE_NULL ? nil : sqlite3_column_int64(statement, $0)
                })
        }
        return rows
    }

    func number(_ sql: String) throws -> Int {
        Int(try rows(sql).first?.first.flatMap { $0 } ?? 0)
    }

    /// How long after its instant each run came to each point, in milliseconds.
    struct Lateness {
        var claimed: Quantiles
        var begun: Quantiles
        var firstLine: Quantiles
        var done: Quantiles
    }

    /// - Parameter job: whose runs count.
    func lateness(of job: String, first count: Int = .max) throws -> Lateness {
        let rows = try rows(
            """
            SELECT run.due_at, attempt.claimed_at, attempt.started_at,
                   (SELECT MIN(at) FROM attempt_log AS line
                     WHERE line.run_id = attempt.run_id AND line.attempt = attempt.number AND line.stream = 'out'),
                   run.finished_at
              FROM run JOIN attempt ON attempt.run_id = run.run_id AND attempt.number = 1
             WHERE run.due_at IS NOT NULL AND run.job LIKE '\(job)%'
             ORDER BY run.due_at, run.run_id
            """
        ).prefix(count)
        func quantiles(_ column: Int) -> Quantiles {
            Quantiles(
                milliseconds: rows.compactMap { row in
                    guard let due = row[0], let at = row[column] else { return nil }
                    return Double(at - due) / 1_000
                })
        }
        return Lateness(claimed: quantiles(1), begun: quantiles(2), firstLine: quantiles(3), done: quantiles(4))
    }
}
