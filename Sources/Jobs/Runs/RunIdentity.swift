import Calendars

/// What makes two runs the same run: the job, its period and its parameters.
package struct RunIdentity: Hashable, Sendable {
    package var job: String
    package var period: Period
    package var parameters: ParameterValues

    package init(job: String, period: Period, parameters: ParameterValues) {
        self.job = job
        self.period = period
        self.parameters = parameters
    }
}
