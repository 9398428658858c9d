import Calendars
import Diagnostics
import Jobs
import Store
import Synchronization

/// What somebody asks the daemon over its socket, on its way to the daemon's own thread.
final class DaemonRequest: Sendable {
    let verb: Verb
    let user: UInt32
    private let answer = Mutex<ControlReply?>(nil)
    private let wake: WakeDescriptor

    enum Verb: String, CaseIterable, Sendable {
        case status, reload, drain, resume, stop, wake
    }

    /// Whoever asks does not wait longer for a daemon that is busy.
    static let maximumWaitSeconds = 30

    private init(_ verb: Verb, user: UInt32) throws(SystemError) {
        self.verb = verb
        self.user = user
        wake = try WakeDescriptor()
    }

    func reply(_ reply: ControlReply) {
        answer.withLock { $0 = reply }
        wake.wake()
    }

    /// Hands a request to the daemon and waits for its answer; on the control server's thread.
    static func answer(
        _ request: ControlRequest, from peer: ConnectionPeer, through inbox: Inbox<Daemon.Message>
    ) -> ControlReply {
        guard let verb = Verb(rawValue: request.verb) else {
            return .unknownVerb(request.verb, known: Verb.allCases.map(\.rawValue))
        }
        do {
            let request = try DaemonRequest(verb, user: peer.user)
            inbox.send(.request(request))
            request.wake.wait(maximumMilliseconds: Int32(maximumWaitSeconds) * 1_000)
            return request.answer.withLock { $0 }
                ?? ControlReply(
                    exitCode: ExitCode.timeout.rawValue,
                    message: "The daemon has not answered for \(maximumWaitSeconds) s.",
                    advice: "Look at its log; it may wait for the store.")
        } catch {
            return ControlReply(exitCode: ExitCode.failed.rawValue, message: "\(error)")
        }
    }
}

extension Daemon {
    func answer(_ request: DaemonRequest) -> ControlReply {
        if request.verb != .status, request.verb != .wake {
            logger.notice("asked to \(request.verb.rawValue)", metadata: ["uid": "\(request.user)"])
        }
        switch request.verb {
        case .wake: return ControlReply(message: "Awake.")
        case .status: return ControlReply(message: stateText, values: status)
        case .drain:
            drain()
            return ControlReply(
                message: "Draining: no run is started; \(workerCount) \(workerCount == 1 ? "goes" : "go") on.")
        case .resume:
            resume()
            return ControlReply(
                message: phase == .running ? "Running." : "Not resumed: the daemon is \(phase.rawValue).")
        case .stop:
            stop()
            return ControlReply(
                message: "Stopping: \(Self.runs(active.count)) may finish within \(settings.graceSeconds) s.")
        case .reload:
            guard let failure = reload() else { return ControlReply(message: "Reloaded: \(jobs.jobs.count) jobs.") }
            return ControlReply(
                exitCode: failure.exitCode.rawValue, message: "\(failure)",
                advice: failure.problems.isEmpty ? "The daemon goes on with what it had." : nil)
        }
    }

    private static func runs(_ count: Int) -> String { count == 1 ? "1 run" : "\(count) runs" }

    var stateText: String {
        let state = isDrained && phase == .running ? "drained" : phase.rawValue
        let next = nextDueAt.map { "next due \($0)" } ?? "nothing due"
        return "\(state), \(workerCount) of \(settings.workers) workers, \(jobs.jobs.count) jobs, \(next)"
    }

    /// Runs that no node takes, as far as they are counted; nil where there is none, or the store cannot be asked.
    private var strandedCount: Int? {
        let stranded = try? store.read {
            try RunPlacements.stranded(at: clock.now(), maximumCount: Self.maximumStrandedCount, in: $0).count
        }
        return stranded.flatMap { $0 > 0 ? $0 : nil }
    }

    private static let maximumStrandedCount = 10_000

    private var status: ControlValue {
        .object([
            "state": .text(isDrained && phase == .running ? "drained" : phase.rawValue), "node": .text(nodeName),
            "labels": settings.nodeLabels.isEmpty
                ? .null : .text(NodeLabels(values: settings.nodeLabels).description),
            "runs_without_a_node": strandedCount.map { .integer(Int64($0)) } ?? .null, "process": .integer(process.id),
            "host": .text(process.host),
            "version": .text(program.version), "started_at": .text("\(startedAt)"),
            "jobs": .integer(Int64(jobs.jobs.count)),
            "worker_limit": .integer(Int64(settings.workers)),
            "next_due_at": nextDueAt.map { .text("\($0)") } ?? .null,
            "time_zone_data": .text(ZoneDatabase.system.version),
            "workers": .list(
                active.values.sorted { $0.run.id.rawValue < $1.run.id.rawValue }.map { attempt in
                    .object([
                        "run": .integer(attempt.run.id.rawValue), "job": .text(attempt.run.identity.job),
                        "period": .text("\(attempt.run.identity.period)"),
                        "attempt": .integer(Int64(attempt.run.attempt)),
                        "since": .text("\(attempt.since)"),
                    ])
                } + helperValues),
        ])
    }

    /// The pages for those who watch, unless the settings say that there are none.
    func healthServer() throws -> HealthServer? {
        guard let port = settings.httpPort else { return nil }
        let health = health
        do {
            return try HealthServer(
                at: .loopback(port: UInt16(clamping: port)), clock: clock,
                pages: [
                    "/livez": { health.livePage }, "/readyz": { health.readyPage },
                    "/metrics": { .metrics(health.registry) },
                ])
        } catch {
            throw Failure(
                .failed, "The pages for health and metrics cannot be served on port \(port): \(error).",
                advice: "Choose another port in \(DaemonSettings.file), or `http: {enabled: false}`.")
        }
    }
}
