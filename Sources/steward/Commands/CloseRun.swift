import ArgumentParser
import Diagnostics
import Jobs
import Ledger

/// `steward close run`: begins a close, or goes on with one.
struct CloseRunCommand: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Close a month or a year: begin, or go on where it stopped.",
        discussion: """
            It runs the company's job of the kind ledger.close or ledger.close-year. A step that finds something stops it,
            exit code 6, and says what; put it right, or have it signed off, and go on. When all steps have passed, the
            result waits for a second person, exit code 5 (`steward run approve`).

            EXAMPLES
              steward close run 2026-04 --dry-run
              steward close run 2026-04
            """)

    @OptionGroup var target: ClosePeriodArgument

    @Flag(help: "Go through all steps, write nothing, and say what would have been written.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let target = try CloseTarget(target.period, in: context)
        let isOver = try target.isOver(in: context)
        let request = target.request(
            repetition: isOver ? .again : .none, reason: isOver ? "the period is open again" : nil)
        if dryRun {
            try request.rehearse(in: context)
        } else {
            try request.run(in: context)
        }
    }
}

/// `steward close resume`: goes on with a close that stopped.
struct CloseResume: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with a close that stopped, behind the last step that passed.",
        discussion: """
            EXAMPLE
              steward close resume 2026-04
            """)

    @OptionGroup var target: ClosePeriodArgument

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let target = try CloseTarget(target.period, in: context)
        let latest = try context.openStore().read { try target.latestRun(in: $0) }
        guard let latest, !latest.state.isFinal else {
            throw Failure(
                .refused, "No close of \(target.period) is under way.",
                advice: "Begin it with `steward close run \(target.runPeriod)`.")
        }
        try target.request().run(in: context)
    }
}

extension CloseTarget {
    /// Whether the last run for it came to its end, and the period is not closed all the same: it was opened again, or its
    /// result was rejected.
    fileprivate func isOver(in context: CommandContext) throws -> Bool {
        try context.openStore().read { connection in
            guard let latest = try latestRun(in: connection), latest.state.isFinal else { return false }
            return (try state(at: context.clock.now(), in: connection) ?? .open) < .closed
        }
    }

    fileprivate func request(repetition: NewRun.Repetition = .none, reason: String? = nil) -> RunRequest {
        RunRequest(
            declaration: job, period: runPeriod, parameters: job.parameters(with: [:]), repetition: repetition,
            reason: reason)
    }
}
