import Calendars
import Jobs
import Store

/// Keeps what the worker of an attempt prints in the store, while it prints it: so the last words of one that was killed
/// are there too.
struct AttemptLogKeeper {
    let run: RunID
    let attempt: Int
    /// Up to which line it is written, or left out.
    private(set) var writtenCount = 0
    /// What was taken out of the store again, because too much was printed.
    private var removed: Range<Int>?

    init(run: RunID, attempt: Int) {
        self.run = run
        self.attempt = attempt
    }

    /// Between two writes of what a worker prints.
    private static let intervalMilliseconds = 250
    /// The same for one that prints more than is kept: most of what is written is taken out again with the next write.
    private static let floodIntervalMilliseconds = 2_000

    var intervalMilliseconds: Int { removed == nil ? Self.intervalMilliseconds : Self.floodIntervalMilliseconds }

    /// Writes what is new, and takes out what is left out by now.
    mutating func store(_ new: AttemptLog.Continuation, in connection: Connection) throws {
        var lines = new.lines.map(AttemptLogLine.init)
        let leftOut = new.leftOutNumbers
        if !leftOut.isEmpty, leftOut != removed {
            try AttemptLogRecords.remove(leftOut, of: run, attempt: attempt, in: connection)
            if let note = new.leftOutNote { lines.append(AttemptLogLine(note)) }
            removed = leftOut
        }
        try AttemptLogRecords.insert(lines, of: run, attempt: attempt, in: connection)
        writtenCount = new.lineCount
    }
}

extension AttemptLogLine {
    fileprivate init(_ line: AttemptLog.Line) {
        let stream: Stream =
            switch line.stream {
            case .standardOutput: .out
            case .standardError: .err
            case nil: .note
            }
        self.init(sequence: line.number, at: line.at, stream: stream, text: line.text)
    }
}
