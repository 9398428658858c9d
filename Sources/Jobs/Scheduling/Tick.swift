import Calendars

/// What is to be done about one job after one look at its schedule. It is applied as a whole or not at all.
package struct Tick: Hashable, Sendable {
    package var job: String
    /// From what it was computed: the cursor must still stand there when the tick is applied. Nil for a job that the
    /// store meets for the first time.
    package var former: ScheduleState?
    /// What the store is to know of the job from now on; its pauses are left as they are.
    package var state: ScheduleState
    /// In the order in which they are to be done: by the instant at which they were due.
    package var actions: [Action]
    /// Whether the limit of one tick was reached: the rest is due at once.
    package var hasMore: Bool
    package var change: Change?
    /// The instant after which the schedule gave one that is not later: a defect. Nothing is due after it.
    package var brokenAfter: Instant?

    /// Whether nothing has to be written.
    package var isIdle: Bool { actions.isEmpty && former == state }

    package enum Action: Hashable, Sendable {
        /// The occurrence becomes a run that does not start before `notBefore`; with a reason where it is not on time.
        case start(due: Instant, notBefore: Instant, reason: OccurrenceReason?)
        case miss(due: Instant, reason: OccurrenceReason)
        case skip(due: Instant, reason: OccurrenceReason)
        /// A running run is stopped for the occurrence at `due`, which starts.
        case cancel(RunID, due: Instant)
        /// A waiting run is canceled for the occurrence at `due`, which starts.
        case supersede(RunID, due: Instant)

        /// The occurrence that the action is about.
        package var due: Instant {
            switch self {
            case .start(let due, _, _), .miss(let due, _), .skip(let due, _), .cancel(_, let due),
                .supersede(_, let due):
                due
            }
        }
    }

    /// What was met besides occurrences.
    package enum Change: Hashable, Sendable {
        case opened
        /// - formerWasRead: whether what was due by the schedule as it was could still be found.
        case edited(formerWasRead: Bool)
        case returned
        case removed(formerWasRead: Bool)
        case tzdata(from: String, to: String)
    }
}
