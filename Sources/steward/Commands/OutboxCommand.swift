import ArgumentParser
import Diagnostics
import Jobs

/// `steward outbox`: the mail that was written, and where its delivery stands.
struct OutboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "Look at the mail and its delivery; send, resend and settle it.",
        discussion: """
            A message is pending until it is sent, deferred where the server put it off, refused where it will not \
            take it, and in doubt where the connection was lost after the message was sent and before the server \
            answered. What is in doubt is not sent again by itself: find out whether it arrived, then settle or resend \
            it.

            EXAMPLES
              steward outbox list --state in_doubt
              steward outbox show 17
              steward outbox settle 17 --as sent --reason "Morag has it"
              steward outbox resend 17 --reason "not in the server's log"
            """,
        subcommands: [OutboxList.self, OutboxShow.self, OutboxDeliver.self, OutboxResend.self, OutboxSettle.self])
}

extension OutboxMessageID: ExpressibleByArgument {
    public init?(argument: String) {
        guard let number = Int64(argument), number > 0 else { return nil }
        self.init(rawValue: number)
    }
}

/// What people read of messages.
enum OutboxTable {
    static func table(of items: [Outbox.Item], in context: CommandContext) -> Table {
        var table = Table(columns: [
            .init("Message", .right), .init("State"), .init("Attempts", .right), .init("Run", .right), .init("To"),
            .init("Subject"), .init("Changed", key: "changed_at"), .init("Due", key: "not_before"), .init("Answer"),
        ])
        table.rows = items.map { item in
            [
                .integer(Int(item.id.rawValue)), .text(item.state.rawValue), .integer(item.attempts),
                item.run.map { .integer(Int($0.rawValue)) } ?? .none, .text(item.recipients.joined(separator: ", ")),
                .text(item.subject), .text("\(item.changedAt)"),
                item.state == .pending || item.state == .deferred ? .text("\(item.notBefore)") : .none,
                .text(answer(item.answer, in: context)),
            ]
        }
        return table
    }

    /// On one line, with files named from the company's directory.
    static func answer(_ text: String?, in context: CommandContext) -> String {
        guard let text else { return "" }
        return RunDetails.shown(oneLine(text), company: context.company)
    }

    static func oneLine(_ text: String) -> String {
        text.split(separator: "\n").joined(separator: " ")
    }
}
