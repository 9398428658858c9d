import Calendars
import Diagnostics
import Glibc
import Jobs
import Logging
import Store

/// The daemon of one company: it lives through the schedules of its jobs, gives runs to workers, and delivers mail.
///
/// One thread does all of it, round after round; supervisor, signals, control and health have threads of their own and
/// send it messages. Everything that must not be lost is in the store before anything is done about it, so that the
/// daemon may be killed at any point and the next one goes on from there.
package final class Daemon {
    /// What the daemon is made of that the company does not say.
    package struct Program: Sendable {
        package var version: String
        package var kinds: KindRegistry
        /// Of this machine.
        package var processors: Int
        /// The command line, after the program's name, of the worker for an attempt at a run or a partition.
        package var workerArguments: @Sendable (Company, RunLease) -> [String]
        package var environment: [String: String]

        package init(
            version: String, kinds: KindRegistry, processors: Int, environment: [String: String],
            workerArguments: @escaping @Sendable (Company, RunLease) -> [String]
        ) {
            self.version = version
            self.kinds = kinds
            self.processors = processors
            self.environment = environment
            self.workerArguments = workerArguments
        }
    }

    /// What it is about to do.
    enum Phase: String {
        case running
        /// Starts no run; lets finish what is being worked on.
        case draining
        /// As draining, and then ends.
        case stopping
        /// Workers have been told to stop.
        case ending
    }

    enum Message: Sendable {
        /// None of what it prints.
        case worker(WorkerEvent)
        /// A worker has printed something since somebody last came for it.
        case output
        case signal(DaemonSignal)
        case request(DaemonRequest)
        /// Another process has put something into the store.
        case news
    }

    var company: Company
    let store: Store
    let clock: any Clock
    let program: Program
    let log: DaemonLog
    let logger: Logger
    let inbox: Inbox<Message>
    let output = WorkerOutput()
    let notifier: ServiceNotifier
    let process = WorkerProcess.current
    let node: NodeRecords.NodeID
    /// A person has told the node of this name to take no more work; it stays so over restarts.
    var isDrained = false
    let startedAt: Instant
    let health = DaemonHealth()
    /// Nil where the company has no mail.
    var notices: Notices?
    let monotonic = ContinuousClock()
    /// Set once, before the first round; the supervisor's events need the inbox, which needs the daemon.
    var supervisor: WorkerSupervisor?
    var mail: MailDelivery?

    var settings: DaemonSettings
    var jobs: JobCatalog
    /// As `settings` and `jobs` say; there may be ten thousand jobs to ask.
    var limits: RunLimits
    var schedules: SchedulePass
    /// Whether the store has the schedules of `jobs`.
    var areSchedulesAdopted = false
    var phase = Phase.running
    var active: [WorkerID: ActiveAttempt] = [:]
    /// Workers that help with partitions of runs that others work on.
    var helpers: [WorkerID: Helper] = [:]
    /// Until when the workers may finish by themselves, once the daemon is to end.
    var graceEndsAt: ContinuousClock.Instant?
    var nextDueAt: Instant?
    private var lastHeartbeat: ContinuousClock.Instant?
    private var lastRecovery: ContinuousClock.Instant?
    private var lastWatchdog: ContinuousClock.Instant?
    private var lastNotices: ContinuousClock.Instant?
    private var lastCount: ContinuousClock.Instant?
    private var lastZoneLook: ContinuousClock.Instant?
    private var zones = ZoneDatabaseWatch(stamp: ZoneDatabase.system.stamp)
    private var clockWatch = ClockWatch()
    /// Rounds in a row in which the store could not be used.
    private var troubleCount = 0
    /// Those of them in which it could not be reached.
    private var unreachableCount = 0
    private var listener: NewsListener?
    var leases = LeaseWatch()

    /// An attempt whose worker runs.
    struct ActiveAttempt {
        var run: RunRecord
        var declaration: JobDeclaration?
        var since: Instant
        var log: AttemptLogKeeper
        var logStoredAt: ContinuousClock.Instant
        var stopCause: StopCause?
    }

    /// Between two looks for runs of which people want to hear that they are late, or wait for them.
    static let noticeSeconds = 10
    /// Between two looks for an update of the time zones.
    static let zoneLookSeconds = 60
    /// The longest wait when nothing wakes the daemon: other processes may have put something into the store.
    static let pollMilliseconds: Int64 = 500
    /// The longest wait while the store cannot be reached: it doubles with each time.
    static let maximumTroubleMilliseconds: Int64 = 5_000
    /// An attempt is lost through no fault of its own at most so often; then its run has failed.
    static let maximumLostAttempts = 10

    package init(
        company: Company, settings: DaemonSettings, jobs: JobCatalog, store: Store, clock: any Clock, program: Program,
        log: DaemonLog, notifier: ServiceNotifier
    ) throws {
        self.company = company
        notices = Notices(company)
        self.settings = settings
        self.jobs = jobs
        limits = Self.limits(of: jobs, settings)
        schedules = SchedulePass(jobs, company: company, person: Self.actor)
        self.store = store
        self.clock = clock
        self.program = program
        self.log = log
        self.notifier = notifier
        logger = log.logger("daemon")
        inbox = try Inbox()
        startedAt = clock.now()
        node = NodeRecords.NodeID(process: process, startedAt: startedAt)
    }

    /// Works until it is told to stop.
    package func run() throws {
        let inbox = inbox
        let supervisor = try WorkerSupervisor(clock: clock, maximumWorkers: DaemonSettings.maximumWorkers) {
            [output] event in
            if let message = output.take(event) { inbox.send(message) }
        }
        self.supervisor = supervisor
        let signals = try SignalInbox { inbox.send(.signal($0)) }
        defer { signals.close() }
        let control = try ControlServer(at: company.path(Self.socketPath)) { request, peer in
            DaemonRequest.answer(request, from: peer, through: inbox)
        }
        defer { control.close() }
        mail = try mailDelivery()
        defer { mail?.stop(graceSeconds: Self.mailGraceSeconds) }
        let server = try healthServer()
        defer { server?.close() }
        try store.write { try NodeRecords.start(nodeStart, at: clock.now(), in: $0) }
        health.running(version: program.version, timeZoneData: ZoneDatabase.system.version)
        listener = try NewsListener(store, logger: log.logger("listener")) { inbox.send(.news) }
        defer { listener?.stop() }
        logger.info(
            "started",
            metadata: [
                "company": "\(company.settings.name)", "node": "\(nodeName)", "jobs": "\(jobs.jobs.count)",
                "workers": "\(settings.workers)",
                "version": "\(program.version)", "store": "\(company.settings.store)",
            ])
        try adoptSchedules()
        try? notifier.ready(status: "\(jobs.jobs.count) jobs")
        while true {
            let messages = inbox.receive(waitingUpTo: waitMilliseconds)
            for message in messages { receive(message) }
            round()
            if phase == .stopping || phase == .ending, workerCount == 0 { break }
        }
        try? notifier.stopping(status: "ended")
        supervisor.close(graceSeconds: 0)
        _ = try? store.write { try NodeRecords.end(node, at: clock.now(), in: $0) }
        logger.info("ended")
    }

    /// What messages on their way may still take when the daemon ends.
    static let mailGraceSeconds = 10

    package static let socketPath = "var/daemon.sock"
    package static let lockPath = "var/daemon.lock"

    // MARK: - Rounds

    /// All that is to be done now. Trouble with the store is said once, and tried again in the next round.
    private func round() {
        do {
            let now = clock.now()
            watchClock(now)
            lookAtZones()
            try recoverLost(at: now)
            try storeLogs()
            try beatHeart(at: now)
            if phase == .running || phase == .draining { try tickSchedules(at: now) }
            if phase == .running {
                try release(at: now)
                try startRuns(at: now)
                try startHelpers(at: now)
            }
            try stopCanceled()
            try countBacklog()
            try tellWhatWaits(at: now)
            if phase == .stopping { endGrace() }
            health.turned(at: monotonic.now)
            if troubleCount > 0 {
                troubleCount = 0
                unreachableCount = 0
                logger.notice("the store can be used again")
            }
            callWatchdog()
        } catch {
            let text = Self.text(of: error)
            if troubleCount == 0 { logger.error("the store cannot be used just now", metadata: ["error": "\(text)"]) }
            troubleCount += 1
            if case StoreError.unreachable = error { unreachableCount += 1 } else { unreachableCount = 0 }
            health.troubled(text)
        }
    }

    static func text(of error: any Error) -> String {
        (error as? any ReportableError)?.failure.description ?? "\(error)"
    }

    /// How long to wait after trouble with the store. A server that went away is not met by all daemons at once when it
    /// comes again; a store that is locked was waited for already.
    private var troubleMilliseconds: Int64 {
        guard unreachableCount > 0 else { return Self.pollMilliseconds }
        let longest = min(Self.maximumTroubleMilliseconds, Self.pollMilliseconds << Int64(min(unreachableCount - 1, 8)))
        return Int64.random(in: longest / 2...longest)
    }

    private var waitMilliseconds: Int32 {
        guard troubleCount == 0 else { return Int32(clamping: troubleMilliseconds) }
        var milliseconds = Self.pollMilliseconds
        if let nextDueAt, phase == .running || phase == .draining {
            let left = (nextDueAt.microseconds - clock.now().microseconds + 999) / 1_000
            milliseconds = min(milliseconds, max(0, left))
        }
        if let log = millisecondsToNextLog { milliseconds = min(milliseconds, log) }
        return Int32(clamping: milliseconds)
    }

    private func beatHeart(at now: Instant) throws {
        if let lastHeartbeat, monotonic.now - lastHeartbeat < .seconds(NodeRecords.heartbeatSeconds) { return }
        try store.write {
            try NodeRecords.seen(
                node, state: nodeState, workers: workerCount, workerLimit: settings.workers, at: now, in: $0)
        }
        lastHeartbeat = monotonic.now
        health.reached(at: monotonic.now)
    }

    /// Says when somebody set the clock: it explains what is suddenly due, or is not due any more.
    private func watchClock(_ now: Instant) {
        guard let seconds = clockWatch.jumpSeconds(clock: now, monotonic: monotonic.now) else { return }
        let text = ElapsedText(abs(seconds))
        logger.warning(
            seconds > 0
                ? "the clock was set forward by \(text): what became due by that is late, and treated by `catch_up`"
                : "the clock was set back by \(text): nothing is due a second time")
    }

    /// Takes over an updated database of time zones, which a daemon that runs for months is sure to meet.
    private func lookAtZones() {
        if let lastZoneLook, monotonic.now - lastZoneLook < .seconds(Self.zoneLookSeconds) { return }
        lastZoneLook = monotonic.now
        guard zones.isUpdated(stamp: ZoneDatabase.system.stamp) else { return }
        logger.notice("the time zones of this machine were updated")
        _ = reload()
    }

    /// Tells the service manager that all is well, twice as often as it wants to hear it.
    private func callWatchdog() {
        guard let microseconds = notifier.watchdogMicroseconds, health.isWell else { return }
        if let lastWatchdog, monotonic.now - lastWatchdog < .microseconds(Int64(clamping: microseconds / 2)) { return }
        lastWatchdog = monotonic.now
        try? notifier.watchdog()
    }

    /// For `/metrics`.
    private func countBacklog() throws {
        if let lastCount, monotonic.now - lastCount < .seconds(Self.noticeSeconds) { return }
        lastCount = monotonic.now
        health.waiting(try store.read(Backlog.counted))
    }

    /// Writes the mails about what is late, and about approvals that nobody has given in time.
    private func tellWhatWaits(at now: Instant) throws {
        guard let notices else { return }
        if let lastNotices, monotonic.now - lastNotices < .seconds(Self.noticeSeconds) { return }
        lastNotices = monotonic.now
        let told = try notices.tellWhatWaits(jobs.jobs, in: store, at: now)
        for run in told.late { logger.warning("run \(run) is late") }
        for run in told.reminded { logger.notice("run \(run) still waits for an approval") }
    }

    /// Workers that run.
    var workerCount: Int { active.count + helpers.count }

    func isRecoveryDue() -> Bool {
        if let lastRecovery, monotonic.now - lastRecovery < .milliseconds(LeaseWatch.lookMilliseconds) { return false }
        lastRecovery = monotonic.now
        return true
    }

    // MARK: - Messages

    private func receive(_ message: Message) {
        switch message {
        case .worker(let event): receive(event)
        case .signal(let signal): receive(signal)
        case .request(let request): request.reply(answer(request))
        case .news, .output: break
        }
    }

    private func receive(_ signal: DaemonSignal) {
        logger.notice("received \(signal.name)")
        switch signal {
        case .terminate, .interrupt: stop()
        case .hangUp: _ = reload()
        case .user1: logger.notice("state", metadata: ["state": "\(stateText)"])
        case .user2: drain()
        }
    }

    /// Lets finish what is being worked on, and ends; when it was asked before, stops the workers at once.
    func stop() {
        switch phase {
        case .running, .draining:
            phase = .stopping
            graceEndsAt = monotonic.now + .seconds(settings.graceSeconds)
            stopHelpers()
            try? notifier.stopping(status: "\(workerCount) workers finish")
            logger.notice("stopping", metadata: ["workers": "\(workerCount)", "grace": "\(settings.graceSeconds) s"])
        case .stopping:
            stopWorkers(graceSeconds: Self.shutdownGraceSeconds)
        case .ending:
            supervisor?.stopAll(.shutdown, graceSeconds: 0)
        }
    }

    /// What a worker may still take once it was told that the daemon ends: a chunk.
    static let shutdownGraceSeconds: Double = 10

    private func endGrace() {
        guard let graceEndsAt, monotonic.now >= graceEndsAt else { return }
        stopWorkers(graceSeconds: Self.shutdownGraceSeconds)
    }

    private func stopWorkers(graceSeconds: Double) {
        phase = .ending
        logger.notice("telling the workers to stop", metadata: ["workers": "\(workerCount)"])
        supervisor?.stopAll(.shutdown, graceSeconds: graceSeconds)
    }

    func drain() {
        guard phase == .running else { return }
        phase = .draining
        logger.notice("draining: no run is started until `steward daemon resume`")
    }

    func resume() {
        guard phase == .draining else { return }
        phase = .running
        logger.notice("resumed")
    }
}
