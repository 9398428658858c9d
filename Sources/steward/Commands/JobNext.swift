import ArgumentParser
import Calendars
import Diagnostics
import Jobs

/// `steward job next`: when a job is due, and for which periods.
struct JobNext: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "Say in words when a job is due, and list its next times with their periods.",
        discussion: """
            The times are those of the schedule as it is declared now, in UTC and on the clock of the schedule's time zone.

            EXAMPLES
              steward job next payroll-monthly
              steward job next payroll-monthly -n 24 --csv
            """)

    @Argument(help: "The job; `steward timers` shows those with a schedule.", completion: .scheduledJobs)
    var job: String

    @Option(name: .short, help: ArgumentHelp("How many times.", valueName: "count"))
    var number = 10

    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard (1...10_000).contains(number) else { throw ValidationError("-n is 1 to 10000.") }
    }

    func execute(in context: CommandContext) throws {
        let declaration = try context.jobs().job(job)
        guard let schedule = declaration.schedule else { throw ScheduleVerbs.noSchedule(job) }
        let now = context.clock.now()
        let timer = try JobTimer.of(declaration, in: try context.openStore(), at: now)
        var pause: Pause?
        if case .paused(let found) = timer?.state { pause = found }
        var details = Details()
        details.add("job", declaration.name)
        details.add("schedule", schedule.schedule.explanation)
        details.add("time zone", schedule.schedule.zone.name)
        details.add("time zone data", ZoneDatabase.system.version)
        if let timer { details.add("state", text: timer.state.words, json: .string(timer.state.code)) }
        var table = Table(columns: [
            .init("Due"), .init("Local"), .init("Period"), .init("Left"), .init("Note", visibility: .whereFilled),
            .init("Left seconds", visibility: .never),
        ])
        var last = now
        var unknown: BusinessCalendarError?
        search: while table.rows.count < number {
            switch schedule.schedule.lookAhead(after: last) {
            case .at(let due):
                last = due
                let left = due.secondsSinceEpoch - now.secondsSinceEpoch
                table.rows.append([
                    .text(due), .text(schedule.schedule.zone.text(due)), .text(declaration.period(dueAt: due)),
                    .text("\(ElapsedText(left))"), .text(pause?.covers(due) == true ? "skipped: paused" : nil),
                    .integer(left),
                ])
            case .never: break search
            case .unknown(let error):
                unknown = error
                break search
            }
        }
        details.add(section: "Next", key: "next", table)
        details.mainSection = "next"
        context.printer.print(details)
        if let unknown {
            context.printer.say("\nWhat is due after that is not known. \(unknown.failure.summary)")
        } else if table.rows.isEmpty {
            context.printer.say("\nIt is never due again.")
        }
    }
}
