import Configuration
import Diagnostics

/// One row of a CSV file, read by column.
///
/// `required` reports an empty value, `optional` does not; both report a value that is wrong. A value that was reported
/// is a placeholder from then on, and what is built with it is left out by the table.
package struct CSVRow {
    private let storage: CSVStorage
    private let index: Int
    private let collector: ProblemCollector
    private let countBefore: Int

    init(storage: CSVStorage, index: Int, collector: ProblemCollector) {
        self.storage = storage
        self.index = index
        self.collector = collector
        countBefore = collector.count
    }

    /// Where the row begins.
    package var location: SourceLocation { storage.location(row: index) }

    /// Whether anything in this row, or in the header, was reported so far. Ask before comparing two values with each other.
    package var hasProblems: Bool { collector.count > countBefore || !storage.hasSoundHeader }

    package func required<Value>(_ column: String, _ reader: ScalarReader<Value>) -> Value {
        // A missing column was reported with the header, once.
        guard let place = storage.index(of: column) else { return reader.placeholder }
        guard !storage.isEmpty(row: index, column: place) else {
            collector.add(Problem("\(column) is empty", expected: reader.expected, at: location(of: column)))
            return reader.placeholder
        }
        return read(column, place, reader)
    }

    /// The value; nil where it is empty or the file does not have the column.
    package func optional<Value>(_ column: String, _ reader: ScalarReader<Value>) -> Value? {
        guard let place = storage.index(of: column), !storage.isEmpty(row: index, column: place) else { return nil }
        return read(column, place, reader)
    }

    package func optional<Value>(
        _ column: String, _ reader: ScalarReader<Value>, default absent: @autoclosure () -> Value
    ) -> Value {
        optional(column, reader) ?? absent()
    }

    private func read<Value>(_ column: String, _ place: Int, _ reader: ScalarReader<Value>) -> Value {
        reader.read(
            storage.text(row: index, column: place), named: column,
            at: storage.location(row: index, column: place), into: collector)
    }

    /// The value as written, quotes removed; empty where the file does not have the column.
    package func text(_ column: String) -> String {
        storage.index(of: column).map { storage.text(row: index, column: $0) } ?? ""
    }

    /// Where the value of `column` stands; where the row begins when the file does not have the column.
    package func location(of column: String) -> SourceLocation {
        storage.index(of: column).map { storage.location(row: index, column: $0) } ?? location
    }

    /// Reports something about the value of `column`, or about the row.
    package func report(_ message: String, expected: String? = nil, at column: String? = nil) {
        collector.add(Problem(message, expected: expected, at: column.map { location(of: $0) } ?? location))
    }
}
