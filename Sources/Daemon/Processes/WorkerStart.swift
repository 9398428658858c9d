import CLinux
import Diagnostics
import Glibc

/// What a worker does first, before it opens the store.
///
/// The daemon says what is to be done in the variable `STEWARD_WORKER` of its environment:
/// `parent=812 memory_bytes=2147483648 cpu_seconds=3600 nice=5`.
package enum WorkerStart {
    package static let variable = "STEWARD_WORKER"
    /// Beside the limits: no memory image on disk, which would hold everybody's pay.
    static let maximumCoreBytes: UInt64 = 0
    /// How much likelier than the daemon the kernel ends a worker when the machine is out of memory (proc(5)).
    static let outOfMemoryScore = "500"

    /// The value of `variable` for a worker of this process with `limits`.
    package static func instructions(parent: pid_t, limits: WorkerLimits) -> String {
        var words = ["parent=\(parent)"]
        if let bytes = limits.memoryBytes { words.append("memory_bytes=\(bytes)") }
        if let seconds = limits.cpuSeconds { words.append("cpu_seconds=\(seconds)") }
        if let nice = limits.nice { words.append("nice=\(nice)") }
        return words.joined(separator: " ")
    }

    /// Binds this process to the daemon that started it and takes on its limits, as `variable` says. What it starts
    /// itself has the limits too, and no longer finds the variable.
    ///
    /// - Returns: false when no daemon started it: nothing is done.
    /// - Throws: when the daemon is gone already, or a limit cannot be taken on.
    @discardableResult
    package static func enter() throws -> Bool {
        guard let value = getenv(variable).map({ String(cString: $0) }) else { return false }
        unsetenv(variable)
        let (parent, limits) = try read(value)
        try bindToParent(expectedParent: parent)
        try apply(limits)
        _ = linux_name_thread("steward-worker")
        return true
    }

    /// From now on the kernel ends this process, by SIGKILL, when its parent ends (PR_SET_PDEATHSIG, prctl(2)).
    ///
    /// The signal holds across an exec, but not for children; and it comes at the end of the *thread* that started this
    /// process, which is why `WorkerSupervisor` starts all from its own.
    ///
    /// - Parameter expectedParent: the process that started this one. It may have ended before the signal was asked
    ///   for, and then another has taken its place.
    package static func bindToParent(expectedParent: pid_t) throws {
        guard linux_signal_at_parent_death(SIGKILL) == 0 else { throw SystemError("prctl") }
        let parent = getppid()
        guard parent == expectedParent else {
            throw Failure(
                .failed, "The daemon that started this worker, process \(expectedParent), has ended; nothing was done.")
        }
    }

    package static func apply(_ limits: WorkerLimits) throws(SystemError) {
        try check(linux_limit(linux_limit_core_bytes, maximumCoreBytes, maximumCoreBytes), "core size")
        if let nice = limits.nice { try check(linux_set_nice(nice), "nice \(nice)") }
        if let seconds = limits.cpuSeconds {
            let (hard, overflow) = seconds.addingReportingOverflow(WorkerLimits.graceCPUSeconds)
            try check(
                linux_limit(linux_limit_cpu_seconds, seconds, overflow ? .max : hard), "\(seconds) s of processor time")
        }
        // The last, since what stands above may need memory.
        if let bytes = limits.memoryBytes {
            try check(linux_limit(linux_limit_address_space, bytes, bytes), "\(bytes) bytes of memory")
        }
        // Where this is not allowed, the kernel chooses as it likes.
        let file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        if file >= 0 {
            _ = write(file, outOfMemoryScore, outOfMemoryScore.utf8.count)
            close(file)
        }
    }

    private static func check(_ result: Int32, _ limit: String) throws(SystemError) {
        guard result == 0 else { throw SystemError("setrlimit", about: "limiting the worker to \(limit)") }
    }

    static func read(_ value: String) throws -> (parent: pid_t, limits: WorkerLimits) {
        var parent: pid_t?
        var limits = WorkerLimits()
        for word in value.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            let text = parts.count == 2 ? parts[1] : ""
            switch parts[0] {
            case "parent": parent = try number(text, in: word)
            case "memory_bytes": limits.memoryBytes = try number(text, in: word)
            case "cpu_seconds": limits.cpuSeconds = try number(text, in: word)
            case "nice": limits.nice = try number(text, in: word)
            default: throw unreadable(word)
            }
        }
        guard let parent else { throw unreadable(value[...]) }
        return (parent, limits)
    }

    private static func number<Number: FixedWidthInteger>(_ text: String, in word: Substring) throws -> Number {
        guard let number = Number(text) else { throw unreadable(word) }
        return number
    }

    private static func unreadable(_ word: Substring) -> Failure {
        Failure(
            .usage, "\(variable) \"\(word)\" cannot be read (expected e.g. \"parent=812 memory_bytes=2147483648\").",
            advice: "Only the daemon sets this variable; remove it from the environment.")
    }
}
