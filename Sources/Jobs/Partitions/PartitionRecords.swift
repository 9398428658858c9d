import Calendars
import Store

/// The partitions of runs in the store.
package enum PartitionRecords {
    /// The partitions of a run, in their order.
    package static func partitions(of run: RunID, in connection: Connection) throws -> [RunPartition] {
        try connection.all(
            "SELECT \(RunPartition.columns) FROM run_partition WHERE run_id = ? ORDER BY number", run,
            map: RunPartition.init)
    }

    /// Those that are not added up yet, in their order.
    static func open(of run: RunID, in connection: Connection) throws -> [RunPartition] {
        try connection.all(
            "SELECT \(RunPartition.columns) FROM run_partition WHERE run_id = ? AND state <> 'added' ORDER BY number",
            run, map: RunPartition.init)
    }

    /// What everybody holds who works on a partition, and until when.
    package static func leases(in connection: Connection) throws -> [RunLease: Instant?] {
        var leases: [RunLease: Instant?] = [:]
        try connection.forEach(
            "SELECT run_id, number, attempt, lease_until FROM run_partition WHERE state = 'working'"
        ) { row in
            let lease = RunLease(run: try row.id(0), partition: Int(try row.int(1)), attempt: Int(try row.int(2)))
            leases.updateValue(try row.optionalInstant(3), forKey: lease)
        }
        return leases
    }

    /// Runs for people: with what is done in partitions and not added up yet.
    package static func addOpen(to runs: inout [RunRecord], in connection: Connection) throws {
        let partitioned = runs.filter { $0.isPartitioned && !$0.state.isDone }.map(\.id.rawValue)
        guard !partitioned.isEmpty else { return }
        let marks = Array(repeating: "?", count: partitioned.count).joined(separator: ", ")
        var done: [RunID: (items: Int, exceptions: Int)] = [:]
        try connection.forEach(
            """
            SELECT run_id, CAST(SUM(items_done) AS INTEGER), CAST(SUM(exceptions) AS INTEGER) FROM run_partition
             WHERE state <> 'added' AND run_id IN (\(marks)) GROUP BY run_id
            """, arguments: partitioned
        ) { done[try $0.id(0)] = (Int(try $0.int(1)), Int(try $0.int(2))) }
        for index in runs.indices {
            guard let open = done[runs[index].id] else { continue }
            runs[index].itemsDone += open.items
            runs[index].exceptions += open.exceptions
        }
    }

    /// A run for people: see above.
    package static func addingOpen(to run: RunRecord, in connection: Connection) throws -> RunRecord {
        var runs = [run]
        try addOpen(to: &runs, in: connection)
        return runs[0]
    }

    /// Fixes the partitions of a run.
    ///
    /// - Parameter ranges: in the order of their keys, each with the number of its items.
    static func insert(_ ranges: [(range: KeyRange, items: Int)], of run: RunID, in connection: Connection) throws {
        try connection.insert(
            into: "run_partition",
            columns: [
                "run_id", "number", "first_key", "last_key", "state", "attempt", "failures", "chunks", "items_total",
                "items_done", "exceptions", "effects_digest", "effects",
            ], rows: ranges.enumerated()
        ) { part, row in
            try row.bind(run.rawValue)
            try row.bind(part.offset + 1)
            try row.bind(part.element.range.first)
            try row.bind(part.element.range.last)
            try row.bind(RunPartition.State.waiting.rawValue)
            try row.bind(0)
            try row.bind(0)
            try row.bind(0)
            try row.bind(part.element.items)
            try row.bind(0)
            try row.bind(0)
            try row.bind("")
            try row.bind("")
        }
    }

    /// Keeps what a chunk has added to a partition. Whoever calls it holds its lease.
    static func keepChunk(
        of partition: RunPartition, items: Int, checkpoint: String?, exceptions: Int, digest: String,
        effects: [String: Int], in connection: Connection
    ) throws {
        try connection.send(
            """
            UPDATE run_partition
               SET checkpoint = COALESCE(?, checkpoint), chunks = chunks + 1, items_done = items_done + ?,
                   exceptions = exceptions + ?, effects_digest = ?, effects = ?
             WHERE run_id = ? AND number = ?
            """, checkpoint, items, exceptions, digest, RunPartition.text(of: effects), partition.run,
            partition.number)
    }

    /// Counts a partition that is done to its run. Whoever calls it holds the lease of the run.
    static func add(_ partition: RunPartition, digest: String, in connection: Connection) throws {
        let added = try connection.execute(
            "UPDATE run_partition SET state = 'added' WHERE run_id = ? AND number = ? AND state = 'done'",
            partition.run, partition.number)
        guard added == 1 else { throw RunError.fenced(partition.run, attempt: partition.attempt) }
        for (table, count) in partition.effects.sorted(by: { $0.key < $1.key }) {
            try connection.send(
                """
                INSERT INTO run_effect (run_id, table_name, row_count) VALUES (?, ?, ?)
                ON CONFLICT (run_id, table_name) DO UPDATE SET row_count = run_effect.row_count + excluded.row_count
                """, partition.run, table, count)
        }
        try connection.send(
            """
            UPDATE run
               SET checkpoint = ?, chunks = chunks + ?, items_done = items_done + ?, exceptions = exceptions + ?,
                   effects_digest = ?
             WHERE run_id = ?
            """, partition.range.last, partition.chunks, partition.itemsDone, partition.exceptions, digest,
            partition.run)
    }
}
