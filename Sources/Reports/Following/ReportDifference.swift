import Diagnostics
import Store

/// What differs between two makings of a report: rows that came, went or changed.
package struct ReportDifference: Sendable {
    package struct Change: Hashable, Sendable {
        package enum Kind: String, Sendable { case added, removed, changed }

        package var kind: Kind
        package var sheet: String
        /// What the row is of.
        package var row: String
        /// Of a changed row: the column.
        package var column: String
        package var before: String
        package var after: String
    }

    package var changes: [Change]
    /// Changes that are not told.
    package var hiddenCount: Int
    package var before: ReportEngine.Outcome
    package var after: ReportEngine.Outcome

    package static let maximumChanges = 1_000

    /// Makes both and compares them row by row; rows are the same whose texts and dates are the same.
    package static func between(
        _ before: ReportEngine, _ after: ReportEngine, in store: Store
    ) throws -> ReportDifference {
        let (first, second) = (RowCollector(), RowCollector())
        let outcomes = (try before.render(to: first, in: store), try after.render(to: second, in: store))
        var difference = ReportDifference(changes: [], hiddenCount: 0, before: outcomes.0, after: outcomes.1)
        for key in first.order {
            guard let old = first.rows[key] else { continue }
            guard let new = second.rows[key] else {
                difference.add(
                    .init(kind: .removed, sheet: key.sheet, row: key.label, column: "", before: "", after: ""))
                continue
            }
            for column in Set(old.keys).union(new.keys).sorted() where old[column] != new[column] {
                difference.add(
                    .init(
                        kind: .changed, sheet: key.sheet, row: key.label, column: column, before: old[column] ?? "",
                        after: new[column] ?? ""))
            }
        }
        for key in second.order where first.rows[key] == nil {
            difference.add(.init(kind: .added, sheet: key.sheet, row: key.label, column: "", before: "", after: ""))
        }
        return difference
    }

    private mutating func add(_ change: Change) {
        if changes.count < Self.maximumChanges { changes.append(change) } else { hiddenCount += 1 }
    }
}

/// Keeps the rows of a report by what they are of.
private final class RowCollector: ReportRenderer {
    struct Key: Hashable {
        var sheet: String
        var label: String
        /// Of rows that are of the same: which one.
        var number: Int
    }

    /// Rows of a report that is compared at most.
    static let maximumRows = 200_000

    private(set) var rows: [Key: [String: String]] = [:]
    private(set) var order: [Key] = []
    private var sheet = ReportSheetHeading(name: "", title: "", columns: [])

    func begin(_ heading: ReportHeading) throws {}
    func beginSheet(_ sheet: ReportSheetHeading) throws { self.sheet = sheet }

    func row(_ row: ReportRow) throws {
        guard !row.values.isEmpty else { return }
        guard order.count < Self.maximumRows else {
            throw Failure(
                .refused, "The report has more than \(Self.maximumRows) rows, too many to be compared.",
                advice: "Make it as CSV for both times and compare the files.")
        }
        var words: [String] = row.text.isEmpty ? [] : [row.text]
        var figures: [String: String] = [:]
        for (column, value) in zip(sheet.columns, row.values) where !value.isEmpty {
            if column.isNumeric {
                figures[column.fullTitle] = column.text(of: value)
            } else {
                words.append(column.text(of: value))
            }
        }
        var key = Key(sheet: sheet.name, label: words.joined(separator: ", "), number: 1)
        while rows[key] != nil { key.number += 1 }
        rows[key] = figures
        order.append(key)
    }

    func endSheet(_ end: ReportSheetEnd) throws {}
    func finish(_ end: ReportEnd) throws -> [String] { [] }
    func discard() {}
}
