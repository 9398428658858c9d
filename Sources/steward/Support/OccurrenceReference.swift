import ArgumentParser
import Calendars
import Diagnostics
import Jobs

/// How a person names an occurrence: `payroll-weekly@2026-04-27T05:00:00Z`.
struct OccurrenceReference: Hashable, Sendable {
    var job: String
    var due: Instant

    struct Unreadable: Error, CustomStringConvertible {
        var description: String { "write JOB@TIME as `steward missed list` does: payroll-weekly@2026-04-27T05:00:00Z" }
    }

    init(_ text: String) throws(Unreadable) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let due = Instant(parts[1]) else { throw Unreadable() }
        job = String(parts[0])
        self.due = due
    }
}

/// Which occurrences `missed run` and `missed dismiss` are about: one, or all missed ones of a job.
struct OccurrenceSelection: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The occurrence, as `steward missed list` names it: JOB@TIME.", valueName: "job@time"),
        completion: .occurrences, transform: OccurrenceReference.init)
    var occurrence: OccurrenceReference?

    @Option(help: "In its place, with --all: all missed occurrences of this job.", completion: .scheduledJobs)
    var job: String?

    @Flag(help: "With --job: all that were missed and not dismissed.")
    var all = false

    func validate() throws {
        guard (occurrence != nil) != (job != nil || all) else {
            throw ValidationError("Give one occurrence as JOB@TIME, or --job JOB --all.")
        }
        if occurrence == nil, job == nil || !all { throw ValidationError("--job and --all go together.") }
    }

    /// What is chosen where it is more than one.
    var filter: ScheduleRecords.Filter { .init(job: job) }
}
