import Diagnostics
import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The work of a run's own attempt on its partitions: it takes those that are free, and those whose helpers are gone,
/// counts those that are done to the run, in their order, and waits for the rest.
final class PartitionedWork {
    private let run: Run
    private let monotonic = ContinuousClock()
    private var watch = LeaseWatch()
    /// The leases of helpers that are not renewed.
    private var silent: Set<RunLease> = []
    private var lookedAt: ContinuousClock.Instant?
    private var renewedAt: ContinuousClock.Instant

    /// Between two looks while others do the rest.
    private static let waitMilliseconds: UInt32 = 100
    /// Between two signs of life while it waits.
    private static let renewal = Duration.seconds(1)

    init(on run: Run) {
        self.run = run
        renewedAt = monotonic.now
    }

    /// Returns when all partitions are done and counted.
    ///
    /// - Parameter body: works on the items of a range, as a part of the run.
    func workAll(_ body: (Run, KeyRange) throws -> Void) throws {
        while true {
            var open = try look()
            while let first = open.first, first.state == .done {
                try run.add(first)
                open.removeFirst()
            }
            guard !open.isEmpty else { return }
            guard let partition = try takeFirst(of: open) else {
                try wait()
                continue
            }
            let others = open.filter { $0.number != partition.number }.reduce(0) { $0 + $1.itemsDone }
            let part = run.part(partition, othersDone: others)
            part.afterCommit = { [unowned self] in _ = try lookIfDue() }
            try body(part, partition.range)
            try run.store.write { try queue($0).finish(partition) }
            renewedAt = monotonic.now
        }
    }

    private func queue(_ connection: Connection) -> RunQueue {
        RunQueue(connection, person: run.person, at: run.now())
    }

    /// The partitions that are not counted yet; and sees whose leases stand still.
    private func look() throws -> [RunPartition] {
        let open = try run.store.read { try PartitionRecords.open(of: run.id, in: $0) }
        let helped = open.filter { $0.state == .working && $0.runAttempt == nil }
        silent = watch.look(
            at: Dictionary(helped.map { ($0.lease, $0.leaseUntil) }, uniquingKeysWith: { first, _ in first }),
            now: monotonic.now)
        lookedAt = monotonic.now
        return open
    }

    /// While it works itself: a helper that has gone silent shall not be waited for from the end on only.
    private func lookIfDue() throws {
        guard !run.isRehearsal else { return }
        if let lookedAt, monotonic.now - lookedAt < .milliseconds(LeaseWatch.lookMilliseconds) { return }
        _ = try look()
    }

    private func takeFirst(of open: [RunPartition]) throws -> RunPartition? {
        for partition in open where isFree(partition) {
            let taken = try run.store.write { connection in
                try RunLease(run: run.id, attempt: run.attempt).renew(at: run.now(), in: connection)
                return try queue(connection).take(partition, runAttempt: run.attempt, for: run.process)
            }
            if let taken { return taken }
        }
        return nil
    }

    private func isFree(_ partition: RunPartition) -> Bool {
        switch partition.state {
        case .waiting: true
        case .done, .added: false
        // What an earlier attempt of the run had, it has lost with the run.
        case .working where partition.runAttempt != nil: true
        case .working: partition.holder?.hasEnded ?? true || silent.contains(partition.lease)
        }
    }

    private func wait() throws {
        try Interruption.check()
        usleep(Self.waitMilliseconds * 1_000)
        guard monotonic.now - renewedAt >= Self.renewal else { return }
        try run.stillRunning()
        renewedAt = monotonic.now
    }
}
