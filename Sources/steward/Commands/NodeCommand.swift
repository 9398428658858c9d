import ArgumentParser

/// `steward node`: the daemons that share the store.
struct NodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "Look at the nodes, the daemons that share the store; take one out of work.",
        subcommands: [NodeList.self, NodeDrain.self, NodeUndrain.self])
}
