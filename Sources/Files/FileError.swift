import Diagnostics

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why a file did not come into being. An older file at its path stays as it was.
package enum FileError: Error, Hashable, Sendable {
    /// The system refused something; `reason` is its own word for it ("No space left on device").
    case cannotWrite(path: String, reason: String)
    /// Whoever read the pipe has gone away.
    case noReader(path: String)
    /// There is one already, and a new one was asked for.
    case exists(path: String)
    /// Another process is writing the same file now.
    case beingWritten(path: String)

    /// What the system says of the last error of this thread.
    package static var systemReason: String { String(cString: strerror(errno)) }
}

extension FileError: ReportableError {
    package var failure: Failure {
        switch self {
        case .cannotWrite(let path, let reason):
            Failure(
                .failed, "\(path) cannot be written: \(reason).",
                advice: "Nothing was written there; a file that was there before is unchanged. Check the folder, its "
                    + "permissions and its disk.")
        case .noReader(let path):
            Failure(.failed, "\(path) cannot be written: nobody reads it any more.", advice: "Give the command again.")
        case .exists(let path):
            Failure(
                .refused, "\(path) is there already; nothing was written.",
                advice: "Give another name, or take that file away first.")
        case .beingWritten(let path):
            Failure(
                .alreadyRunning, "\(path) is being written by another process.",
                advice: "Wait for it to finish, or write to another file.")
        }
    }
}
