import Calendars
import Store

/// One line that the worker of an attempt wrote, or that was said about it.
package struct AttemptLogLine: Hashable, Sendable {
    package enum Stream: String, CaseIterable, Sendable {
        case out, err
        /// The daemon's own words.
        case note
    }

    package var sequence: Int
    package var at: Instant
    package var stream: Stream
    package var text: String

    package init(sequence: Int, at: Instant, stream: Stream, text: String) {
        self.sequence = sequence
        self.at = at
        self.stream = stream
        self.text = text
    }
}

/// The output of attempts in the store.
package enum AttemptLogRecords {
    package static func insert(
        _ lines: [AttemptLogLine], of run: RunID, attempt: Int, in connection: Connection
    ) throws {
        guard !lines.isEmpty else { return }
        try connection.insert(
            into: "attempt_log", columns: ["run_id", "attempt", "sequence", "at", "stream", "text"]
        ) { row in
            for line in lines {
                try row.bind(run.rawValue)
                try row.bind(attempt)
                try row.bind(line.sequence)
                try row.bind(line.at)
                try row.bind(line.stream.rawValue)
                // No text of a database holds this character.
                try row.bind(line.text.replacing("\0", with: "\u{FFFD}"))
                try row.finishRow()
            }
        }
    }

    /// Takes out lines again.
    package static func remove(
        _ sequences: Range<Int>, of run: RunID, attempt: Int, in connection: Connection
    ) throws {
        try connection.execute(
            "DELETE FROM attempt_log WHERE run_id = ? AND attempt = ? AND sequence >= ? AND sequence < ?", run, attempt,
            sequences.lowerBound, sequences.upperBound)
    }

    /// The lines of an attempt after one of them, in their order.
    package static func lines(
        of run: RunID, attempt: Int, after sequence: Int = 0, maximumCount: Int = 10_000, in connection: Connection
    ) throws -> [AttemptLogLine] {
        try connection.all(
            """
            SELECT sequence, at, stream, text FROM attempt_log
             WHERE run_id = ? AND attempt = ? AND sequence > ? ORDER BY sequence LIMIT ?
            """, run, attempt, sequence, maximumCount
        ) { row in
            AttemptLogLine(
                sequence: Int(try row.int(0)), at: try row.instant(1), stream: try row.named(2), text: try row.text(3))
        }
    }
}
