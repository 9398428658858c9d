import Calendars
import Diagnostics
import Store

/// What an import would write: new employees, and the facts that are not known already.
package struct ImportPlan: Sendable {
    var newEmployees: [EmployeeID] = []
    var newFacts: [EmployeeRecords.NewFact] = []
    /// Facts of the file that the store has already.
    package internal(set) var knownFacts = 0

    package var employeeCount: Int { newEmployees.count }
    package var factCount: Int { newFacts.count }
    package var isEmpty: Bool { newEmployees.isEmpty && newFacts.isEmpty }

    /// Writes everything in one transaction.
    package func apply(in unit: UnitOfWork, catalog: FieldCatalog) throws {
        let records = EmployeeRecords(catalog: catalog)
        try records.insert(employees: newEmployees, in: unit)
        try records.insert(newFacts, in: unit)
    }
}

/// What the store knows of the employees that a file is about.
struct KnownFacts {
    private let facts: [EmployeeID: EmployeeFacts]
    private let employees: Set<EmployeeID>

    init(of ids: [EmployeeID], catalog: FieldCatalog, knownAt: Instant, in connection: Connection) throws {
        let records = EmployeeRecords(catalog: catalog)
        employees = try records.existing(ids, in: connection)
        guard let first = employees.min(), let last = employees.max() else {
            facts = [:]
            return
        }
        let stored = try records.facts(from: first, through: last, knownAt: knownAt, in: connection)
        facts = Dictionary(stored.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func contains(_ employee: EmployeeID) -> Bool { employees.contains(employee) }

    /// Whether exactly this is the last thing recorded for the field and that stretch of time.
    func contains(_ fact: EmployeeFact, of employee: EmployeeID) -> Bool {
        let same = facts[employee]?.facts.last {
            $0.field == fact.field && $0.effectiveFrom == fact.effectiveFrom && $0.effectiveTo == fact.effectiveTo
        }
        return same?.value == fact.value
    }

    func value(of field: FieldCatalog.FieldIndex, on day: CalendarDate, of employee: EmployeeID) -> String? {
        facts[employee]?.value(of: field, on: day)
    }
}
