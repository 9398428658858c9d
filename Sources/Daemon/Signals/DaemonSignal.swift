import Glibc

/// The signals that mean something to the daemon.
package enum DaemonSignal: UInt8, Hashable, Sendable, CaseIterable {
    /// Finish and stop; a second one stops at once.
    case terminate = 15
    /// Ctrl-C: as `terminate`.
    case interrupt = 2
    /// Read the configuration and the jobs again.
    case hangUp = 1
    /// Write the state to the log.
    case user1 = 10
    /// Start nothing more and let finish what runs.
    case user2 = 12

    package var name: String {
        switch self {
        case .terminate: "SIGTERM"
        case .interrupt: "SIGINT"
        case .hangUp: "SIGHUP"
        case .user1: "SIGUSR1"
        case .user2: "SIGUSR2"
        }
    }
}
