import ArgumentParser
import Daemon
import Diagnostics
import Jobs

/// `steward worker RUN ATTEMPT`: what the daemon starts for each attempt. Nobody else gives this command.
struct Worker: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Work on one attempt of a run; only the daemon gives this command.",
        shouldDisplay: false)

    @Argument(help: "The run.") var number: Int64
    @Argument(help: "Its attempt.") var attempt: Int
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        guard try WorkerStart.enter() else {
            throw Failure(
                .usage, "`steward worker` is what the daemon starts for each attempt of a run.",
                advice: "To run a job, give `steward run JOB`.")
        }
        Interruption.listen()
        let worker = AttemptWorker(
            company: context.company, store: try context.openStore(), kinds: Application.kinds, clock: context.clock)
        let record = try worker.work(on: RunID(rawValue: number), attempt: attempt)
        for figure in record.summary.figures { context.printer.say("\(figure.label): \(figure.value)") }
        for file in record.summary.files { context.printer.say("file: \(file)") }
        if record.exceptions > 0 { context.printer.say("set aside: \(record.exceptions)") }
    }
}
