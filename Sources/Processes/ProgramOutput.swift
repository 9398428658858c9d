import Glibc
import Synchronization

/// Where the standard output of outside programs goes: to ours, unless ours carries something for another program.
package enum ProgramOutput {
    private static let toErrors = Atomic<Bool>(false)

    /// From now on what outside programs write to their standard output goes to our standard error: a command that
    /// answers in JSON or CSV must answer nothing else.
    package static func redirectToErrors() { toErrors.store(true, ordering: .relaxed) }

    package static var descriptor: Int32 { toErrors.load(ordering: .relaxed) ? STDERR_FILENO : STDOUT_FILENO }
}
