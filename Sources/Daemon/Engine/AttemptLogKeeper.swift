import Calendars
import Jobs
import Store

/// Keeps what the worker of an attempt writes in the store, while it writes it: so the last words of one that was
/// killed are there too.
struct AttemptLogKeeper {
    let run: RunID
    let attempt: Int
    private var log = AttemptLog()
    private var pending: [AttemptLog.Line] = []
    /// What was taken out of the store again, because too much was written.
    private var removed: Range<Int>?

    init(run: RunID, attempt: Int) {
        self.run = run
        self.attempt = attempt
    }

    mutating func append(_ bytes: [UInt8], from stream: WorkerStream, at: Instant) {
        pending += log.append(bytes, from: stream, at: at)
        if pending.count > Self.maximumPendingLines { dropLeftOut() }
    }

    /// Keeps the last lines, which no line feed ends.
    mutating func finish(at: Instant) {
        pending += log.finish(at: at)
    }

    /// Whether there is anything to write.
    var isPending: Bool { !pending.isEmpty }

    /// Lines that wait before those that are left out in the end are looked for among them.
    private static let maximumPendingLines = 20_000

    private mutating func dropLeftOut() {
        let leftOut = log.leftOutNumbers
        pending.removeAll { leftOut.contains($0.number) }
    }

    /// Writes what is new, and takes out what is left out by now.
    mutating func store(in connection: Connection) throws {
        dropLeftOut()
        let leftOut = log.leftOutNumbers
        var lines = pending.map(AttemptLogLine.init)
        if !leftOut.isEmpty, leftOut != removed {
            try AttemptLogRecords.remove(leftOut, of: run, attempt: attempt, in: connection)
            if let note = log.leftOutNote { lines.append(AttemptLogLine(note)) }
        }
        try AttemptLogRecords.insert(lines, of: run, attempt: attempt, in: connection)
        removed = leftOut
        pending.removeAll()
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
