import ArgumentParser
import Jobs

/// `steward node undrain`: lets a drained node take work again.
struct NodeUndrain: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "undrain", abstract: "Let a drained node take runs again.",
        discussion: """
            EXAMPLES
              steward node undrain ledger-2
            """)

    @Argument(help: "The node; `steward node list` shows which are drained.")
    var node: String

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let nodes = try NodeVerbs.change(node, in: context) { connection in
            try NodeRecords.undrain(
                node, by: context.person, reason: reason?.text, at: context.clock.now(), in: connection)
        }
        context.printer.print(nodes, orSay: "")
        _ = DaemonCall.wake(context.company)
    }
}
