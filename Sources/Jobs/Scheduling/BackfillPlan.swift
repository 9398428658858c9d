import Calendars

/// Which of the runs that a job should have had in some stretch of time are still to be made, and how.
package struct BackfillPlan: Hashable, Sendable {
    /// A run that the job should have had.
    package struct Wanted: Hashable, Sendable {
        package var period: Period
        /// When it was due; nil where that does not matter.
        package var due: Instant?

        package init(period: Period, due: Instant? = nil) {
            self.period = period
            self.due = due
        }
    }

    /// The latest run that there is for a period.
    package struct Existing: Hashable, Sendable {
        package var run: RunID
        package var state: RunState

        package init(run: RunID, state: RunState) {
            self.run = run
            self.state = state
        }
    }

    package enum Step: Hashable, Sendable {
        /// There was none: it is made.
        case run
        /// It failed: it is tried again from its checkpoint.
        case retry(RunID)
        /// It was canceled or rejected: one more is made.
        case again(RunID)
        /// It is under way.
        case leave(RunID, RunState)
        /// It is done.
        case done(RunID, RunState)

        /// Whether there is something to do.
        package var isOpen: Bool {
            switch self {
            case .run, .retry, .again: true
            case .leave, .done: false
            }
        }
    }

    package struct Item: Hashable, Sendable {
        package var wanted: Wanted
        package var step: Step
    }

    package var job: String
    /// In the order of their periods.
    package var items: [Item]

    /// Runs that one backfill makes, at most.
    package static let maximumRuns = 1_000

    package var open: [Item] { items.filter(\.step.isOpen) }

    package init(job: String, wanted: [Wanted], existing: [Period: Existing]) {
        self.job = job
        items = wanted.map { wanted in
            guard let found = existing[wanted.period] else { return Item(wanted: wanted, step: .run) }
            let step: Step =
                switch found.state {
                case .succeeded, .partly: .done(found.run, found.state)
                case .planned, .queued, .running, .waitingApproval, .retryWait: .leave(found.run, found.state)
                case .failed: .retry(found.run)
                case .canceled, .rejected: .again(found.run)
                }
            return Item(wanted: wanted, step: step)
        }
    }

    // MARK: - What should have run

    /// The occurrences of a schedule, one for each period: its last one where it has several.
    ///
    /// - Parameters:
    ///   - start: included.
    ///   - end: included.
    ///   - period: the period that a run is for which is due then.
    /// - Throws: `ScheduleError.tooManyRuns`.
    package static func wanted(
        by source: any OccurrenceSource, from start: Instant, through end: Instant, period: (Instant) -> Period
    ) throws -> [Wanted] {
        var source = Advancing(source)
        let before = Instant(microseconds: start.microseconds == .min ? .min : start.microseconds - 1)
        let due = source.occurrences(
            after: before, through: end, maximumCount: Scheduler.maximumOccurrencesPerTick)
        guard !due.hasMore else {
            throw ScheduleError.tooManyRuns(count: due.instants.count + 1, maximum: maximumRuns)
        }
        var wanted: [Period: Wanted] = [:]
        for instant in due.instants {
            let period = period(instant)
            wanted[period] = Wanted(period: period, due: instant)
        }
        return wanted.values.sorted { ($0.period, $0.due ?? start) < ($1.period, $1.due ?? start) }
    }

    /// The periods of one length from the one that holds `first` to the one that holds `last`.
    ///
    /// - Throws: `ScheduleError.tooManyRuns`.
    package static func wanted(
        _ granularity: Period.Granularity, from first: CalendarDate, through last: CalendarDate
    ) throws -> [Wanted] {
        // Instants follow from a schedule and from nothing else.
        guard granularity != .instant, first <= last else { return [] }
        var periods = [Period(granularity, containing: first)]
        while let period = periods.last, period.lastDay < last {
            guard periods.count < Scheduler.maximumOccurrencesPerTick else {
                throw ScheduleError.tooManyRuns(count: periods.count + 1, maximum: maximumRuns)
            }
            periods.append(period.next)
        }
        return periods.map { Wanted(period: $0) }
    }
}
