import ArgumentParser
import Jobs

/// `steward job list`: every declared job.
struct JobList: StewardCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the declared jobs.")

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let jobs = try context.jobs()
        let now = context.clock.now()
        let timers = try context.openStore().read { try JobTimer.all(of: jobs, at: now, in: $0) }
        let next = Dictionary(timers.map { ($0.job, $0.next) }, uniquingKeysWith: { first, _ in first })
        var table = Table(columns: [
            .init("Job"), .init("Kind"), .init("Period"), .init("Next", visibility: .whereFilled), .init("Description"),
        ])
        table.rows = jobs.jobs.map { job in
            [
                .text(job.name), .text(job.kind), .text(job.granularity.rawValue), .text(next[job.name] ?? nil),
                .text(job.description),
            ]
        }
        context.printer.print(
            table, orSay: "No jobs are declared. A job is a file in jobs/; `steward init` makes some to begin with.")
    }
}
