import Calendars
import Store

/// Which runs are for which nodes.
package enum RunPlacements {
    /// Those of all that runs ask for that a node fulfils, as the store keeps them.
    package static func matching(_ labels: NodeLabels, in connection: Connection) throws -> [String] {
        try connection.all("SELECT runs_on FROM run_placement ORDER BY runs_on") { try $0.text(0) }
            .filter { Placement(canonicalText: $0).matches(labels) }
    }

    /// Why a waiting run is taken by no node: none that takes runs just now has what it asks for; nil where one does, or
    /// where it does not wait for one.
    package static func obstacle(for run: RunRecord, among nodes: [NodeRecords.Node], at now: Instant) -> String? {
        guard run.state == .queued, run.placement != .anywhere else { return nil }
        let fit = nodes.filter { run.placement.matches($0.labels) }
        guard !fit.contains(where: { $0.takesRuns(at: now) }) else { return nil }
        guard let live = fit.first(where: { $0.isLive(at: now) }) else {
            return "\(run.placement); none is there"
        }
        return "\(run.placement); \(live.name) \(live.drain == nil ? "takes no runs just now" : "is drained")"
    }

    /// The queued runs that no node takes; those with the lowest numbers, up to `maximumCount`.
    package static func stranded(
        at now: Instant, maximumCount: Int, in connection: Connection
    ) throws -> [(run: RunRecord, obstacle: String)] {
        let nodes = try NodeRecords.list(in: connection)
        let asked = try connection.all("SELECT runs_on FROM run_placement ORDER BY runs_on") { try $0.text(0) }
        let hopeless = asked.filter { text in
            let placement = Placement(canonicalText: text)
            return !nodes.contains { $0.takesRuns(at: now) && placement.matches($0.labels) }
        }
        guard !hopeless.isEmpty else { return [] }
        let marks = Array(repeating: "?", count: hopeless.count).joined(separator: ", ")
        return try connection.all(
            """
            SELECT \(RunRecord.columns) FROM run WHERE state = 'queued' AND runs_on IN (\(marks))
             ORDER BY run_id LIMIT ?
            """, arguments: hopeless + [maximumCount], map: RunRecord.init
        ).compactMap { run in obstacle(for: run, among: nodes, at: now).map { (run, $0) } }
    }
}
