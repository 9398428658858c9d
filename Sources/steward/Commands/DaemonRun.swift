import ArgumentParser
import Daemon
import Diagnostics
import Jobs
import Store

#if canImport(Glibc)
    import Glibc
#endif

/// `steward daemon run`: in the foreground, until it is told to stop.
struct DaemonRun: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the jobs of the company by the clock, until told to stop.",
        discussion: """
            It stays in the foreground and writes its log to standard error; a service manager keeps it (see
            packaging/systemd). SIGTERM and Ctrl-C end it when its workers have finished, the second time at once;
            SIGHUP reads the configuration and the jobs again; SIGUSR1 writes its state to the log; SIGUSR2 drains it.
            """)

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        var problems = ProblemList()
        let processors = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let settings = DaemonSettings.load(for: context.company, processors: processors, problems: &problems)
        let jobs = JobCatalog.load(for: context.company, kinds: Application.kinds, problems: &problems)
        try problems.throwIfAny(consequence: "the daemon was not started")
        let log = DaemonLog(format: settings.logFormat, level: settings.logLevel.level, clock: context.clock)
        let store = try context.openStore()
        // On a further machine nobody has made it yet.
        try context.company.makeFolder("var")
        let lock = try DaemonLock(at: context.company.path(Daemon.lockPath), clock: context.clock)
        let daemon = try Daemon(
            company: context.company, settings: settings, jobs: jobs, store: store, clock: context.clock,
            program: Daemon.Program(
                version: Version.text, kinds: Application.kinds, processors: processors,
                environment: Self.workerEnvironment, workerArguments: Worker.arguments),
            log: log, notifier: ServiceNotifier(environment: Self.environment))
        try withExtendedLifetime(lock) { try daemon.run() }
    }

    private static var environment: [String: String] {
        var environment: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { environment[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return environment
    }

    /// What belongs to the service manager is not for workers.
    private static var workerEnvironment: [String: String] {
        environment.filter {
            !["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID"].contains($0.key)
        }
    }
}
