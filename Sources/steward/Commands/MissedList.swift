import ArgumentParser
import Diagnostics
import Jobs

/// `steward missed list`: what was due and did not run.
struct MissedList: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what was due and did not run, the latest first, with the reason.")

    @Option(help: "Only of this job.", completion: .scheduledJobs)
    var job: String?

    @Option(
        help: ArgumentHelp("Only what was due since then: \(Moment.forms).", valueName: "time"), transform: Moment.init)
    var since: Moment?

    @Flag(help: "Also what was skipped on purpose (a pause, an overlap), and what was dismissed.")
    var all = false

    @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
    var limit = 50

    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is 1 to 1000000.") }
    }

    func execute(in context: CommandContext) throws {
        var filter = ScheduleRecords.Filter(
            job: job, states: all ? [.missed, .skipped] : [.missed], includesDismissed: all, maximumCount: limit)
        if let since { filter.from = since.past(in: context) }
        let (found, count) = try context.openStore().read {
            (try ScheduleRecords.occurrences(filter, in: $0), try ScheduleRecords.count(filter, in: $0))
        }
        if found.isEmpty, let job { _ = try context.jobs().job(job) }
        context.printer.print(
            OccurrenceTable.table(of: found, format: context.printer.format),
            orSay: all ? "Nothing was missed or skipped." : "Nothing was missed.")
        if count > found.count { context.printer.say("\n\(count - found.count) more; --limit shows them.") }
        if let first = found.first(where: { $0.state == .missed && $0.dismissal == nil }) {
            context.printer.say(
                "\nRun one with `steward missed run \(first.job)@\(first.due)`, or say that it need not run with "
                    + "`steward missed dismiss`.")
        }
    }
}

/// Occurrences that did not run.
enum OccurrenceTable {
    static func table(of occurrences: [OccurrenceRecord], format: Printer.Format) -> Table {
        var table = Table(columns: [
            .init("Due"), .init("Job"), .init("State"), .init("Recorded at", visibility: .never),
            .init("Dismissed at", visibility: .never), .init("Dismissed reason", visibility: .never),
            .init("Reason"), .init("Dismissed by", visibility: .never),
        ])
        table.rows = occurrences.map { occurrence in
            [
                .text(occurrence.due), .text(occurrence.job), .text(occurrence.state.rawValue),
                .text(occurrence.recordedAt), .text(occurrence.dismissal?.at), .text(occurrence.dismissal?.reason),
                .text(reason(of: occurrence, format: format)), .text(occurrence.dismissal?.person),
            ]
        }
        return table
    }

    /// Why an occurrence did not run, and for people also why it need not run any more.
    static func reason(of occurrence: OccurrenceRecord, format: Printer.Format) -> String? {
        guard format == .text, let dismissal = occurrence.dismissal else { return occurrence.reason }
        let words = "dismissed by \(dismissal.person): \(dismissal.reason)"
        return [occurrence.reason, words].compactMap(\.self).joined(separator: "; ")
    }
}
