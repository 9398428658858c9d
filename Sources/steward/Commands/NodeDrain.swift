import ArgumentParser
import Jobs

/// `steward node drain`: takes a node out of work.
struct NodeDrain: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Let a node start no more runs, until it is undrained; what it has goes on.",
        discussion: """
            It stays so when its daemon is started again: for work on the machine. It takes the role that \
            config/daemon.yaml names (`node: {role: operations}`), where it names one, and is kept on record.

            EXAMPLES
              steward node drain ledger-2 --reason "new disk"
            """)

    @Argument(help: "The node; `steward node list` shows them.")
    var node: String

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let nodes = try NodeVerbs.change(node, in: context) { connection in
            try NodeRecords.drain(
                node, by: context.person, reason: reason.text, at: context.clock.now(), in: connection)
        }
        context.printer.print(nodes, orSay: "")
        context.printer.say("\nLet it take work again with `steward node undrain \(node)`.")
    }
}
