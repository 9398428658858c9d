import ArgumentParser
import Diagnostics
import Jobs

/// `steward run watch`: follows a run until it has ended.
struct RunWatch: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Show how a run gets on until it has ended, then the run.",
        discussion: """
            State, items done, rate and time left go to standard error: on one line that is written over on a terminal, as \
            lines elsewhere. The exit code says how the run ended: 0 succeeded, 3 partly, 5 waits for approval, 6 canceled \
            or rejected, 8 failed; 124 where the time was up first. Ctrl-C ends the watching, not the run.
            """)

    @Argument(help: "Run number, or job@period (payroll-monthly@2026-04).", completion: .runs)
    var run: RunRecords.Reference

    @Option(
        help: ArgumentHelp("Watch no longer than this: 30s, 10m, 2h.", valueName: "time"),
        transform: LengthOfTime.init)
    var timeout: LengthOfTime?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let record = try context.find(run, in: store)
        if [.queued, .planned, .retryWait].contains(record.state), !DaemonCall.wake(context.company) {
            Terminal.printError(DaemonCall.noDaemon)
        }
        let ended = try RunWatcher(context: context, store: store, timeoutSeconds: timeout?.seconds).watch(record.id)
        context.printer.print(
            try store.read {
                try RunDetails.details(of: ended, company: context.company, at: context.clock.now(), in: $0)
            })
        if ended.state.exitCode != .success { Terminal.exit(ended.state.exitCode) }
    }
}
