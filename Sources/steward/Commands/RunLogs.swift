import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Store

/// `steward run logs`: what the worker of an attempt wrote.
struct RunLogs: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what the worker of a run wrote to standard output and standard error.",
        discussion: """
            Each line has its time and its stream: out, err, or note for the daemon's own words. A run in the foreground \
            writes to its own terminal; nothing of that is kept. With -f, --json prints one object a line.

            EXAMPLES
              steward run logs 7
              steward run logs payroll-monthly@2026-04 --attempt 1
              steward run logs 7 -f
            """)

    @Argument(help: "Run number, or job@period (payroll-monthly@2026-04).", completion: .runs)
    var run: RunRecords.Reference

    @Flag(name: [.short, .long], help: "Go on until the attempt has ended; wait for it where it has not begun.")
    var follow = false

    @Option(help: ArgumentHelp("Which attempt; without it, the latest.", valueName: "number"))
    var attempt: Int?

    @OptionGroup var options: CommonOptions

    func validate() throws {
        if let attempt, attempt < 1 { throw ValidationError("Attempts count from 1.") }
    }

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let record = try context.find(run, in: store)
        if follow { Interruption.listen() }
        guard let number = try attemptNumber(of: record, in: store, context) else { return }
        var output = AttemptLogOutput(run: record.id, attempt: number, printer: context.printer, isFollowing: follow)
        var over: ContinuousClock.Instant?
        while true {
            // Its end is looked at first: what was written before that is then there to be read.
            let attempt = try store.read {
                try RunRecords.attempts(of: record.id, in: $0).first { $0.number == number }
            }
            if attempt?.state != .running, over == nil { over = .now }
            let hasEnded = over.map { attempt?.isLogComplete != false || .now - $0 >= Self.maximumRest } ?? false
            while try store.read({ try output.readOn(in: $0) }) {}
            if hasEnded || !follow { break }
            try AttemptLogOutput.pause()
        }
        output.finish(orSay: Self.nothing(record, number))
    }

    /// The worker writes that it is done, and then the daemon the last lines, with how the process ended. An attempt in the
    /// foreground has neither.
    private static let maximumRest = Duration.seconds(2)

    private static func nothing(_ record: RunRecord, _ number: Int) -> String {
        "Attempt \(number) of run \(record.id) wrote nothing that was kept. "
            + "A run in the foreground writes to its own terminal."
    }

    /// - Returns: nil where there is none, which was said.
    private func attemptNumber(of record: RunRecord, in store: Store, _ context: CommandContext) throws -> Int? {
        var attempts = try store.read { try RunRecords.attempts(of: record.id, in: $0) }
        while follow, attempts.count < attempt ?? 1,
            try context.find(.number(record.id), in: store).state.isLive
        {
            try AttemptLogOutput.pause()
            attempts = try store.read { try RunRecords.attempts(of: record.id, in: $0) }
        }
        if let attempt {
            guard attempts.contains(where: { $0.number == attempt }) else {
                throw Failure(
                    .notFound, "Run \(record.id) has no attempt \(attempt); it has had \(attempts.count).",
                    advice: "Look at it with `steward run show \(record.id)`.")
            }
            return attempt
        }
        guard let last = attempts.last else {
            context.printer.print(
                AttemptLogOutput.table(of: [], attempt: 0), orSay: "Run \(record.id) has not been started yet.")
            return nil
        }
        return last.number
    }
}

extension RunRecords.AttemptRecord {
    /// Whether the daemon has written all that its process wrote.
    fileprivate var isLogComplete: Bool { exitCode != nil || signal != nil }
}
