import ArgumentParser
import Daemon
import Diagnostics
import Jobs
import Processes

/// `steward worker RUN ATTEMPT [PARTITION]`: what the daemon starts for each attempt, and to help with a partition. Nobody
/// else gives this command.
struct Worker: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Work on one attempt of a run; only the daemon gives this command.",
        shouldDisplay: false)

    @Argument(help: "The run.") var number: Int64
    @Argument(help: "Its attempt, or that of the partition.") var attempt: Int
    @Argument(help: "The partition, where it helps with one.") var partition: Int?
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        try Self.work(on: RunLease(run: RunID(rawValue: number), partition: partition, attempt: attempt), in: context)
    }

    private static func work(on lease: RunLease, in context: CommandContext) throws {
        guard try WorkerStart.enter() else {
            throw Failure(
                .usage, "`steward worker` is what the daemon starts for each attempt of a run.",
                advice: "To run a job, give `steward run JOB`.")
        }
        OwnProcessGroup.declare()
        Interruption.listen()
        let worker = AttemptWorker(
            company: context.company, store: try context.openStore(), kinds: Application.kinds, clock: context.clock)
        guard lease.partition == nil else {
            _ = try worker.help(with: lease)
            return
        }
        let record = try worker.work(on: lease.run, attempt: lease.attempt)
        // What an outside program printed stands for itself, and may not have ended its last line.
        guard Application.kinds[record.kind]?.runsProgram != true else { return }
        for figure in record.summary.figures { context.printer.say("\(figure.label): \(figure.value)") }
        for file in record.summary.files { context.printer.say("file: \(file)") }
        if record.exceptions > 0 { context.printer.say("set aside: \(record.exceptions)") }
    }
}

// MARK: - Started by the daemon

extension Worker {
    /// The command line, after the program's name, with which the daemon starts a worker.
    static func arguments(company: Company, lease: RunLease) -> [String] {
        ["worker", "\(lease.run)", "\(lease.attempt)"] + (lease.partition.map { ["\($0)"] } ?? [])
            + ["--company", company.directory]
    }

    /// Works on an attempt where the arguments are exactly those that the daemon gives, without the parser: that learns
    /// about every command first, which takes a quarter of what a worker with little to do takes in all.
    ///
    /// - Returns: false for any other arguments; nothing was done.
    static func workIfStarted(with arguments: [String]) throws -> Bool {
        guard arguments.count == 5 || arguments.count == 6, arguments[0] == "worker",
            arguments[arguments.count - 2] == "--company", let run = Int64(arguments[1]),
            let attempt = Int(arguments[2])
        else { return false }
        let partition = arguments.count == 6 ? Int(arguments[3]) : nil
        guard arguments.count == 5 || partition != nil else { return false }
        let context = try CommandContext(company: arguments[arguments.count - 1], printer: Printer(format: .text))
        try work(on: RunLease(run: RunID(rawValue: run), partition: partition, attempt: attempt), in: context)
        return true
    }
}
