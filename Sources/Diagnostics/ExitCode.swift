/// The exit codes of `steward`, fixed and documented in `docs/reference/exit-codes.md`.
package enum ExitCode: Int32, Sendable, CaseIterable {
    /// Done, or already done.
    case success = 0
    case failed = 1
    /// Wrong use of the command, or an invalid file.
    case usage = 2
    /// Done in part: some items were set aside.
    case partly = 3
    /// No such job, run, period, employee.
    case notFound = 4
    case waitingForApproval = 5
    /// A rule refuses it: a closed period, a run already finalised with other inputs.
    case refused = 6
    case alreadyRunning = 7
    case runFailed = 8
    case paused = 9
    case daemonUnreachable = 10
    /// The store cannot be reached, is locked, read-only, full or damaged.
    case storeUnavailable = 11
    /// The store's schema is older or newer than this program.
    case schemaMismatch = 12
    case notPermitted = 13
    case timeout = 124
    case interrupted = 130
    case terminated = 143
}
