import Calendars
import Synchronization

/// What the workers print. The thread that reads it keeps it here, within the bounds of a log; the thread of the daemon
/// comes for it when it has the time.
///
/// So a program that floods its output waits for the thread that reads it, and neither the memory of the daemon nor its
/// rounds know of it.
final class WorkerOutput: Sendable {
    private struct Printed {
        var log = AttemptLog()
        /// The thread of the daemon has been told that there is something.
        var isAnnounced = false
    }

    private let workers = Mutex<[WorkerID: Printed]>([:])

    /// - Returns: what the daemon's thread is to be told.
    func take(_ event: WorkerEvent) -> Daemon.Message? {
        workers.withLock { workers in
            switch event.kind {
            case .started: workers[event.worker] = Printed()
            case .notStarted: break
            case .output(let stream, let bytes):
                workers[event.worker]?.log.append(bytes, from: stream, at: event.at)
                guard workers[event.worker]?.isAnnounced == false else { return nil }
                workers[event.worker]?.isAnnounced = true
                return .output
            case .ended(let end):
                if end.isOutputCutOff {
                    let note = Array("\n[the rest of the output is left out]\n".utf8)
                    workers[event.worker]?.log.append(note, from: .standardError, at: event.at)
                }
                workers[event.worker]?.log.finish(at: event.at)
            }
            return .worker(event)
        }
    }

    /// Whether the worker has printed lines beyond the first `count`.
    func hasMore(of worker: WorkerID, than count: Int) -> Bool {
        workers.withLock { ($0[worker]?.log.lineCount ?? 0) > count }
    }

    /// What a copy of its log that goes up to line `count` lacks; nil where it was never started.
    func continuation(of worker: WorkerID, after count: Int) -> AttemptLog.Continuation? {
        workers.withLock { workers in
            workers[worker]?.isAnnounced = false
            return workers[worker]?.log.continuation(after: count)
        }
    }

    /// The same of one that has ended; nobody asks for it again.
    func rest(of worker: WorkerID, after count: Int) -> AttemptLog.Continuation? {
        workers.withLock { $0.removeValue(forKey: worker)?.log.continuation(after: count) }
    }
}
