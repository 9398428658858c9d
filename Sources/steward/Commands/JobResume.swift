import ArgumentParser
import Jobs

/// `steward job resume`: lets a paused job go on.
struct JobResume: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a paused job run by the clock again.",
        discussion: """
            What was due in the pause stays skipped; `steward missed list --all` shows it, and `steward missed run` runs one \
            of them.
            """)

    @Argument(help: "The job; `steward timers` shows which are paused.", completion: .scheduledJobs)
    var job: String

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let details = try ScheduleVerbs.change(job, in: context) { try $0.resume(job, reason: reason?.text) }
        context.printer.print(details)
        // The daemon may sleep until something else is due.
        _ = DaemonCall.wake(context.company)
    }
}
