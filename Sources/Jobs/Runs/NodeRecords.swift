import Calendars
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

    package static func start(
        _ node: NodeID, process: WorkerProcess, version: String, at now: Instant, in connection: Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO node (node_id, host, process_id, process_started, version, started_at, seen_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, node.description, process.host, process.id, process.started, version, now, now)
    }

    package static func seen(_ node: NodeID, at now: Instant, in connection: Connection) throws {
        try connection.execute("UPDATE node SET seen_at = ? WHERE node_id = ?", now, node.description)
    }

    package static func end(_ node: NodeID, at now: Instant, in connection: Connection) throws {
        try connection.execute(
            "UPDATE node SET seen_at = ?, ended_at = ? WHERE node_id = ?", now, now, node.description)
    }
}
