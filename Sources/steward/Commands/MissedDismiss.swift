import ArgumentParser
import Diagnostics
import Jobs

/// `steward missed dismiss`: says that what did not run need not run any more.
struct MissedDismiss: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "dismiss", abstract: "Say that what was missed need not run any more.",
        discussion: "It stays on record, with who said so and why; `steward missed list --all` shows it.")

    @OptionGroup var selection: OccurrenceSelection
    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        // A job that is declared no more may have something to dismiss.
        let store = try context.openStore()
        let now = context.clock.now()
        let count = try store.write { connection in
            let records = ScheduleRecords(connection, person: context.person, at: now)
            guard let occurrence = selection.occurrence else {
                return try records.dismiss(selection.filter, reason: reason.text)
            }
            try records.dismiss(occurrence.job, due: occurrence.due, reason: reason.text)
            return 1
        }
        if count == 0, let job = selection.job { _ = try context.jobs().job(job) }
        var details = Details()
        details.add("dismissed", count)
        context.printer.print(details)
    }
}
