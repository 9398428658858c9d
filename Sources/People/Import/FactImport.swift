import Calendars
import Configuration
import Diagnostics
import Interchange
import Store

/// Reads a file of facts: employee, field, value, since when, perhaps until when.
///
/// An empty value says that the field has no value in that time.
package struct FactImport {
    private let catalog: FieldCatalog

    package init(catalog: FieldCatalog) {
        self.catalog = catalog
    }

    private struct FactRow {
        var employee: EmployeeID
        var fact: EmployeeFact
        var location: SourceLocation
    }

    /// Reads the file and compares it with the store.
    ///
    /// - Throws: a failure with everything that is wrong in the file; nothing is to be imported then.
    package func plan(
        path: String, shownAs name: String, knownAt: Instant, in connection: Connection
    ) throws -> ImportPlan {
        var problems = ProblemList()
        let rows = try read(path: path, shownAs: name, problems: &problems)
        let known = try KnownFacts(of: rows.map(\.employee), catalog: catalog, knownAt: knownAt, in: connection)
        var plan = ImportPlan()
        for row in rows {
            guard known.contains(row.employee) else {
                problems.add(
                    "employee_id \"\(row.employee)\" is not known", expected: "an employee that was imported before",
                    at: row.location)
                continue
            }
            if known.contains(row.fact, of: row.employee) {
                plan.knownFacts += 1
            } else {
                plan.newFacts.append(
                    .init(employee: row.employee, fact: row.fact, source: "\(name):\(row.location.line)"))
            }
        }
        try problems.throwIfAny(consequence: "nothing was imported")
        return plan
    }

    private func read(path: String, shownAs name: String, problems: inout ProblemList) throws -> [FactRow] {
        let table = try CSVTable(
            contentsOf: path, shownAs: name,
            columns: [
                .required("employee_id"), .required("field"), .required("value"), .required("effective_from"),
                .optional("effective_to"),
            ], problems: &problems)
        table.reportRepeated(["employee_id", "field", "effective_from"], &problems)
        let fieldReader = ScalarReader<FieldCatalog.FieldIndex>.choice(
            catalog.names.enumerated().map { ($1, $0) }, placeholder: 0)
        return table.map(&problems) { row in
            let field = row.required("field", fieldReader)
            // What a value must be is known only when its field is.
            let value = row.hasProblems ? "" : row.optional("value", catalog.fields[field].type.reader) ?? ""
            let id = row.required("employee_id", .employeeID)
            let from = row.required("effective_from", .date)
            let to = row.optional("effective_to", .date)
            if !row.hasProblems, let to, to < from {
                row.report(
                    "effective_to \(to) is before effective_from \(from)", expected: "a later day", at: "effective_to")
            }
            guard let employee = EmployeeID(id), !row.hasProblems else { return nil }
            return FactRow(
                employee: employee,
                fact: EmployeeFact(field: field, value: value, effectiveFrom: from, effectiveTo: to),
                location: row.location(of: "employee_id"))
        }
    }
}
