import ArgumentParser
import Diagnostics
import Jobs

/// `steward run list`: the latest runs.
struct RunList: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the latest runs, newest first.")

    @Option(help: "Only runs of this job.", completion: .jobs)
    var job: String?

    @Option(
        help: ArgumentHelp(
            "Only runs in this state: \(RunState.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "state"
        ), completion: .list(RunState.allCases.map(\.rawValue)))
    var state: String?

    @Option(
        help: ArgumentHelp("Only runs asked for since then: \(Moment.forms).", valueName: "time"),
        transform: Moment.init)
    var since: Moment?

    @Option(help: ArgumentHelp("Only runs asked for before then.", valueName: "time"), transform: Moment.init)
    var until: Moment?

    @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
    var limit = 50

    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is 1 to 1000000.") }
        if let state, RunState(rawValue: state) == nil {
            throw ValidationError(
                "There is no state \"\(state)\".\(Suggestion.question(for: state, among: RunState.allCases.map(\.rawValue)))"
            )
        }
    }

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let filter = RunRecords.Filter(
            job: job, state: state.flatMap(RunState.init(rawValue:)), from: since?.past(in: context),
            to: until?.past(in: context), maximumCount: limit)
        let now = context.clock.now()
        let (runs, nodes) = try store.read { connection in
            var runs = try RunRecords.list(filter, in: connection)
            try PartitionRecords.addOpen(to: &runs, in: connection)
            let isBound = runs.contains { $0.state == .queued && $0.placement != .anywhere }
            return (runs, isBound ? try NodeRecords.list(in: connection) : [])
        }
        // A job that is no longer declared may have runs; one that never was is a typing error.
        if runs.isEmpty, let job { _ = try context.jobs().job(job) }
        let isFiltered = job != nil || state != nil || since != nil || until != nil
        context.printer.print(
            RunTable.table(of: runs) { RunPlacements.obstacle(for: $0, among: nodes, at: now) },
            orSay: isFiltered ? "No such runs." : "No runs yet. Start one with `steward run JOB --period PERIOD`.")
    }
}
