import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Store
import Testing

@testable import Jobs

/// Several daemons on one store: who takes which run, and who takes none.
@Suite struct NodeTests {
    private static let leeds = Placement(labels: ["site": "leeds"])

    private func enqueue(
        _ count: Int, named name: String = "tally", queue: String = JobDeclaration.defaultQueue,
        on placement: Placement = .anywhere, in store: Store
    ) throws {
        var declaration = Workshop.declaration
        declaration.name = name
        declaration.queue = queue
        declaration.placement = placement
        try store.write { connection in
            let runs = RunQueue(connection, person: "ann", at: Workshop.now)
            for day in 0..<count {
                let period = Period.day(CalendarDate(dayNumber: Int32(20_000 + day)))
                _ = try runs.enqueue(
                    NewRun(
                        declaration, period: period, parameters: declaration.parameters, trigger: .person,
                        notBefore: Workshop.now))
            }
        }
    }

    private func start(
        _ name: String, labels: [String: String] = [:], at now: Instant = Workshop.now, in connection: Connection
    ) throws -> NodeRecords.Start {
        let process = WorkerProcess(host: name, id: 17, started: "1")
        let node = NodeRecords.Start(
            id: NodeRecords.NodeID(process: process, startedAt: now), name: name, labels: labels, process: process,
            version: "1", workerLimit: 4)
        try NodeRecords.start(node, at: now, in: connection)
        return node
    }

    // MARK: - Placement

    @Test(
        arguments: [
            ([:], ["node": "a"], true), (["node": "a"], ["node": "a"], true), (["node": "a"], ["node": "b"], false),
            (["site": "leeds"], ["node": "a"], false), (["site": "leeds"], ["node": "a", "site": "leeds"], true),
            (["site": "leeds", "gpu": "yes"], ["node": "a", "site": "leeds"], false),
        ] as [([String: String], [String: String], Bool)])
    func `a node has to have all the labels`(asked: [String: String], has: [String: String], matches: Bool) {
        let placement = Placement(labels: asked)
        #expect(placement.matches(NodeLabels(values: has)) == matches)
        #expect(Placement(canonicalText: placement.canonicalText) == placement)
    }

    @Test(arguments: [
        ("runs_on: ledger-2", Placement(labels: ["node": "ledger-2"])),
        ("runs_on: {site: leeds, gpu: \"yes\"}", Placement(labels: ["site": "leeds", "gpu": "yes"])),
        ("priority: 4", Placement.anywhere),
    ])
    func `a job names a node, or labels`(line: String, placement: Placement) throws {
        try Workshop.withCompany(jobs: ["tally.yaml": Self.job(line)]) { company in
            let catalog = try JobCatalog.load(for: company, kinds: Workshop.kinds)
            #expect(try catalog.job("tally").placement == placement)
        }
    }

    @Test(arguments: ["runs_on: [a]", "runs_on: \"a b\"", "runs_on: {Site: x}", "runs_on: {site: }", "runs_on: "])
    func `what names no nodes is refused, with its place`(line: String) throws {
        try Workshop.withCompany(jobs: ["tally.yaml": Self.job(line)]) { company in
            var problems = ProblemList()
            _ = JobCatalog.load(for: company, kinds: Workshop.kinds, problems: &problems)
            let failure = #expect(throws: Failure.self) { try problems.throwIfAny(consequence: "nothing was done") }
            #expect("\(failure.map { "\($0)" } ?? "")".contains("jobs/tally.yaml:7:"))
        }
    }

    private static func job(_ line: String) -> String {
        """
        job: tally
        kind: test.tally
        description: Counts
        period: day
        parameters:
          count: "10"
        \(line)

        """
    }

    @Test(arguments: Database.available)
    func `a run is taken by a node that has what it asks for, and by no other`(_ database: Database) throws {
        try Workshop.with(database) { workshop in
            let store = workshop.store
            try enqueue(2, named: "bound", on: Self.leeds, in: store)
            try enqueue(1, named: "free", in: store)
            func claim(_ labels: [String: String]) throws -> [String] {
                try store.write { connection in
                    let node = try start("n\(labels.count)", labels: labels, in: connection)
                    return try RunQueue(connection, person: "daemon", at: Workshop.now).claim(
                        9, within: RunLimits(),
                        placements: try RunPlacements.matching(node.labels, in: connection), for: .elsewhere
                    ).map(\.identity.job)
                }
            }
            #expect(try claim([:]) == ["free"])
            #expect(try claim(["site": "york", "gpu": "yes"]) == [])
            #expect(try claim(["site": "leeds"]) == ["bound", "bound"])
        }
    }

    @Test(arguments: Database.available)
    func `a run that no node can take says what it waits for`(_ database: Database) throws {
        try Workshop.with(database) { workshop in
            try enqueue(1, on: Self.leeds, in: workshop.store)
            try workshop.store.write { connection in
                func obstacle(at now: Instant = Workshop.now) throws -> String? {
                    let stranded = try RunPlacements.stranded(at: now, maximumCount: 9, in: connection)
                    #expect(stranded.count <= 1)
                    return stranded.first?.obstacle
                }
                _ = try start("york", in: connection)
                #expect(try obstacle() == "a node with site=leeds; none is there")
                let node = try start("leeds-1", labels: ["site": "leeds"], in: connection)
                #expect(try obstacle() == nil)
                try NodeRecords.drain("leeds-1", by: "ann", reason: "disk", at: Workshop.now, in: connection)
                #expect(try obstacle() == "a node with site=leeds; leeds-1 is drained")
                try NodeRecords.undrain("leeds-1", by: "ann", reason: nil, at: Workshop.now, in: connection)
                let silent = Workshop.now.adding(seconds: NodeRecords.maximumSilentSeconds + 1)
                #expect(try obstacle(at: silent) == "a node with site=leeds; none is there")
                try NodeRecords.seen(
                    node.id, state: .draining, workers: 0, workerLimit: 4, at: silent, in: connection)
                #expect(try obstacle(at: silent) == "a node with site=leeds; leeds-1 takes no runs just now")
                try NodeRecords.end(node.id, at: silent, in: connection)
                #expect(try obstacle(at: silent) == "a node with site=leeds; none is there")
            }
        }
    }

    // MARK: - Draining

    @Test(arguments: Database.available)
    func `who drained a node stays on record, and a second time is refused`(_ database: Database) throws {
        try Workshop.with(database) { workshop in
            try workshop.store.write { connection in
                _ = try start("leeds-1", in: connection)
                try NodeRecords.drain("leeds-1", by: "ann", reason: "disk", at: Workshop.now, in: connection)
                // Also for the daemon that is started next.
                _ = try start("leeds-1", at: Workshop.now.adding(seconds: 60), in: connection)
                #expect(try NodeRecords.isDrained("leeds-1", in: connection))
                let drains = try NodeRecords.list(in: connection).map(\.drain)
                let drain = NodeRecords.Drain(at: Workshop.now, person: "ann", reason: "disk")
                #expect(drains == [drain, drain])
                #expect(
                    refusal {
                        try NodeRecords.drain("leeds-1", by: "bob", reason: "x", at: Workshop.now, in: connection)
                    }?.exitCode == .refused)
                #expect(
                    refusal {
                        try NodeRecords.drain("leds-1", by: "bob", reason: "x", at: Workshop.now, in: connection)
                    }?.exitCode == .notFound)
                try NodeRecords.undrain("leeds-1", by: "bob", reason: "done", at: Workshop.now, in: connection)
                #expect(
                    refusal {
                        try NodeRecords.undrain("leeds-1", by: "bob", reason: nil, at: Workshop.now, in: connection)
                    }?.exitCode == .refused)
                let events = try connection.all(
                    "SELECT what || ' ' || person || ' ' || reason FROM node_event ORDER BY node_event_id"
                ) { try $0.text(0) }
                #expect(events == ["drained ann disk", "undrained bob done"])
            }
            #expect(throws: StoreError.appendOnly(table: "node_event")) {
                try workshop.store.write { try $0.execute("DELETE FROM node_event") }
            }
        }
    }

    // MARK: - Several at once

    /// Two stores that are one, as two daemons have it.
    private func withTwo(_ body: (Store, Store) throws -> Void) throws {
        let text = try Database.postgresql.freshURL(in: URL(filePath: "/"))
        let url = try #require(StoreURL(text))
        func open() throws -> Store {
            try Store.open(url, relativeTo: "/", create: true, migrations: JobsSchema.migrations)
        }
        let (one, other) = (try open(), try open())
        defer {
            try? one.close()
            try? other.close()
        }
        try one.migrate()
        try body(one, other)
    }

    private func claim(
        _ count: Int, in connection: Connection, within limits: RunLimits = RunLimits()
    ) throws -> [RunID] {
        try RunQueue(connection, person: "daemon", at: Workshop.now).claim(count, within: limits, for: .elsewhere)
            .map(\.id)
    }

    private func ids(_ numbers: ClosedRange<Int64>) -> [RunID] { numbers.map { RunID(rawValue: $0) } }

    @Test(.enabled(if: Database.available.contains(.postgresql), "skipped: PostgreSQL is not installed"))
    func `two daemons that claim at the same time take different runs, and neither waits`() throws {
        try withTwo { one, other in
            try enqueue(5, in: one)
            try one.write { first throws in
                #expect(try claim(2, in: first) == ids(1...2))
                try other.write { second throws in
                    #expect(try claim(2, in: second) == ids(3...4))
                }
                #expect(try claim(2, in: first) == ids(5...5))
            }
            let states = try one.read { try RunQueue($0, person: "", at: Workshop.now).held().count }
            #expect(states == 5)
        }
    }

    @Test(
        .enabled(if: Database.available.contains(.postgresql), "skipped: PostgreSQL is not installed"),
        arguments: [RunLimits(perJob: ["slow": 2]), RunLimits(perQueue: ["slow": 2])])
    func `a limit holds over all daemons, and what it does not touch is taken meanwhile`(limits: RunLimits) throws {
        try withTwo { one, other in
            try enqueue(5, named: "slow", queue: "slow", in: one)
            try enqueue(2, named: "fast", in: one)
            try one.write { try RunQueue($0, person: "daemon", at: Workshop.now).makeLimitLocks(for: limits) }
            for _ in 1...2 {
                try one.write { first throws in
                    #expect(try claim(1, in: first, within: limits).count == 1)
                    try other.write { second throws in
                        let taken = try claim(3, in: second, within: limits)
                        #expect(!taken.contains { $0.rawValue <= 5 }, "\(taken)")
                    }
                }
            }
            let running = try one.read { try RunQueue($0, person: "", at: Workshop.now).held() }
            #expect(running.filter { $0.job == "slow" }.count == 2)
            #expect(running.filter { $0.job == "fast" }.count == 2)
            let more = try other.write { try claim(9, in: $0, within: limits) }
            #expect(more == [])
        }
    }

    @Test(.enabled(if: Database.available.contains(.postgresql), "skipped: PostgreSQL is not installed"))
    func `what another daemon is about to queue is left to it`() throws {
        try withTwo { one, other in
            try enqueue(3, in: one)
            try one.write { connection in
                let queue = RunQueue(connection, person: "daemon", at: Workshop.now)
                for run in try claim(3, in: connection) {
                    try queue.fail(run, attempt: 1, as: .failed, error: "x", retryAt: Workshop.now)
                }
            }
            try one.write { first throws in
                #expect(try RunQueue(first, person: "daemon", at: Workshop.now).queueRetries() == 3)
                try other.write { second throws in
                    #expect(try RunQueue(second, person: "daemon", at: Workshop.now).queueRetries() == 0)
                }
            }
        }
    }

    @Test(.enabled(if: Database.available.contains(.postgresql), "skipped: PostgreSQL is not installed"))
    func `who queues a run wakes those who listen`() throws {
        try withTwo { one, other in
            let listener = try #require(try other.listener())
            try enqueue(3, in: one)
            let isHeard = try listener.wait(upToMilliseconds: 5_000, or: -1)
            let again = try listener.wait(upToMilliseconds: 50, or: -1)
            #expect(isHeard && !again)
        }
    }
}
