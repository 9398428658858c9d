import ArgumentParser
import Jobs

/// `steward run cancel`: stops a run for good.
struct RunCancel: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Stop a run for good.",
        discussion: """
            A run that waits, or has failed, is canceled at once; one that is worked on stops after the chunk at hand. What \
            was committed stands. To run its job for the period after all: `steward run JOB --again --reason REASON`.
            """)

    @Argument(help: "Run number, or job@period (payroll-monthly@2026-04).", completion: .runs)
    var run: RunRecords.Reference

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let now = context.clock.now()
        let id = try context.find(run, in: store).id
        let (record, hasEnded) = try store.write { connection in
            let hasEnded = try RunQueue(connection, person: context.person, at: now).cancel(id, reason: reason.text)
            return (try RunRecords.find(.number(id), in: connection), hasEnded)
        }
        var details = try store.read {
            try RunDetails.details(of: record, company: context.company, at: context.clock.now(), in: $0)
        }
        details.add("has ended", key: "canceled", text: nil, json: .bool(hasEnded))
        if context.printer.format == .text {
            context.printer.say(
                "Run \(record.id), \(record.identity.job) for \(record.identity.period), "
                    + (hasEnded ? "is canceled." : "is told to stop; it ends after the chunk at hand."))
        } else {
            context.printer.print(details)
        }
        if !hasEnded {
            _ = DaemonCall.wake(context.company)
            context.printer.say("\nSee it end with `steward run watch \(record.id)`.")
        }
    }
}
