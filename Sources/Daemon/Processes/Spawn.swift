import CLinux
import Glibc
import Processes

/// Starts programs by posix_spawn(3).
///
/// `swift-subprocess` was looked at and does not serve here: it waits for the end of the pipes (its issue 256), does not
/// say what a process used, and starts from a thread of the cooperative pool, while Linux ties the parent-death signal
/// to the thread that starts.
enum Spawn {
    /// Starts `command` as the leader of a process group of its own: no signal blocked or ignored, standard input empty,
    /// no other descriptor of ours open.
    static func start(
        _ command: WorkerCommand, output: OwnedDescriptor, errors: OwnedDescriptor
    ) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        try check(
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0),
            posix_spawn_file_actions_adddup2(&actions, output.number, STDOUT_FILENO),
            posix_spawn_file_actions_adddup2(&actions, errors.number, STDERR_FILENO),
            linux_spawn_without_descriptors(&actions, STDERR_FILENO + 1),
            linux_spawn_in(&actions, command.workingDirectory))

        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        try check(
            posix_spawnattr_setpgroup(&attributes, 0),
            posix_spawnattr_setsigmask(&attributes, &none),
            posix_spawnattr_setsigdefault(&attributes, &all),
            posix_spawnattr_setflags(
                &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)))

        let environment = command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var process: pid_t = 0
        let result = withCStrings(command.arguments) { arguments in
            withCStrings(environment) { environment in
                posix_spawn(&process, command.program, &actions, &attributes, arguments, environment)
            }
        }
        guard result == 0 else {
            throw SystemError("posix_spawn", code: result, about: Self.name(of: command))
        }
        return process
    }

    private static func check(_ results: Int32...) throws(SystemError) {
        for result in results where result != 0 { throw SystemError("posix_spawn", code: result) }
    }

    /// A missing working directory and a missing program give the same error, so both are named.
    private static func name(of command: WorkerCommand) -> String {
        let program = command.program == WorkerCommand.thisProgram ? command.arguments.first : command.program
        return "starting \(program ?? command.program) in \(command.workingDirectory)"
    }
}
