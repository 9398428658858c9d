import Daemon
import Diagnostics
import Jobs

/// Tells the company's daemon that there is something to do, so that it need not be found at the next look.
enum DaemonCall {
    /// A daemon that is busy looks by itself soon.
    private static let maximumWaitSeconds = 2.0

    /// - Returns: whether a daemon heard it.
    static func wake(_ company: Company) -> Bool {
        do {
            _ = try ControlClient.send(
                ControlRequest("wake"), to: company.path(Daemon.socketPath), timeoutSeconds: maximumWaitSeconds)
            return true
        } catch {
            // Whoever may not talk to it knows that it is there; one that is busy looks by itself.
            return error.exitCode == .notPermitted || ControlClient.isListening(at: company.path(Daemon.socketPath))
        }
    }

    static let noDaemon = "No daemon is running; start it with `steward daemon run`."

    /// Wakes the daemon for something that waits for it; says so where there is none.
    static func wakeOrSay(_ context: CommandContext) {
        if !wake(context.company) { context.printer.say("\n\(noDaemon)") }
    }
}
