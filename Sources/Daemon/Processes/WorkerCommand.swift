/// What is started for one attempt.
package struct WorkerCommand: Sendable {
    /// The file that is executed: by default the program that is running, even when its file has been replaced since.
    package var program: String
    /// All arguments, the first being the name that the program goes by.
    package var arguments: [String]
    /// The whole environment; nothing of the daemon's own is handed on.
    package var environment: [String: String]
    package var workingDirectory: String
    /// Applied by the worker itself, in `WorkerStart.enter`, before it does anything else.
    package var limits: WorkerLimits
    /// The longest that it may run, measured on a monotonic clock; nil for no limit.
    package var timeoutSeconds: Double?
    /// How long it has between SIGTERM and SIGKILL when the timeout has passed.
    package var graceSeconds: Double

    package static let thisProgram = "/proc/self/exe"
    package static let defaultGraceSeconds: Double = 30

    package init(
        program: String = Self.thisProgram, arguments: [String], environment: [String: String],
        workingDirectory: String, limits: WorkerLimits = WorkerLimits(), timeoutSeconds: Double? = nil,
        graceSeconds: Double = Self.defaultGraceSeconds
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.limits = limits
        self.timeoutSeconds = timeoutSeconds
        self.graceSeconds = graceSeconds
    }
}
