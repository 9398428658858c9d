import ArgumentParser
import Jobs

/// `steward run retry`: lets a failed run be tried again.
struct RunRetry: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Let the daemon try a failed run again, from where it stopped.",
        discussion: """
            In the foreground, `steward run JOB --period PERIOD` does the same. A run that is done is repeated with \
            `steward run JOB --period PERIOD --again --reason REASON`.
            """)

    @Argument(help: "Run number, or job@period (payroll-monthly@2026-04).", completion: .runs)
    var run: RunRecords.Reference

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let now = context.clock.now()
        let id = try context.find(run, in: store).id
        let record = try store.write { connection in
            try RunQueue(connection, person: context.person, at: now).retry(id, reason: reason?.text)
            return try RunRecords.find(.number(id), in: connection)
        }
        if context.printer.format == .text {
            context.printer.say(
                "Run \(record.id), \(record.identity.job) for \(record.identity.period), is queued again.\n"
                    + "See it with `steward run watch \(record.id)`.")
        } else {
            context.printer.print(
                try store.read {
                    try RunDetails.details(of: record, company: context.company, at: context.clock.now(), in: $0)
                })
        }
        DaemonCall.wakeOrSay(context)
    }
}
