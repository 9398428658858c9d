import Calendars
import Store

/// Employees and their facts in the store.
package struct EmployeeRecords: Sendable {
    private let catalog: FieldCatalog

    package init(catalog: FieldCatalog) {
        self.catalog = catalog
    }

    /// The ids of all employees that were ever put into a pay group, in order, as known at a time.
    ///
    /// Who belongs to it on a day is for the facts to say.
    package func everInPayGroup(
        _ payGroup: String, knownAt: Instant, in connection: Connection
    ) throws -> [EmployeeID] {
        try connection.all(
            """
            SELECT DISTINCT employee_id FROM employee_fact
             WHERE field = 'pay_group' AND value = ? AND recorded_at <= ?
             ORDER BY employee_id
            """, payGroup, knownAt
        ) { EmployeeID(stored: try $0.text(0)) }
    }

    package func isAnybodyEver(
        inPayGroup payGroup: String, knownAt: Instant, in connection: Connection
    ) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM employee_fact WHERE field = 'pay_group' AND value = ? AND recorded_at <= ? LIMIT 1",
            payGroup, knownAt
        ) { _ in true } ?? false
    }

    /// Those of them from `first` to `last`, inclusive.
    package func everInPayGroup(
        _ payGroup: String, from first: EmployeeID, through last: EmployeeID, knownAt: Instant,
        in connection: Connection
    ) throws -> [EmployeeID] {
        try connection.all(
            """
            SELECT DISTINCT employee_id FROM employee_fact
             WHERE employee_id >= ? AND employee_id <= ? AND field = 'pay_group' AND value = ? AND recorded_at <= ?
             ORDER BY employee_id
            """, first.rawValue, last.rawValue, payGroup, knownAt
        ) { EmployeeID(stored: try $0.text(0)) }
    }

    /// All facts of the employees from `first` to `last`, inclusive, as known at a time, employee by employee.
    package func facts(
        from first: EmployeeID, through last: EmployeeID, knownAt: Instant, in connection: Connection
    ) throws -> [EmployeeFacts] {
        var employees: [EmployeeFacts] = []
        var current = ""
        var facts: [EmployeeFact] = []
        func flush() {
            guard !facts.isEmpty else { return }
            employees.append(EmployeeFacts(id: EmployeeID(stored: current), facts: facts))
            // The next employee has about as many.
            let count = facts.count
            facts = []
            facts.reserveCapacity(count + 4)
        }
        try connection.forEach(
            """
            SELECT employee_id, field, value, effective_from, effective_to
              FROM employee_fact
             WHERE employee_id >= ? AND employee_id <= ? AND recorded_at <= ?
             ORDER BY employee_id, fact_id
            """, first.rawValue, last.rawValue, knownAt
        ) { row in
            if try !row.utf8(0).elementsEqual(current.utf8) {
                flush()
                current = try row.text(0)
            }
            // A field that was taken out of the configuration is no longer of interest.
            guard let field = catalog.index(of: try row.utf8(1)) else { return }
            facts.append(
                EmployeeFact(
                    field: field, value: try row.text(2), effectiveFrom: try row.date(3),
                    effectiveTo: try row.optionalDate(4)))
        }
        flush()
        return employees
    }

    /// The names of all employees on a day, as known at a time.
    package func names(
        on day: CalendarDate, knownAt: Instant, in connection: Connection
    ) throws -> [EmployeeID: String] {
        try texts(of: "name", on: day, knownAt: knownAt, in: connection)
    }

    /// The values of one field of all employees on a day, as known at a time.
    package func texts(
        of field: String, on day: CalendarDate, knownAt: Instant, in connection: Connection
    ) throws -> [EmployeeID: String] {
        var values: [EmployeeID: String] = [:]
        try connection.forEach(
            """
            SELECT employee_id, value FROM employee_fact
             WHERE field = ? AND effective_from <= ? AND (effective_to IS NULL OR effective_to >= ?) AND recorded_at <= ?
             ORDER BY effective_from, fact_id
            """, field, day, day, knownAt
        ) { row in
            // The last one counts: see EmployeeFacts.value(of:on:).
            values[EmployeeID(stored: try row.text(0))] = try row.text(1)
        }
        return values
    }

    /// The names of the fields of which facts were recorded after one time and up to another, by employee.
    package func fieldsRecorded(
        after first: Instant, through last: Instant, in connection: Connection
    ) throws -> [EmployeeID: [String]] {
        var fields: [EmployeeID: [String]] = [:]
        try connection.forEach(
            """
            SELECT DISTINCT employee_id, field FROM employee_fact
             WHERE recorded_at > ? AND recorded_at <= ? ORDER BY employee_id, field
            """, first, last
        ) { fields[EmployeeID(stored: try $0.text(0)), default: []].append(try $0.text(1)) }
        return fields
    }

    /// Which of these employees exist.
    func existing(_ ids: [EmployeeID], in connection: Connection) throws -> Set<EmployeeID> {
        guard let first = ids.min(), let last = ids.max() else { return [] }
        let stored = try connection.all(
            "SELECT employee_id FROM employee WHERE employee_id >= ? AND employee_id <= ?", first.rawValue,
            last.rawValue
        ) { EmployeeID(stored: try $0.text(0)) }
        return Set(stored).intersection(ids)
    }

    /// A fact on its way into the store, with the place it was read from.
    package struct NewFact: Sendable {
        package var employee: EmployeeID
        package var fact: EmployeeFact
        package var source: String
    }

    func insert(employees: [EmployeeID], in unit: UnitOfWork) throws {
        try unit.insert(into: "employee", columns: ["employee_id"], rows: employees) { id, row in
            try row.bind(id.rawValue)
        }
    }

    func insert(_ facts: [NewFact], in unit: UnitOfWork) throws {
        try unit.insert(
            into: "employee_fact",
            columns: ["employee_id", "field", "value", "effective_from", "effective_to", "source"]
        ) { row in
            for new in facts {
                try row.bind(new.employee.rawValue)
                try row.bind(catalog.fields[new.fact.field].name)
                try row.bind(new.fact.value)
                try row.bind(new.fact.effectiveFrom)
                try row.bind(new.fact.effectiveTo)
                try row.bind(new.source)
                try row.finishRow()
            }
        }
    }
}
