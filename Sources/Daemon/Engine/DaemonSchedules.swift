import Calendars
import Diagnostics
import Jobs
import Store

extension Daemon {
    /// Takes on the schedules of jobs that were read again.
    func changeSchedules() throws {
        // What has just become due by the schedules as they were is not lost to the change.
        report(try schedules.run(on: store, at: clock.now()))
        schedules = SchedulePass(jobs, company: company, person: Self.actor)
        try adoptSchedules()
    }

    /// Brings the store's schedules in line with the jobs as they were read.
    func adoptSchedules() throws {
        let now = clock.now()
        try store.write { try RunQueue($0, person: Self.actor, at: now).makeLimitLocks(for: limits) }
        report(try schedules.load(into: store, at: now))
        areSchedulesAdopted = true
        for job in jobs.jobs {
            guard case .unknown(let error) = job.schedule?.schedule.lookAhead(after: now) else { continue }
            logger.error(
                "nobody can say when \(job.name) is due next", metadata: ["error": "\(error.failure)"])
        }
        nextDueAt = try store.read { try ScheduleRecords.nextDue(after: now, in: $0) }
    }

    /// Deals with what is due.
    func tickSchedules(at now: Instant) throws {
        // The store was out of reach when the jobs were read.
        if !areSchedulesAdopted { try changeSchedules() }
        // Other daemons and other commands may have moved what is due next; a look costs little.
        let applied = try schedules.run(on: store, at: now)
        CrashPoint.daemonTicked.reach()
        report(applied)
        let next = try store.read { try ScheduleRecords.nextDue(after: now, in: $0) }
        nextDueAt = applied.hasMore ? now : next
    }

    private func report(_ applied: ScheduleRecords.Applied) {
        for state in OccurrenceRecord.State.allCases {
            let records = applied.occurrences.filter { $0.state == state }
            guard !records.isEmpty else { continue }
            health.occurred(records.count, as: state.rawValue)
            guard state != .run else { continue }
            for (job, records) in Dictionary(grouping: records, by: \.job).sorted(by: { $0.key < $1.key }) {
                logger.warning(
                    "\(state.rawValue) \(records.count == 1 ? "an occurrence" : "\(records.count) occurrences")",
                    metadata: [
                        "job": "\(job)", "first": "\(records.map(\.due).min() ?? startedAt)",
                        "reason": "\(records.last?.reason ?? "")",
                    ])
            }
        }
        for (job, instant) in applied.broken.sorted(by: { $0.key < $1.key }) {
            logger.error(
                "nobody can say when \(job) is due after \(instant): its schedule goes back; this is a defect of steward"
            )
        }
        for run in applied.canceled { logger.notice("run \(run) is canceled for a newer one") }
    }
}

extension SchedulePass {
    /// The scheduled jobs of a company.
    package init(_ catalog: JobCatalog, company: Company, person: String) {
        let scheduled = Dictionary(
            catalog.jobs.filter { $0.schedule != nil }.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.init(
            jobs: scheduled.values.compactMap { job in
                job.schedule.map { schedule in
                    ScheduledJob(
                        name: job.name, schedule: schedule.schedule, fingerprint: schedule.fingerprint,
                        declaration: job.hash, tzdata: schedule.environment, catchUp: schedule.catchUp,
                        overlap: schedule.overlap)
                }
            },
            person: person,
            declaration: { scheduled[$0] },
            former: { _, text in JobDeclaration.formerSchedule(in: text, of: company)?.schedule },
            newRun: { due in
                guard let job = scheduled[due.job] else { preconditionFailure("no job \(due.job) was scheduled") }
                return job.run(dueAt: due.due, notBefore: due.notBefore, reason: due.reason, trigger: .schedule)
            })
        notices = Notices(company)
    }
}
