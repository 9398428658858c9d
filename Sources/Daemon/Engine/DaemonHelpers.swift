import Calendars
import Diagnostics
import Glibc
import Jobs
import Logging
import Store

/// Helping with the partitions of runs that others work on.
///
/// A daemon gives a run no more than one worker, which uses all cores of its machine: so only several daemons share one,
/// and where the store has one writer there is nothing to share. A helper may be ended at any time: its partition goes
/// back, and its committed chunks stand.
extension Daemon {
    /// A worker on a partition.
    struct Helper {
        var partition: RunPartition
        var job: String
        var period: Period
        var since: Instant
        var stopCause: StopCause?
    }

    private static let maximumLastWordsCharacters = 2_000

    /// Claims partitions for the workers that are free, and starts them.
    func startHelpers(at now: Instant) throws {
        let room = settings.workers - workerCount
        guard room > 0, !isDrained, store.dialect != .sqlite else { return }
        let placements = try store.read { connection -> [String]? in
            guard try RunQueue.hasWaitingPartition(in: connection) else { return nil }
            return try RunPlacements.matching(nodeStart.labels, in: connection)
        }
        guard let placements else { return }
        let mine = Set(active.values.map(\.run.id)).union(helpers.values.map(\.partition.run))
        let claimed = try store.write {
            try RunQueue($0, person: Self.actor, at: now).claimPartitions(
                room, placements: placements, except: mine, for: process)
        }
        for (partition, run) in claimed { startHelper(for: partition, of: run, at: now) }
        health.working(workerCount)
    }

    private func startHelper(for partition: RunPartition, of run: RunRecord, at now: Instant) {
        let helper = Helper(partition: partition, job: run.identity.job, period: run.identity.period, since: now)
        do {
            guard let supervisor else { preconditionFailure("the daemon runs with a supervisor") }
            helpers[try supervisor.start(command(for: partition.lease, jobs[run.identity.job]))] = helper
            logger.info(
                "helps with run \(run.id)",
                metadata: [
                    "job": "\(run.identity.job)", "period": "\(run.identity.period)",
                    "partition": "\(partition.number)",
                ])
        } catch {
            giveBack(helper, failure: error.description)
        }
    }

    func receiveFromHelper(_ event: WorkerEvent) {
        guard let helper = helpers[event.worker] else { return }
        switch event.kind {
        case .started, .output: break
        case .notStarted(let error):
            helpers[event.worker] = nil
            giveBack(helper, failure: "\(error)")
        case .ended(let end):
            helpers[event.worker] = nil
            let lines = output.rest(of: event.worker, after: 0)?.lines ?? []
            let errors = lines.filter { $0.stream == .standardError }.map(\.text).joined(separator: "\n")
            ended(helper, end, lastWords: String(errors.suffix(Self.maximumLastWordsCharacters)))
        }
        health.working(workerCount)
    }

    /// A helper that could say so has ended its work, or given it back, by itself.
    private func ended(_ helper: Helper, _ end: WorkerEnd, lastWords: String) {
        guard end.outcome != .exited(code: 0) else {
            logger.info("has helped with run \(helper.partition.run)", metadata: metadata(of: helper))
            return
        }
        if end.stopCause == nil || end.stopCause == .timeout {
            var metadata = metadata(of: helper)
            metadata["error"] = "\(lastWords)"
            logger.warning("could not help with run \(helper.partition.run): \(end.outcome)", metadata: metadata)
        }
        let isTold = end.stopCause == .shutdown || end.stopCause == .cancelled
        giveBack(helper, failure: isTold ? nil : "its worker ended: \(end.outcome)")
    }

    private func metadata(of helper: Helper) -> [String: Logger.MetadataValue] {
        ["job": "\(helper.job)", "period": "\(helper.period)", "partition": "\(helper.partition.number)"]
    }

    /// Where the store cannot be used just now, whoever works on the run sees that the lease stands still.
    private func giveBack(_ helper: Helper, failure: String?) {
        do {
            try store.write {
                try RunQueue($0, person: Self.actor, at: clock.now()).giveBack(helper.partition.lease, failure: failure)
            }
        } catch {
            logger.error(
                "partition \(helper.partition.number) of run \(helper.partition.run) was not given back",
                metadata: ["error": "\(Self.text(of: error))"])
        }
    }

    // MARK: - Ending them

    /// Lets nobody wait for them: what they have not done, others do.
    func stopHelpers() {
        for worker in helpers.keys.sorted() { stop(worker, .shutdown) }
    }

    func stop(_ helper: WorkerID, _ cause: StopCause, graceSeconds: Double = shutdownGraceSeconds) {
        helpers[helper]?.stopCause = cause
        supervisor?.stop(helper, cause, graceSeconds: graceSeconds)
    }

    /// Has the leases of the helpers watched. One that has lost its partition, or is done with it, has none.
    func addHelpers(to looked: inout [RunLease: Instant?]) throws {
        guard !helpers.isEmpty else { return }
        let held = try store.read { try PartitionRecords.leases(in: $0) }
        for helper in helpers.values {
            looked.updateValue(held[helper.partition.lease] ?? nil, forKey: helper.partition.lease)
        }
    }

    func killSilentHelpers(_ silent: Set<RunLease>) {
        for (worker, helper) in helpers where silent.contains(helper.partition.lease) && helper.stopCause != .silence {
            logger.error(
                "a helper of run \(helper.partition.run) has not renewed its lease for \(LeaseWatch.maximumSilentSeconds) s",
                metadata: metadata(of: helper))
            stop(worker, .silence, graceSeconds: 0)
        }
    }

    /// For `steward daemon status`.
    var helperValues: [ControlValue] {
        helpers.values.sorted {
            ($0.partition.run.rawValue, $0.partition.number) < ($1.partition.run.rawValue, $1.partition.number)
        }
        .map { helper in
            .object([
                "run": .integer(helper.partition.run.rawValue), "job": .text(helper.job),
                "period": .text("\(helper.period)"), "partition": .integer(Int64(helper.partition.number)),
                "since": .text("\(helper.since)"),
            ])
        }
    }
}
