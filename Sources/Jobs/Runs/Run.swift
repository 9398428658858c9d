import Calendars
import Concurrency
import Crypto
import Diagnostics
import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One attempt at a run, as its kind sees it.
package final class Run {
    package let id: RunID
    package let identity: RunIdentity
    package let company: Company
    /// Where the run reads and, through `commit`, writes.
    package let store: Store
    /// Facts recorded later than this do not exist for the run.
    package let knownAt: Instant
    package let person: String
    /// The fencing token: which attempt this is.
    package let attempt: Int
    package let isRehearsal: Bool
    /// What follows for messages of this run where nobody knows whether they were taken.
    package let onDoubt: DoubtPolicy

    /// The run as it was when the attempt began.
    private let record: RunRecord
    /// What of the run this works on; nil for the whole.
    let partition: RunPartition?
    /// The declaration that it runs, by its hash.
    let jobVersion: String
    let kind: any JobKind.Type
    let clock: any Clock
    private let progress: @Sendable (RunProgress) -> Void
    private var state: RunProgress
    private var digest: String
    private var checkpoint: String?
    /// Rows written to the partition, by table.
    private var partitionEffects: [String: Int]
    /// What is written in the transaction of the first chunk or step, before that.
    var beginning: ((RunWork) throws -> Void)?
    /// What is done after each commit.
    var afterCommit: (() throws -> Void)?
    /// Who works on it.
    var process = WorkerProcess.current
    /// The names of the steps that are committed.
    var steps: [String]

    package var period: Period { identity.period }
    package var parameters: ParameterValues { identity.parameters }

    init(
        record: RunRecord, partition: RunPartition? = nil, kind: any JobKind.Type, company: Company, store: Store,
        person: String, isRehearsal: Bool, clock: any Clock, progress: @escaping @Sendable (RunProgress) -> Void
    ) {
        self.record = record
        self.partition = partition
        id = record.id
        identity = record.identity
        self.company = company
        self.store = store
        knownAt = record.knownAt
        self.person = person
        attempt = record.attempt
        self.isRehearsal = isRehearsal
        onDoubt = record.onDoubt
        jobVersion = record.jobVersion
        self.kind = kind
        self.clock = clock
        self.progress = progress
        if let partition {
            state = RunProgress(
                itemsDone: partition.itemsDone, itemsTotal: partition.itemsTotal, exceptions: partition.exceptions,
                chunks: partition.chunks)
            digest = partition.effectsDigest
            checkpoint = partition.checkpoint
            steps = []
        } else {
            state = RunProgress(
                itemsDone: record.itemsDone, itemsTotal: record.itemsTotal, exceptions: record.exceptions,
                chunks: record.chunks)
            digest = record.effectsDigest
            checkpoint = record.checkpoint
            steps = record.steps
        }
        partitionEffects = partition?.effects ?? [:]
    }

    /// How long an attempt that renews nothing is taken to be alive: 30 s.
    ///
    /// `STEWARD_LEASE_SECONDS` says another number, at least 3. It is for the tests of durability, which cannot wait so
    /// long; all processes that share a store must be given the same.
    package static let leaseSeconds: Int64 = {
        guard let value = getenv("STEWARD_LEASE_SECONDS"), let seconds = Int64(String(cString: value)),
            (3...86_400).contains(seconds)
        else { return 30 }
        return seconds
    }()

    /// What has been committed so far, this attempt and those before it.
    package var committed: RunProgress { state }

    /// The names of the steps that are committed, by this attempt and those before it, in their order.
    package var committedSteps: [String] { steps }

    /// The digest of all effects committed so far.
    package var effectsDigest: String { digest }

    /// The present time, for what is no effect of the run.
    package func now() -> Instant { clock.now() }

    /// What whoever commits must hold. The attempt of the run holds its partition and the run.
    private var leases: [RunLease] {
        let whole = RunLease(run: id, attempt: attempt)
        guard let partition else { return [whole] }
        return partition.runAttempt == nil ? [partition.lease] : [whole, partition.lease]
    }
}

// MARK: - Partitions

extension Run {
    /// This run, to work on one partition of it.
    ///
    /// - Parameter othersDone: the items that are done in partitions that are not counted yet, but for this one.
    func part(_ partition: RunPartition, othersDone: Int) -> Run {
        let (whole, progress) = (state, progress)
        let part = Run(
            record: record, partition: partition, kind: kind, company: company, store: store, person: person,
            isRehearsal: isRehearsal, clock: clock
        ) {
            progress(
                RunProgress(
                    itemsDone: whole.itemsDone + othersDone + $0.itemsDone, itemsTotal: whole.itemsTotal,
                    exceptions: whole.exceptions + $0.exceptions, chunks: whole.chunks + $0.chunks))
        }
        part.process = process
        return part
    }

    /// Says how many items there are before the first is done.
    func expect(items: Int) { state.itemsTotal = items }

    /// Takes note of a partition that was counted to the run in the store.
    func count(_ partition: RunPartition, digest newDigest: String) {
        state.itemsDone += partition.itemsDone
        state.exceptions += partition.exceptions
        state.chunks += partition.chunks
        digest = newDigest
        checkpoint = partition.range.last
        progress(state)
    }
}

/// How far a run has come.
package struct RunProgress: Hashable, Sendable {
    package var itemsDone: Int
    package var itemsTotal: Int
    package var exceptions: Int
    package var chunks: Int
}

// MARK: - Chunks

extension Run {
    /// Items committed together by default: 2,000.
    ///
    /// `STEWARD_CHUNK_ITEMS` says another number. It is for the tests of durability, which need many commits in a small
    /// run (see `CrashPoint`); the digest of effects depends on it.
    package static let defaultChunkItems: Int = {
        guard let value = getenv("STEWARD_CHUNK_ITEMS"), let items = Int(String(cString: value)), items > 0 else {
            return 2_000
        }
        return items
    }()

    /// The items that are still to be done, in chunks, in the order of their keys.
    ///
    /// - Parameter items: all items of the run, sorted by `key` ascending and without duplicates. An attempt that
    ///   follows a killed one must come to the same items: read them as of `knownAt`.
    package func chunks<Item>(
        of items: [Item], key: (Item) -> String, size: Int = Run.defaultChunkItems
    ) throws -> [ArraySlice<Item>] {
        precondition(size > 0, "a chunk holds at least one item")
        state.itemsTotal = items.count
        var start = items.startIndex
        if let checkpoint {
            // The first item after the checkpoint, by binary search.
            var end = items.endIndex
            while start < end {
                let middle = start + (end - start) / 2
                if key(items[middle]) <= checkpoint { start = middle + 1 } else { end = middle }
            }
        }
        return stride(from: start, to: items.endIndex, by: size).map {
            items[$0..<min($0 + size, items.endIndex)]
        }
    }

    /// Works through all items, chunk by chunk: `prepare` reads and computes, `write` writes, and what it wrote is
    /// committed as one chunk (`commit(through:key:_:)`).
    ///
    /// While a chunk is written the next ones are prepared on another thread, so `prepare` must not read what this run
    /// writes.
    package func forEachChunk<Item: Sendable, Prepared: Sendable>(
        of items: [Item], key: (Item) -> String, size: Int = Run.defaultChunkItems,
        prepare: @Sendable (ArraySlice<Item>) throws -> Prepared, write: (Prepared, RunWork) throws -> Void
    ) throws {
        let chunks = try chunks(of: items, key: key, size: size)
        func commit(_ chunk: ArraySlice<Item>, _ prepared: Prepared) throws {
            try self.commit(through: chunk, key: key) { try write(prepared, $0) }
        }
        guard !isRehearsal else {
            // It has one transaction, and that belongs to this thread.
            for chunk in chunks { try commit(chunk, try prepare(chunk)) }
            return
        }
        try chunks.forEach(preparing: prepare, commit)
    }

    /// Commits one chunk: its rows, messages, exceptions and the checkpoint, in one transaction that also checks that
    /// no other attempt has taken the run over.
    ///
    /// - Throws: `RunError.fenced` when one has; nothing is written then.
    package func commit<Item>(
        through chunk: ArraySlice<Item>, key: (Item) -> String, _ body: (RunWork) throws -> Void
    ) throws {
        try commit(items: chunk.count, checkpoint: chunk.last.map(key), step: nil, body)
    }

    /// Commits what belongs to the run as a whole and to no item: a journal entry, a mail. Each named step is
    /// committed once: an attempt that follows one killed right after it passes over it.
    package func step(_ name: String, _ body: (RunWork) throws -> Void) throws {
        guard !steps.contains(name) else { return }
        try commit(items: 0, checkpoint: nil, step: name, body)
    }

    private func commit(
        items: Int, checkpoint newCheckpoint: String?, step: String?, _ body: (RunWork) throws -> Void
    ) throws {
        precondition(partition == nil || step == nil, "a step belongs to the run as a whole")
        try Interruption.check()
        let now = clock.now()
        let allSteps = step.map { steps + [$0] } ?? steps
        CrashPoint.commitBefore.reach()
        let (newDigest, exceptions, newEffects) = try store.write { connection in
            // First of all: what another attempt has written meanwhile must not look like an error of this one. From
            // here to the end of the transaction no other attempt can take the run.
            try requireToken(in: connection)
            let effects = EffectDigest()
            let stamp = Stamp(run: id.rawValue, person: person, at: now)
            let work = RunWork(
                unit: UnitOfWork(connection: connection, stamp: stamp, digest: effects), company: company, run: id,
                onDoubt: onDoubt)
            if partition == nil, state.chunks == 0 { try beginning?(work) }
            try body(work)
            try work.writeExceptions()
            let chained = Self.chain(digest, effects.value)
            if let partition {
                let written = effects.rowCounts.filter { $0.count > 0 }.map { ($0.table, $0.count) }
                let all = partitionEffects.merging(written, uniquingKeysWith: +)
                try PartitionRecords.keepChunk(
                    of: partition, items: items, checkpoint: newCheckpoint, exceptions: work.exceptionCount,
                    digest: chained, effects: all, in: connection)
                CrashPoint.commitWithin.reach()
                return (chained, work.exceptionCount, all)
            }
            for (table, count) in effects.rowCounts where count > 0 {
                try connection.send(
                    """
                    INSERT INTO run_effect (run_id, table_name, row_count) VALUES (?, ?, ?)
                    ON CONFLICT (run_id, table_name) DO UPDATE SET row_count = run_effect.row_count + excluded.row_count
                    """, id, table, count)
            }
            try connection.send(
                """
                UPDATE run
                   SET checkpoint = COALESCE(?, checkpoint), steps = ?, chunks = chunks + 1, items_total = ?,
                       items_done = items_done + ?, exceptions = exceptions + ?, effects_digest = ?
                 WHERE run_id = ?
                """,
                newCheckpoint, allSteps.joined(separator: "\n"), state.itemsTotal, items, work.exceptionCount, chained,
                id)
            CrashPoint.commitWithin.reach()
            return (chained, work.exceptionCount, [:])
        }
        CrashPoint.commitAfter.reach()
        state.itemsDone += items
        state.exceptions += exceptions
        state.chunks += 1
        steps = allSteps
        digest = newDigest
        checkpoint = newCheckpoint ?? checkpoint
        partitionEffects = newEffects
        progress(state)
        try afterCommit?()
    }

    /// For a kind that commits nothing for long: holds the run for another lease, and hears that it is to stop.
    ///
    /// - Throws: as a commit does.
    package func stillRunning() throws {
        try Interruption.check()
        guard !isRehearsal else { return }
        try store.write { try requireToken(in: $0) }
    }

    private func requireToken(in connection: Connection) throws {
        for lease in leases { try lease.renew(at: clock.now(), in: connection) }
    }

    /// The digest of all effects up to and including a chunk.
    static func chain(_ previous: String, _ chunk: String) -> String {
        SHA256.hash(data: Array((previous + chunk).utf8)).hexText
    }
}

extension Digest {
    /// Lower-case hexadecimal.
    package var hexText: String {
        withUnsafeBytes { bytes in
            String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
                for (index, byte) in bytes.enumerated() {
                    text[2 * index] = Self.hexadecimalDigit(byte >> 4)
                    text[2 * index + 1] = Self.hexadecimalDigit(byte & 15)
                }
                return 2 * bytes.count
            }
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
