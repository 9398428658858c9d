import Diagnostics
import Store

/// What differs between two makings of a report: rows that came, went or changed, and which source rows did it.
package struct ReportDifference: Sendable {
    package struct Change: Hashable, Sendable {
        package enum Kind: String, Sendable { case added, removed, changed }

        package var kind: Kind
        package var sheet: String
        /// What the row is of.
        package var row: String
        /// Whose figure is another one, or came or went with the row; empty for a row without figures.
        package var column: String
        package var before: String
        package var after: String
    }

    /// A row of a sheet's query that one of the two has and the other has not.
    package struct Source: Hashable, Sendable {
        package enum Side: String, Sendable { case before, after }

        package var side: Side
        package var sheet: String
        /// The row of the report that it came into; empty where it came into none of its own.
        package var row: String
        /// `employee E007, gross 2,100.00`
        package var values: String
    }

    package internal(set) var changes: [Change] = []
    /// Changes that are not told.
    package internal(set) var hiddenCount = 0
    package internal(set) var sources: [Source] = []
    package internal(set) var hiddenSourceCount = 0
    package let before: ReportEngine.Outcome
    package let after: ReportEngine.Outcome

    package static let maximumChanges = 1_000
    package static let maximumSources = 1_000

    /// Makes both and compares them row by row; rows are the same whose texts and dates are the same. Of the sheets that
    /// differ, the rows of the queries are compared, too.
    package static func between(
        _ before: ReportEngine, _ after: ReportEngine, in store: Store
    ) throws -> ReportDifference {
        let first = try ReportRows(of: before, in: store)
        let second = try ReportRows(of: after, in: store)
        var difference = ReportDifference(before: first.outcome, after: second.outcome)
        for key in first.order {
            guard let old = first.rows[key] else { continue }
            let new = second.rows[key]
            difference.add(new == nil ? .removed : .changed, key.sheet, key.label, old, new ?? [])
        }
        for key in second.order where first.rows[key] == nil {
            difference.add(.added, key.sheet, key.label, [], second.rows[key] ?? [])
        }
        let changed = Set(difference.changes.map(\.sheet))
        try store.read { connection in
            for index in before.report.sheets.indices {
                guard let old = first.sheets[index], let new = second.sheets[index],
                    changed.contains(old.name) || changed.contains(new.name)
                else { continue }
                let facts = try FactDifference(
                    .init(sheet: old, engine: before), .init(sheet: new, engine: after), dialect: store.dialect,
                    in: connection)
                try facts.forEachSource(in: connection) { difference.add($0) }
            }
        }
        return difference
    }

    private init(before: ReportEngine.Outcome, after: ReportEngine.Outcome) {
        self.before = before
        self.after = after
    }

    /// The figures of a row that are not the same, in the order of the columns; of a row without figures, the row.
    private mutating func add(
        _ kind: Change.Kind, _ sheet: String, _ row: String, _ old: [ReportRows.Figure], _ new: [ReportRows.Figure]
    ) {
        let columns = old.map(\.column) + new.map(\.column).filter { name in !old.contains { $0.column == name } }
        for column in columns {
            let before = old.first { $0.column == column }?.text ?? ""
            let after = new.first { $0.column == column }?.text ?? ""
            if before != after {
                add(.init(kind: kind, sheet: sheet, row: row, column: column, before: before, after: after))
            }
        }
        if kind != .changed, columns.isEmpty {
            add(.init(kind: kind, sheet: sheet, row: row, column: "", before: "", after: ""))
        }
    }

    private mutating func add(_ change: Change) {
        if changes.count < Self.maximumChanges { changes.append(change) } else { hiddenCount += 1 }
    }

    private mutating func add(_ source: Source) {
        if sources.count < Self.maximumSources { sources.append(source) } else { hiddenSourceCount += 1 }
    }
}

/// A sheet as it was made: its plan, and what its rows are called by their keys.
struct MadeSheet {
    var name: String
    var plan: SheetPlan
    var labels: [[String]: String] = [:]
}

/// The rows of a report by what they are of.
private struct ReportRows {
    struct Key: Hashable {
        var sheet: String
        var label: String
        /// Of rows that are of the same: which one.
        var number: Int
    }

    /// Rows of a report that is compared at most.
    static let maximumRows = 200_000

    struct Figure: Hashable {
        var column: String
        var text: String
    }

    private(set) var rows: [Key: [Figure]] = [:]
    private(set) var order: [Key] = []
    /// By their place in the declaration.
    private(set) var sheets: [Int: MadeSheet] = [:]
    private(set) var outcome: ReportEngine.Outcome

    init(of engine: ReportEngine, in store: Store) throws {
        let collector = HeadingCollector()
        var rows = Collected()
        outcome = try engine.render(to: collector, in: store) { index, plan, row, origin in
            try rows.add(row, origin, plan, index, collector.sheet)
        }
        (self.rows, order, sheets) = (rows.rows, rows.order, rows.sheets)
    }

    private struct Collected {
        var rows: [Key: [Figure]] = [:]
        var order: [Key] = []
        var sheets: [Int: MadeSheet] = [:]
        /// How often each label was seen.
        private var counts: [Key: Int] = [:]

        mutating func add(
            _ row: ReportRow, _ origin: ReportOrigin, _ plan: SheetPlan, _ index: Int, _ sheet: ReportSheetHeading
        ) throws {
            if sheets[index] == nil { sheets[index] = MadeSheet(name: sheet.name, plan: plan) }
            guard !row.values.isEmpty else { return }
            guard order.count < maximumRows else {
                throw Failure(
                    .refused, "The report has more than \(maximumRows) rows, too many to be compared.",
                    advice: "Make it as CSV for both times and compare the files.")
            }
            var words: [String] = row.text.isEmpty ? [] : [row.text]
            var figures: [Figure] = []
            for (column, value) in zip(sheet.columns, row.values) where !value.isEmpty {
                if column.isNumeric {
                    figures.append(Figure(column: column.fullTitle, text: column.text(of: value)))
                } else {
                    words.append(column.text(of: value))
                }
            }
            var key = Key(sheet: sheet.name, label: words.joined(separator: ", "), number: 1)
            counts[key, default: 0] += 1
            key.number = counts[Key(sheet: key.sheet, label: key.label, number: 1)] ?? 1
            rows[key] = figures
            order.append(key)
            if row.kind == .row { sheets[index]?.labels[origin.keys.map(\.keyText)] = key.label }
        }
    }
}

/// Keeps nothing but the heading of the sheet that goes by.
private final class HeadingCollector: ReportRenderer {
    private(set) var sheet = ReportSheetHeading(name: "", title: "", columns: [])

    func begin(_ heading: ReportHeading) throws {}
    func beginSheet(_ sheet: ReportSheetHeading) throws { self.sheet = sheet }
    func row(_ row: ReportRow) throws {}
    func endSheet(_ end: ReportSheetEnd) throws {}
    func finish(_ end: ReportEnd) throws -> [String] { [] }
    func discard() {}
}
