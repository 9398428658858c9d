import Calendars
import Daemon
import Diagnostics
import Jobs
import Store

#if canImport(Glibc)
    import Glibc
#endif

/// What the commands that change a node have in common.
enum NodeVerbs {
    /// - Returns: the node as it is from now on.
    static func change(
        _ name: String, in context: CommandContext, _ body: (Connection) throws -> Void
    ) throws -> Table {
        try requireRole(in: context)
        let store = try context.openStore()
        let nodes = try store.write { connection in
            try body(connection)
            return try NodeRecords.list(in: connection).filter { $0.name == name }
        }
        return NodeTable.table(of: nodes, at: context.clock.now())
    }

    /// - Throws: unless the account has the role that the settings of the daemon name, where they name one.
    private static func requireRole(in context: CommandContext) throws {
        var problems = ProblemList()
        let settings = DaemonSettings.load(for: context.company, processors: 1, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was done")
        guard let role = settings.nodeRole else { return }
        let users = try UserDirectory.load(for: context.company)
        let user = users.user(account: context.person)
        guard user?.roles.contains(role) != true else { return }
        let holders = users.users(withRole: role).map(\.name)
        throw Failure(
            .notPermitted,
            "\(user?.name ?? "The account \(context.person)") does not have the role \(role), which this takes.",
            advice: holders.isEmpty
                ? "Nobody has it: give it to somebody in \(UserDirectory.file)."
                : "These have it: \(holders.joined(separator: ", ")).")
    }
}

/// Nodes as a list.
enum NodeTable {
    static func table(of nodes: [NodeRecords.Node], at now: Instant) -> Table {
        var table = Table(columns: [
            .init("Node"), .init("State"), .init("Workers", .right), .init("Limit", key: "worker_limit", .right),
            .init("Labels", visibility: .whereFilled), .init("Host"), .init("Process", .right), .init("Version"),
            .init("Started", key: "started_at", visibility: .never), .init("Seen", key: "seen_at"),
            .init("Drained by", key: "drained_by", visibility: .whereFilled),
            .init("Drained at", key: "drained_at", visibility: .never),
            .init("Reason", key: "drain_reason", visibility: .whereFilled),
        ])
        table.rows = nodes.map { node in
            var labels = node.labels
            labels.values[Placement.nodeLabel] = nil
            return [
                .text(node.name), .text(state(of: node, at: now)), .integer(node.workers), .integer(node.workerLimit),
                .text(labels.description), .text(node.host), .integer(Int(node.processID)), .text(node.version),
                .text("\(node.startedAt)"), .text("\(node.seenAt)"), .text(node.drain?.person),
                .text(node.drain?.at), .text(node.drain?.reason),
            ]
        }
        return table
    }

    private static func state(of node: NodeRecords.Node, at now: Instant) -> String {
        if node.endedAt != nil { return "ended" }
        if !node.isLive(at: now) { return "silent" }
        if node.drain != nil, node.state == .running { return "drained" }
        return node.state.rawValue
    }
}
