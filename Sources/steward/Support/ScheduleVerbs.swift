import Calendars
import Daemon
import Diagnostics
import Jobs
import Store

/// What the commands that change a schedule have in common.
enum ScheduleVerbs {
    static func noSchedule(_ job: String) -> Failure {
        Failure(
            .refused, "The job \(job) has no schedule: only people start it.",
            advice: "`steward timers` lists those that have one; a `schedule:` in its file gives it one.")
    }

    /// Does something about the schedule of a declared job. One that no daemon has read yet enters the store first.
    static func change(
        _ name: String, in context: CommandContext, _ body: (ScheduleRecords) throws -> Void
    ) throws -> Details {
        let jobs = try context.jobs()
        let declaration = try jobs.job(name)
        guard declaration.schedule != nil else { throw noSchedule(name) }
        let store = try context.openStore()
        let now = context.clock.now()
        let pass = SchedulePass(jobs, company: context.company, person: context.person)
        let stored = try store.write { connection in
            try pass.meet(name, at: now, in: connection)
            try body(ScheduleRecords(connection, person: context.person, at: now))
            return try ScheduleRecords.state(of: name, in: connection)
        }
        var details = Details()
        details.add("job", name)
        JobDetails.addTimer(
            JobTimer(job: name, schedule: declaration.schedule, stored: stored, at: now), to: &details)
        return details
    }
}
