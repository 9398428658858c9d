import Calendars
import Diagnostics
import Store

/// The daemons that work, or worked, on a store: one row for each start of one.
package enum NodeRecords {
    /// One start of a daemon. Never only the host's name: two of them may run there, one after the other.
    package struct NodeID: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        package init(process: WorkerProcess, startedAt: Instant) {
            description = "\(process.host)/\(process.id)/\(startedAt.microseconds)"
        }
    }

    /// What a daemon does with work.
    package enum State: String, CaseIterable, Sendable {
        case running
        /// Takes none; what it has goes on.
        case draining
        /// The same, and ends then.
        case stopping
        case ended
    }

    /// What a daemon says of itself when it starts.
    package struct Start: Sendable {
        package var id: NodeID
        package var name: String
        package var labels: NodeLabels
        package var process: WorkerProcess
        package var version: String
        package var workerLimit: Int

        /// - Parameter labels: those of the settings; the node's name is one more.
        package init(
            id: NodeID, name: String, labels: [String: String], process: WorkerProcess, version: String,
            workerLimit: Int
        ) {
            self.id = id
            self.name = name
            self.labels = NodeLabels(values: labels.merging([Placement.nodeLabel: name]) { $1 })
            self.process = process
            self.version = version
            self.workerLimit = workerLimit
        }
    }

    /// Between two signs of life.
    package static let heartbeatSeconds = max(1, Run.leaseSeconds / 3)
    /// Without a sign of life for so long, a node counts as gone.
    package static let maximumSilentSeconds = Run.leaseSeconds + heartbeatSeconds

    package static func start(_ node: Start, at now: Instant, in connection: Connection) throws {
        try connection.execute(
            """
            INSERT INTO node (node_id, name, labels, state, worker_limit, workers, host, process_id, process_started,
                              version, started_at, seen_at)
            VALUES (?, ?, ?, 'running', ?, 0, ?, ?, ?, ?, ?, ?)
            """, node.id.description, node.name, node.labels.canonicalText, node.workerLimit, node.process.host,
            node.process.id, node.process.started, node.version, now, now)
    }

    /// A sign of life.
    package static func seen(
        _ node: NodeID, state: State, workers: Int, workerLimit: Int, at now: Instant, in connection: Connection
    ) throws {
        try connection.execute(
            "UPDATE node SET seen_at = ?, state = ?, workers = ?, worker_limit = ? WHERE node_id = ?", now,
            state.rawValue, workers, workerLimit, node.description)
    }

    package static func end(_ node: NodeID, at now: Instant, in connection: Connection) throws {
        try connection.execute(
            "UPDATE node SET seen_at = ?, ended_at = ?, state = 'ended', workers = 0 WHERE node_id = ?", now, now,
            node.description)
    }

    // MARK: - Reading

    /// A start of a daemon, as the store has it.
    package struct Node: Hashable, Sendable {
        package var id: String
        package var name: String
        package var labels: NodeLabels
        package var state: State
        package var workerLimit: Int
        package var workers: Int
        package var host: String
        package var processID: Int64
        package var version: String
        package var startedAt: Instant
        package var seenAt: Instant
        package var endedAt: Instant?
        package var drain: Drain?

        /// Whether it has given a sign of life lately.
        package func isLive(at now: Instant) -> Bool {
            endedAt == nil && now.microseconds - seenAt.microseconds <= maximumSilentSeconds * 1_000_000
        }

        /// Whether it takes runs.
        package func takesRuns(at now: Instant) -> Bool { isLive(at: now) && state == .running && drain == nil }
    }

    /// That a person has told a node to take no more work.
    package struct Drain: Hashable, Sendable {
        package var at: Instant
        package var person: String
        package var reason: String
    }

    /// The starts that have not ended, and of each name the last one; by name, the latest start first.
    package static func list(in connection: Connection) throws -> [Node] {
        try connection.all(
            """
            SELECT node.node_id, node.name, node.labels, node.state, node.worker_limit, node.workers, node.host,
                   node.process_id, node.version, node.started_at, node.seen_at, node.ended_at, node_drain.drained_at,
                   node_drain.drained_by, node_drain.reason
              FROM node LEFT JOIN node_drain ON node_drain.name = node.name
             WHERE node.ended_at IS NULL
                OR node.started_at = (SELECT MAX(later.started_at) FROM node AS later WHERE later.name = node.name)
             ORDER BY node.name, node.started_at DESC, node.node_id
            """
        ) { row in
            let drain = try row.optionalInstant(12).map { at in
                Drain(at: at, person: try row.text(13), reason: try row.text(14))
            }
            return Node(
                id: try row.text(0), name: try row.text(1), labels: NodeLabels(canonicalText: try row.text(2)),
                state: try row.named(3), workerLimit: Int(try row.int(4)), workers: Int(try row.int(5)),
                host: try row.text(6), processID: try row.int(7), version: try row.text(8),
                startedAt: try row.instant(9), seenAt: try row.instant(10), endedAt: try row.optionalInstant(11),
                drain: drain)
        }
    }

    package static func isDrained(_ name: String, in connection: Connection) throws -> Bool {
        try connection.first("SELECT 1 FROM node_drain WHERE name = ?", name, map: { _ in true }) ?? false
    }

    // MARK: - Draining

    /// Tells a node to take no more work, until it is undrained: also after a restart.
    ///
    /// - Throws: a failure where there is no such node, or it is drained already.
    package static func drain(
        _ name: String, by person: String, reason: String, at now: Instant, in connection: Connection
    ) throws(Failure) {
        try changing {
            try require(name, in: connection)
            let drained = try connection.execute(
                """
                INSERT INTO node_drain (name, drained_at, drained_by, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
                """, name, now, person, reason)
            guard drained == 1 else {
                throw Failure(
                    .refused, "The node \(name) is drained already.",
                    advice: "Let it take work again with `steward node undrain \(name)`.")
            }
            try addEvent(name, "drained", by: person, reason: reason, at: now, in: connection)
        }
    }

    /// Lets a drained node take work again.
    ///
    /// - Throws: a failure where there is no such node, or it is not drained.
    package static func undrain(
        _ name: String, by person: String, reason: String?, at now: Instant, in connection: Connection
    ) throws(Failure) {
        try changing {
            guard try connection.execute("DELETE FROM node_drain WHERE name = ?", name) == 1 else {
                try require(name, in: connection)
                throw Failure(
                    .refused, "The node \(name) is not drained.", advice: "`steward node list` shows which are.")
            }
            try addEvent(name, "undrained", by: person, reason: reason, at: now, in: connection)
        }
    }

    private static func changing(_ body: () throws -> Void) throws(Failure) {
        do {
            try body()
        } catch let error as any ReportableError {
            throw error.failure
        } catch {
            throw Failure(.failed, "\(error)")
        }
    }

    private static func require(_ name: String, in connection: Connection) throws {
        let names = try connection.all("SELECT DISTINCT name FROM node ORDER BY name") { try $0.text(0) }
        guard names.contains(name) else {
            throw Failure(
                .notFound, "There is no node \(name).\(Suggestion.question(for: name, among: names))",
                advice: "`steward node list` shows the nodes.")
        }
    }

    /// Kept for good: who changed what, and why.
    private static func addEvent(
        _ name: String, _ what: String, by person: String, reason: String?, at now: Instant,
        in connection: Connection
    ) throws {
        try connection.execute(
            "INSERT INTO node_event (name, at, what, person, reason) VALUES (?, ?, ?, ?, ?)", name, now, what, person,
            reason)
        try connection.tellAtCommit()
    }
}
