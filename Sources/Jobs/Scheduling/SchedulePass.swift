import Calendars
import Store

/// The scheduler's work on the store: what a daemon does when it reads the declarations, and what it does each time
/// that something is due. Any number of daemons may do it on one store.
///
/// ```swift
/// let pass = SchedulePass(jobs: jobs, person: "daemon", declaration: …, former: …, newRun: …)
/// var applied = try pass.load(into: store, at: clock.now())
/// …
/// applied = try pass.run(on: store, at: clock.now())
/// ```
package struct SchedulePass: Sendable {
    /// The scheduled jobs by name, as declared; their `state` and `former` are not looked at.
    package var jobs: [String: ScheduledJob]
    package var person: String
    /// The declaration of a job of `jobs`: its text is kept when its schedule enters the store.
    package var declaration: @Sendable (String) -> JobDeclaration?
    /// The schedule in the text of a former declaration; nil where it cannot be read.
    package var former: @Sendable (_ job: String, _ declaration: String) -> (any OccurrenceSource)?
    package var newRun: @Sendable (ScheduleRecords.DueRun) -> NewRun
    /// Who tells people of what was missed; nil where nobody does.
    package var notices: Notices?

    /// Jobs that are dealt with in one transaction: others who write wait no longer than for these.
    package static let maximumJobsPerTransaction = 500

    package init(
        jobs: [ScheduledJob], person: String, declaration: @escaping @Sendable (String) -> JobDeclaration?,
        former: @escaping @Sendable (_ job: String, _ declaration: String) -> (any OccurrenceSource)?,
        newRun: @escaping @Sendable (ScheduleRecords.DueRun) -> NewRun
    ) {
        self.jobs = Dictionary(jobs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.person = person
        self.declaration = declaration
        self.former = former
        self.newRun = newRun
    }

    // MARK: - Reading the declarations

    /// Brings the store's schedules in line with the declared ones: opens, changes over and closes them, computes what
    /// is due next where the time zone database has changed, and deals with what became due meanwhile.
    package func load(into store: Store, at now: Instant) throws -> ScheduleRecords.Applied {
        let stored = try store.read { try ScheduleRecords.all(in: $0) }
        let names = Set(jobs.keys).union(stored.filter { !$0.isRemoved }.map(\.job)).sorted()
        var applied = ScheduleRecords.Applied()
        var start = 0
        while start < names.count {
            let part = names[start..<min(start + Self.maximumJobsPerTransaction, names.count)]
            // A backlog takes several ticks; each is shorter by what the one before has dealt with.
            var isDone = false
            while !isDone {
                let once = try store.write { try load(Array(part), at: now, in: $0) }
                isDone = !once.hasMore
                applied.add(once)
            }
            start += part.count
        }
        applied.hasMore = false
        return applied
    }

    private func load(_ names: [String], at now: Instant, in connection: Connection) throws -> ScheduleRecords.Applied {
        guard let first = names.first, let last = names.last else { return ScheduleRecords.Applied() }
        let selection = ScheduleRecords.Selection.jobs(from: first, through: last)
        let states = Dictionary(
            try ScheduleRecords.states(selection, in: connection).map { ($0.job, $0) },
            uniquingKeysWith: { first, _ in first })
        let live = try ScheduleRecords.liveRuns(selection, in: connection)
        var ticks: [Tick] = []
        for name in names {
            let state = states[name]
            if var job = jobs[name] {
                job.state = state
                job.former = try former(of: state, unless: job.fingerprint, in: connection)
                ticks.append(Scheduler.tick(job, live: live[name] ?? .none, now: now))
            } else if let state, !state.isRemoved {
                ticks.append(Scheduler.close(state, former: try former(of: state, in: connection), now: now))
            }
        }
        try recordVersions(of: ticks, at: now, in: connection)
        return try apply(ticks, at: now, in: connection)
    }

    private func apply(_ ticks: [Tick], at now: Instant, in connection: Connection) throws -> ScheduleRecords.Applied {
        let applied = try ScheduleRecords(connection, person: person, at: now).apply(ticks, newRun: newRun)
        try notices?.missed(applied.occurrences, declaration: declaration, at: now, in: connection)
        return applied
    }

    /// The schedule that a state stands for, where it is not the declared one.
    private func former(
        of state: ScheduleState?, unless fingerprint: String? = nil, in connection: Connection
    ) throws -> (any OccurrenceSource)? {
        guard let state, !state.isRemoved, state.fingerprint != fingerprint,
            let text = try ScheduleRecords.declarationText(state.declaration, in: connection)
        else { return nil }
        return former(state.job, text)
    }

    /// Keeps the text of the declarations that schedules newly refer to.
    private func recordVersions(of ticks: [Tick], at now: Instant, in connection: Connection) throws {
        let declarations = ticks.filter { !$0.isIdle && $0.former?.declaration != $0.state.declaration }
            .compactMap { tick in declaration(tick.job) }
        guard !declarations.isEmpty else { return }
        try connection.insert(
            into: "job_version", columns: ["hash", "job", "declaration", "recorded_at"], onConflict: .doNothing
        ) { row in
            for declaration in declarations {
                try row.bind(declaration.hash)
                try row.bind(declaration.name)
                try row.bind(declaration.text)
                try row.bind(now)
                try row.finishRow()
            }
        }
    }

    /// Brings the schedule of one job into the store where that has met none, so that a person can do something about it
    /// before a daemon has read its declaration. What the store knows already is left to the daemon.
    ///
    /// - Returns: whether it was new.
    @discardableResult
    package func meet(_ job: String, at now: Instant, in connection: Connection) throws -> Bool {
        guard jobs[job] != nil, try ScheduleRecords.state(of: job, in: connection)?.isRemoved ?? true else {
            return false
        }
        _ = try load([job], at: now, in: connection)
        return true
    }

    // MARK: - What is due

    /// Deals with what is due, as far as one tick of each job goes: `hasMore` says whether to come back at once.
    ///
    /// A job whose declared schedule is not the stored one is left alone: another daemon has read its declaration
    /// later, or this one is about to.
    package func run(on store: Store, at now: Instant) throws -> ScheduleRecords.Applied {
        var applied = ScheduleRecords.Applied()
        guard try store.read({ try ScheduleRecords.isAnythingDue(at: now, in: $0) }) else { return applied }
        var place: (next: Instant, job: String)?
        repeat {
            let (once, last) = try store.write { try run(at: now, after: place, in: $0) }
            applied.add(once)
            place = last
        } while place != nil
        return applied
    }

    private func run(
        at now: Instant, after place: (next: Instant, job: String)?, in connection: Connection
    ) throws -> (ScheduleRecords.Applied, last: (next: Instant, job: String)?) {
        let selection = ScheduleRecords.Selection.due(
            at: now, after: place, maximumCount: Self.maximumJobsPerTransaction)
        let due = try ScheduleRecords.states(selection, in: connection)
        let live = try ScheduleRecords.liveRuns(selection, in: connection)
        let ticks = due.compactMap { state -> Tick? in
            guard var job = jobs[state.job], !state.isRemoved, job.fingerprint == state.fingerprint else { return nil }
            job.state = state
            return Scheduler.tick(job, live: live[state.job] ?? .none, now: now)
        }
        let applied = try apply(ticks, at: now, in: connection)
        let last = due.count < Self.maximumJobsPerTransaction ? nil : due.last
        return (applied, last.flatMap { state in state.next.map { ($0, state.job) } })
    }
}
