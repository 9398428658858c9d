import ArgumentParser
import Jobs

/// `steward outbox settle`: puts on record whether a message arrived.
struct OutboxSettle: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle", abstract: "Put on record that a message arrived, or that it is not to be sent.",
        discussion: """
            For a message in doubt or refused; with --as unsent also for one that waits, which is then not sent. Who \
            says so and why is on record.

            EXAMPLE
              steward outbox settle 17 --as sent --reason "Morag has it"
            """)

    @Argument(help: "The message's number; `steward outbox list` shows all.")
    var message: OutboxMessageID

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("sent: it arrived; unsent: it is not to be sent.", valueName: "how"),
        completion: .list(OutboxDecision.Settlement.allCases.map(\.rawValue)))
    var settlement: OutboxDecision.Settlement

    @Option(help: "Why, or how you know.")
    var reason: String

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let decision = try OutboxDecision(
            message, reason: reason, person: context.person, at: context.clock.now())
        let item = try context.openStore().write { connection in
            try decision.settle(as: settlement, in: connection)
            return try Outbox.find(message, in: connection)
        }
        if context.printer.format != .text { context.printer.print(OutboxTable.table(of: [item], in: context)) }
        context.printer.say("Message \(message) is \(item.state.words).")
    }
}

extension OutboxDecision.Settlement: ExpressibleByArgument {}
