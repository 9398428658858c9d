import ArgumentParser
import Jobs

/// `steward node list`: the nodes.
struct NodeList: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the nodes: what they do, their load, when they were last seen.",
        discussion: """
            A node is a daemon, by the name in its config/daemon.yaml (`node: {name: ledger-2}`), or its host's. One that \
            has not given a sign of life for \(NodeRecords.maximumSilentSeconds) s is silent: what it worked on is taken \
            over by the others.

            EXAMPLES
              steward node list
            """)

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let nodes = try store.read { try NodeRecords.list(in: $0) }
        context.printer.print(
            NodeTable.table(of: nodes, at: context.clock.now()),
            orSay: "No node yet. A daemon becomes one when it starts: `steward daemon run`.")
    }
}
