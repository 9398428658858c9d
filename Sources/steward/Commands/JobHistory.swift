import ArgumentParser
import Jobs

/// `steward job history`: what became of the times at which a job was due.
struct JobHistory: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List when a job was due and what became of it, and what people did to its schedule.")

    @Argument(
        help: "The job; `steward timers --all` shows those that have, or had, a schedule.", completion: .scheduledJobs)
    var job: String

    @Option(name: .short, help: ArgumentHelp("How many at most, of each list.", valueName: "count"))
    var number = 20

    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard (1...100_000).contains(number) else { throw ValidationError("-n is 1 to 100000.") }
    }

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let (outcomes, events) = try store.read { connection in
            (
                try ScheduleRecords.outcomes(of: job, maximumCount: number, in: connection),
                try ScheduleRecords.events(of: job, maximumCount: number, in: connection)
            )
        }
        // A job that is no longer declared may have a history; one that never was is a typing error.
        if outcomes.isEmpty, events.isEmpty, try context.jobs().job(job).schedule == nil {
            throw ScheduleVerbs.noSchedule(job)
        }
        var details = Details()
        details.add("job", job)
        details.add(
            section: "When it was due", key: "occurrences", Self.table(of: outcomes, format: context.printer.format))
        details.add(section: "What was done to its schedule", key: "events", Self.table(of: events))
        details.mainSection = "occurrences"
        context.printer.print(details)
        if events.isEmpty { context.printer.say("\nNo daemon has read this job's schedule yet.") }
    }

    private static func table(of outcomes: [OccurrenceOutcome], format: Printer.Format) -> Table {
        var table = Table(columns: [
            .init("Due"), .init("State"), .init("Run", .right, visibility: .whereFilled),
            .init("Period", visibility: .whereFilled), .init("Run state", visibility: .whereFilled),
            .init("Late", visibility: .whereFilled), .init("Late seconds", visibility: .never),
            .init("Recorded at", visibility: .never), .init("Dismissed at", visibility: .never),
            .init("Dismissed reason", visibility: .never), .init("Reason", visibility: .whereFilled),
            .init("Dismissed by", visibility: .never),
        ])
        table.rows = outcomes.map { outcome in
            let occurrence = outcome.occurrence
            return [
                .text(occurrence.due), .text(occurrence.state.rawValue),
                .integer(occurrence.run?.rawValue), .text(outcome.run?.identity.period),
                .text(outcome.run?.state.rawValue), .text(outcome.lateSeconds.map(ElapsedText.init)),
                .integer(outcome.lateSeconds), .text(occurrence.recordedAt), .text(occurrence.dismissal?.at),
                .text(occurrence.dismissal?.reason), .text(OccurrenceTable.reason(of: occurrence, format: format)),
                .text(occurrence.dismissal?.person),
            ]
        }
        return table
    }

    private static func table(of events: [ScheduleRecords.Event]) -> Table {
        var table = Table(columns: [
            .init("At"), .init("What"), .init("Reason", visibility: .whereFilled), .init("By"),
        ])
        table.rows = events.map { [.text($0.at), .text($0.what.rawValue), .text($0.reason), .text($0.person)] }
        return table
    }
}
