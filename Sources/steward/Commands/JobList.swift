import ArgumentParser
import Jobs

/// `steward job list`: every declared job.
struct JobList: StewardCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the declared jobs.")

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        var table = Table(columns: [.init("Job"), .init("Kind"), .init("Period"), .init("Description")])
        table.rows = try context.jobs().jobs.map { job in
            [.text(job.name), .text(job.kind), .text(job.granularity.rawValue), .text(job.description)]
        }
        context.printer.print(
            table, orSay: "No jobs are declared. A job is a file in jobs/; `steward init` makes some to begin with.")
    }
}
