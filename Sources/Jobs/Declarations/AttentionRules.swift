import Configuration
import Diagnostics

/// Who has to agree before the results of a run take effect.
package struct ApprovalRule: Hashable, Sendable {
    /// How many people, none of whom started the run.
    package var people: Int
    /// The role that they need.
    package var role: String
    /// How long a run may wait before the approvers are told once more.
    package var withinSeconds: Int64?

    package init(people: Int = 1, role: String, withinSeconds: Int64? = nil) {
        self.people = people
        self.role = role
        self.withinSeconds = withinSeconds
    }

    init(_ map: YAMLMapping) {
        people = map.optional("people", .integer(1...5), default: 1)
        role = map.required("role", .identifier)
        withinSeconds = map.optional("within", .durationSeconds(60...31_622_400))
    }
}

/// Who is told by mail about what happens to a job's runs.
package struct NotificationRules: Hashable, Sendable {
    package var failed: [String]
    package var missed: [String]
    package var late: Late?

    package struct Late: Hashable, Sendable {
        /// Counted from the instant at which the run was due.
        package var afterSeconds: Int64
        package var to: [String]
    }

    package init(failed: [String] = [], missed: [String] = [], late: Late? = nil) {
        self.failed = failed
        self.missed = missed
        self.late = late
    }

    init(_ map: YAMLMapping) {
        failed = map.optionalList("failed", .emailAddress)
        missed = map.optionalList("missed", .emailAddress)
        late = map.optionalMapping("late") { map in
            Late(
                afterSeconds: map.required("after", .durationSeconds(1...31_622_400)),
                to: map.list("to", .emailAddress, minimumCount: 1))
        }
    }
}
