import Amounts
import Configuration
import Diagnostics

/// All fields that can be known of an employee, numbered so that bulk work compares small integers.
package struct FieldCatalog: Sendable {
    package let fields: [EmployeeField]
    private let indices: [String: Int]
    /// By the length of the name: the few fields that have it.
    private let namesByLength: [[(name: [UInt8], index: FieldIndex)]]

    /// The number of a field in its catalog.
    package typealias FieldIndex = Int

    /// - Precondition: no two fields share a name.
    package init(_ fields: [EmployeeField]) {
        self.fields = fields
        indices = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
        let longest = fields.map(\.name.utf8.count).max() ?? 0
        var namesByLength = [[(name: [UInt8], index: FieldIndex)]](repeating: [], count: longest + 1)
        for (index, field) in fields.enumerated() {
            namesByLength[field.name.utf8.count].append((Array(field.name.utf8), index))
        }
        self.namesByLength = namesByLength
    }

    package func index(of name: String) -> FieldIndex? { indices[name] }

    /// As `index(of:)`, for bulk reads: millions of names, of which no strings are made.
    package func index(of name: UnsafeBufferPointer<UInt8>) -> FieldIndex? {
        guard name.count < namesByLength.count else { return nil }
        return namesByLength[name.count].first { $0.name.elementsEqual(name) }?.index
    }

    package subscript(_ name: String) -> EmployeeField? { indices[name].map { fields[$0] } }

    package var names: [String] { fields.map(\.name) }

    /// What every company knows of its people, whatever it uses it for.
    package static let people: [EmployeeField] = [
        EmployeeField("name", .text, description: "full name"),
        EmployeeField("email", .text, description: "address for payslips"),
        EmployeeField("birth_date", .date, description: "date of birth"),
        EmployeeField("start_date", .date, description: "first day of employment"),
        EmployeeField("leave_date", .date, description: "last day of employment"),
        EmployeeField("cost_centre", .checked(.costCentre), description: "cost centre that bears the pay"),
        EmployeeField("job_title", .text, description: "what the employee is employed as"),
    ]
}

extension ScalarReader<String> {
    /// What the journal can hold as a dimension of a posting.
    fileprivate static let costCentre = ScalarReader<String>.text.satisfying(
        "is too long for a cost centre", expected: "at most 64 bytes"
    ) { $0.utf8.count <= 64 }
}
