import Calendars
import CompanyFixtures
import Diagnostics
import Store
import Synchronization
import Testing

@testable import Jobs

/// Runs whose items are divided into partitions, on both databases.
@Suite(.serialized) struct PartitionTests {
    private static let databases = Database.available

    private static let declaration = JobDeclaration(
        name: "tally-parts", kind: PartitionedTallyKind.name, description: "Counts", granularity: .month,
        parameters: ParameterValues(["count": "25"]), text: "job: tally-parts\n", file: "jobs/tally-parts.yaml",
        locations: [:])

    private func run(_ shop: Workshop, _ parameters: [String: String] = [:]) throws -> RunRecord {
        try shop.executor().run(
            Self.declaration, period: .month(2026, 4), parameters: Self.declaration.parameters(with: parameters),
            trigger: .person
        ).record
    }

    /// Runs `body` with a workshop, and with what happens before each chunk.
    private func with(
        _ database: Database, _ body: (Workshop, _ before: (PartitionedTallyKind.Hook?) -> Void) throws -> Void
    ) throws {
        try Workshop.with(database) { shop in
            defer { PartitionedTallyKind.beforeEachChunk(in: shop.company, nil) }
            try body(shop) { PartitionedTallyKind.beforeEachChunk(in: shop.company, $0) }
        }
    }

    private func partitions(
        _ store: Store, of run: RunID = RunID(rawValue: 1)
    ) throws -> [RunPartition] {
        try store.read { try PartitionRecords.partitions(of: run, in: $0) }
    }

    /// Claims as a daemon does.
    private static func claim(
        _ store: Store, except: Set<RunID> = [], for process: WorkerProcess = .elsewhere
    ) throws -> (partition: RunPartition, run: RunRecord)? {
        try store.write {
            try RunQueue($0, person: "steward", at: Workshop.now).claimPartitions(
                5, placements: [], except: except, for: process)
        }.first
    }

    /// A process that has claimed a partition, and does with it what the test wants.
    private static func part(_ run: Run, for process: WorkerProcess) throws -> Run? {
        guard let (partition, record) = try claim(run.store, for: process) else { return nil }
        return Run(
            record: record, partition: partition, kind: PartitionedTallyKind.self, company: run.company,
            store: run.store, person: "ann", isRehearsal: false, clock: FixedClock(Workshop.now), progress: { _ in })
    }

    private static func executor(_ part: Run) -> RunExecutor {
        RunExecutor(
            company: part.company, store: part.store, kinds: Workshop.kinds, clock: FixedClock(Workshop.now),
            person: "ann", process: .elsewhere)
    }

    private static func items(_ count: Int) -> [String] { (1...count).map(TallyKind.item) + ["begin", "close"] }

    // MARK: - Alone

    @Test(arguments: databases)
    func `a run with no more items than a partition holds has none`(database: Database) throws {
        try with(database) { shop, _ in
            let record = try run(shop, ["count": "10"])
            #expect(record.state == .succeeded && !record.isPartitioned && record.steps == ["close"])
            #expect(record.chunks == 4, "4, 4 and 2 items, with the begin in the first, and the close")
            #expect(try partitions(shop.store).isEmpty)
            #expect(try shop.items() == Self.items(10))
        }
    }

    @Test(arguments: databases)
    func `a run without items begins and concludes all the same`(database: Database) throws {
        try with(database) { shop, _ in
            let record = try run(shop, ["count": "0"])
            #expect(record.state == .succeeded && record.steps == ["begin", "close"])
            #expect(try shop.items() == ["begin", "close"])
        }
    }

    @Test(arguments: databases)
    func `a larger run is divided evenly, done part by part and counted as one`(database: Database) throws {
        try with(database) { shop, _ in
            let parameters = Self.declaration.parameters(with: ["aside": "13"])
            let rehearsal = try shop.executor().rehearse(
                Self.declaration, period: .month(2026, 4), parameters: parameters)
            #expect(try partitions(shop.store).isEmpty, "a dry run leaves nothing")
            let record = try run(shop, ["aside": "13"])
            #expect(record.state == .partly && record.itemsTotal == 25 && record.itemsDone == 25)
            #expect(record.exceptions == 1 && record.checkpoint == "0025" && record.steps == ["partitions", "close"])
            #expect(record.chunks == 1 + (3 + 2 + 2) + 1)
            #expect(record.effectsDigest == rehearsal.record.effectsDigest)
            #expect(try shop.items() == Self.items(25).filter { $0 != "0013" })
            // The number of the dry run is not given a second time.
            let parts = try partitions(shop.store, of: record.id)
            #expect(parts.map(\.itemsTotal) == [9, 8, 8] && parts.map(\.number) == [1, 2, 3])
            #expect(parts.map(\.range.first) == ["0001", "0010", "0018"])
            #expect(parts.map(\.range.last) == ["0009", "0017", "0025"])
            #expect(parts.allSatisfy { $0.state == .added && $0.itemsDone == $0.itemsTotal && $0.attempt == 1 })
            #expect(parts.map(\.exceptions) == [0, 1, 0])
            let effects = try shop.store.read { try RunRecords.effects(of: record.id, in: $0) }
            #expect(Dictionary(uniqueKeysWithValues: effects) == ["tally": 26, "run_exception": 1])
        }
    }

    @Test(arguments: databases)
    func `an attempt that follows one that was cut off goes on within the partition`(database: Database) throws {
        try with(database) { shop, before in
            let undisturbed = try Workshop.with(database) { try run($0).effectsDigest }
            before { _, chunk in
                if chunk.contains("0014") { throw Failure(.failed, "The item 0014 is broken.") }
            }
            #expect(throws: Failure.self) { try run(shop) }
            #expect(try partitions(shop.store).map(\.state) == [.added, .waiting, .waiting])
            let failed = try shop.record()
            #expect(failed.state == .failed && failed.itemsDone == 9 && failed.checkpoint == "0009")
            let shown = try shop.store.read { try PartitionRecords.addingOpen(to: failed, in: $0) }
            #expect(shown.itemsDone == 13, "what is done in the second partition is shown, too")
            before(nil)
            let record = try run(shop)
            #expect(record.state == .succeeded && record.attempt == 2 && record.itemsDone == 25)
            #expect(record.effectsDigest == undisturbed)
            #expect(try shop.items() == Self.items(25))
        }
    }

    // MARK: - With helpers

    @Test(arguments: databases)
    func `a run that was helped has left what one that was not has`(database: Database) throws {
        try with(database) { shop, before in
            let alone = try Workshop.with(database) { other in
                _ = try run(other, ["aside": "20"])
                return try StoreDump.lines(of: other.store, omitting: StoreDump.attempts)
            }
            let helped = Mutex<[Int]>([])
            before { part, _ in
                // The attempt of the run has just begun; a helper does all that there is before it goes on.
                guard part.partition?.runAttempt != nil, helped.withLock(\.isEmpty) else { return }
                #expect(try Self.claim(part.store, except: [part.id]) == nil, "who works on a run does not help it")
                while let (partition, record) = try Self.claim(part.store) {
                    try Self.executor(part).help(with: partition, of: record)
                    helped.withLock { $0.append(partition.number) }
                }
            }
            let record = try run(shop, ["aside": "20"])
            #expect(record.state == .partly && record.attempt == 1)
            #expect(helped.withLock { $0 } == [2, 3])
            #expect(
                try partitions(shop.store).map(\.holder?.host) == [WorkerProcess.current.host] + [
                    "another-host.example", "another-host.example",
                ])
            let difference = StoreDump.difference(
                try StoreDump.lines(of: shop.store, omitting: StoreDump.attempts), from: alone)
            #expect(difference.isEmpty, "\(difference.joined(separator: "\n"))")
        }
    }

    @Test(arguments: databases)
    func `a helper that fails gives its partition back, and does not fail the run`(database: Database) throws {
        try with(database) { shop, before in
            let tries = Mutex(0)
            before { part, chunk in
                guard part.partition?.runAttempt != nil else {
                    if chunk.contains("0014") { throw Failure(.failed, "This node has no such file.") }
                    return
                }
                guard
                    tries.withLock({
                        $0 += 1; return $0
                    }) == 1, let (partition, record) = try Self.claim(part.store)
                else { return }
                #expect(throws: Failure.self) { try Self.executor(part).help(with: partition, of: record) }
                // Nobody helps with it again; with another one they do.
                #expect(try Self.claim(part.store)?.partition.number == 3)
                try part.store.write {
                    try RunQueue($0, person: "steward", at: Workshop.now).giveBack(
                        RunLease(run: part.id, partition: 3, attempt: 1), failure: nil)
                }
            }
            let record = try run(shop)
            #expect(record.state == .succeeded && record.itemsDone == 25)
            let second = try partitions(shop.store)[1]
            #expect(second.failures == 1 && second.attempt == 3 && second.chunks == 2)
            #expect(try shop.items() == Self.items(25))
        }
    }

    @Test(arguments: databases)
    func `a partition whose helper is gone is taken over at its checkpoint, and what comes late is refused`(
        database: Database
    ) throws {
        try with(database) { shop, before in
            let undisturbed = try Workshop.with(database) { try run($0).effectsDigest }
            let seen = Mutex<[String]>([])
            nonisolated(unsafe) var late: Run?
            before { part, chunk in
                seen.withLock { $0 += chunk }
                guard late == nil else { return }
                late = try Self.part(part, for: .ended)
                // It commits one chunk, 0010 to 0013, and is gone.
                try late?.commit(through: ["0010", "0011", "0012", "0013"], key: \.self) {
                    try PartitionedTallyKind.insert(["0010", "0011", "0012", "0013"], $0)
                }
            }
            let record = try run(shop)
            #expect(record.state == .succeeded && record.effectsDigest == undisturbed)
            #expect(!seen.withLock { $0 }.contains("0013") && seen.withLock { $0 }.contains("0014"))
            #expect(try partitions(shop.store).map(\.attempt) == [1, 2, 1])
            #expect(throws: RunError.fenced(record.id, attempt: 1)) {
                try late?.commit(through: ["0014"], key: \.self) { try PartitionedTallyKind.insert(["late"], $0) }
            }
            #expect(try shop.items() == Self.items(25))
        }
    }

    @Test(arguments: databases)
    func `when a run is canceled its helpers commit nothing more`(database: Database) throws {
        try with(database) { shop, before in
            nonisolated(unsafe) var helper: Run?
            before { part, _ in
                guard helper == nil else { return }
                helper = try Self.part(part, for: .elsewhere)
                _ = try part.store.write {
                    try RunQueue($0, person: "bob", at: Workshop.now).cancel(part.id, reason: "wrong month")
                }
                // Both hear of it.
                #expect(throws: RunError.cancelRequested(part.id, by: "bob", reason: "wrong month")) {
                    try helper?.commit(through: ["0010"], key: \.self) { _ in }
                }
            }
            #expect(throws: RunError.self) { try run(shop) }
            let canceled = try shop.record()
            #expect(canceled.state == .canceled)
            #expect(try partitions(shop.store).map(\.state) == [.waiting, .waiting, .waiting])
            #expect(throws: RunError.fenced(RunID(rawValue: 1), attempt: 1)) {
                try helper?.commit(through: ["0010"], key: \.self) { _ in }
            }
            #expect(try Self.claim(shop.store) == nil, "nobody helps a run that has ended")
            #expect(try shop.items() == ["begin"])
        }
    }

    @Test(arguments: databases)
    func `an attempt of the run takes over what the one before it had`(database: Database) throws {
        try with(database) { shop, before in
            nonisolated(unsafe) var first: Run?
            before { part, _ in
                guard first == nil else { return }
                first = part
                // Its process has ended by all that can be seen; another one goes on, and comes to the end.
                try part.store.write {
                    _ = try $0.execute("UPDATE attempt SET process_id = 2000000000")
                }
                _ = try run(shop)
            }
            #expect(throws: RunError.fenced(RunID(rawValue: 1), attempt: 1)) { try run(shop) }
            let record = try shop.record()
            #expect(record.state == .succeeded && record.attempt == 2 && record.itemsDone == 25)
            #expect(try partitions(shop.store).map(\.attempt) == [2, 1, 1])
            #expect(try shop.items() == Self.items(25))
        }
    }
}
