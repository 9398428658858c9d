/// A rule of the schema that a statement broke.
///
/// It names tables and columns, never values: those may be private.
package struct ConstraintViolation: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// Another row has this key already.
        case unique
        /// It points to a row that does not exist, or leaves rows behind that point nowhere.
        case foreignKey
        case check
        case notNull
        /// The value is not of the column's type.
        case type
    }

    package var kind: Kind
    /// Nil where the database does not say (SQLite, foreign keys).
    package var table: String?
    /// Empty where the database does not say.
    package var columns: [String]
    /// The name of the constraint or its expression, where the database says it.
    package var constraint: String?

    package init(_ kind: Kind, table: String? = nil, columns: [String] = [], constraint: String? = nil) {
        self.kind = kind
        self.table = table
        self.columns = columns
        self.constraint = constraint
    }
}

extension ConstraintViolation: CustomStringConvertible {
    /// `another row has this employee.number already`.
    package var description: String {
        let column = columns.map { name in table.map { "\($0).\(name)" } ?? name }.joined(separator: ", ")
        let place = table.map { " of \($0)" } ?? ""
        let rule = constraint.map { " (\($0))" } ?? ""
        return switch kind {
        case .unique: "another row has this \(column.isEmpty ? "key" + place + rule : column) already"
        case .foreignKey: "a row points to a row that does not exist" + place + rule
        case .check: "a rule\(place) is broken" + rule
        case .notNull: "\(column.isEmpty ? "a column" + place : column) has no value"
        case .type: "a value is not of its column's type" + (column.isEmpty ? place : ", \(column)")
        }
    }
}
