import Calendars
import Diagnostics

/// Leave for one person to post in a period that is soft-closed or closed, for a while.
package struct PeriodException: Hashable, Sendable {
    package let period: FiscalPeriod
    package let areas: Set<LedgerArea>
    /// Who may post.
    package let person: String
    /// It ends at this instant.
    package let until: Instant
    package let reason: String
    /// The two people who granted it.
    package let grantedBy: [String]

    /// - Throws: everything that is wrong: fewer than two people, no reason, no area.
    package init(
        period: FiscalPeriod, areas: Set<LedgerArea>, person: String, until: Instant, reason: String,
        grantedBy: [String]
    ) throws(Failure) {
        var problems = ProblemList()
        if areas.isEmpty { problems.add("the exception is for no area", expected: "e.g. sales") }
        if person.isBlank { problems.add("the exception is for nobody", expected: "a person") }
        problems.checkTwoPeople(grantedBy, reason: reason)
        try problems.throwIfAny(exitCode: .refused, consequence: "no exception was granted")
        self.period = period
        self.areas = areas
        self.person = person
        self.until = until
        self.reason = reason
        self.grantedBy = grantedBy
    }

    func covers(_ period: FiscalPeriod, _ area: LedgerArea, for request: PostingRequest) -> Bool {
        self.period == period && areas.contains(area) && person == request.person && request.at < until
    }
}

extension ProblemList {
    /// What opens something that was closed takes two people and a reason.
    mutating func checkTwoPeople(_ people: [String], reason: String) {
        let named = Set(people.filter { !$0.isBlank })
        if named.count < 2 {
            add("it is asked for by \(named.count == 0 ? "nobody" : named.sorted().joined())", expected: "two people")
        }
        if reason.isBlank { add("there is no reason", expected: "a sentence that an auditor will read") }
    }
}

extension String {
    var isBlank: Bool { utf8.allSatisfy { $0 <= 0x20 } }
}
