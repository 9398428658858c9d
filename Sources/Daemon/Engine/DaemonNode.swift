import Jobs

/// The daemon as one of several on a store.
extension Daemon {
    var nodeName: String { settings.nodeName ?? process.host }

    /// What it says of itself.
    var nodeStart: NodeRecords.Start {
        NodeRecords.Start(
            id: node, name: nodeName, labels: settings.nodeLabels, process: process, version: program.version,
            workerLimit: settings.workers)
    }

    var nodeState: NodeRecords.State {
        switch phase {
        case .running: .running
        case .draining: .draining
        case .stopping, .ending: .stopping
        }
    }

    /// Says so when a person has told the node to take no more work, or to take it again.
    func noticeDrain(_ isDrained: Bool) {
        guard isDrained != self.isDrained else { return }
        self.isDrained = isDrained
        logger.notice(
            isDrained
                ? "the node \(nodeName) is drained: no run is started until `steward node undrain \(nodeName)`"
                : "the node \(nodeName) takes runs again")
    }
}
