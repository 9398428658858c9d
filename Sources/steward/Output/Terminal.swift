import Diagnostics
import Jobs
import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a command speaks: results to standard output, talk to standard error.
enum Terminal {
    static func print(_ text: String) {
        write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO)
    }

    static func printError(_ text: String) {
        write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO)
    }

    static func exit(_ code: ExitCode) -> Never {
        Glibc.exit(code.rawValue)
    }

    /// Says what went wrong and ends with its exit code.
    static func fail(_ failure: Failure) -> Never {
        printError(failure.description)
        exit(failure.exitCode)
    }

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Characters of a line where nothing says otherwise.
    static let usualWidth = 120
    static let leastWidth = 80

    /// Characters of a line of standard output: those of the terminal, and never less than 80.
    static var outputWidth: Int { terminalWidth.map { max($0, leastWidth) } ?? usualWidth }

    /// Characters of a line of the terminal; nil where standard output is none.
    static var terminalWidth: Int? {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Shows how far a run has come, on one line that is written over; nothing where no one is looking.
    static func showProgress(_ progress: RunProgress) {
        guard progress.itemsTotal > 0 else { return }
        showLine("\(progress.itemsDone) of \(progress.itemsTotal)")
    }

    /// Writes over the line that was shown before; nothing where no one is looking.
    static func showLine(_ text: String) {
        guard errorIsTerminal else { return }
        write("\r\u{1B}[K\(text)", to: STDERR_FILENO)
    }

    /// As above, for what counts no items.
    static func showProgress(_ text: String) {
        guard errorIsTerminal else { return }
        write("\r\u{1B}[K\(text)", to: STDERR_FILENO)
    }

    static func showProgress(_ progress: StoreProgress) {
        let share = progress.total > 0 ? " \(progress.done * 100 / progress.total) %" : ""
        showProgress(progress.phase.rawValue + share)
    }

    static func clearProgress() {
        guard errorIsTerminal else { return }
        write("\r\u{1B}[K", to: STDERR_FILENO)
    }

    /// From now on a reader that has gone away (`| head`) is no reason to die in the middle of the work.
    ///
    /// Nor is a file that may not grow any further (RLIMIT_FSIZE): the write fails, and the error is told.
    static func ignoreClosedPipes() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// All of it, also into a pipe that takes it in pieces. What a reader that has gone away would have read is dropped.
    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                if errno == EPIPE { return }
                if descriptor == STDOUT_FILENO {
                    fail(Failure(.failed, "The output could not be written: \(String(cString: strerror(errno)))."))
                }
                exit(.failed)
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
