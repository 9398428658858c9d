import CLinux
import Diagnostics
import Glibc

/// A program of the machine that is run to its end, never through a shell.
///
/// ```swift
/// let dump = OutsideProgram(path: "/usr/bin/pg_dump", arguments: ["-Fc"], environment: [:], directory: "/srv/acme")
/// guard case .exited(0) = try dump.run() else { … }
/// ```
/// It belongs to the process that started it: it stays in its process group, so that what is sent to the group reaches
/// both, and the kernel ends it when its starter ends, however that happens. Limits of the starter are its own.
package struct OutsideProgram: Sendable {
    /// An absolute path.
    package var path: String
    /// Without the name of the program, which is the last part of the path.
    package var arguments: [String]
    /// The whole environment; nothing of ours is handed on.
    package var environment: [String: String]
    package var directory: String

    package init(path: String, arguments: [String], environment: [String: String], directory: String) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }

    /// How it ended.
    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signaled(Int32)
    }

    /// Where programs are looked for by name, whatever the environment says.
    package static let searchPath = [
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
    ]

    /// Between two looks at whether it is to stop.
    private static let lookMilliseconds: Int32 = 200

    /// The file of a program: `name` itself where it is a path, else the first in `folders` that can be executed.
    package static func path(of name: String, in folders: [String] = searchPath) -> String? {
        guard !name.contains("/") else { return isExecutable(name) ? name : nil }
        return folders.map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    /// Runs it on the calling thread and waits for its end.
    ///
    /// - Parameters:
    ///   - output: the descriptor that is its standard output; by default ours.
    ///   - errors: the descriptor that is its standard error; by default ours.
    ///   - look: called a few times in a second while it runs. When it throws, the program is sent SIGTERM; its end is
    ///     waited for, and the error is thrown on. Who wants it gone sooner kills the process group.
    /// - Throws: `Failure` when it cannot be started; what `look` throws.
    package func run(
        output: Int32 = STDOUT_FILENO, errors: Int32 = STDERR_FILENO, whileRunning look: () throws -> Void = {}
    ) throws -> Ending {
        linux_keep_ended_children()
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let process = withCStrings([name] + arguments) { arguments in
            withCStrings(variables) { linux_start_bound(path, arguments, $0, directory, output, errors) }
        }
        guard process > 0 else {
            throw Failure(
                .failed,
                "The program \(path) could not be started in \(directory): \(String(cString: strerror(errno))).",
                advice: "Check that both are there and that the user that runs steward may use them.")
        }
        var wish: (any Error)?
        let end = linux_pidfd_open(process)
        defer { if end >= 0 { close(end) } }
        while true {
            var status: Int32 = 0
            switch waitpid(process, &status, WNOHANG) {
            case process:
                if let wish { throw wish }
                return Self.ending(status)
            case -1 where errno != EINTR:
                throw Failure(
                    .failed, "The program \(path) was waited for by somebody else; nobody knows how it ended.")
            default: break
            }
            Self.pause(until: end)
            guard wish == nil else { continue }
            do {
                try look()
            } catch {
                wish = error
                kill(process, SIGTERM)
                kill(process, SIGCONT)
            }
        }
    }

    private static func pause(until end: Int32) {
        var wait = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
        // A descriptor below 0 is passed over: then this only waits.
        _ = poll(&wait, 1, lookMilliseconds)
    }

    private static func ending(_ status: Int32) -> Ending {
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .signaled(signal)
    }

    private static func isExecutable(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}

extension OutsideProgram.Ending: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let signal): "signal \(signal) (\(String(cString: strsignal(signal))))"
        }
    }
}
