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
        try Self.work(on: RunID(rawValue: number), attempt: attempt, in: context)
    }

    private static func work(on run: RunID, attempt: Int, in context: CommandContext) throws {
        guard try WorkerStart.enter() else {
            throw Failure(
                .usage, "`steward worker` is what the daemon starts for each attempt of a run.",
                advice: "To run a job, give `steward run JOB`.")
        }
        Interruption.listen()
        let worker = AttemptWorker(
            company: context.company, store: try context.openStore(), kinds: Application.kinds, clock: context.clock)
        let record = try worker.work(on: run, attempt: attempt)
        for figure in record.summary.figures { context.printer.say("\(figure.label): \(figure.value)") }
        for file in record.summary.files { context.printer.say("file: \(file)") }
        if record.exceptions > 0 { context.printer.say("set aside: \(record.exceptions)") }
    }
}

// MARK: - Started by the daemon

extension Worker {
    /// The command line, after the program's name, with which the daemon starts a worker.
    static func arguments(company: Company, run: RunID, attempt: Int) -> [String] {
        ["worker", "\(run)", "\(attempt)", "--company", company.directory]
    }

    /// Works on an attempt where the arguments are exactly those that the daemon gives, without the parser: that learns
    /// about every command first, which takes a quarter of what a worker with little to do takes in all.
    ///
    /// - Returns: false for any other arguments; nothing was done.
    static func workIfStarted(with arguments: [String]) throws -> Bool {
        guard arguments.count == 5, arguments[0] == "worker", arguments[3] == "--company",
            let run = Int64(arguments[1]), let attempt = Int(arguments[2])
        else { return false }
        let context = try CommandContext(company: arguments[4], printer: Printer(format: .text))
        try work(on: RunID(rawValue: run), attempt: attempt, in: context)
        return true
    }
}
