import Calendars

/// One worker of a supervisor, from its start to its end. Never used twice in a process.
package struct WorkerID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let number: UInt64

    package static func < (a: WorkerID, b: WorkerID) -> Bool { a.number < b.number }
    package var description: String { String(number) }
}

package enum WorkerStream: String, Hashable, Sendable, CaseIterable {
    case standardOutput = "out"
    case standardError = "err"
}

/// What happened to a worker. For each worker that was asked for: `started`, any number of `output`, then `ended`;
/// or `notStarted` alone.
package struct WorkerEvent: Sendable {
    package enum Kind: Sendable {
        case started(process: Int32)
        case notStarted(SystemError)
        /// As it came from the pipe: a chunk may end within a line or a character.
        case output(WorkerStream, [UInt8])
        case ended(WorkerEnd)
    }

    package var worker: WorkerID
    package var at: Instant
    package var kind: Kind
}

/// How a worker ended, and what it used.
package struct WorkerEnd: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        case exited(code: Int32)
        case signalled(Int32)
        /// Other code of this process waited for it and knows how it ended.
        case unknown
    }

    package var outcome: Outcome
    /// Why it was asked to stop; nil when it ended by itself. It may still have finished its work in time.
    package var stopCause: StopCause?
    /// Whether it was sent SIGKILL by its supervisor because it did not stop by itself.
    package var wasKilled: Bool
    /// Processor time of it and of those children that it has waited for (getrusage(2)).
    package var userMicroseconds: Int64
    package var systemMicroseconds: Int64
    /// The most memory that it held at once. Linux counts what the daemon held at the moment of the start too, so
    /// a smaller worker shows the daemon's size.
    package var maximumResidentBytes: Int64
    /// From start to end, on a monotonic clock.
    package var wallMicroseconds: Int64
    /// Output that it left in the pipes and that was not read, because a process that had escaped kept on writing.
    package var isOutputCutOff: Bool
}

package enum StopCause: String, Hashable, Sendable {
    case timeout
    case cancelled
    case shutdown
    /// It has not renewed its lease: it hangs, or was stopped.
    case silence
}
