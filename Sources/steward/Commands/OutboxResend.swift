import ArgumentParser
import Jobs

/// `steward outbox resend`: lets a message be sent again.
struct OutboxResend: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend", abstract: "Let a message be sent again that is in doubt, refused, deferred or settled.",
        discussion: """
            It goes out under the same Message-ID. Who lets it and why is on record.

            EXAMPLE
              steward outbox resend 17 --reason "not in the server's log"
            """)

    @Argument(help: "The message's number; `steward outbox list` shows all.")
    var message: OutboxMessageID

    @Option(help: "Why.")
    var reason: String

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let decision = try OutboxDecision(
            message, reason: reason, person: context.person, at: context.clock.now())
        let item = try context.openStore().write { connection in
            try decision.resend(in: connection)
            return try Outbox.find(message, in: connection)
        }
        if context.printer.format != .text { context.printer.print(OutboxTable.table(of: [item], in: context)) }
        context.printer.say("Message \(message) is pending again.\nNext: `steward outbox deliver`.")
    }
}
