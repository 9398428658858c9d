import Calendars

/// What is to be done about a job at a time: values in, values out. It knows no store and no clock.
///
/// ```swift
/// let tick = Scheduler.tick(job, live: LiveRuns(running: [run]), now: clock.now())
/// ```
/// Each occurrence after the job's cursor and up to now gets exactly one action: it becomes a run, or is missed or
/// skipped with its reason. The cursor then stands behind them.
///
/// Rules, in the order in which they are applied to an occurrence:
/// 1. What was due in a pause is skipped. Neither the end of the pause nor what came before it is made good later.
/// 2. What is found later than `punctualitySeconds` is late: it is missed, unless the job's catch-up runs it.
/// 3. What is to run and overlaps with a run of the same job is judged by the job's overlap policy. The runs that one
///    tick catches up stand neither in each other's way nor in the way of what is due on time.
package enum Scheduler {
    /// Occurrences that one tick deals with, at most; the rest is left for the next one.
    package static let maximumOccurrencesPerTick = 10_000

    /// - Parameters:
    ///   - live: the runs of this job that have not ended.
    ///   - maximumOccurrences: as `maximumOccurrencesPerTick`; more than `CatchUp.mostRuns`.
    package static func tick(
        _ job: ScheduledJob, live: LiveRuns, now: Instant, maximumOccurrences: Int = maximumOccurrencesPerTick
    ) -> Tick {
        guard let state = job.state else { return opening(job, at: now) }
        guard !state.isRemoved, state.fingerprint == job.fingerprint else {
            return changeOver(job, from: state, now: now, maximumOccurrences: maximumOccurrences)
        }
        return advance(job, from: state, live: live, now: now, maximumOccurrences: maximumOccurrences)
    }

    /// Closes the schedule of a job whose declaration has gone. Its state stays; when the job comes back, that counts
    /// as an edit.
    ///
    /// - Parameter former: the schedule that the state stands for; nil where it can no longer be read.
    package static func close(
        _ state: ScheduleState, former: (any OccurrenceSource)?, now: Instant,
        maximumOccurrences: Int = maximumOccurrencesPerTick
    ) -> Tick {
        var tick = end(state, of: former, now: now, maximumOccurrences: maximumOccurrences) {
            .jobRemoved(isLate: $0)
        }
        guard !tick.hasMore, !state.isRemoved else { return tick }
        tick.state.isRemoved = true
        tick.state.next = nil
        tick.change = .removed(formerWasRead: former != nil)
        return tick
    }

    /// The state of a job when it is met for the first time: what was due before is none of its business.
    private static func opening(_ job: ScheduledJob, at now: Instant) -> Tick {
        var source = Advancing(job.schedule)
        let state = ScheduleState(
            job: job.name, fingerprint: job.fingerprint, declaration: job.declaration, cursor: now,
            next: source.next(after: now), tzdata: job.tzdata)
        return Tick(
            job: job.name, former: nil, state: state, actions: [], hasMore: false, change: .opened,
            brokenAfter: source.brokenAfter)
    }
}

// MARK: - A schedule that goes on

extension Scheduler {
    private static func advance(
        _ job: ScheduledJob, from state: ScheduleState, live: LiveRuns, now: Instant, maximumOccurrences: Int
    ) -> Tick {
        precondition(maximumOccurrences > CatchUp.mostRuns, "a tick must be able to pass what it may catch up")
        var source = Advancing(job.schedule)
        var due = source.occurrences(after: state.cursor, through: now, maximumCount: maximumOccurrences)
        var next = due.next
        var tick = Tick(job: job.name, former: state, state: state, actions: [], hasMore: false)
        if state.tzdata != job.tzdata { tick.change = .tzdata(from: state.tzdata, to: job.tzdata) }
        tick.state.tzdata = job.tzdata

        let judgement = Judgement(job: job, state: state, due: due.instants, hasMore: due.hasMore, now: now)
        if let firstHeld = judgement.firstHeld {
            // Whether these are the latest is known only when those after them are.
            next = due.instants[firstHeld]
            due.instants.removeSubrange(firstHeld...)
        }
        tick.hasMore = due.hasMore
        tick.actions = actions(for: due.instants, judgement, job: job, live: live, now: now)
        // Without more to come, everything up to now has been dealt with, whether something was due or not.
        tick.state.cursor = max(state.cursor, due.hasMore ? due.instants.last ?? state.cursor : now)
        tick.state.next = next
        tick.brokenAfter = source.brokenAfter
        // A look that found nothing is not worth a write.
        if tick.actions.isEmpty, tick.change == nil, tick.state.next == state.next {
            tick.state.cursor = state.cursor
        }
        return tick
    }

    private static func actions(
        for due: [Instant], _ judgement: Judgement, job: ScheduledJob, live: LiveRuns, now: Instant
    ) -> [Tick.Action] {
        var overlap = Overlap(job: job, live: live, newestStart: judgement.newestStart)
        var actions: [Tick.Action] = []
        actions.reserveCapacity(due.count)
        var earliestStart: Instant?
        for (index, instant) in due.enumerated() {
            switch judgement.verdict(on: index) {
            case .miss(let reason):
                actions.append(.miss(due: instant, reason: reason))
            case .skip(let reason):
                actions.append(.skip(due: instant, reason: reason))
            case .start(let reason):
                let isCaughtUp = reason != nil
                if let reason = overlap.refusal(of: instant, isCaughtUp: isCaughtUp) {
                    actions.append(.skip(due: instant, reason: reason))
                    continue
                }
                actions += overlap.giveWay(to: instant)
                let notBefore = max(isCaughtUp ? now : instant, earliestStart ?? instant)
                actions.append(.start(due: instant, notBefore: notBefore, reason: reason))
                // What follows a run that was caught up comes after it, in the order in which they were due.
                if isCaughtUp { earliestStart = notBefore.adding(seconds: job.catchUp.spreadSeconds) }
            }
        }
        return actions
    }
}

// MARK: - A schedule that ends

extension Scheduler {
    /// Deals with what was due by the schedule as it was, then begins with the declared one at now.
    private static func changeOver(
        _ job: ScheduledJob, from state: ScheduleState, now: Instant, maximumOccurrences: Int
    ) -> Tick {
        // Nothing is due while a job is removed.
        let former = state.isRemoved ? nil : job.former
        var tick = end(state, of: former, now: now, maximumOccurrences: maximumOccurrences) {
            .scheduleChanged(isLate: $0)
        }
        guard !tick.hasMore else { return tick }
        var source = Advancing(job.schedule)
        tick.state.fingerprint = job.fingerprint
        tick.state.declaration = job.declaration
        tick.state.tzdata = job.tzdata
        tick.state.isRemoved = false
        tick.state.next = source.next(after: tick.state.cursor)
        tick.brokenAfter = source.brokenAfter
        tick.change = state.isRemoved ? .returned : .edited(formerWasRead: former != nil)
        return tick
    }

    /// Lets everything that was due by `former` and has no row yet be missed or skipped.
    private static func end(
        _ state: ScheduleState, of former: (any OccurrenceSource)?, now: Instant, maximumOccurrences: Int,
        reason: (_ isLate: Bool) -> OccurrenceReason
    ) -> Tick {
        precondition(maximumOccurrences > 0, "a tick must be able to pass an occurrence")
        var tick = Tick(job: state.job, former: state, state: state, actions: [], hasMore: false)
        var due = DueOccurrences()
        if let former {
            var source = Advancing(former)
            due = source.occurrences(after: state.cursor, through: now, maximumCount: maximumOccurrences)
        }
        tick.actions = due.instants.map { instant in
            if let pause = state.pauses.first(where: { $0.covers(instant) }) {
                return .skip(due: instant, reason: .paused(pause))
            }
            let isLate = instant.seconds(until: now) > ScheduledJob.defaultPunctualitySeconds
            return .miss(due: instant, reason: reason(isLate))
        }
        tick.hasMore = due.hasMore
        tick.state.next = due.next
        tick.state.cursor = max(state.cursor, due.hasMore ? due.instants.last ?? state.cursor : now)
        return tick
    }
}
