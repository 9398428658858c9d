import Calendars

extension BackfillPlan {
    /// The runs that a job should have had for the periods from the one that holds `first` to the one that holds `last`:
    /// one for each of those that its schedule is for, or, without a schedule, for all of them. What is due only after
    /// `now`, or begins after it, is not among them.
    ///
    /// For a job whose runs belong to no period these are the instants at which it was due on those days.
    /// - Throws: `ScheduleError.tooManyRuns`; `BusinessCalendarError` where the schedule's calendar lacks a year.
    package static func wanted(
        of job: JobDeclaration, from first: CalendarDate, through last: CalendarDate, at now: Instant
    ) throws -> [Wanted] {
        guard let schedule = job.schedule else {
            let zoneToday = now.utc.date
            guard first <= zoneToday else { return [] }
            return try wanted(job.granularity, from: first, through: min(last, zoneToday))
        }
        let zone = schedule.schedule.zone
        guard job.granularity != .instant else {
            let start = zone.startOfDay(first)
            let end = Instant(microseconds: zone.startOfDay(last.adding(days: 1)).microseconds - 1)
            return try wanted(of: job, by: schedule.schedule, from: start, through: min(end, now))
        }
        let periods = (
            first: Period(job.granularity, containing: first), last: Period(job.granularity, containing: last)
        )
        // A run may be due in the period after its own, or in the one before it.
        let start = zone.startOfDay(periods.first.previous.firstDay)
        let end = Instant(microseconds: zone.startOfDay(periods.last.next.lastDay.adding(days: 1)).microseconds - 1)
        return try wanted(of: job, by: schedule.schedule, from: start, through: min(end, now))
            .filter { periods.first <= $0.period && $0.period <= periods.last }
    }

    private static func wanted(
        of job: JobDeclaration, by schedule: Schedule, from start: Instant, through end: Instant
    ) throws -> [Wanted] {
        let wanted = try wanted(by: schedule, from: start, through: end) { job.period(dueAt: $0) }
        // Where the calendar ends, nothing is known, which is not the same as nothing being due.
        if case .unknown(let error) = schedule.lookAhead(after: wanted.last?.due ?? start),
            case .yearMissing(let year, _, _) = error, year <= end.utc.date.year
        {
            throw error
        }
        return wanted
    }

    /// The needs that keep all but `maximumParallel` of the runs that are made waiting, in the order of their periods:
    /// each one needs the one so many places before it.
    package func needs(maximumParallel: Int) -> [Period: NewRun.Need] {
        precondition(maximumParallel >= 1, "at least one run goes on at a time")
        let open = open.map(\.wanted.period)
        guard open.count > maximumParallel else { return [:] }
        return Dictionary(
            zip(open.dropFirst(maximumParallel), open).map { ($0, NewRun.Need(job: job, period: $1)) },
            uniquingKeysWith: { first, _ in first })
    }
}
