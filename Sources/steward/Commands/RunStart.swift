import ArgumentParser
import Calendars
import Diagnostics
import Jobs

/// `steward run JOB`: runs a job now, in this process.
struct RunStart: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Run a job for a period, now.",
        usage:
            "steward run <job> [--period <period>] [-p <name=value> ...] [--dry-run] [--company <directory>] [--json] [--csv]",
        discussion: """
            The same job, period and parameters are run once: a second time says "already done" and writes nothing. A \
            run that was cut off or failed goes on where it stopped.

            EXAMPLES
              steward run payroll-monthly --period 2026-04 --dry-run
              steward run payroll-monthly --period 2026-04
            """)

    @Argument(help: "The job; `steward job list` shows all.", completion: .jobs)
    var job: String

    @Option(
        help: "The period: 2026-04, 2026-W15, 2026-04-06, 2026-Q2 or 2026. Without it, the present one.",
        completion: .periods)
    var period: String?

    @Option(name: .short, help: ArgumentHelp("A parameter, in the place of the declared one.", valueName: "name=value"))
    var parameter: [String] = []

    @Flag(help: "Do everything, write nothing, and say what would have been written.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let declaration = try context.jobs().job(job)
        let request = RunRequest(
            declaration: declaration, period: try RunRequest.period(period, of: declaration, in: context),
            parameters: declaration.parameters(with: try RunRequest.parameters(parameter)))
        if dryRun {
            try request.rehearse(in: context)
        } else {
            try request.run(in: context)
        }
    }
}
