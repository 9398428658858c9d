import ArgumentParser
import Calendars
import Diagnostics
import Jobs

/// `steward run JOB`: runs a job now, in this process, or leaves it to the daemon.
struct RunStart: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Run a job for a period, now.",
        usage:
            "steward run <job> [--period <period>] [-p <name=value> ...] [--dry-run] [--again] [--without-needs] [--reason <reason>] [--queue [--wait] [--timeout <time>]] [--company <directory>] [--json] [--csv]",
        discussion: """
            The same job, period and parameters are run once: a second time says "already done" and writes nothing. A \
            run that was cut off or failed goes on where it stopped. --again makes one more run where there was one. What the \
            job `needs` must be done for the period before, unless --without-needs says that it need not.

            With --queue the run is left to the daemon, which starts it when there is room and when what its job needs is \
            done; --wait watches it and ends as `steward run watch` does.

            EXAMPLES
              steward run payroll-monthly --period 2026-04 --dry-run
              steward run payroll-monthly --period 2026-04
              steward run payroll-monthly --period 2026-04 --again --reason "late facts"
              steward run payroll-monthly --period 2026-04 --queue --wait --timeout 10m
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

    @Flag(help: "Run it once more although there was a run; needs --reason.")
    var again = false

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason?

    @Flag(help: "Run it although what its job needs is not done; needs --reason.")
    var withoutNeeds = false

    @Flag(help: "Leave it to the daemon.")
    var queue = false

    @Flag(help: "With --queue: watch it until it has ended.")
    var wait = false

    @Option(
        help: ArgumentHelp("With --wait: no longer than this: 30s, 10m, 2h.", valueName: "time"),
        transform: LengthOfTime.init)
    var timeout: LengthOfTime?

    @OptionGroup var options: CommonOptions

    func validate() throws {
        if again, reason == nil {
            throw ValidationError("A repeat needs a reason: --again --reason \"…\".")
        }
        if withoutNeeds, reason == nil {
            throw ValidationError("Running without what the job needs takes a reason: --without-needs --reason \"…\".")
        }
        if dryRun, again || queue || withoutNeeds || reason != nil {
            throw ValidationError("A dry run leaves nothing behind; it goes without these options.")
        }
        if reason != nil, !again, !queue, !withoutNeeds {
            throw ValidationError("--reason goes with --again, --without-needs or --queue.")
        }
        if wait, !queue {
            throw ValidationError("--wait goes with --queue; without that, the run is waited for anyway.")
        }
        if timeout != nil, !wait { throw ValidationError("--timeout goes with --queue --wait.") }
    }

    func execute(in context: CommandContext) throws {
        let declaration = try context.jobs().job(job)
        let request = RunRequest(
            declaration: declaration, period: try RunRequest.period(period, of: declaration, in: context),
            parameters: declaration.parameters(with: try RunRequest.parameters(parameter)),
            repetition: again ? .again : .none, reason: reason?.text, isHeldByNeeds: !withoutNeeds)
        if dryRun {
            try request.rehearse(in: context)
        } else if queue {
            try request.enqueue(in: context, waits: wait, timeoutSeconds: timeout?.seconds)
        } else {
            try request.run(in: context)
        }
    }
}
