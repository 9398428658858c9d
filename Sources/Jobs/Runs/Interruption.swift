import Diagnostics
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The signal that came, or 0. A signal handler can reach nothing but a global.
private let requestedSignal = Atomic<Int32>(0)

/// A person's wish to stop, heard between two chunks.
package enum Interruption {

    /// From now on the first Ctrl-C (SIGINT) or SIGTERM stops the run after the chunk at hand; the second at once.
    ///
    /// They are let through in any case: a process that is started from a thread which blocks them inherits that.
    package static func listen() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                requestedSignal.store(number, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }

    /// Whether a signal has come.
    package static var isRequested: Bool { requestedSignal.load(ordering: .relaxed) != 0 }

    /// - Parameter consequence: what has become of the work.
    /// - Throws: a failure with the exit code of the signal, when one has come.
    package static func check(
        consequence: String = "what was committed stands",
        advice: String = "Give the same command again to go on from there."
    ) throws(Failure) {
        switch requestedSignal.load(ordering: .relaxed) {
        case 0: return
        case SIGTERM: throw Failure(.terminated, "Stopped; \(consequence).", advice: advice)
        default: throw Failure(.interrupted, "Interrupted; \(consequence).", advice: advice)
        }
    }
}
