import Calendars
import Configuration
import Diagnostics
import Interchange
import Store

/// Reads a file of employees: one row each, one column for each field that is known of them.
///
/// A row says what holds from `effective_from` on; without that column, from `start_date` on. For an employee who is
/// there already, a value that differs from the known one needs `effective_from`: a change without its day is refused.
package struct EmployeeImport {
    private let catalog: FieldCatalog
    private static let requiredFields = ["name", "start_date", "pay_group"]

    package init(catalog: FieldCatalog) {
        self.catalog = catalog
    }

    private struct EmployeeRow {
        var id: EmployeeID
        var effectiveFrom: CalendarDate?
        var startDate: CalendarDate
        var values: [(field: FieldCatalog.FieldIndex, value: String, location: SourceLocation)]
        var line: Int
    }

    /// Reads the file and compares it with the store.
    ///
    /// - Throws: a failure with everything that is wrong in the file; nothing is to be imported then.
    package func plan(
        path: String, shownAs name: String, knownAt: Instant, in connection: Connection
    ) throws -> ImportPlan {
        var problems = ProblemList()
        let rows = try read(path: path, shownAs: name, problems: &problems)
        let known = try KnownFacts(of: rows.map(\.id), catalog: catalog, knownAt: knownAt, in: connection)
        var plan = ImportPlan()
        for row in rows {
            add(row, file: name, known: known, to: &plan, problems: &problems)
        }
        try problems.throwIfAny(consequence: "nothing was imported")
        return plan
    }

    private func read(
        path: String, shownAs name: String, problems: inout ProblemList
    ) throws -> [EmployeeRow] {
        let fields = catalog.fields.filter { $0.nature == .state }
        let columns =
            [CSVColumn.required("employee_id"), .optional("effective_from")]
            + fields.map { Self.requiredFields.contains($0.name) ? .required($0.name) : .optional($0.name) }
        let table = try CSVTable(contentsOf: path, shownAs: name, columns: columns, problems: &problems)
        table.reportRepeated(["employee_id"], &problems)
        let readers = fields.compactMap { field in
            catalog.index(of: field.name).map { (index: $0, name: field.name, reader: field.type.reader) }
        }.filter { table.columnNames.contains($0.name) }
        return table.map(&problems) { row in
            let id = row.required("employee_id", .employeeID)
            let effectiveFrom = row.optional("effective_from", .date)
            var values: [(FieldCatalog.FieldIndex, String, SourceLocation)] = []
            for (index, name, reader) in readers {
                let value =
                    Self.requiredFields.contains(name) ? row.required(name, reader) : row.optional(name, reader)
                if let value { values.append((index, value, row.location(of: name))) }
            }
            func day(_ name: String) -> CalendarDate? {
                values.first { catalog.fields[$0.0].name == name }.flatMap { CalendarDate($0.1) }
            }
            guard let id = EmployeeID(id), !row.hasProblems, let start = day("start_date") else { return nil }
            if let leave = day("leave_date"), leave < start {
                row.report(
                    "leave_date \(leave) is before start_date \(start)", expected: "a later day", at: "leave_date")
                return nil
            }
            return EmployeeRow(
                id: id, effectiveFrom: effectiveFrom, startDate: start, values: values, line: row.location.line)
        }
    }

    private func add(
        _ row: EmployeeRow, file: String, known: KnownFacts, to plan: inout ImportPlan, problems: inout ProblemList
    ) {
        let isKnown = known.contains(row.id)
        if !isKnown { plan.newEmployees.append(row.id) }
        let day = row.effectiveFrom ?? row.startDate
        for (field, value, location) in row.values {
            let fact = EmployeeFact(field: field, value: value, effectiveFrom: day)
            if isKnown {
                // What holds today is compared, so that the same file a second time says nothing new.
                let current = known.value(of: field, on: row.effectiveFrom ?? .latest, of: row.id)
                if current == value || known.contains(fact, of: row.id) {
                    plan.knownFacts += 1
                    continue
                }
                if current != nil, row.effectiveFrom == nil {
                    problems.add(
                        "\(catalog.fields[field].name) of \(row.id) changes",
                        expected: "a column effective_from that says since when", at: location)
                    continue
                }
            }
            plan.newFacts.append(.init(employee: row.id, fact: fact, source: "\(file):\(row.line)"))
        }
    }
}

extension ScalarReader<String> {
    package static let employeeID = ScalarReader(
        "an employee number", expected: EmployeeID.expected, placeholder: ""
    ) { EmployeeID($0)?.rawValue }
}
