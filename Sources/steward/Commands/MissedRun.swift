import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Store

/// `steward missed run`: makes good what did not run.
struct MissedRun: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Queue the run of an occurrence that was missed or skipped.",
        discussion: """
            The run is for the period that the occurrence stood for; where there is one for that period, under way or done, \
            the occurrence is linked to it. With --all, those whose run has failed or was canceled are passed over and \
            listed, exit code 3.
            """)

    @OptionGroup var selection: OccurrenceSelection
    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason?
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let jobs = try context.jobs()
        let store = try context.openStore()
        let now = context.clock.now()
        func newRun(_ declaration: JobDeclaration, _ due: OccurrenceReference) -> NewRun {
            declaration.run(
                dueAt: due.due, notBefore: now, reason: reason?.text ?? "missed, run after all", trigger: .person)
        }
        let runs: [ScheduleRecords.MissedRun]
        if let occurrence = selection.occurrence {
            let declaration = try jobs.job(occurrence.job)
            runs = try store.write { connection in
                let records = ScheduleRecords(connection, person: context.person, at: now)
                let found = try ScheduleRecords.occurrence(of: occurrence.job, due: occurrence.due, in: connection)
                let enqueued = try records.runMissed(
                    occurrence.job, due: occurrence.due, as: newRun(declaration, occurrence))
                return found.map { [.init(occurrence: $0, result: .success(enqueued))] } ?? []
            }
        } else {
            let declaration = try jobs.job(selection.job ?? "")
            runs = try store.write { connection in
                try ScheduleRecords(connection, person: context.person, at: now).runMissed(selection.filter) {
                    newRun(declaration, OccurrenceReference(job: $0.job, due: $0.due))
                }
            }
        }
        try finish(runs, store, context)
    }

    private func finish(_ runs: [ScheduleRecords.MissedRun], _ store: Store, _ context: CommandContext) throws {
        var table = Table(columns: [
            .init("Due"), .init("Job"), .init("Run", .right), .init("Period"), .init("State"), .init("New"),
            .init("Refusal", visibility: .whereFilled),
        ])
        table.rows = runs.map { run in
            let occurrence = run.occurrence
            switch run.result {
            case .success(let enqueued):
                let record = enqueued.record
                return [
                    .text(occurrence.due), .text(occurrence.job), .integer(record.id.rawValue),
                    .text(record.identity.period), .text(record.state.rawValue), .text(enqueued.isNew ? "yes" : "no"),
                    .none,
                ]
            case .failure(let error):
                return [
                    .text(occurrence.due), .text(occurrence.job), .none, .none, .none, .text("no"),
                    .text(error.failure.summary),
                ]
            }
        }
        context.printer.print(table, orSay: "Nothing was missed.")
        let records = runs.compactMap { try? $0.result.get().record }
        if records.contains(where: \.state.isLive) { DaemonCall.wakeOrSay(context) }
        if records.count < runs.count { Terminal.exit(.partly) }
    }
}

extension OccurrenceReference {
    init(job: String, due: Instant) {
        self.job = job
        self.due = due
    }
}
