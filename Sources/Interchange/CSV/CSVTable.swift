import Configuration
import Diagnostics

/// A CSV file with a header, in memory, whose values are read row by row with a type each.
///
/// ```swift
/// var problems = ProblemList()
/// let table = try CSVTable(
///     contentsOf: path, shownAs: "employees.csv",
///     columns: [.required("employee_id"), .required("birth_date"), .required("annual_salary"), .optional("email")],
///     problems: &problems)
/// table.reportRepeated(["employee_id"], &problems)
/// let employees = table.map(&problems) { row in
///     Employee(
///         id: row.required("employee_id", .text), born: row.required("birth_date", .date),
///         pay: row.required("annual_salary", .positiveMoney(.gbp)), email: row.optional("email", .text))
/// }
/// try problems.throwIfAny(consequence: "nothing was imported")
/// // employees.csv:14:22: birth_date "31.12.1999" is not a date (expected YYYY-MM-DD, e.g. 2026-11-21)
/// ```
///
/// RFC 4180, with LF, CR LF or CR at line ends and an optional byte order mark. Lines without a character are passed
/// over. Rows whose form is wrong are reported and left out; every other row is read, so that all mistakes of a file
/// are told at once.
package struct CSVTable: Sendable {
    /// How messages call the file.
    package var file: String { storage.file }
    /// The columns of the file in its order.
    package var columnNames: [String] { storage.names }
    /// Rows of sound form.
    package var rowCount: Int { storage.rows.count }

    private let storage: CSVStorage

    /// - Throws: `Failure` where the file cannot be read at all; what is wrong inside goes to `problems`.
    package init(
        contentsOf path: String, shownAs name: String, columns: [CSVColumn], options: CSVOptions = CSVOptions(),
        problems: inout ProblemList
    ) throws(Failure) {
        let bytes = try SourceFile.bytes(
            of: path, shownAs: name, maximumFileBytes: min(options.maximumFileBytes, Int(Int32.max)))
        self.init(bytes: bytes, shownAs: name, columns: columns, options: options, problems: &problems)
    }

    /// - Precondition: there are at most 2 GiB of bytes.
    package init(
        bytes: [UInt8], shownAs name: String, columns: [CSVColumn], options: CSVOptions = CSVOptions(),
        problems: inout ProblemList
    ) {
        precondition(bytes.count <= Int32.max, "offsets into a CSV file have 32 bits")
        storage = CSVStorage(bytes: bytes, file: name, columns: columns, options: options, problems: &problems)
    }

    /// What `body` makes of each row, in order. Rows in which anything was reported are left out, and so is every row
    /// where the header has a mistake.
    package func map<Value>(_ problems: inout ProblemList, _ body: (CSVRow) -> Value?) -> [Value] {
        let collector = ProblemCollector(problems)
        defer { problems = collector.list }
        var values: [Value] = []
        values.reserveCapacity(rowCount)
        for index in 0..<rowCount {
            let before = collector.count
            let row = CSVRow(storage: storage, index: index, collector: collector)
            if let value = body(row), collector.count == before { values.append(value) }
        }
        return storage.hasSoundHeader ? values : []
    }

    /// Each row with what became of it, for an import that sets bad rows aside.
    ///
    /// - Precondition: the header had no mistake: the caller has looked at `problems`.
    package func outcomes<Value>(_ body: (CSVRow) -> Value?) -> [CSVRowOutcome<Value>] {
        precondition(storage.hasSoundHeader, "a file with a wrong header is refused, not set aside row by row")
        return (0..<rowCount).map { index in
            let collector = ProblemCollector(ProblemList(maximumCount: 100))
            let row = CSVRow(storage: storage, index: index, collector: collector)
            let value = body(row)
            return CSVRowOutcome(
                location: row.location, value: collector.count == 0 ? value : nil, problems: collector.list.problems)
        }
    }

    /// Reports every row whose values in `columns` stand in an earlier row already. Rows with an empty one are passed
    /// over.
    package func reportRepeated(_ columns: [String], _ problems: inout ProblemList) {
        let indices = columns.compactMap { storage.index(of: $0) }
        guard indices.count == columns.count else { return }
        var lines: [[String]: Int] = [:]
        lines.reserveCapacity(rowCount)
        for row in 0..<rowCount {
            let values = indices.map { storage.text(row: row, column: $0) }
            guard !values.contains("") else { continue }
            let location = storage.location(row: row, column: indices[0])
            guard let first = lines.updateValue(location.line, forKey: values) else { continue }
            lines[values] = first
            let named = zip(columns, values).map { "\($0) \(Quoted.text($1))" }.joined(separator: ", ")
            problems.add(
                "\(named) stands here a second time (first on line \(first))", expected: "each once", at: location)
        }
    }
}

/// A row of an import that sets bad rows aside.
package struct CSVRowOutcome<Value> {
    package var location: SourceLocation
    /// Nil when anything in the row was reported.
    package var value: Value?
    package var problems: [Problem]
}
