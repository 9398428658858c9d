/// What an attempt's worker may use at most. Nil leaves the limit of the daemon.
package struct WorkerLimits: Hashable, Sendable {
    /// Address space (RLIMIT_AS, setrlimit(2)). It counts what is reserved too: stacks and arenas of threads, mapped
    /// files; a worker of ours reserves about 300 MiB before it does anything. Beyond it, allocation fails, and a Swift
    /// program ends by a signal.
    package var memoryBytes: UInt64?
    /// Processor time of all its threads together (RLIMIT_CPU). At the limit it is sent SIGXCPU, which ends it;
    /// `graceCPUSeconds` later SIGKILL.
    package var cpuSeconds: UInt64?
    /// How far it stands back for others, 0...19 (setpriority(2)). Only root could ask for less than 0.
    package var nice: Int32?

    package static let graceCPUSeconds: UInt64 = 5

    package init(memoryBytes: UInt64? = nil, cpuSeconds: UInt64? = nil, nice: Int32? = nil) {
        self.memoryBytes = memoryBytes
        self.cpuSeconds = cpuSeconds
        self.nice = nice
    }
}
