import ArgumentParser
import Diagnostics
import Jobs

/// `steward outbox deliver`: sends what is due, now.
struct OutboxDeliver: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver", abstract: "Send every message that is due, and wait for the answers.",
        discussion: """
            First it settles what a sender that was killed left behind. Messages that the server puts off stay in \
            the outbox. Exit code 3 where not all were sent.
            """)

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        guard let mail = context.company.settings.mail else {
            throw Failure(
                .usage, "\(Company.settingsFile) says nothing of mail.",
                advice: "Add mail: with from and folder or smtp.")
        }
        let store = try context.openStore()
        let courier = try context.courier(store, mail)
        Interruption.listen()
        var problems = Table(columns: [
            .init("Message", .right), .init("Subject"), .init("State"), .init("Answer"),
        ])
        let counts = try courier.deliverDue { outcome in
            guard outcome.state != .sent, problems.rows.count < Self.maximumProblems else { return }
            problems.rows.append([
                .integer(Int(outcome.message.rawValue)), .text(outcome.subject), .text(outcome.state.rawValue),
                .text(OutboxTable.answer(outcome.answer.text, in: context)),
            ])
        }
        let backlog = try store.read { try Outbox.backlog(in: $0) }
        var details = Details()
        details.add("sent", counts.sent)
        details.add("deferred", counts.deferred)
        details.add("refused", counts.refused)
        details.add("in doubt", counts.inDoubt)
        details.add("still waiting", backlog.waiting)
        details.add(section: "Not sent", key: "not_sent", problems)
        context.printer.print(details)
        if counts.total > counts.sent {
            context.printer.say("\nNext: `steward outbox show MESSAGE`.")
            Terminal.exit(.partly)
        }
    }

    /// More are counted and not listed.
    private static let maximumProblems = 100
}
