import Calendars
import Diagnostics

/// A run that is asked for.
package struct NewRun: Sendable {
    package var declaration: JobDeclaration
    package var period: Period
    package var parameters: ParameterValues
    package var trigger: Trigger
    package var repetition: Repetition
    /// The instant of the schedule that it is for.
    package var dueAt: Instant?
    /// No worker takes it earlier.
    package var notBefore: Instant
    /// Why it exists, where that is not its schedule.
    package var reason: String?
    /// What must be done for a period before it starts.
    package var needs: [Need]

    package struct Need: Hashable, Sendable {
        package var job: String
        package var period: Period

        package init(job: String, period: Period) {
            self.job = job
            self.period = period
        }
    }

    package enum Repetition: Hashable, Sendable {
        /// The run with this job, period and parameters, whether there is one already or not.
        case none
        /// One more, although there was one: its generation is the next.
        case again
    }

    package init(
        _ declaration: JobDeclaration, period: Period, parameters: ParameterValues, trigger: Trigger,
        repetition: Repetition = .none, dueAt: Instant? = nil, notBefore: Instant, reason: String? = nil,
        needs: [Need] = []
    ) {
        self.declaration = declaration
        self.period = period
        self.parameters = parameters
        self.trigger = trigger
        self.repetition = repetition
        self.dueAt = dueAt
        self.notBefore = notBefore
        self.reason = reason
        self.needs = needs
    }

    package var identity: RunIdentity {
        RunIdentity(job: declaration.name, period: period, parameters: parameters)
    }
}
