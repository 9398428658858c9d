import Jobs
import Synchronization

/// How the daemon does, for those who ask from other threads: `/livez`, `/readyz`, `/metrics`, the watchdog.
final class DaemonHealth: Sendable {
    /// A loop that has not turned for so long stands still.
    static let maximumStillSeconds = 10
    /// A store that has not answered for so long is not there.
    static let maximumSilentSeconds = 30

    private struct State {
        var turnedAt: ContinuousClock.Instant?
        var reachedAt: ContinuousClock.Instant?
        var trouble: String?
        var isStarted = false
    }

    let registry = MetricsRegistry()
    private let state = Mutex(State())
    private let monotonic = ContinuousClock()
    private let ended: Counter
    private let latenesses: Histogram
    private let occurrences: Counter
    private let workers: Gauge
    private let messages: Counter
    private let takenUp: Counter
    private let backlogRuns: Gauge
    private let backlogMessages: Gauge
    private let backlogMissed: Gauge
    private let build: Gauge

    init() {
        ended = registry.counter("steward_attempts_ended_total", "Attempts that ended, by the state of their run then.")
        latenesses = registry.histogram(
            "steward_start_lateness_seconds", "From the instant at which a run was due to the start of its worker.",
            bounds: [0.05, 0.1, 0.2, 0.5, 1, 5, 30, 60, 300, 3_600])
        occurrences = registry.counter(
            "steward_occurrences_total", "Instants at which a job was due, by what became of them.")
        messages = registry.counter("steward_messages_total", "Deliveries of messages, by what became of them.")
        workers = registry.gauge("steward_workers", "Workers that run now.")
        takenUp = registry.counter(
            "steward_runs_taken_up_total", "Runs whose worker was lost, taken up by this daemon.")
        backlogRuns = registry.gauge("steward_runs", "Runs that have not ended, by state.")
        backlogMessages = registry.gauge(
            "steward_outbox_messages", "Messages that wait, were refused or are in doubt, by state.")
        backlogMissed = registry.gauge("steward_missed_occurrences", "Due times that were missed and not dealt with.")
        build = registry.gauge("steward_info", "The daemon's version, and the edition of its time zones: always 1.")
    }

    func turned(at now: ContinuousClock.Instant) {
        state.withLock {
            $0.turnedAt = now
            $0.reachedAt = now
            $0.trouble = nil
        }
    }

    func reached(at now: ContinuousClock.Instant) {
        state.withLock { $0.reachedAt = now }
    }

    /// A round was cut short by the store.
    func troubled(_ text: String) {
        state.withLock {
            $0.turnedAt = monotonic.now
            $0.trouble = text
        }
    }

    func ended(state: RunState) { ended.add(1, ["state": state.rawValue]) }
    func lateness(seconds: Double) { latenesses.observe(seconds) }
    func occurred(_ count: Int, as state: String) { occurrences.add(Double(count), ["state": state]) }
    func delivered(_ state: DeliveryState) { messages.add(1, ["state": state.rawValue]) }
    func tookUp() { takenUp.add() }
    func running(version: String, timeZoneData: String) {
        build.removeAll()
        build.set(1, ["version": version, "time_zone_data": timeZoneData])
    }
    func waiting(_ backlog: Backlog) {
        for (state, count) in backlog.runs { backlogRuns.set(Double(count), ["state": state.rawValue]) }
        for (state, count) in backlog.messages { backlogMessages.set(Double(count), ["state": state.rawValue]) }
        backlogMissed.set(Double(backlog.missed))
    }
    func working(_ count: Int) { workers.set(Double(count)) }

    // MARK: - Pages

    /// Whether the loop turns.
    var isAlive: Bool {
        state.withLock { state in
            state.turnedAt.map { monotonic.now - $0 < .seconds(Self.maximumStillSeconds) } ?? true
        }
    }

    /// Whether the loop turns and the store answered lately.
    var isWell: Bool {
        isAlive
            && state.withLock { state in
                state.reachedAt.map { monotonic.now - $0 < .seconds(Self.maximumSilentSeconds) } ?? false
            }
    }

    var livePage: HealthAnswer {
        isAlive ? .well() : .unwell("the loop has not turned for \(Self.maximumStillSeconds) s\n")
    }

    var readyPage: HealthAnswer {
        if isWell, let trouble = state.withLock({ $0.trouble }) { return .unwell(trouble + "\n") }
        return isWell ? .well() : .unwell("the store has not answered for \(Self.maximumSilentSeconds) s\n")
    }
}
