import Foundation

/// One command given to a shell, its output written to files.
///
/// Foundation's `Process` also waits for what the command leaves running in the background; a shell does not.
enum ShellCommand {
    static let maximumSeconds = 120

    struct NotStarted: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs `command` in `folder` and waits for its end.
    ///
    /// - Parameter ending: the file that the folder in which the command ended is written to.
    /// - Returns: the exit code as a shell has it: 128 and the signal's number for one that was killed.
    static func run(
        _ command: String, in folder: String, environment: [String: String], output: String, errors: String,
        ending: String
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        for (descriptor, file) in [(STDOUT_FILENO, output), (STDERR_FILENO, errors)] {
            posix_spawn_file_actions_addopen(&actions, descriptor, file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        // The threads that tests run on block signals, which the command would inherit.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let script = "cd \"$1\" && eval \"$2\"; code=$?; pwd > \"$3\"; exit $code"
        let arguments = ["timeout", "\(maximumSeconds)", "/bin/sh", "-c", script, "sh", folder, command, ending]
        var process: pid_t = 0
        let failure = withCStrings(arguments) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&process, "/usr/bin/timeout", &actions, &attributes, arguments, environment)
            }
        }
        guard failure == 0 else { throw NotStarted(description: "\(command): \(String(cString: strerror(failure)))") }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw NotStarted(description: String(cString: strerror(errno))) }
        }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    /// The strings as C has them: pointers, the last one null.
    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}
