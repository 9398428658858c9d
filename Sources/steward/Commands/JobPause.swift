import ArgumentParser
import Jobs

/// `steward job pause`: lets a job rest.
struct JobPause: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Let the schedule of a job rest, until a time or until it is resumed.",
        discussion: """
            What is due meanwhile is on record as skipped, with the reason, and is not made good later. Runs that wait or \
            are under way go on, and people can run the job all the same.

            EXAMPLES
              steward job pause payroll-weekly --reason "stock-taking" --until 2026-05-04
            """)

    @Argument(help: "The job; `steward timers` shows those with a schedule.", completion: .scheduledJobs)
    var job: String

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason

    @Option(
        help: ArgumentHelp("When it goes on by itself: \(Moment.forms).", valueName: "time"), transform: Moment.init)
    var until: Moment?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let end = until.map { $0.future(in: context) }
        let details = try ScheduleVerbs.change(job, in: context) { schedules in
            try schedules.pause(job, until: end, reason: reason.text)
        }
        context.printer.print(details)
        context.printer.say("\nLet it go on with `steward job resume \(job)`.")
    }
}
