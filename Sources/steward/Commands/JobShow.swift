import ArgumentParser
import Calendars
import Jobs
import Store

/// `steward job show`: one job, all that its declaration says.
struct JobShow: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one job: its kind, parameters, schedule, rules and latest runs.")

    @Argument(help: "The job; `steward job list` shows all.", completion: .jobs)
    var job: String

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let declaration = try context.jobs().job(job)
        let store = try context.openStore()
        let timer = try JobTimer.of(declaration, in: store, at: context.clock.now())
        var details = Details()
        details.add("job", declaration.name)
        details.add("kind", declaration.kind)
        details.add("description", declaration.description)
        details.add("period", declaration.granularity.rawValue)
        details.add("file", declaration.file)
        JobDetails.addSchedule(of: declaration, timer: timer, to: &details)
        JobDetails.addRules(of: declaration, to: &details)
        if let kind = Application.kinds[declaration.kind] {
            details.add("what it does", kind.abstract)
            var parameters = Table(
                columns: [.init("Parameter"), .init("Value"), .init("Required"), .init("Meaning"), .init("Example")])
            parameters.rows = kind.parameters.map { parameter in
                [
                    .text(parameter.name), .text(declaration.parameters[parameter.name] ?? ""),
                    .text(parameter.isRequired ? "yes" : "no"), .text(parameter.description), .text(parameter.example),
                ]
            }
            details.add(section: "Parameters", key: "parameters", parameters)
        }
        let runs = try store.read {
            try RunRecords.list(.init(job: declaration.name, maximumCount: 10), in: $0)
        }
        details.add(section: "Latest runs", key: "runs", RunTable.table(of: runs))
        context.printer.print(details)
    }
}

extension JobTimer {
    /// The timer of one job; nil where it has no schedule and never had.
    static func of(_ job: JobDeclaration, in store: Store, at now: Instant) throws -> JobTimer? {
        let stored = try store.read { try ScheduleRecords.state(of: job.name, in: $0) }
        guard job.schedule != nil || stored != nil else { return nil }
        return JobTimer(job: job.name, schedule: job.schedule, stored: stored, at: now)
    }
}
