import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Store

/// `steward backfill`: makes the runs that a job should have had.
struct Backfill: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Queue the runs that a job should have had in some stretch of time.",
        discussion: """
            For each period from the one that holds the beginning to the one that holds the end: a run where there is none; \
            one that failed is tried again; one that was canceled or rejected is run once more; what is done or under way \
            is left alone. A job with a schedule gets the periods that its schedule is for, and nothing that is due only \
            later.

            Runs begin in the order of their periods, --max-parallel at a time: each one waits until the one so many places \
            before it is done, so that one that fails holds up those behind it.

            EXAMPLES
              steward backfill payroll-monthly --from 2026-01 --to 2026-03 --dry-run
              steward backfill payroll-monthly --from 2026-01 --to 2026-03
            """)

    @Argument(help: "The job.", completion: .jobs)
    var job: String

    @Option(
        help: ArgumentHelp("The first period or day: 2026-01, 2026-W05, 2026-01-31.", valueName: "period"),
        completion: .periods)
    var from: String

    @Option(help: ArgumentHelp("The last one, included.", valueName: "period"), completion: .periods)
    var to: String

    @Flag(help: "Write nothing, and say what would be done.")
    var dryRun = false

    @Option(help: ArgumentHelp("How many of these runs may go on at once.", valueName: "count"))
    var maxParallel = 1

    @Option(name: .short, help: ArgumentHelp("A parameter, in the place of the declared one.", valueName: "name=value"))
    var parameter: [String] = []

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason?

    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard (1...1_000).contains(maxParallel) else { throw ValidationError("--max-parallel is 1 to 1000.") }
    }

    func execute(in context: CommandContext) throws {
        let declaration = try context.jobs().job(job)
        let parameters = declaration.parameters(with: try RunRequest.parameters(parameter))
        let lengths = [declaration.granularity]
        let (first, last) = (
            try RunRequest.readPeriod(from, as: lengths), try RunRequest.readPeriod(to, as: lengths)
        )
        guard first.firstDay <= last.lastDay else {
            throw Failure(.usage, "--from \(from) is after --to \(to).", advice: "Give the earlier one first.")
        }
        let now = context.clock.now()
        let store = try context.openStore()
        let wanted = try BackfillPlan.wanted(of: declaration, from: first.firstDay, through: last.lastDay, at: now)
        try context.executor(store).check(declaration, wanted.map(\.period), parameters)
        func plan(_ connection: Connection) throws -> BackfillPlan {
            try ScheduleRecords.backfill(job, parameters: parameters, wanted: wanted, in: connection)
        }
        if dryRun {
            let plan = try store.read(plan)
            print(plan, runs: [:], context)
            if !plan.items.isEmpty {
                context.printer.say("\nNothing was written. Give the command without --dry-run to queue them.")
            }
            return
        }
        let (done, runs) = try store.write { connection in
            let plan = try plan(connection)
            let needs = plan.needs(maximumParallel: maxParallel)
            let records = ScheduleRecords(connection, person: context.person, at: now)
            let made = try records.enqueue(plan, reason: reason?.text ?? "backfill \(from) to \(to)") { wanted in
                NewRun(
                    declaration, period: wanted.period, parameters: parameters, trigger: .person, dueAt: wanted.due,
                    notBefore: now,
                    needs: declaration.needs.map { NewRun.Need(job: $0, period: wanted.period) }
                        + (needs[wanted.period].map { [$0] } ?? []))
            }
            return (plan, Dictionary(made.map { ($0.identity.period, $0) }, uniquingKeysWith: { first, _ in first }))
        }
        print(done, runs: runs, context)
        if !done.open.isEmpty { DaemonCall.wakeOrSay(context) }
    }

    private func print(_ plan: BackfillPlan, runs: [Period: RunRecord], _ context: CommandContext) {
        var table = Table(columns: [
            .init("Period"), .init("Due", visibility: .whereFilled), .init("Step"),
            .init("Run", .right, visibility: .whereFilled), .init("State", visibility: .whereFilled),
        ])
        table.rows = plan.items.map { item in
            let (step, run, state): (String, RunID?, RunState?) =
                switch item.step {
                case .run: ("run", runs[item.wanted.period]?.id, runs[item.wanted.period]?.state)
                case .again(let before):
                    ("run again", runs[item.wanted.period]?.id ?? before, runs[item.wanted.period]?.state)
                case .retry(let run): ("retry", run, nil)
                case .leave(let run, let state): ("leave: under way", run, state)
                case .done(let run, let state): ("leave: done", run, state)
                }
            return [
                .text(item.wanted.period), .text(item.wanted.due), .text(step), .integer(run?.rawValue),
                .text(state?.rawValue),
            ]
        }
        context.printer.print(
            table, orSay: "\(job) should have had no run from \(from) to \(to).")
    }
}
